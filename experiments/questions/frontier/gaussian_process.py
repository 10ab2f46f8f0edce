"""A smooth stand-in for an output that is dear to compute, and where to look next for its best (kriging).

A Gaussian process with a length of its own for every number, fitted by maximum likelihood, as in efficient global
optimisation (Jones, Schonlau and Welch 1998); chance in the outputs is a nugget that is fitted too. The polynomials of
`emulator` pick their inputs by correlation and so cannot see a best place in the middle of a range; this can.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

Doubles = NDArray[np.float64]
SHORTEST, LONGEST = 0.1, 10.0  # of a length, in ranges: a kink at most, a straight line at least
SCALES = 1e-2, 1e3  # variance of the surface, in variances of the output
NOISES = 1e-6, 10.0  # variance of chance, likewise
LEVELS = 10.0  # variance of the level far from everything known, likewise
START, RESTARTS, SEED = 0.5, 2, 0  # of the climbs to the greatest likelihood
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
        process: fitted to the output, standardised; its last kernel is the chance of a run.
        level: the output's mean where it is known.
        spread: its standard deviation there.
    """

    process: GaussianProcessRegressor
    level: float
    spread: float

    def predict(self, places: Doubles) -> tuple[Doubles, Doubles]:
        """The expected output at each place, and its standard deviation without the chance of a run."""
        mean, sd = self.process.predict(places, return_std=True)
        unsure = np.sqrt(np.clip(sd**2 - self.process.kernel_.k2.noise_level, 0.0, None))
        return self.level + self.spread * mean, self.spread * unsure


def fit(places: Doubles, output: Doubles) -> Surface:
    """Fits lengths, scale and chance by maximum likelihood; an output that never moves gives a flat surface."""
    lengths = RBF(np.full(places.shape[1], START), (SHORTEST, LONGEST))
    kernel = ConstantKernel(1.0, SCALES) * lengths + ConstantKernel(LEVELS, "fixed") + WhiteKernel(0.1, NOISES)
    process = GaussianProcessRegressor(kernel, alpha=0.0, n_restarts_optimizer=RESTARTS, random_state=SEED)
    level, spread = float(np.mean(output)), float(np.std(output))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at the end of its range is an answer too
        process.fit(places, (output - level) / (spread or 1.0))
    return Surface(process, level, spread)


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
