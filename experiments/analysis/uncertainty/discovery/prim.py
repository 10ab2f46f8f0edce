"""Finds where in a space of inputs something happens: PRIM, the patient rule induction method, with its honest measures.

Friedman and Fisher 1999, as Lempert, Bryant and Bankes (RAND WR-557, 2008) use it: slices are peeled off a box around all
points, each time the thin slice without which the share of cases inside rises most; of all boxes on the way the one is kept
whose inside goes best with being a case, then its sides are moved where that helps, and inputs that luck alone
could explain are let go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.analysis.uncertainty.discovery.prim_settings import How

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_QUASI_P = 0.05
RESAMPLES, SHUFFLES = 50, 99
ENOUGH = 5
"""Shuffles with as good a box after which no more are made: luck draws such boxes, and how often is known well enough."""


@dataclass(frozen=True)
class Box:
    """A part of the space.

    Attributes:
        low: lowest value of each input inside; minus infinity where it is free.
        high: highest value of each input inside.
    """

    low: Floats
    high: Floats

    @property
    def restricted(self) -> list[int]:
        """The inputs that are not free."""
        return [int(k) for k in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))]

    def holds(self, x: Floats) -> Bools:
        """Says of each point whether it lies inside."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    def without(self, column: int) -> Box:
        """The box with one input let go."""
        low, high = self.low.copy(), self.high.copy()
        low[column], high[column] = -math.inf, math.inf
        return Box(low, high)


@dataclass(frozen=True)
class Measures:
    """How good a box is.

    Attributes:
        total: points.
        cases: of them of interest.
        inside: points in the box.
        hits: cases in the box.
    """

    total: int
    cases: int
    inside: int
    hits: int

    @property
    def coverage(self) -> float:
        """Share of all cases that the box holds."""
        return self.hits / self.cases if self.cases else math.nan

    @property
    def density(self) -> float:
        """Share of the points inside that are cases."""
        return self.hits / self.inside if self.inside else math.nan

    @property
    def mass(self) -> float:
        """Share of all points that lie inside."""
        return self.inside / self.total

    @property
    def agreement(self) -> float:
        """Correlation between being inside and being a case; 0 where everything or nothing is either."""
        spread = self.inside * (self.total - self.inside) * self.cases * (self.total - self.cases)
        return (self.total * self.hits - self.inside * self.cases) / math.sqrt(spread) if spread else 0.0


@dataclass(frozen=True)
class Found:
    """A box and how far it can be trusted.

    Attributes:
        box: where the cases are.
        measures: of the box.
        quasi_p: by restricted input, the chance of so many cases inside if letting that input go changed nothing.
        chance: share of shuffles of the cases, this one among them, in which as good a box is found: nothing is there then.
    """

    box: Box
    measures: Measures
    quasi_p: dict[int, float]
    chance: float


def measure(box: Box, x: Floats, is_case: Bools) -> Measures:
    """Counts what a box holds."""
    inside = box.holds(x)
    return Measures(len(x), int(is_case.sum()), int(inside.sum()), int((inside & is_case).sum()))


def quasi_p(inside: int, hits: int, inside_without: int, hits_without: int) -> float:
    """The chance of at least so many cases in a box if each point there were a case as often as without one restriction.

    Quasi, because the box was chosen by the same points; a small one does not prove that the restriction matters.
    """
    return float(stats.binom.sf(hits - 1, inside, hits_without / inside_without))


def quasi_ps(box: Box, x: Floats, is_case: Bools) -> dict[int, float]:
    """The quasi-p of each restricted input."""
    counts, loose = measure(box, x, is_case), {k: measure(box.without(k), x, is_case) for k in box.restricted}
    return {k: quasi_p(counts.inside, counts.hits, m.inside, m.hits) for k, m in loose.items()}


def find(x: Floats, is_case: Bools, seed: int, how: How | None = None, shuffles: int = SHUFFLES) -> Found | None:
    """Looks for the box that tells cases from the rest, and tests it; none where there is no box to be found at all.

    Source: Besag and Clifford 1991, Sequential Monte Carlo p-values: shuffling may end at a fixed number of boxes as good.
    """
    how = how or How()
    box = search(x, is_case, how)
    if box is None:
        return None
    luck, counts = np.random.default_rng(seed), measure(box, x, is_case)
    as_good = done = 0
    while as_good < ENOUGH and done < shuffles:
        other = search(x, mixed := luck.permutation(is_case), how)
        as_good += other is not None and measure(other, x, mixed).agreement >= counts.agreement
        done += 1
    chance = as_good / done if as_good == ENOUGH else (1 + as_good) / (1 + shuffles)
    return Found(box, counts, quasi_ps(box, x, is_case), chance)


