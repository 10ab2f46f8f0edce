"""Measures how unevenly something falls on people, whatever it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Slope(NamedTuple):
    """The slope index from the first to the last group, and its ratio.

    Attributes:
        absolute: fitted value at the top rank less that at the bottom (SII).
        relative: fitted value at the top rank over that at the bottom (RII).
    """

    absolute: float
    relative: float


class Split(NamedTuple):
    """Theil's index and its parts within and between groups."""

    total: float
    within: float
    between: float


def _weighted(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Values and the shares of people that have them."""
    x = np.asarray(values, dtype=np.float64)
    w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=np.float64)
    return x, w / w.sum()


def gini(values: ArrayLike, weights: ArrayLike | None = None, small_sample: bool = False) -> float:
    """Gives the Gini coefficient of a population; for a small sample of one, times n / (n - 1)."""
    x, w = _weighted(values, weights)
    order = np.argsort(x, kind="stable")
    found = concentration(x[order], w[order])
    return found * x.size / (x.size - 1) if small_sample else found


def concentration(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gives the concentration index of values in the order of the groups; below 0 if more falls on the first.

    2 sum(w h R) / mean - 1 with R the cumulative share of people up to the middle of each group.
    """
    h, w = _weighted(values, weights)
    mean = float((w * h).sum())
    if mean == 0:
        return 0.0 if not h.any() else float("nan")
    return float(2 * (w * h * middle_ranks(w)).sum() / mean - 1)


def middle_ranks(shares: ArrayLike) -> Floats:
    """Gives the share of people below the middle of each group."""
    w = np.asarray(shares, dtype=np.float64)
    w = w / w.sum()
    return np.asarray(np.cumsum(w) - w / 2)


def absolute_concentration(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gives the concentration index in the unit of the values: times their mean."""
    h, w = _weighted(values, weights)
    return concentration(h, w) * float((w * h).sum())


def erreygers(values: ArrayLike, low: float, high: float, weights: ArrayLike | None = None) -> float:
    """Gives the concentration index of something that can only lie between two bounds."""
    return 4 * absolute_concentration(values, weights) / (high - low)


def wagstaff(values: ArrayLike, low: float, high: float, weights: ArrayLike | None = None) -> float:
    """Gives Wagstaff's version, which divides by how far the mean is from the upper bound."""
    h, w = _weighted(values, weights)
    scaled = (h - low) / (high - low)
    return concentration(scaled, w) / (1 - float((w * scaled).sum()))


def slope_index(values: ArrayLike, weights: ArrayLike | None = None) -> Slope:
    """Fits a straight line through group values by rank, weighted by people (the linear WLS estimator)."""
    y, w = _weighted(values, weights)
    rank = middle_ranks(w)
    centre, level = float((w * rank).sum()), float((w * y).sum())
    slope = float((w * (rank - centre) * (y - level)).sum() / (w * (rank - centre) ** 2).sum())
    bottom = level - slope * centre
    return Slope(slope, (bottom + slope) / bottom if bottom else float("nan"))


def atkinson(values: ArrayLike, aversion: float, weights: ArrayLike | None = None) -> float:
    """Gives the share of the mean that could be given up for equality, at some aversion to inequality."""
    x, w = _weighted(values, weights)
    mean = float((w * x).sum())
    if aversion == 1:
        return float(1 - np.exp((w * np.log(x)).sum()) / mean)
    return float(1 - (w * (x / mean) ** (1 - aversion)).sum() ** (1 / (1 - aversion)))


def theil(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gives Theil's T; somebody with nothing adds nothing."""
    x, w = _weighted(values, weights)
    share = x / float((w * x).sum())
    return float((w * np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)).sum())


def mean_log_deviation(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gives Theil's L: the mean logarithm of how far people are below the mean."""
    x, w = _weighted(values, weights)
    return float((w * np.log((w * x).sum() / x)).sum())


def hoover(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Gives the share of the total that would have to move for all to have the same."""
    x, w = _weighted(values, weights)
    mean = float((w * x).sum())
    return float((w * np.abs(x - mean)).sum() / (2 * mean))


def theil_by_group(groups: list[ArrayLike]) -> Split:
    """Splits Theil's T into what lies within groups and what between them."""
    rows = [np.asarray(group, dtype=np.float64) for group in groups]
    everybody = np.concatenate(rows)
    total = float(everybody.sum())
    within = sum(float(row.sum()) / total * theil(row) for row in rows)
    between = theil([row.mean() for row in rows], [row.size for row in rows])
    return Split(theil(everybody), within, between)
