"""Both lives of every authority, of which a pilot shows one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
"""The first year as a zone of an authority that never becomes one."""
Matrix = NDArray[np.float64]
Years = NDArray[np.int64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Lives:
    """One outcome of every authority, year by year, as it would be under either policy with the same people and luck.

    Attributes:
        outside: under the policy of all who are no zone; authorities x years, the first year before any zone begins.
        inside: as a zone, by the first year of being one.
        deprivation: of each authority.
        better: 1 where more of the outcome is better, -1 where less is.
    """

    outside: Matrix
    inside: Mapping[int, Matrix]
    deprivation: NDArray[np.float64]
    better: int = -1

    def until(self, year: int) -> "Lives":
        """What is known when a year is over."""
        inside = {first: lives[:, : year + 1] for first, lives in self.inside.items() if first <= year}
        return replace(self, outside=self.outside[:, : year + 1], inside=inside)

    def sham(self) -> "Lives":
        """Zones that change nothing: whatever is found of them is not there."""
        return replace(self, inside=dict.fromkeys(self.inside, self.outside))

    def seen(self, first: Years, pairs: Rows | None = None) -> "Seen":
        """What is seen once it is decided who becomes a zone, and when, of which pairs zones are one each."""
        values = self.outside.copy()
        for year, lives in self.inside.items():
            values[first == year] = lives[first == year]
        return Seen(values, first, self.deprivation, pairs)

    def true_effect(self, first: Years) -> float:
        """What being a zone changed, in the mean over the zones' years as zones."""
        seen = self.seen(first)
        return float((seen.values - self.outside)[seen.treated].mean())


def luck_of(replications: Sequence[Lives]) -> NDArray[np.float64]:
    """How far each authority's year is from the mean of the same year in the other replications, nobody being a zone.

    Returns:
        Replications x authorities x years; NaN where there is one replication only.
    """
    every = np.stack([lives.outside for lives in replications])
    others = len(every) - 1
    return (every - every.mean(axis=0)) * (len(every) / others if others else np.nan)


@dataclass(frozen=True)
class Seen:
    """What an evaluator has: one life of each authority.

    Attributes:
        values: authorities x years.
        first: the first year as a zone of each authority, or `NEVER`.
        deprivation: of each authority.
        pairs: pairs x 2, the rows of authorities of which zones were one each, where they were chosen so.
    """

    values: Matrix
    first: Years
    deprivation: NDArray[np.float64]
    pairs: Rows | None = None

    @property
    def zones(self) -> Rows:
        """The rows of those that became zones."""
        return np.flatnonzero(self.first != NEVER)

    @property
    def others(self) -> Rows:
        """The rows of those that never did."""
        return np.flatnonzero(self.first == NEVER)

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Which authorities are zones in which years."""
        return treated(self.first, self.values.shape[1])

    @property
    def years_before(self) -> int:
        """How many years are known in which nobody was a zone."""
        return int(self.first.min())


def treated(first: Years, n_years: int) -> NDArray[np.bool_]:
    """Which authorities are zones in which years, from the first year of each; further axes may come before the authorities."""
    return np.arange(n_years) >= first[..., None]
