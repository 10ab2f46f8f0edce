"""Finds authorities of England and Scotland by words: part of a name, a region, a kind of council."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from experiments.configuration import options
from experiments.configuration.places.authorities import (
    ENGLAND,
    SCOTLAND,
    Authority,
    authorities,
    places,
    scottish,
    search,
    words_of,
)
from experiments.errors import ConfigurationError, Fault, nearest
from experiments.text.terminal import table

SEARCHED = "redesign list places yorkshire"
DEPRIVED = {
    ENGLAND: "mean score of the Index of Multiple Deprivation 2019, England 21.7",
    SCOTLAND: "per cent of its data zones among Scotland's most deprived fifth, SIMD 2020; not to be held against England's",
}
"""What deprivation is measured by."""


def found(words: Sequence[str]) -> list[Authority]:
    """Authorities of which every word is told.

    Raises:
        ConfigurationError: there is none.
    """
    if hits := search(words):
        return hits
    known = {word for each in places().values() for word in words_of(each).split()}
    astray = next((word for word in words if not search([word])), " ".join(words))
    close = nearest(astray.lower(), sorted(known)) or nearest(astray.lower(), places())
    raise ConfigurationError(
        Fault(
            f"list places {' '.join(words)}",
            "finds none of England's authorities or Scotland's councils: words are looked for in names, regions and kinds of "
            "council (London borough, metropolitan district, unitary, county, council area, islands council)",
            f"redesign list places {close}" if close else SEARCHED,
        )
    )


def show(page: Console, words: Sequence[str]) -> None:
    """Prints what was found, one line each, nation by nation."""
    hits, counted = found(words), how_many()
    for nation, those in groupby(hits, key=lambda each: each.nation):
        rows = [
            (each.place, each.kind, each.region, f"{each.population:,}", f"{each.deprivation:.1f}") for each in those
        ]
        table(page, ("place", "council", "region", "people 2010", "deprived"), rows, right=(3, 4))
        page.print(f"\n{len(rows)} of {counted[nation]}. deprived: {DEPRIVED[nation]}.\n")
    page.print(f"redesign show place={hits[0].place}")
    if in_full := [each.name for each in hits if each.name in options.in_full(options.PLACE)]:
        page.print(f"With every small area instead of zones: place={', place='.join(in_full)}")


def told() -> str:
    """How many there are besides the places that ship in full, and how to find one."""
    counted = how_many()
    return (
        f"Besides these, {counted[ENGLAND]} and {counted[SCOTLAND]} by name, as place=leeds or place=glasgow, in zones.\n"
        f"{SEARCHED}   finds them by name, region or kind of council: london, county, scotland ..."
    )


def how_many() -> dict[str, str]:
    """How many authorities each nation has, in words."""
    return {ENGLAND: f"England's {len(authorities())} authorities", SCOTLAND: f"Scotland's {len(scottish())} councils"}
