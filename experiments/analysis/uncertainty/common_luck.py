"""Splits what differs between parameter sets from luck, when all sets share the same luck.

Replication r has the same luck in every set. So the variance of a result has three parts (analysis of variance in two ways, sets
by replications, method of moments), with K sets and n replications:

    MSB = n x variance of the sets' means        MSL = K x variance of the replications' means        MSR = what is left
    variance due to evidence = (MSB - MSR) / n, and 0 where MSB is smaller than MSR
    variance of the luck that all sets share = (MSL - MSR) / K, and 0 likewise

More sets do not average out the luck that they share: only more replications do. The mean over all sets is known, as far as that
luck goes, as n values let it be known (Student's t with n - 1 degrees of freedom). Which sets were drawn is an uncertainty of its
own. The two are independent, and their distances from an estimate are squared and added (Zou and Donner 2008).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from experiments.analysis.statistics.paired import CONFIDENCE, FEWEST_FOR_INTERVAL, SAME_TO_ROUNDING, wilson_interval

Floats = NDArray[np.float64]
DRAWS, SEED = 1_000, 20_111_108
"""Each draw is taken with its opposite too, so that swapping two arms turns an interval round."""


@dataclass(frozen=True)
class Split:
    """The parts of a result's variance.

    Attributes:
        means: of each set, as they came out.
        replications: mean over all sets of each replication.
        msb: mean square between sets.
        msw: mean square within sets: all luck, what sets share and what they do not.
        msr: mean square of what neither sets nor replications explain.
        evidence: variance due to the evidence, never below 0.
        common: variance of the luck that all sets share, never below 0.
        truncated: whether the variance due to the evidence came out below 0 and was set to 0.
    """

    means: Floats
    replications: Floats
    msb: float
    msw: float
    msr: float
    evidence: float
    common: float
    truncated: bool

    @property
    def n(self) -> int:
        """Replications of each set."""
        return self.replications.size

    @property
    def without_luck(self) -> Floats:
        """The sets' means drawn in until their variance is the one due to the evidence."""
        spread = self.msb / self.n
        if self.evidence == 0.0 or spread == 0.0:
            return self.means
        centre = self.means.mean()
        return np.asarray(centre + (self.means - centre) * math.sqrt(self.evidence / spread))

    @property
    def mean_interval(self) -> tuple[float, float]:
        """The 95% interval of the mean over all sets, had other sets and other luck been drawn.

        Student's distance for the sets and that for the luck are squared and added. Below `FEWEST_FOR_INTERVAL` sets or
        replications there is none (NaN): luck that all sets share is known from n values, however many sets there are.
        """
        if min(self.means.size, self.n) < FEWEST_FOR_INTERVAL:
            return math.nan, math.nan
        middle = float(self.means.mean())
        half = math.hypot(
            *(
                float(stdtrit(of.size - 1, 0.5 + CONFIDENCE / 2) * of.std(ddof=1)) / math.sqrt(of.size)
                for of in (self.means, self.replications)
            )
        )
        return middle - half, middle + half


def anova_split(runs: ArrayLike) -> Split:
    """Splits the variance of results laid out as one row per set and one column per replication (two of each or more).

    Raises:
        ValueError: there are fewer.
    """
    table = np.asarray(runs, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise ValueError(f"two sets or more and two replications or more are needed, not {table.shape}")
    sets, n = table.shape
    means, replications = table.mean(axis=1), table.mean(axis=0)
    left = table - means[:, None] - (replications - means.mean())
    residual = float((left**2).sum() / ((sets - 1) * (n - 1)))
    between, shared = float(n * means.var(ddof=1)), float(sets * replications.var(ddof=1))
    return Split(
        means,
        replications,
        between,
        float(table.var(axis=1, ddof=1).mean()),
        residual,
        max(0.0, (between - residual) / n),
        max(0.0, (shared - residual) / sets),
        between < residual,
    )


def shifts(replications: ArrayLike) -> Floats:
    """Draws how far other luck would move all sets' means together.

    Args:
        replications: mean over all sets of every replication, shape (replications,) or (replications, measures). Measures
            move together as they do from replication to replication.

    Returns:
        2 x `DRAWS` shifts of multivariate t, one per row; exactly 0 where replications differ by no more than rounding.
    """
    means = np.asarray(replications, dtype=np.float64)
    n = len(means)
    varies = np.ptp(means, axis=0) > SAME_TO_ROUNDING * np.abs(means).max(axis=0)
    apart = np.where(varies, means - means.mean(axis=0), 0.0)
    luck = np.random.default_rng(SEED)
    weights = luck.normal(size=(DRAWS, n)) * np.sqrt((n - 1) / luck.chisquare(n - 1, size=(DRAWS, 1)))
    return np.asarray(np.concatenate([weights, -weights]) @ apart / np.sqrt(n * (n - 1)))


def share_interval(holds: ArrayLike, moved: ArrayLike) -> tuple[float, float]:
    """Gives the 95% interval of the share of sets in which something holds.

    Args:
        holds: whether it does, one per set.
        moved: the same under other common luck, shape (draws, sets).

    Returns:
        Wilson's interval where luck changes nothing, wider otherwise; (NaN, NaN) without sets.
    """
    held = np.asarray(holds, dtype=bool)
    low, high = wilson_interval(int(held.sum()), held.size)
    if not held.size:
        return low, high
    share, tail = float(held.mean()), 100 * (1 - CONFIDENCE) / 2
    least, most = np.percentile(np.asarray(moved, dtype=bool).mean(axis=1), [tail, 100 - tail])
    down, up = np.hypot([low - share, high - share], [min(least - share, 0.0), max(most - share, 0.0)])
    return max(0.0, share - float(down)), min(1.0, share + float(up))


def more_interval(means: Floats, replications: ArrayLike) -> tuple[float, float]:
    """Gives the 95% interval of the share of sets with more than 0; sets with exactly 0 are left out."""
    apart = means[means != 0]
    return share_interval(apart > 0, apart + shifts(replications)[:, None] > 0)
