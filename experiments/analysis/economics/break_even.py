"""Says when what was put in has come back: first, for good, how deep it went, and how often never."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.statistics.paired import wilson_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BreakEven:
    """When running totals came back to 0 or above, one entry per replication; periods count from 0.

    Attributes:
        first: first period whose running total is not below 0; infinity if there is none.
        durable: first period from which it is never below 0 again; infinity if it ends below.
        peak_funding: the deepest the running total went below 0, as a positive sum.
        peak_period: when that was; NaN where nothing was put in.
    """

    first: Floats
    durable: Floats
    peak_funding: Floats
    peak_period: Floats

    @property
    def never(self) -> float:
        """The share of replications that never come back."""
        return float(np.isinf(self.first).mean())

    @property
    def not_for_good(self) -> float:
        """The share that have not come back at the end."""
        return float(np.isinf(self.durable).mean())

    @property
    def unfunded(self) -> float:
        """The share in which nothing ever had to be put in."""
        return float((self.peak_funding == 0).mean())

    def never_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that have not come back for good."""
        return wilson_interval(int(np.isinf(self.durable).sum()), self.durable.size)


def break_even(net: ArrayLike) -> BreakEven:
    """Follows running totals of net flows (discounted already); periods are the last axis."""
    table = np.atleast_2d(np.asarray(net, dtype=np.float64))
    total = np.cumsum(table, axis=-1)
    above = total >= 0
    periods = total.shape[-1]
    first = np.where(above.any(axis=-1), above.argmax(axis=-1), math.inf)
    below_last = periods - 1 - (~above)[..., ::-1].argmax(axis=-1)
    durable = np.where(above.all(axis=-1), 0, below_last + 1).astype(np.float64)
    deepest = total.min(axis=-1)
    return BreakEven(
        first.astype(np.float64),
        np.where(above[..., -1], durable, math.inf),
        np.maximum(-deepest, 0.0) + 0.0,
        np.where(deepest < 0, total.argmin(axis=-1), math.nan),
    )


def censored_quantile(values: ArrayLike, share: float) -> float:
    """Gives a quantile of times some of which are 'not within the run' (infinity), never dropping those."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if ordered.size == 0:
        return math.nan
    place = max(math.ceil(share * ordered.size) - 1, 0)
    return float(ordered[place])
