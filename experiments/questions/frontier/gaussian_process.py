"""A smooth stand-in for an output that is dear to compute, and where to look next for its best (kriging).

A Gaussian process with a length of its own for every number, fitted by maximum likelihood, as in efficient global
optimisation (Jones, Schonlau and Welch 1998); chance in the outputs is a nugget that is fitted too. The polynomials of
`emulator` pick their inputs by correlation and so cannot see a best place in the middle of a range; this can.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, stats
from scipy.spatial.distance import cdist
from scipy.stats import qmc

Doubles = NDArray[np.float64]
SHORTEST, LONGEST = 0.1, 10.0  # of a length, in ranges: a kink at most, a straight line at least
LEAST_NOISE, MOST_NOISE = 1e-6, 10.0  # variance of chance, in variances of the surface
STARTS = (0.3, 1.0, 3.0)
CANDIDATES = 2_048  # a power of 2, where Sobol's sequence is balanced
NEARBY, NEAR = 512, 0.1
OVERSHOOT = 0.1  # by which the sequence is stretched, so that ends of ranges are looked at too
APART = 0.05
CAUTION = 2.0  # standard deviations
DIGITS = 3  # of a place, so that machines that round otherwise propose the same


@dataclass(frozen=True)
class Surface:
    """An output over places in the numbers' ranges, 0 to 1.

    Attributes:
        places: where it is known; a row per point.
        lengths: over which the output changes, per number.
        mean: far from everything known.
        scale: variance of the surface.
        weights: of the known points.
        factor: Cholesky factor of their covariances in units of the scale.
    """

    places: Doubles
    lengths: Doubles
    mean: float
    scale: float
    weights: Doubles
    factor: Doubles

    def predict(self, places: Doubles) -> tuple[Doubles, Doubles]:
        """The expected output at each place, and its standard deviation without the chance of a run."""
        near = _likeness(places, self.places, self.lengths)
        reached = linalg.solve_triangular(self.factor, near.T, lower=True)
        variance = self.scale * np.clip(1.0 - (reached**2).sum(axis=0), 0.0, None)
        return self.mean + near @ self.weights, np.sqrt(variance)


def fit(places: Doubles, output: Doubles) -> Surface:
    """Fits lengths and chance by maximum likelihood; an output that never moves gives a flat surface."""
    places, output = np.asarray(places, dtype=np.float64), np.asarray(output, dtype=np.float64)
    spread = float(output.std())
    y = (output - output.mean()) / (spread or 1.0)
    numbers = places.shape[1]
    bounds = [(np.log(SHORTEST), np.log(LONGEST))] * numbers + [(np.log(LEAST_NOISE), np.log(MOST_NOISE))]
    tried = [
        optimize.minimize(_misfit, [*[np.log(start)] * numbers, np.log(0.1)], (places, y), "L-BFGS-B", bounds=bounds)
        for start in STARTS
    ]
    best = min(tried, key=lambda each: float(each.fun)).x
    factor, mean, scale, weights = _solved(best, places, y)
    return Surface(
        places, np.exp(best[:-1]), float(output.mean() + spread * mean), scale * spread**2, spread * weights, factor
    )


def _likeness(first: Doubles, second: Doubles, lengths: Doubles) -> Doubles:
    """How alike outputs at two sets of places are, 1 at the same place."""
    return np.asarray(np.exp(-0.5 * cdist(first / lengths, second / lengths, "sqeuclidean")))


def _solved(logs: Doubles, places: Doubles, y: Doubles) -> tuple[Doubles, float, float, Doubles]:
    """The Cholesky factor, and the mean, the scale and the weights that are likeliest for given lengths and chance."""
    covariance = _likeness(places, places, np.exp(logs[:-1]))
    covariance[np.diag_indices_from(covariance)] += np.exp(logs[-1])
    factor = np.asarray(linalg.cholesky(covariance, lower=True))
    ones = linalg.cho_solve((factor, True), np.ones(len(y)))
    mean = float(ones @ y / ones.sum())
    weights = np.asarray(linalg.cho_solve((factor, True), y - mean))
    scale = max(float((y - mean) @ weights) / len(y), 1e-300)
    return factor, mean, scale, weights


def _misfit(logs: Doubles, places: Doubles, y: Doubles) -> float:
    """Minus the log likelihood, but for a constant."""
    factor, _, scale, _ = _solved(logs, places, y)
    return float(0.5 * len(y) * np.log(scale) + np.log(np.diag(factor)).sum())


def propose(surface: Surface, overspend: Surface, most: float, at: Doubles, incumbent: Doubles, seed: int) -> Doubles:
    """Two places to try next: where the surface is highest, and, more cautious, where most is expected to be gained.

    Args:
        surface: what is to be high.
        overspend: what may not be above `most`, nor for the cautious place two standard deviations on; where nothing
            allowed is known, the least is taken.
        most: as said.
        at: numbers that come last in a place and are given, as the budget.
        incumbent: the other numbers of the best place so far.
        seed: of the places that are looked at.

    Returns:
        The other numbers of both places; shape (2, numbers).
    """
    luck, numbers = np.random.default_rng(seed), len(incumbent)
    cube = qmc.Sobol(numbers, rng=luck).random(CANDIDATES)
    wide = (1 + OVERSHOOT) * cube - OVERSHOOT / 2
    nearby = incumbent + NEAR * luck.standard_normal((NEARBY, numbers))
    looked_at = np.round(np.clip(np.vstack([wide, nearby]), 0.0, 1.0), DIGITS)
    whole = np.hstack([looked_at, np.broadcast_to(at, (len(looked_at), len(at)))])
    over, over_sd = overspend.predict(whole)
    careful = over + CAUTION * over_sd
    allowed, safe = (each <= max(most, float(each.min())) for each in (over, careful))
    mean, unsure = surface.predict(whole)
    now = float(surface.predict(np.concatenate([incumbent, at])[None, :])[0][0])
    highest = int(np.argmax(np.where(allowed, mean, -np.inf)))
    z = (mean - now) / np.where(unsure > 0, unsure, np.inf)
    gain = (mean - now) * stats.norm.cdf(z) + unsure * stats.norm.pdf(z)
    far = np.linalg.norm(looked_at - looked_at[highest], axis=1) > APART
    likeliest = int(np.argmax(np.where(safe & far, gain, -np.inf)))
    return looked_at[[highest, likeliest]]
