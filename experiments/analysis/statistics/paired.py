"""Compares two arms that lived through the same luck, by their paired differences (first minus second).

Only chance is described: these intervals shrink with more replications and say nothing about parameters.
Swapping the two arms negates every difference, bound and percentile to the last bit, because each estimate is
made on the sample as it is oriented by its first non-zero difference and then turned back.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtr, stdtrit

from experiments.analysis.statistics.catalogue import Better

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
FEWEST_FOR_INTERVAL = 8
"""Below this many pairs no interval covers the mean as often as it says unless differences are known to be normal
(Student's holds it in 88 of 100 samples of five exponential differences), so none is given."""
METHOD = "t with Hall's correction for skewness"
NO_LEAN = 1e-8
"""A skewness at which the transformation is a straight line to the last digit."""
POWER = 0.8
"""How often the smallest difference that can be seen is seen, by the usual convention of trials."""
SAME_TO_ROUNDING = 1e-12
"""Differences that vary by less than this share of the largest are one number seen through rounding."""
RELATIVE_PRECISION = 0.05
FIRST_LOOK = 30
LOOK_AHEAD = 5
LEAST_VRF = 1.2
"""Common luck that saves fewer replications than this (fewer than one in six) hardly helps, and a reader is told."""
FEWEST_FOR_VRF = 10
"""Below this many pairs the factor itself is too uncertain to warn of. With ten normal pairs a true factor of 2 is
taken for no help in one case of seven and one of 5 in one of two hundred; with thirty, one of 2 in one of forty."""


class Interval(NamedTuple):
    """A confidence interval and how it was made; when undefined its bounds are NaN and `method` says why."""

    low: float
    high: float
    method: str


class Percentiles(NamedTuple):
    """Where the middle and the tails of the paired differences lie."""

    p5: float
    median: float
    p95: float


@dataclass(frozen=True)
class Wins:
    """In how many same-luck pairs the first arm did better; ties are counted apart and stay out of the rate.

    `rate` is wins / (wins + losses), so swapping the arms gives 1 - rate; it is NaN when every pair ties.
    """

    wins: int
    losses: int
    ties: int
    rate: float
    low: float
    high: float

    @property
    def pairs(self) -> int:
        """All pairs, ties included."""
        return self.wins + self.losses + self.ties


class StopRule(NamedTuple):
    """The replication at which precision was reached for good, and the one that confirmed it (or None)."""

    first: int | None
    confirmed: int | None

    @property
    def met(self) -> bool:
        """Whether precision was reached and stayed reached for the look-ahead."""
        return self.confirmed is not None


def finite_pairs(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    """Keeps the pairs in which both arms have a value (a rate over nobody has none).

    Raises:
        ValueError: the two arms have different numbers of values.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"pairs need two equally long lists, not shapes {a.shape} and {b.shape}")
    keep = np.isfinite(a) & np.isfinite(b)
    return a[keep], b[keep]


def difference_interval(differences: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Says within which range the mean paired difference lies, as far as chance is concerned.

    Student's interval with Hall's transformation, which leans it as the differences are skewed. When all differences
    are the same the interval is that one value (exactly 0 stays exactly 0). Fewer than `FEWEST_FOR_INTERVAL` pairs have
    none unless all are exactly 0: in a small place two runs may well show the same few people more by luck.
    """
    d = _sample(differences)
    if d.size < 2:
        return Interval(math.nan, math.nan, "undefined: one pair" if d.size else "undefined: no pairs")
    if _too_few(d):
        return Interval(math.nan, math.nan, f"undefined: fewer than {FEWEST_FOR_INTERVAL} pairs")
    if _all_same(d):
        value = float(d.mean()) if np.ptp(d) else float(d[0])
        return Interval(value, value, "all pairs the same")
    return hall_interval(d, confidence)


def smallest_seen(differences: ArrayLike, confidence: float = CONFIDENCE, power: float = POWER) -> float:
    """Says how large a true difference must be for so many pairs to tell it from luck in `power` of all cases.

    Returns:
        In the differences' own unit; NaN where there are too few pairs for an interval. Source: the usual planning
        formula, with Student's quantiles.
    """
    d = _sample(differences)
    if d.size < FEWEST_FOR_INTERVAL:
        return math.nan
    if _all_same(d):
        return 0.0
    quantiles = stdtrit(d.size - 1, [0.5 + confidence / 2, power])
    return float(quantiles.sum() * d.std(ddof=1) / math.sqrt(d.size))


def skewness(d: Floats) -> float:
    """Gives the sample skewness of three or more values, corrected for the size of the sample (Fisher-Pearson G1)."""
    n, gap = d.size, d - d.mean()
    second, third = float((gap**2).mean()), float((gap**2 * gap).mean())
    return math.sqrt((n - 1) * n) / (n - 2) * third / second**1.5 if second > 0 else math.nan


def hall_interval(differences: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Gives the interval for the mean of three or more differences, not all the same, that allows for their skewness.

    Source: P. Hall, On the removal of skewness by transformation, Journal of the Royal Statistical Society B 54 (1992)
    221-228: Student's ratio T becomes T + aT^2/sqrt(n) + a^2T^3/(3n) + a/(2 sqrt(n)) with a third of the skewness for a,
    which is turned round at Student's quantiles.
    """
    d = _sample(differences)
    turned, n = _orientation(d), d.size
    d = turned * d
    spread, lean = float(d.std(ddof=1)), skewness(d) / 3
    tail = (1 - confidence) / 2
    low, high = (float(d.mean()) - spread * _untransformed(t, lean, n) for t in stdtrit(n - 1, [1 - tail, tail]))
    return Interval(low, high, METHOD) if turned > 0 else Interval(-high, -low, METHOD)


def p_value(differences: ArrayLike) -> float:
    """Says how often luck alone would show a mean difference at least as far from 0, were there none.

    Returns:
        Below 0.05 exactly where `difference_interval` leaves 0 out; 1 where every difference is 0, and 0 where all are
        the same and not 0; NaN where there are too few pairs for an interval.
    """
    d = _sample(differences)
    if d.size < 2 or _too_few(d):
        return math.nan
    if _all_same(d):
        return 0.0 if d[0] else 1.0
    d = _orientation(d) * d
    n, lean, away = d.size, skewness(d) / 3, float(d.mean() / d.std(ddof=1))
    x = ((1 + lean * away) ** 3 - 1) / (3 * lean) if abs(lean) > NO_LEAN else away
    return float(2 * stdtr(n - 1, -abs(math.sqrt(n) * (x + lean / (2 * n)))))


def _untransformed(t: float, lean: float, n: int) -> float:
    """Turns Hall's transformation round: which deviation of the mean, in standard deviations, a quantile stands for."""
    x = t / math.sqrt(n) - lean / (2 * n)
    return float((np.cbrt(1 + 3 * lean * x) - 1) / lean) if abs(lean) > NO_LEAN else float(x)


def wilson_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Gives Wilson's interval for a proportion; (NaN, NaN) when there were no trials."""
    if trials == 0:
        return math.nan, math.nan
    share, z = successes / trials, float(ndtri(0.5 + 0.5 * confidence))
    below = 2 * (trials + z**2)
    centre = (2 * trials * share + z**2) / below
    half = z / below * math.sqrt(4 * trials * share * (1 - share) + z**2)
    return (0.0 if successes == 0 else centre - half, 1.0 if successes == trials else centre + half)


def count_wins(differences: ArrayLike, better: Better) -> Wins | None:
    """Counts the pairs in which the first arm did better, worse or exactly the same.

    Returns:
        None for an outcome of which neither less nor more is better: nobody can win it.
    """
    if better == "neither":
        return None
    d = _sample(differences) * (-1.0 if better == "lower" else 1.0)
    wins, losses = int((d > 0).sum()), int((d < 0).sum())
    low, high = wilson_interval(wins, wins + losses)
    rate = wins / (wins + losses) if wins + losses else math.nan
    return Wins(wins, losses, d.size - wins - losses, rate, low, high)


def variance_reduction(first: ArrayLike, second: ArrayLike) -> float:
    """Says how many times more pairs unrelated luck would need: [Var(A) + Var(B)] / Var(A - B).

    Returns:
        Below 1 if pairing hurt; infinity if it removed all chance (every difference the same although the
        arms vary); NaN if nothing varied at all or there are fewer than two pairs.
    """
    a, b = finite_pairs(first, second)
    if a.size < 2:
        return math.nan
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    together = 0.0 if _all_same(a - b) else float((a - b).var(ddof=1))
    if together == 0.0:
        return math.inf if apart > 0.0 else math.nan
    return apart / together


def saves_little(vrf: float, pairs: int) -> bool:
    """Says whether common luck hardly helped: few replications saved, and enough pairs to know.

    Nothing to warn of where nothing varied (NaN) or all chance was removed (infinity).
    """
    return pairs >= FEWEST_FOR_VRF and vrf < LEAST_VRF


def percentiles(differences: ArrayLike) -> Percentiles:
    """Gives the 5th, 50th and 95th percentile of the paired differences; NaN without any."""
    d = _sample(differences)
    if d.size == 0:
        return Percentiles(math.nan, math.nan, math.nan)
    turned = _orientation(d)
    p5, median, p95 = (turned * float(q) + 0.0 for q in np.percentile(turned * d, [5, 50, 95]))
    return Percentiles(p5, median, p95) if turned > 0 else Percentiles(p95, median, p5)


def sequential_stop(values: ArrayLike, absolute: float = 0.0, relative: float = RELATIVE_PRECISION) -> StopRule:
    """Finds after how many replications the mean was known well enough, and stayed so for `LOOK_AHEAD` more.

    Well enough: half-width of the t interval <= max(absolute, relative x |mean|), looked at from
    `FIRST_LOOK` values on. Source: Hoad, Robinson and Davies' sequential procedure, on the paired
    difference.
    """
    d = _sample(values)
    count = np.arange(1, d.size + 1)
    mean = np.cumsum(d) / count
    looked_at = count >= FIRST_LOOK
    spread = _running_spread(d)
    half = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2) * spread / np.sqrt(count)
    precise = (half <= np.maximum(absolute, relative * np.abs(mean))) & looked_at
    for n in count[precise]:
        if precise[n - 1 : n + LOOK_AHEAD].sum() == LOOK_AHEAD + 1:
            return StopRule(int(n), int(n) + LOOK_AHEAD)
    return StopRule(None, None)


def _running_spread(d: Floats) -> Floats:
    """Gives the standard deviation of the first n values for every n; NaN for one value."""
    if d.size == 0:
        return d
    centred, count = (d - d.mean(), np.arange(1, d.size + 1))  # far from 0 the difference of two sums loses its digits
    total, squares = np.cumsum(centred), np.cumsum(centred**2)
    variance = np.maximum(squares - total**2 / count, 0.0) / np.maximum(count - 1, 1)
    return np.where(count > 1, np.sqrt(variance), math.nan)


def _sample(differences: ArrayLike) -> Floats:
    """Reads a list of differences as a row of float64 without the undefined ones."""
    d = np.atleast_1d(np.asarray(differences, dtype=np.float64))
    return d[np.isfinite(d)]


def _all_same(d: Floats) -> bool:
    """Tells whether the values differ by no more than rounding."""
    return bool(np.ptp(d) <= SAME_TO_ROUNDING * np.abs(d).max())


def _too_few(d: Floats) -> bool:
    """Tells whether there are too few differences to say more of them than that they are exactly 0."""
    return d.size < FEWEST_FOR_INTERVAL and bool(d.any())


def _orientation(d: Floats) -> float:
    """Gives the sign of the first non-zero difference: a sample and its negative are then worked on alike."""
    signs = np.sign(d[d != 0.0])
    return float(signs[0]) if signs.size else 1.0
