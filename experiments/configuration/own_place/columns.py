"""Says what each column of somebody's table is: an area's name, people of an age, all people, or deprivation."""

import re
from dataclasses import dataclass
from typing import Literal

from simulation.parameters.quantity import DOMAINS

What = Literal["area", "age", "people", "domain", "overall", "nothing"]
Scale = Literal["rank", "decile", "share", ""]
OLDEST = 120
AGES = (
    (re.compile(r"\b(?:under|below|less than|<)\s*(\d{1,3})\b"), lambda m: (0, int(m[1]))),
    (re.compile(r"\b(\d{1,3})\s*(?:[-\u2013\u2014_]|to)\s*(\d{1,3})\b"), lambda m: (int(m[1]), int(m[2]) + 1)),
    (
        re.compile(r"\b(\d{1,3})\s*(?:\+|p\b|plus|(?:and |or )?(?:over|above|older|more))"),
        lambda m: (int(m[1]), OLDEST),
    ),
    (re.compile(r"\bover\s*(\d{1,3})\b"), lambda m: (int(m[1]) + 1, OLDEST)),
)
WORDS = {
    "income": "income",
    "employment": "employment",
    "education": "education educ skills",
    "health": "health",
    "crime": "crime",
    "housing": "housing barriers",
    "living": "living livenv environment outdoors",
}
OVERALL = ("imd", "simd", "deprivation", "deprived", "wimd", "multiple")
NAMES = (
    "area",
    "lsoa",
    "msoa",
    "ward",
    "name",
    "zone",
    "neighbourhood",
    "neighborhood",
    "datazone",
    "code",
    "district",
)
PEOPLE = ("people", "population", "persons", "residents", "pop", "inhabitants", "total", "ages")
ALL_ENGLAND = 32_844
"""Small areas of England, which ranks of deprivation go up to."""


@dataclass(frozen=True)
class Column:
    """What a column was taken for.

    Attributes:
        heading: as it was written.
        what: it is.
        start: the youngest age, of a column of ages.
        end: the first age that is no longer in it.
        domain: of deprivation.
        scale: how deprivation is given; empty where only its numbers can tell.
    """

    heading: str
    what: What
    start: int = 0
    end: int = 0
    domain: str = ""
    scale: Scale = ""

    @property
    def told(self) -> str:
        """What it was taken for, in words."""
        ages = (
            f"people aged {self.start} and over"
            if self.end == OLDEST
            else f"people aged {self.start} to {self.end - 1}"
        )
        scales = {
            "rank": f"rank, 1 = most deprived of {ALL_ENGLAND:,}",
            "decile": "decile, 1 = most deprived",
            "share": "share or percentile, 1 (or 100) = most deprived",
            "": "",
        }
        return {
            "area": "the area's name",
            "age": ages,
            "people": "all people",
            "domain": f"deprivation: {self.domain} ({scales[self.scale]})",
            "overall": f"deprivation as a whole ({scales[self.scale]})",
            "nothing": "nothing: left out",
        }[self.what]


def column(heading: str) -> Column:
    """What one column is, from its heading."""
    text = re.sub(r"(?<=[a-z])(?=\d)", " ", heading.lower().replace("_", "-" if re.search(r"\d_\d", heading) else " "))
    words = set(re.findall(r"[a-z]+", text))
    domain = next((each for each in DOMAINS if words & set(WORDS[each].split())), "")
    scale: Scale = "rank" if "rank" in words else "decile" if words & {"decile", "dec"} else "share"
    if domain or words & set(OVERALL):
        if (
            words & {"score", "quintile", "number", "count", "rate", "percent"} or "%" in heading
        ):  # no place among others
            return Column(heading, "nothing")
        return Column(heading, "domain" if domain else "overall", domain=domain, scale=scale)
    for pattern, span in AGES:
        if match := pattern.search(text):
            start, end = span(match)
            return Column(heading, "age", start, end)
    if words & set(PEOPLE) and not words & {"density", "change", "growth"}:
        return Column(heading, "people")
    return Column(heading, "area") if words & set(NAMES) else Column(heading, "nothing")


def columns(headings: list[str]) -> list[Column]:
    """What each column is; only the first that names the area does, and a code gives way to a name."""
    found = [column(heading) for heading in headings]
    named = [each for each in found if each.what == "area"]
    taken = next((each for each in named if "code" not in each.heading.lower()), named[0] if named else None)
    once: set[str] = set()
    kept = []
    for each in found:
        key = each.domain or each.what
        again = each.what in ("people", "domain", "overall") and key in once
        once.add(key)
        kept.append(Column(each.heading, "nothing") if again or (each.what == "area" and each is not taken) else each)
    return kept