def picked_again(x: Floats, is_case: Bools, seed: int, how: How | None = None) -> Floats:
    """By input, the share of resamples of the points whose own box restricts it."""
    luck, frequency = np.random.default_rng(seed), np.zeros(x.shape[1])
    for _ in range(RESAMPLES):
        drawn = luck.integers(0, len(x), len(x))
        box = search(x[drawn], is_case[drawn], how or How())
        frequency[box.restricted if box else []] += 1 / RESAMPLES
    return frequency


def search(x: Floats, is_case: Bools, how: How) -> Box | None:
    """Peels, keeps the best box on the way, moves its sides out, and lets go of inputs that luck could explain."""
    if not 0 < is_case.sum() < len(x):
        return None
    best = _paste(max(peel(x, is_case, how), key=lambda box: measure(box, x, is_case).agreement), x, is_case, how)
    while best.restricted:
        p = quasi_ps(best, x, is_case)
        worst = max(p, key=lambda k: p[k])
        if p[worst] <= MOST_QUASI_P:
            return best
        best = best.without(worst)
    return None


def peel(x: Floats, is_case: Bools, how: How) -> list[Box]:
    """All boxes on the way from everything to the densest one that is not too small."""
    columns = x.shape[1]
    box = Box(np.full(columns, -math.inf), np.full(columns, math.inf))
    found, least = [box], max(1, math.ceil(how.least_mass * len(x)))
    while True:
        inside = box.holds(x)
        near, case = x[inside], is_case[inside]
        kept = np.concatenate([_without_slice(near, how.peel_alpha), _without_slice(-near, how.peel_alpha)], axis=1)
        size, hits = kept.sum(axis=0), kept[case].sum(axis=0)
        free = np.tile(np.isinf(box.low) & np.isinf(box.high), 2)
        may = (size >= least) & (size < len(near)) & (~free | (len(box.restricted) < how.most_inputs))
        density = np.where(may, hits / np.maximum(size, 1), -1.0)
        place = int(np.lexsort((size, density))[-1])
        if density[place] <= case.mean():
            return found
        box = _cut(box, place, near, kept[:, place])
        found.append(box)


def _without_slice(values: Floats, share: float) -> Bools:
    """Which points are left, column by column, when the lowest share is taken away; equal values go together."""
    ordered = np.sort(values, axis=0)
    place, along = divmod(share * (len(values) - 1), 1)
    below, above = ordered[int(place)], ordered[min(int(place) + 1, len(values) - 1)]
    gap = above - below
    edge = below + gap * along if along < 0.5 else above - gap * (1 - along)  # np.quantile, in a tenth of its time
    return np.where(edge > ordered[0], values >= edge, values > ordered[0])


def _cut(box: Box, place: int, near: Floats, kept: Bools) -> Box:
    """The box without a slice; the new side lies half way between the last point outside and the first inside."""
    column, low, high = place % near.shape[1], box.low.copy(), box.high.copy()
    values = near[:, column]
    if place < near.shape[1]:
        low[column] = (values[kept].min() + values[~kept].max()) / 2
    else:
        high[column] = (values[kept].max() + values[~kept].min()) / 2
    return Box(low, high)


def _paste(box: Box, x: Floats, is_case: Bools, how: How) -> Box:
    """Moves single sides, out by a slice or by one point either way, as long as inside and case then go better together."""
    while True:
        slice_of = max(1, round(how.peel_alpha * int(box.holds(x).sum())))
        others = [each for k in box.restricted for step in {slice_of, 1, -1} for each in _moved(box, k, x, step)]
        best = max(others, key=lambda each: measure(each, x, is_case).agreement, default=box)
        if measure(best, x, is_case).agreement <= measure(box, x, is_case).agreement:
            return box
        box = best


def _moved(box: Box, column: int, x: Floats, step: int) -> list[Box]:
    """The box with either side of one input moved out by so many points, or in where that is below 0."""
    values, found = np.unique(x[box.without(column).holds(x), column]), []
    if math.isfinite(box.low[column]):
        low = box.low.copy()
        place = int(np.searchsorted(values, low[column])) - step
        low[column] = _between(values, place) if place > 0 else -math.inf
        found.append(replace(box, low=low))
    if math.isfinite(box.high[column]):
        high = box.high.copy()
        place = int(np.searchsorted(values, high[column], side="right")) + step
        high[column] = _between(values, place) if place < len(values) else math.inf
        found.append(replace(box, high=high))
    return found


def _between(values: Floats, place: int) -> float:
    """Half way between the value at a place and the one before it."""
    place = min(max(place, 1), len(values) - 1)
    return float((values[place - 1] + values[place]) / 2)
