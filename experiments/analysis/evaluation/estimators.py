"""What evaluators do with what they see. Every method returns an effect for each zone and year, and a 95% interval."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.analysis.evaluation.choosing import standardised
from experiments.analysis.evaluation.lives import NEVER, Rows, Seen, Years

LEVEL = 0.95
NEIGHBOURS = 3
"""How many authorities that are no zones each zone is held against when it is matched."""
SHUFFLES = 999
"""How often zones are dealt out anew by randomisation inference."""


class Estimate(NamedTuple):
    """What an evaluator reports.

    Attributes:
        effect: of being a zone, in the mean over the zones' years as zones, as the true effect is.
        low, high: its 95% interval.
    """

    effect: float
    low: float
    high: float


Estimator = Callable[[Seen], Estimate]


def of_sample(effects: NDArray[np.float64], years: NDArray[np.float64]) -> Estimate:
    """The mean of one effect a zone, each counting by its years as a zone; where these are the same, with Student's interval."""
    count, weights = len(effects), years / years.sum()
    mean = float(weights @ effects)
    error = float(np.sqrt(count / (count - 1) * ((weights * (effects - mean)) ** 2).sum()))
    half = float(stats.t.ppf(0.5 + LEVEL / 2, count - 1)) * error
    return Estimate(mean, mean - half, mean + half)


def changes(values: NDArray[np.float64], rows: Rows, first: int) -> NDArray[np.float64]:
    """By how much authorities' means from a year on differ from their means before it."""
    return values[rows, first:].mean(axis=1) - values[rows, :first].mean(axis=1)


def before_after(seen: Seen) -> Estimate:
    """Zones after, less the same zones before: whatever else happened meanwhile counts as the zones' doing."""
    effects = [changes(seen.values, zones, first) for first, zones in cohorts(seen)]
    return of_sample(np.concatenate(effects), years_as_zones(seen))


def matched_difference(seen: Seen) -> Estimate:
    """Difference in differences: each zone's change less that of the three others most like it.

    Alike is in the last year before and in deprivation.
    """
    effects = []
    for first, zones in cohorts(seen):
        alike = np.column_stack([standardised(seen.values[:, first - 1]), standardised(seen.deprivation)])
        apart = ((alike[zones, None] - alike[None, seen.others]) ** 2).sum(axis=-1)
        nearest = seen.others[np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]]
        expected = changes(seen.values, nearest.ravel(), first).reshape(nearest.shape).mean(axis=1)
        effects.append(changes(seen.values, zones, first) - expected)
    return of_sample(np.concatenate(effects), years_as_zones(seen))


def cohorts(seen: Seen) -> list[tuple[int, Rows]]:
    """The zones that began in each year."""
    starts = np.unique(seen.first[seen.first != NEVER])
    return [(int(start), np.flatnonzero(seen.first == start)) for start in starts]


def years_as_zones(seen: Seen) -> NDArray[np.float64]:
    """How many years each zone has been one, in the order of `cohorts`."""
    years = seen.values.shape[1]
    return np.concatenate([np.full(len(zones), float(years - first)) for first, zones in cohorts(seen)])


def randomisation(seen: Seen) -> Estimate:
    """Randomisation inference: zones are dealt out anew many times, and what chance alone gives is what an effect must exceed.

    The statistic is the difference in differences between zones and those that are never one. For a supposed effect the
    zones' years are put back by it and dealt out anew; the interval holds every effect that is not among the 5% most unlikely.
    Because the statistic is linear in the supposed effect, each deal says at once for which effects it is at least as far from
    nothing as what was seen: an interval around the estimate. (Fisher 1935; Rosenbaum 2002, Covariance adjustment.)
    Zones are dealt out as they were drawn: of pairs one each, else any of all.
    """
    starts, began = zip(*((start, len(zones)) for start, zones in cohorts(seen)), strict=True)
    both = np.stack([seen.values, seen.treated.astype(float)])
    authorities, years = seen.values.shape
    pairs = None if seen.pairs is None else tuple(map(tuple, seen.pairs.tolist()))
    dealt = _deals(authorities, years, starts, began, pairs)
    deals = np.concatenate([_weights(seen.first, starts, years)[None], dealt])
    change = np.stack([both[..., start:].mean(-1) - both[..., :start].mean(-1) for start in starts])
    by_chance, carried = np.einsum(
        "dca,cka->kd", deals, change
    )  # and how much of the true zones' effect a deal picks up
    effect = by_chance[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(effect - by_chance) / (1 - carried), (effect + by_chance) / (1 + carried)])
    ends[:, np.abs(carried) >= 1 - 1e-12] = [
        [-np.inf],
        [np.inf],
    ]  # as it was dealt, or its mirror: as far for every effect
    low = np.quantile(ends.min(axis=0), 1 - LEVEL, method="lower")
    high = np.quantile(ends.max(axis=0), LEVEL, method="higher")
    return Estimate(float(effect), float(low), float(high))


@lru_cache(maxsize=64)
def _deals(
    authorities: int,
    years: int,
    starts: tuple[int, ...],
    began: tuple[int, ...],
    pairs: tuple[tuple[int, ...], ...] | None,
) -> NDArray[np.float64]:
    """Ways of dealing out as many zones, as weights: deals x starts x authorities; the same for every pilot of a size.

    Of pairs, as many as there are zones are dealt out, and one of each by the toss of a coin.
    """
    rng = np.random.default_rng(0)
    first, when = np.full(authorities, NEVER), np.repeat(starts, began)
    first[: len(when)] = when
    dealt = []
    for _ in range(SHUFFLES):
        deal = rng.permutation(first)
        if pairs is not None:
            taken = np.array(pairs)[rng.permutation(len(pairs))[: len(when)]]
            deal = np.full(authorities, NEVER)
            deal[taken[np.arange(len(when)), rng.integers(2, size=len(when))]] = when
        dealt.append(_weights(deal, starts, years))
    return np.stack(dealt)


def _weights(first: Years, starts: tuple[int, ...], years: int) -> NDArray[np.float64]:
    """How changes from each start on add up to the difference in differences of zones and those that are never one.

    Returns:
        Starts x authorities; starts count by their zones' years as zones.
    """
    never = (first == NEVER) / (first == NEVER).sum()
    counts = np.array([(first == start).sum() * (years - start) for start in starts])
    cohorts = np.stack([(first == start) / (first == start).sum() - never for start in starts])
    return cohorts * (counts / counts.sum())[:, None]
