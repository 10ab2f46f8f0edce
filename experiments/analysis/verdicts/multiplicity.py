"""Looks at several differences at once: the more are looked at, the more would pass for real by luck alone."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.statistics.paired import CONFIDENCE
from experiments.analysis.verdicts.sentence import NO_SIDE


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Corrects p-values so that all of them together raise a false alarm no more often than one alone would.

    Args:
        p_values: one for each thing that is looked at; NaN where there is none, which counts for nothing.

    Returns:
        As many, each at least as large as it was and at most 1. Source: S. Holm, A simple sequentially rejective multiple
        test procedure, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    p = np.asarray(p_values, dtype=np.float64)
    found = np.full(p.shape, np.nan)
    order = np.flatnonzero(~np.isnan(p))
    order = order[np.argsort(p[order], kind="stable")]
    steps = p[order] * np.arange(order.size, 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def allowed_for(said: str, p_holm: float) -> str:
    """A verdict that allows for many being looked at together: luck may have made a difference that is clear by itself."""
    return "unclear" if said not in NO_SIDE and p_holm >= 1 - CONFIDENCE else said
