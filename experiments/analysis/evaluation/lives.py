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

    def effect_on_others(self, first: Years) -> float:
        """What the zones changed in all others, in the mean over the years in which there were zones: nothing reaches them."""
        return 0.0


@dataclass(frozen=True)
class Run(Lives):
    """A pilot that was run, because what its zones do reaches others: everybody as they were in it, and without any zone.

    `inside` holds the same lives for each start: those of everybody in this pilot.
    """

    def sham(self) -> Lives:
        """Zones that change nothing, for nobody."""
        return Lives(self.outside, dict.fromkeys(self.inside, self.outside), self.deprivation, self.better)

    def seen(self, first: Years, pairs: Rows | None = None) -> "Seen":
        """What is seen: everybody as they were in the pilot, which had these zones."""
        return Seen(next(iter(self.inside.values())), first, self.deprivation, pairs)

    def effect_on_others(self, first: Years) -> float:
        """What the zones changed in all others, in the mean over the years in which there were zones."""
        seen = self.seen(first)
        return float((seen.values - self.outside)[seen.others, seen.years_before :].mean())


def luck_of(replications: Sequence[Lives]) -> NDArray[np.float64]:
    """How far each authority's year is from the mean of the same year in the other replications, nobody being a zone.

    Returns:
        Replications x authorities x years; NaN where there is one replication only.
    """
    every = np.stack([lives.outside for lives in replications])
    others = len(every) - 1
    return (every - every.mean(axis=0)) * (len(every) / others if others else np.nan)


def of_everybody(replications: Sequence[Lives], scale: float) -> list[Lives]:
    """The same lives with as much luck in every year of every authority as if all its people had been simulated.

    How far a year is from its mean over replications is luck, and shrinks with the square root of the people. The mean of R
    replications holds luck too: so deviations are also widened by the square root of R / (R - 1), and means are moved as
    little as can be so that authorities differ, within years and between them, as they do beyond luck.

    Args:
        replications: two or more.
        scale: the share of people that was simulated.
    """
    kept = np.sqrt(scale * len(replications) / (len(replications) - 1))
    outside = np.stack([lives.outside for lives in replications])
    seen = _without_luck(outside) + kept * (outside - outside.mean(axis=0))
    inside = {}
    for first in replications[0].inside:
        effect = np.stack([lives.inside[first] - lives.outside for lives in replications])
        inside[first] = seen + effect.mean(axis=0) + kept * (effect - effect.mean(axis=0))
    each = enumerate(replications)
    return [replace(of, outside=seen[r], inside={first: inside[first][r] for first in inside}) for r, of in each]


def _without_luck(values: NDArray[np.float64]) -> Matrix:
    """Authorities' means over replications, moved so that the covariance of their years is what is left of it without luck."""
    mean = values.mean(axis=0)
    apart, luck = mean - mean.mean(axis=0), values - values.mean(axis=0)
    count, authorities = len(values), len(mean)
    seen = apart.T @ apart / (authorities - 1)
    by_luck = np.einsum("rny,rnz->yz", luck, luck) / ((count - 1) * authorities * count)
    root, back = _power(seen, 0.5), _power(seen, -0.5)
    left = _power(seen - by_luck, 1.0)
    return np.asarray(mean.mean(axis=0) + apart @ back @ _power(root @ left @ root, 0.5) @ back)


def _power(matrix: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    """A power of a symmetric matrix, of which what is below 0 or next to it counts as nothing."""
    values, vectors = np.linalg.eigh(matrix)
    known = values > 1e-10 * np.abs(values).max(initial=0.0)
    return np.asarray((vectors[:, known] * values[known] ** power) @ vectors[:, known].T)


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
