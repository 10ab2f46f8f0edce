"""A quick stand-in for the simulation: each output as a polynomial in the parameters that move it.

Outputs are regressed on the parameters most correlated with them, and on the squares and products of the first few, with a
small ridge.
What the regression leaves over is chance in the runs, the parameters left out and lack of fit; it is measured on runs
that the regression has not seen. Outside the ranges that were simulated it refuses to say anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
MOST_ACTIVE = 30
CURVED = 5  # of the strongest also enter squared and multiplied
SIGNIFICANT = 2.0  # standard errors of a correlation under no relation: 1 in 20 passes by chance
RIDGE = 1e-3
EDGE = 0.02  # of a parameter's range: the outermost points of a Latin hypercube do not reach its ends


@dataclass(frozen=True)
class Emulator:
    """One output as a function of places in the parameters' ranges, 0 to 1.

    Attributes:
        active: columns of the parameters that it uses.
        weights: of the terms.
        spread: inverse of the terms' cross-products: how well each corner of the space is known.
        residual: variance that the terms leave over, on runs not seen.
        low: least value of each active parameter that was simulated.
        high: greatest value.
    """

    active: NDArray[np.int64]
    weights: Doubles
    spread: Doubles
    residual: float
    low: Doubles
    high: Doubles

    def inside(self, places: Doubles) -> NDArray[np.bool_]:
        """Whether each point lies within the ranges that were simulated."""
        x = places[:, self.active]
        return np.asarray(((x >= self.low - EDGE) & (x <= self.high + EDGE)).all(axis=1))

    def predict(self, places: Doubles, chance: float = 0.0) -> tuple[Doubles, Doubles]:
        """The expected output at each point, and its variance without the chance of a single run.

        Args:
            places: points (rows) by parameters (columns), 0 to 1.
            chance: variance of a single run's chance, part of what the terms leave over.

        Returns:
            Means and variances; not-a-number at points outside what was simulated.
        """
        x = terms(places[:, self.active])
        mean = x @ self.weights
        unsure = self.residual * ((x @ self.spread) * x).sum(axis=1)
        variance = unsure + max(0.0, self.residual - chance)
        outside = ~self.inside(places)
        return np.where(outside, np.nan, mean), np.where(outside, np.nan, variance)


@dataclass(frozen=True)
class Fit:
    """How well an emulator did on runs it had not seen.

    Attributes:
        r2: share of their variance explained.
        attainable: share that could be explained at best, the rest being chance in single runs.
        bias: mean of the standardised residuals; 0 if right.
        scale: their standard deviation; 1 if right.
        beyond_two: share of them beyond two; about 0.05 if right.
        active: number of parameters used.
    """

    r2: float
    attainable: float
    bias: float
    scale: float
    beyond_two: float
    active: int


def terms(x: Doubles) -> Doubles:
    """A constant, each parameter (as -1 to 1), strongest first, and squares and products of the strongest."""
    x = 2 * x - 1
    first, second = np.triu_indices(min(CURVED, x.shape[1]))
    return np.hstack([np.ones((len(x), 1)), x, x[:, first] * x[:, second]])


def screen(places: Doubles, output: Doubles, most: int = MOST_ACTIVE) -> NDArray[np.int64]:
    """The parameters most correlated with an output, strongest first, of those that are beyond chance."""
    x = places - places.mean(axis=0)
    y = output - output.mean()
    size = np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    strength = np.abs(x.T @ y) / np.where(size > 0, size, np.inf)
    order = np.argsort(-strength, kind="stable")[:most]
    beyond = order[strength[order] > SIGNIFICANT / np.sqrt(len(y))]
    return beyond if beyond.size else order[:1]


def fit(places: Doubles, output: Doubles, most: int = MOST_ACTIVE) -> Emulator:
    """Fits an output over simulated points, each point's residual taken from a fit without it."""
    active = screen(places, output, most)
    x = terms(places[:, active])
    penalty = RIDGE * len(x) * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    spread = np.asarray(np.linalg.inv(x.T @ x + penalty), dtype=np.float64)
    weights = spread @ (x.T @ output)
    leverage = np.minimum(((x @ spread) * x).sum(axis=1), 0.99)
    left_out = (output - x @ weights) / (1 - leverage)
    chosen = places[:, active]
    return Emulator(active, weights, spread, float(np.mean(left_out**2)), chosen.min(axis=0), chosen.max(axis=0))


def try_out(
    places: Doubles, output: Doubles, chance: float, held_out: float = 0.2, seed: int = 0, most: int = MOST_ACTIVE
) -> Fit:
    """Fits on most of the points and sees how well the rest is foretold.

    Args:
        places: simulated points (rows) by parameters (columns), 0 to 1.
        output: what each gave.
        chance: variance of a single run's chance.
        held_out: share of the points kept aside.
        seed: which points.
        most: parameters that the emulator may use.
    """
    order = np.random.default_rng(seed).permutation(len(output))
    cut = max(2, round(held_out * len(output)))
    aside, used = order[:cut], order[cut:]
    emulator = fit(places[used], output[used], most)
    inside = aside[emulator.inside(places[aside])]
    mean, variance = emulator.predict(places[inside], chance)
    errors = output[inside] - mean
    standard = errors / np.sqrt(variance + min(chance, emulator.residual))
    total = max(float(np.var(output[inside])), 1e-300)
    return Fit(
        r2=1 - float(np.mean(errors**2)) / total,
        attainable=max(0.0, 1 - chance / total),
        bias=float(standard.mean()),
        scale=float(standard.std()),
        beyond_two=float(np.mean(np.abs(standard) > 2)),
        active=len(emulator.active),
    )
