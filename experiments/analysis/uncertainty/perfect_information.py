"""Says what it would be worth to know more before deciding, without mistaking luck in the runs for knowledge.

Two kinds of not knowing are kept apart: what could be learned (parameters) and luck, which could not. With few
replications at each set of parameters the luck left in the averages looks like something worth learning; so net
benefit is regressed on the parameters first, and only what they explain is counted (Strong and others 2014).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

INNER_KNOTS = 3
"""Knots of each input's curve, at its quantiles; with the two ends they make a natural cubic spline."""
SHUFFLES = 20
SHUFFLING_SEED = 20_110_401


class Split(NamedTuple):
    """The variance of outcomes over parameter sets and luck (O'Hagan, Stevenson and Madan 2007).

    Attributes:
        between: mean square between parameter sets.
        within: mean square within them.
        parametric: variance that parameters explain, not below 0.
        mean: over everything.
        truncated: whether the estimate was below 0.
    """

    between: float
    within: float
    parametric: float
    mean: float
    truncated: bool


class Worth(NamedTuple):
    """What knowing something is worth, per unit that net benefit is measured in.

    Attributes:
        value: expected gain from deciding with it known.
        noise_floor: what the same sum gives on shuffled inputs, which explain nothing.
        explained: share of the variance of net benefit that the inputs explain.
    """

    value: float
    noise_floor: float
    explained: float


def perfect_information(net_benefits: ArrayLike) -> float:
    """Gives the expected gain from always knowing the best option; rows are cases, columns options."""
    table = np.asarray(net_benefits, dtype=np.float64)
    return float(table.max(axis=1).mean() - table.mean(axis=0).max())


def normal_perfect_information(mean: float, spread: float) -> float:
    """Gives the same for two options whose difference in net benefit is normally distributed."""
    if spread <= 0:
        return 0.0
    ratio = abs(mean) / spread
    density = np.exp(-(ratio**2) / 2) / np.sqrt(2 * np.pi)
    return float(spread * (density - ratio * ndtr(-ratio)))


def split_variance(runs: ArrayLike) -> Split:
    """Splits the variance of runs, one row per parameter set and one column per replication."""
    table = np.asarray(runs, dtype=np.float64)
    sets, replications = table.shape
    if sets < 2 or replications < 2:
        raise ValueError(f"{sets} parameter sets with {replications} replications each: at least 2 of both")
    between = replications * float(table.mean(axis=1).var(ddof=1))
    within = float(table.var(axis=1, ddof=1).mean())
    parametric = (between - within) / replications
    return Split(between, within, max(parametric, 0.0), float(table.mean()), parametric < 0)


def fitted(response: ArrayLike, inputs: Mapping[str, ArrayLike]) -> Floats:
    """Gives the part of a response that inputs explain: a natural cubic spline of each and their products."""
    y = np.asarray(response, dtype=np.float64)
    basis = basis_of(inputs)
    if basis.shape[1] >= y.size:
        raise ValueError(f"{y.size} parameter sets cannot tell {basis.shape[1]} terms apart: sample more")
    found, *_ = np.linalg.lstsq(basis, y, rcond=None)
    return np.asarray(basis @ found)


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


def information_about(gain: ArrayLike, inputs: Mapping[str, ArrayLike]) -> Worth:
    """Says what it is worth to know some inputs before choosing between two options.

    Args:
        gain: net benefit of the first option less that of the second, one per parameter set (an average over
            replications as a rule).
        inputs: the values of the inputs at the same parameter sets; all of them for perfect information.
    """
    y = np.asarray(gain, dtype=np.float64)
    variance = float(y.var())
    if variance == 0:
        return Worth(0.0, 0.0, math.nan)
    known = fitted(y, inputs)
    draws = np.random.default_rng(SHUFFLING_SEED)
    table = {name: np.asarray(values) for name, values in inputs.items()}
    floor = [chosen_best(fitted(draws.permutation(y), table)) for _ in range(SHUFFLES)]
    return Worth(chosen_best(known), float(np.mean(floor)), float(known.var()) / variance)


def chosen_best(gain: Floats) -> float:
    """The expected gain from choosing after knowing, as against choosing once."""
    return float(np.maximum(gain, 0).mean() - max(gain.mean(), 0.0))


def in_words(parameter_sets: int) -> str:
    """Says why there is nothing to report where only luck varied."""
    if parameter_sets > 1:
        return ""
    return (
        "not defined: one set of parameters was run, so only luck varied, and luck cannot be learned; "
        "sample parameters to find what is worth knowing"
    )
