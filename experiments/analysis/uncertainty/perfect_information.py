"""The sums behind the worth of knowing more before deciding: curves through gains, and the gain from choosing on them.

Two kinds of not knowing are kept apart: what could be learned (parameters) and luck, which could not. With few
replications at each set of parameters the luck left in the averages looks like something worth learning; so net
benefit is regressed on the parameters first, and only what they explain is counted (Strong and others 2014).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

INNER_KNOTS = 3
"""Knots of each input's curve, at its quantiles; with the two ends they make a natural cubic spline."""
LUCK_ALONE = (
    "not defined: one set of parameters was run, so only luck varied, and luck cannot be learned; "
    "sample parameters to find what is worth knowing"
)
"""Why there is nothing to report where only luck varied."""


def basis_of(inputs: Mapping[str, ArrayLike], products: bool = True) -> Floats:
    """Gives the columns that curves are made of: a constant, a spline of each input that varies, and their products."""
    columns: list[Floats] = []
    scaled: list[Floats] = []
    size = 0
    for values in inputs.values():
        x = np.asarray(values, dtype=np.float64)
        size, spread = x.size, float(x.std())
        if spread == 0:
            continue
        scaled.append((x - x.mean()) / spread)
        columns += _spline(scaled[-1])
    if products:
        columns += [scaled[i] * scaled[j] for i in range(len(scaled)) for j in range(i)]
    return np.column_stack([np.ones(size), *columns])


def _spline(x: Floats) -> list[Floats]:
    """The columns of a natural cubic spline without its constant (Hastie, Tibshirani and Friedman, 5.2.1)."""
    knots = np.unique(np.quantile(x, np.linspace(0.02, 0.98, INNER_KNOTS + 2)))
    if knots.size < 3:
        return [x]

    def bend(k: int) -> Floats:
        last = knots[-1]
        cubes = np.maximum(x - knots[k], 0) ** 3 - np.maximum(x - last, 0) ** 3
        return np.asarray(cubes / (last - knots[k]))

    return [x, *(bend(k) - bend(knots.size - 2) for k in range(knots.size - 2))]


def chosen_best(gain: Floats) -> float:
    """The expected gain from choosing after knowing, as against choosing once."""
    return float(np.maximum(gain, 0).mean() - max(gain.mean(), 0.0))
