"""Approximate Bayesian computation by rejection: keep parameter sets with the probability that they would give what was observed.

Sets are drawn from the prior inside the space that history matching leaves. Each is kept with a probability that falls with
the square of its outputs' implausibilities, so those kept are draws from the posterior, all equally likely. What the
figures do not pin down stays as wide as before.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
INTERVAL = (0.05, 0.95)
PINNED = 0.5  # share of a parameter's variance taken away by the figures
VERDICTS = ("identified", "partly identified", "not identified")


def likelihood(scores: Doubles, variances: Doubles) -> Doubles:
    """Log density of what was observed under each set: outputs are normal around the figures, and independent.

    Args:
        scores: implausibilities, sets (rows) by outputs (columns).
        variances: of the differences between figures and outputs, same shape. Sets of unknown outputs have none.
    """
    found = -0.5 * (np.square(scores) + np.log(2 * np.pi * variances)).sum(axis=1)
    return np.asarray(np.where(np.isnan(found), -np.inf, found))


def weights(logs: Doubles) -> Doubles:
    """How likely each set is, of all that were drawn; they add up to 1."""
    raw = np.exp(logs - logs.max())
    return np.asarray(raw / raw.sum())


def interval(values: Doubles, between: tuple[float, float] = INTERVAL) -> Doubles:
    """A range of draws that holds one more draw with just the probability asked for, where there are enough of them."""
    return np.asarray(np.quantile(values, between, axis=0, method="weibull"))


def weighted(values: Doubles, weight: Doubles, share: float) -> float:
    """The value below which a share of weighted draws lies."""
    order = np.argsort(values, kind="stable")
    return float(np.interp(share, np.cumsum(weight[order]) - weight[order] / 2, values[order]))


def prior_and_posterior(prior: pd.DataFrame, posterior: pd.DataFrame) -> pd.DataFrame:
    """Every parameter before and after: middle, 90% interval, and how much narrower it became.

    The contraction is the share of the prior's variance that is gone: half or more is called identified. With n sets kept
    it wavers by about the square root of 2 / n around 0 where nothing was learned; less than twice that is not identified.
    """
    chance = 2 * np.sqrt(2 / len(posterior))
    rows = []
    for name in posterior.columns:
        before, after = prior[name].to_numpy(), posterior[name].to_numpy()
        spread = float(np.var(before))
        gone = 1 - float(np.var(after)) / spread if spread > 0 else 0.0
        moved = (float(np.mean(after)) - float(np.mean(before))) / np.sqrt(spread) if spread > 0 else 0.0
        verdict = VERDICTS[0 if gone >= max(PINNED, chance) else 1 if gone >= chance else 2]
        rows.append({
            "key": name,
            "prior_low": interval(before)[0], "prior_median": np.median(before), "prior_high": interval(before)[1],
            "posterior_low": interval(after)[0], "posterior_median": np.median(after), "posterior_high": interval(after)[1],
            "contraction": gone, "shift_in_prior_sd": moved, "verdict": verdict,
        })  # fmt: skip
    return pd.DataFrame(rows)
