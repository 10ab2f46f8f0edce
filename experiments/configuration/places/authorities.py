"""Says which authorities there are, and what is known of each."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["London borough", "metropolitan district", "unitary", "county", "council area", "islands council"]
Line = Mapping[str, str]
ENGLAND, SCOTLAND = "England", "Scotland"
IN_FULL = ("croydon", "westminster", "east_lothian")
"""Authorities that have a file of their own, with every small area; their zones have another name."""
OF_ZONES = "_zones"


@dataclass(frozen=True, kw_only=True)
class Authority:
    """An authority of which tables tell: upper-tier of England in its borders of 2019, or a council of Scotland.

    Attributes:
        name: how it is called on the command line, as `kingston_upon_hull`.
        title: how people call it.
        code: of 2019, of the Office for National Statistics.
        nation: England or Scotland.
        region: one of England's nine, or Scotland.
        kind: what its council is.
        population: people in mid-2010.
        deprivation: the higher, the more deprived; in England the mean score of the Index of Multiple Deprivation 2019 over its
            people, in Scotland the percentage of its data zones among the nation's most deprived fifth, SIMD 2020.
    """

    name: str
    title: str
    code: str
    region: str
    kind: Kind
    population: int
    deprivation: float
    nation: str

    @property
    def place(self) -> str:
        """The word after `place=` that stands for its zones; other than its name where a place of that name ships in full."""
        return self.name + OF_ZONES if self.name in IN_FULL else self.name


@dataclass(frozen=True, kw_only=True)
class EnglishAuthority(Authority):
    """An authority of England, of which more is known.

    Attributes:
        deprivation_2010: mean score of the Index of Multiple Deprivation 2010.
        grant_dependence: share of its council's spending on services in 2010-11 that council tax did not pay.
        column: of its hexagon on a map in odd-r layout, by Open Innovations (formerly ODI Leeds), MIT licence, copyright 2017.
        row: of its hexagon; the higher, the further north.
    """

    deprivation_2010: float
    grant_dependence: float
    column: int
    row: int


@cache
def lines(table: str, nation: str = ENGLAND) -> Mapping[str, tuple[Line, ...]]:
    """The lines of a table about a nation's authorities, by the authority's name."""
    file = resources.files("configs").joinpath("place", f"{nation.lower()}.{table}.csv")
    text = file.read_text(encoding="utf-8")
    found: dict[str, list[Line]] = {}
    for line in csv.DictReader(row for row in text.splitlines() if not row.startswith("#")):
        found.setdefault(line["name"], []).append(line)
    return MappingProxyType({name: tuple(each) for name, each in found.items()})


@cache
def authorities() -> Mapping[str, EnglishAuthority]:
    """Every authority of England by its name, in the order of the codes."""
    paths = lines("paths")
    return MappingProxyType(
        {
            name: EnglishAuthority(
                **_who(line),
                nation=ENGLAND,
                deprivation=float(line["imd_2019"]),
                deprivation_2010=float(line["imd_2010"]),
                grant_dependence=round(1 - float(paths[name][0]["council_tax"]), 3),
                column=int(line["column"]),
                row=int(line["row"]),
            )
            for name, (line,) in lines("authorities").items()
        }
    )


@cache
def scottish() -> Mapping[str, Authority]:
    """Every council of Scotland by its name, in the order of the codes."""
    return MappingProxyType(
        {
            name: Authority(
                **_who(line), nation=SCOTLAND, deprivation=round(100 * float(line["zones_most_deprived_fifth"]), 1)
            )
            for name, (line,) in lines("authorities", SCOTLAND).items()
        }
    )


def _who(line: Line) -> dict[str, Any]:
    """What an authority is called, where it is and how many people it has, from its line."""
    return {key: line[key] for key in ("name", "title", "code", "region", "kind")} | {
        "population": int(line["people_2010"])
    }


def words_of(authority: Authority) -> str:
    """What an authority is found by, in small letters."""
    return f"{authority.name} {authority.place} {authority.title} {authority.code} {authority.region} {authority.kind}".lower()


def search(words: Sequence[str]) -> list[Authority]:
    """Authorities whose name, title, code, region or kind holds every one of some words; England's first."""
    return [each for each in places().values() if all(word.lower() in words_of(each) for word in words)]


@cache
def places() -> Mapping[str, Authority]:
    """Every authority of both nations by the word that is typed after `place=`."""
    return MappingProxyType({each.place: each for each in (*authorities().values(), *scottish().values())})
