"""Approximate Bayesian computation by rejection: keep the parameter sets whose runs came nearest to what was observed.

Inside the space that history matching leaves, sets are drawn evenly, each is simulated, and the nearest are kept; they
are then draws from the posterior, up to the distance accepted. What the figures do not pin down stays as wide as before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
INTERVAL = (0.05, 0.95)
PINNED = 0.5  # share of a parameter's variance taken away by the figures
VERDICTS = ("identified", "partly identified", "not identified")


def distance(scores: Doubles) -> Doubles:
    """How far each run lies from what was observed: the root mean square of its outputs' implausibilities."""
    return np.asarray(np.sqrt(np.mean(np.square(scores), axis=1)))


def nearest(distances: Doubles, keep: int) -> NDArray[np.int64]:
    """The sets whose runs came nearest, nearest first; never one whose distance is not known."""
    order = np.argsort(distances, kind="stable")
    known = order[np.isfinite(distances[order])]
    return np.asarray(known[:keep])


def interval(values: Doubles, between: tuple[float, float] = INTERVAL) -> Doubles:
    """A range of draws that holds one more draw with just the probability asked for, where there are enough of them."""
    return np.asarray(np.quantile(values, between, axis=0, method="weibull"))


def covered(values: Doubles, truth: Doubles) -> NDArray[np.bool_]:
    """Whether each known parameter lies in the 90% interval of the draws kept (rows) of it (columns)."""
    low, high = interval(values)
    return np.asarray((low <= truth) & (truth <= high))


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
