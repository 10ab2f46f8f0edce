"""A quick stand-in for the simulation: each output as a polynomial in the parameters that move it.

Outputs are regressed on every parameter, and on the squares and products of the few most correlated with them; the lasso
keeps the terms that foretell runs left out (Tibshirani 1996). It foretold unseen runs of the town better than a ridge over
the parameters most correlated, and than a lasso over all squares and products.
What the regression leaves over is chance in the runs, the parameters left out and lack of fit; it is measured on runs
that the regression has not seen. Outside the ranges that were simulated it refuses to say anything.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LassoCV

Doubles = NDArray[np.float64]
Places = NDArray[np.int64]
CURVED = 5  # of the strongest also enter squared and multiplied
FOLDS = 5  # that runs are left out in, in turn
EDGE = 0.02  # of a parameter's range: the outermost points of a Latin hypercube do not reach its ends


@dataclass(frozen=True)
class Emulator:
    """One output as a function of places in the parameters' ranges, 0 to 1.

    Attributes:
        pairs: what each term multiplies, a row per term: columns of the parameters counted from 1, 0 for the constant.
        weights: of the terms.
        spread: inverse of the terms' cross-products: how well each corner of the space is known.
        residual: variance that the terms leave over, on runs not seen.
        low: least value of each active parameter that was simulated.
        high: greatest value.
    """

    pairs: Places
    weights: Doubles
    spread: Doubles
    residual: float
    low: Doubles
    high: Doubles

    @property
    def active(self) -> Places:
        """Columns of the parameters that it uses."""
        return _active(self.pairs)

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
        x = terms(places, self.pairs)
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


def terms(places: Doubles, pairs: Places) -> Doubles:
    """Products of two parameters each, as -1 to 1; of one, or none, where the constant stands for the others."""
    x = np.hstack([np.ones((len(places), 1)), 2 * places - 1])
    return np.asarray(x[:, pairs[:, 0]] * x[:, pairs[:, 1]])


def strongest(places: Doubles, output: Doubles, most: int) -> Places:
    """The parameters most correlated with an output, strongest first."""
    x = places - places.mean(axis=0)
    size = np.sqrt((x**2).sum(axis=0))
    strength = np.abs(x.T @ (output - output.mean())) / np.where(size > 0, size, np.inf)
    return np.argsort(-strength, kind="stable")[:most]


def fit(places: Doubles, output: Doubles) -> Emulator:
    """Fits an output over simulated points; what is left over is taken from fits without a fifth of them."""
    leading, columns = strongest(places, output, CURVED) + 1, np.arange(1, places.shape[1] + 1)
    first, second = np.triu_indices(len(leading))
    pairs = np.vstack(
        [np.column_stack([0 * columns, columns]), np.column_stack([leading[first], leading[second]])], dtype=np.int64
    )
    x = terms(places, pairs)
    unit = np.maximum(x.std(axis=0), np.finfo(float).tiny)
    lasso = LassoCV(cv=FOLDS, tol=1e-3, max_iter=10_000).fit(x / unit, output)
    kept = lasso.coef_ != 0
    pairs = np.vstack([[[0, 0]], pairs[kept]])
    x, chosen = terms(places, pairs), places[:, _active(pairs)]
    return Emulator(
        pairs,
        np.concatenate([[lasso.intercept_], (lasso.coef_ / unit)[kept]]),
        np.asarray(np.linalg.pinv(x.T @ x), dtype=np.float64),
        float(lasso.mse_path_.mean(axis=1).min()),
        chosen.min(axis=0),
        chosen.max(axis=0),
    )


def _active(pairs: Places) -> Places:
    """Columns of the parameters in some terms."""
    return np.unique(pairs[pairs > 0]) - 1


def try_out(places: Doubles, output: Doubles, chance: float, held_out: float = 0.2, seed: int = 0) -> Fit:
    """Fits on most of the points and sees how well the rest is foretold.

    Args:
        places: simulated points (rows) by parameters (columns), 0 to 1.
        output: what each gave.
        chance: variance of a single run's chance.
        held_out: share of the points kept aside.
        seed: which points.

    Returns:
        How well; NaN where nothing can be said.
    """
    order = np.random.default_rng(seed).permutation(len(output))
    cut = max(2, round(held_out * len(output)))
    aside, used = order[:cut], order[cut:]
    emulator = fit(places[used], output[used])
    inside = aside[emulator.inside(places[aside])]
    if not inside.size:  # so few points that none kept aside lies among those used: nothing can be said of any
        unknown = math.nan
        return Fit(unknown, unknown, unknown, unknown, unknown, len(emulator.active))
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
