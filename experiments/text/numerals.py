"""Writes numbers the way people read them: thousands set apart, never an exponent, no more figures than are known."""

from __future__ import annotations

import math
from decimal import Decimal

UNKNOWN = "-"
FIGURES = 3
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
