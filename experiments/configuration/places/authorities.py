"""Says which authorities there are, and what is known of each."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

Kind = Literal["London borough", "metropolitan district", "unitary", "county"]
Line = Mapping[str, str]
PREFIX = "england"
IN_FULL = ("croydon", "westminster")
"""Authorities that have a file of their own, with every small area; their zones have another name."""
OF_ZONES = "_zones"


@dataclass(frozen=True)
class Authority:
    """An upper-tier authority of England, in its borders of 2019.

    Attributes:
        name: how it is called on the command line, as `kingston_upon_hull`.
        title: how people call it.
        code: of 2019, of the Office for National Statistics.
        nation: always England.
        region: one of nine.
        kind: what its council is.
        population: people in mid-2010.
        deprivation: mean score of the Index of Multiple Deprivation 2019 over its people; the higher, the more deprived.
        deprivation_2010: the same of 2010.
        grant_dependence: share of its council's spending on services in 2010-11 that council tax did not pay.
        column: of its hexagon on a map in odd-r layout, by Open Innovations (formerly ODI Leeds), MIT licence, copyright 2017.
        row: of its hexagon; the higher, the further north.
    """

    name: str
    title: str
    code: str
    region: str
    kind: Kind
    population: int
    deprivation: float
    deprivation_2010: float
    grant_dependence: float
    column: int
    row: int
    nation: str = "England"

    @property
    def place(self) -> str:
        """The word after `place=` that stands for its zones; other than its name where a place of that name ships in full."""
        return self.name + OF_ZONES if self.name in IN_FULL else self.name


@cache
def lines(table: str) -> Mapping[str, tuple[Line, ...]]:
    """The lines of a table about authorities, by the authority's name."""
    text = resources.files("configs").joinpath("place", f"{PREFIX}.{table}.csv").read_text(encoding="utf-8")
    found: dict[str, list[Line]] = {}
    for line in csv.DictReader(row for row in text.splitlines() if not row.startswith("#")):
        found.setdefault(line["name"], []).append(line)
    return MappingProxyType({name: tuple(each) for name, each in found.items()})


@cache
def authorities() -> Mapping[str, Authority]:
    """Every authority by its name, in the order of the codes."""
    paths = lines("paths")
    return MappingProxyType(
        {name: _authority(line, float(paths[name][0]["council_tax"])) for name, (line,) in lines("authorities").items()}
    )


def _authority(line: Line, council_tax: float) -> Authority:
    """One authority, from its line."""
    return Authority(
        name=line["name"],
        title=line["title"],
        code=line["code"],
        region=line["region"],
        kind=line["kind"],  # type: ignore[arg-type]
        population=int(line["people_2010"]),
        deprivation=float(line["imd_2019"]),
        deprivation_2010=float(line["imd_2010"]),
        grant_dependence=round(1 - council_tax, 3),
        column=int(line["column"]),
        row=int(line["row"]),
    )


def words_of(authority: Authority) -> str:
    """What an authority is found by, in small letters."""
    return f"{authority.name} {authority.place} {authority.title} {authority.code} {authority.region} {authority.kind}".lower()


def search(words: Sequence[str]) -> list[Authority]:
    """Authorities whose name, title, code, region or kind holds every one of some words."""
    return [each for each in authorities().values() if all(word.lower() in words_of(each) for word in words)]


@cache
def places() -> Mapping[str, Authority]:
    """Every authority by the word that is typed after `place=`."""
    return MappingProxyType({each.place: each for each in authorities().values()})
