"""Writes figures as a place's file holds them: value, range, unit, source, grade and note."""

from collections.abc import Sequence
from typing import Any

from experiments.configuration.places.authorities import Line

Node = dict[str, Any]
REVENUE = "MHCLG Revenue Outturn"
PATHS = f"{REVENUE} 2010-11 to 2017-18, HMT GDP deflator"
LOWEST, HIGHEST = -1.0, 0.95
"""What a council may have lost of its services, or drawn for them, as a share of 2010-11's."""
FILLED = "filled: "
"""What the note of a figure begins with that is not the place's own."""


def filled(how: str) -> str:
    """The note of a figure that is taken over from elsewhere."""
    return FILLED + how


def figure(value: Any, low: Any, high: Any, unit: str, source: str, grade: str, note: str = "") -> Node:
    """A figure with its range."""
    found = {"value": value, "low": low, "high": high, "unit": unit, "source": source, "grade": grade}
    return found | ({"note": note} if note else {})


def own(value: Any, unit: str, source: str, grade: str, note: str = "") -> Node:
    """A figure that is exactly known."""
    return figure(value, value, value, unit, source, grade, note)


def path(years: Sequence[Line], key: str, unit: str, note: str, ends: Sequence[str] = (), grade: str = "B") -> Node:
    """A row of figures, one a year."""
    low, high = ends or (key, key)
    value, least, most = ([float(line[each]) + 0.0 for line in years] for each in (key, low, high))
    if min(least) < LOWEST or max(most) > HIGHEST:
        value, least, most = ([min(max(share, LOWEST), HIGHEST) for share in row] for row in (value, least, most))
        grade, note = "C", filled(f"held between {LOWEST:g} and {HIGHEST:g}, as far as the model goes") + f"; {note}"
    return figure(value, least, most, unit, PATHS, grade, note)
