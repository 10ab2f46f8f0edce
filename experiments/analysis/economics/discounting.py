"""Makes pounds and years of life that come later comparable with those that come now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

KINKS = (30, 75, 125, 200, 300)
"""Years after which the Treasury's rate falls to the next; after the last it stays."""


@dataclass(frozen=True)
class Schedule:
    """Yearly rates that fall after each kink.

    Attributes:
        rates: share a year, one for each stretch between kinks; as many as are known.
    """

    rates: tuple[float, ...]

    def factors(self, years: int, first_year: int = 0) -> Floats:
        """Says what one unit in each of some following years is worth in year 0, where it counts whole.

        Raises:
            ValueError: a year lies beyond the last known rate.
        """
        last = first_year + years - 1
        known = len(self.rates) > len(KINKS)
        if not known and last > KINKS[len(self.rates) - 1]:
            raise ValueError(f"discounting year {last}: rates are known up to year {KINKS[len(self.rates) - 1]}")
        every = np.arange(1, last + 1)
        rates = np.asarray(self.rates)[np.searchsorted(KINKS, every, side="left")]
        return np.concatenate([[1.0], np.cumprod(1.0 / (1.0 + rates))])[first_year:]


NONE = Schedule((0.0,) * (len(KINKS) + 1))
"""Later counts as much as now."""


def present_value(flows: ArrayLike, factors: ArrayLike) -> Floats:
    """Adds up flows by their worth today; years are the last axis."""
    return np.asarray(np.asarray(flows, dtype=np.float64) @ np.asarray(factors, dtype=np.float64))


def equivalent_annual(total: float, factors: ArrayLike) -> float:
    """Spreads a present value over years in equal yearly amounts of the same worth."""
    return total / float(np.sum(factors))


def monthly(factors: Sequence[float] | Floats, months_a_year: int = 12) -> Floats:
    """Gives every month the factor of its year."""
    return np.repeat(np.asarray(factors, dtype=np.float64), months_a_year)
