"""Finds England's authorities by words: part of a name, a region, a kind of council."""

from collections.abc import Sequence

from rich.console import Console

from experiments.configuration import options
from experiments.configuration.places.authorities import Authority, authorities, search, words_of
from experiments.errors import ConfigurationError, Fault, nearest
from experiments.text.terminal import table

SEARCHED = "redesign list places yorkshire"
ENGLAND = 21.7
"""Mean score of England's areas, Index of Multiple Deprivation 2019."""


def found(words: Sequence[str]) -> list[Authority]:
    """Authorities of which every word is told.

    Raises:
        ConfigurationError: there is none.
    """
    if hits := search(words):
        return hits
    known = {word for each in authorities().values() for word in words_of(each).split()}
    astray = next((word for word in words if not search([word])), " ".join(words))
    close = nearest(astray.lower(), sorted(known)) or nearest(astray.lower(), authorities())
    raise ConfigurationError(
        Fault(
            f"list places {' '.join(words)}",
            "finds none of England's authorities: words are looked for in names, regions and kinds of council "
            "(London borough, metropolitan district, unitary, county)",
            f"redesign list places {close}" if close else SEARCHED,
        )
    )


def show(page: Console, words: Sequence[str]) -> None:
    """Prints what was found, one line each."""
    hits = found(words)
    rows = [(each.place, each.kind, each.region, f"{each.population:,}", f"{each.deprivation:.1f}") for each in hits]
    table(page, ("place", "council", "region", "people 2010", "deprived"), rows, right=(3, 4))
    page.print(
        f"\n{len(rows)} of England's {len(authorities())} authorities. deprived: mean score of the Index of Multiple "
        f"Deprivation 2019, England {ENGLAND:g}.\nredesign show place={hits[0].place}"
    )
    if in_full := [each.name for each in hits if each.name in options.in_full(options.PLACE)]:
        page.print(f"With every small area instead of zones: place={', place='.join(in_full)}")


def told() -> str:
    """How many there are besides the places that ship in full, and how to find one."""
    return (
        f"Besides these, England's {len(authorities())} authorities by name, as place=leeds, in zones of like deprivation.\n"
        f"{SEARCHED}   finds them by name, region or kind of council: london, county, 'north east' ..."
    )
