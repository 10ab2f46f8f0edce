"""Writes numbers the way people read them: thousands set apart, never an exponent, no more figures than are known."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

UNKNOWN = "-"
FIGURES = 3
HALF_A_PENNY = 0.005
"""Of a pound; what is less is told as nothing."""
SMALLEST = 1e-6
"""Smaller sizes than this are rounding in a computer and nothing in a place."""


def decimals(size: float, figures: int = FIGURES) -> int:
    """Decimals that show so many significant figures; none from 100 up, and none of nothing."""
    if abs(size) < SMALLEST or not math.isfinite(size):
        return 0
    places = max(0, figures - 1 - math.floor(math.log10(abs(size))))
    rounded = round(abs(size), places)
    return max(0, figures - 1 - math.floor(math.log10(rounded))) if rounded else places


def fixed(value: float, places: int, signed: bool = False) -> str:
    """A number to so many decimals; one that rounds to nothing has no sign."""
    if not math.isfinite(value):
        return UNKNOWN
    if not float(f"{value:.{places}f}"):
        return f"{0:.{places}f}"
    return f"{value:{'+' if signed else ''},.{places}f}"


def plain(value: float, figures: int = FIGURES) -> str:
    """A number in so many significant figures; whole from 100 up, and 0 where there is nothing at all."""
    return fixed(value, decimals(value, figures))


def exact(value: float) -> str:
    """A number with every figure it was written with, and none of the computer's own."""
    if not math.isfinite(value):
        return UNKNOWN
    return f"{Decimal(f'{value:.12g}').normalize():,f}"


def figure(value: float) -> str:
    """A number in three significant figures, without noughts that nobody wrote."""
    words = plain(value)
    return words.rstrip("0").rstrip(".") if "." in words else words


def per_cent(share: float) -> str:
    """A share in whole per cents; what is nearly all or nearly nothing is not called so."""
    if share >= 0.995:
        return "over 99"
    return "under 1" if 0 < share < 0.005 else f"{100 * share:.0f}"


def counted(number: int, noun: str) -> str:
    """Writes how many there are: 1 year, 2 years, 1,000 years."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def two(value: float) -> str:
    """A size in at most two significant figures, without noughts that say nothing."""
    size = abs(value)
    if not math.isfinite(size):
        return "not known"
    rounded = float(f"{size:.2g}")
    words = f"{rounded:,.{decimals(rounded, 2)}f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def two_signed(value: float) -> str:
    """A number of either sign in at most two significant figures, as words beside a figure say it."""
    return f"{'−' if value < 0 else ''}{two(value)}"


def pounds(value: float) -> str:
    """A sum without its sign, in two figures; in pence below a pound."""
    return f"£{abs(value):.2f}" if 0 < abs(value) < 1 else f"£{two(value)}"


def difference(row: Mapping[str, Any], brief: bool = False) -> str:
    """A difference with its interval, all to the same decimals; in brief as ± where the interval shows as symmetric.

    The decimals show two figures of the larger of the difference and half its interval: more would be noise.
    """
    diff, low, high = (float(row[key]) for key in ("diff", "ci_lo", "ci_hi"))
    if not (math.isfinite(low) and math.isfinite(high)):
        return fixed(diff, decimals(diff, 2), signed=True)
    half = (high - low) / 2
    places = decimals(max(abs(diff), half), 2)
    shown = fixed(diff, places, signed=True)
    below, above = (fixed(side, places) for side in (diff - low, high - diff))
    if brief and below == above:
        return f"{shown} ±{above}"
    return f"{shown} ({fixed(low, places)} to {fixed(high, places)})"
