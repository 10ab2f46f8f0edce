"""Compares options over futures whose chances nobody knows, by several criteria that disagree by design."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Choices(NamedTuple):
    """Which option each criterion picks, by its row."""

    smallest_regret: int
    best_worst: int
    best_mean: int


def regret(payoff: ArrayLike) -> Floats:
    """Says how much worse each option (row) is than the best one in the same future (column)."""
    table = np.asarray(payoff, dtype=np.float64)
    return np.asarray(table.max(axis=0) - table)


def choose(payoff: ArrayLike) -> Choices:
    """Picks by smallest worst regret, by best worst payoff and by best mean payoff."""
    table = np.asarray(payoff, dtype=np.float64)
    return Choices(
        int(regret(table).max(axis=1).argmin()), int(table.min(axis=1).argmax()), int(table.mean(axis=1).argmax())
    )


def satisficing(payoff: ArrayLike, threshold: float) -> Floats:
    """Gives the share of futures in which each option reaches a threshold."""
    return np.asarray((np.asarray(payoff, dtype=np.float64) >= threshold).mean(axis=1))
