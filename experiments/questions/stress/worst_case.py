"""Looks for the lowest value of something dear to work out: differential evolution, a whole generation at a time.

Nothing is known of slopes, and values carry luck, so a population of points is moved by differences between its members
(Storn and Price 1997, in SciPy). The same seed always asks for the same points, so a search that was stopped goes on from
what had been worked out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution
from scipy.stats import qmc

Floats = NDArray[np.float64]
MUTATION, RECOMBINATION = (0.5, 1.0), 0.8
"""How far new points are thrown, dithered, and how much of them is new: SciPy's usual, and slightly bolder."""


@dataclass(frozen=True)
class Tried:
    """Every point that was looked at, in order.

    Attributes:
        shares: (points, inputs), each from 0 to 1.
        values: of each point; infinite where there is none.
        generation: in which generation each was looked at, from 0.
    """

    shares: Floats
    values: Floats
    generation: NDArray[np.int64]

    @property
    def best(self) -> int:
        """The point with the lowest value, the first of several."""
        return int(np.argmin(self.values))


def first_points(guesses: Floats, members: int, seed: int) -> Floats:
    """The first generation: the guesses, and a Latin hypercube for the rest."""
    kept = guesses[:members]
    cube = qmc.LatinHypercube(guesses.shape[1], rng=np.random.default_rng(seed))
    return np.vstack([kept, cube.random(members - len(kept))]) if len(kept) < members else kept


def lowest(
    value_of: Callable[[int, Floats], Floats], guesses: Floats, evaluations: int, members: int, seed: int
) -> Tried:
    """Looks at so many points, generation by generation.

    Args:
        value_of: values of the points of a generation, given its number and shares of shape (points, inputs).
        guesses: points to begin with, shape (any, inputs).
        evaluations: points to look at, at most; whole generations are.
        members: points of a generation.
        seed: of all that is drawn.
    """
    asked: list[tuple[Floats, Floats]] = []

    def whole_generation(columns: Floats) -> Floats:
        shares = np.clip(np.atleast_2d(columns.T), 0.0, 1.0)
        values = np.asarray(value_of(len(asked), shares), dtype=np.float64)
        values = np.where(np.isfinite(values), values, np.inf)
        asked.append((shares, values))
        return values

    start = first_points(guesses, members, seed)
    further = max(0, evaluations // members - 1)
    if further:
        differential_evolution(
            whole_generation,
            [(0.0, 1.0)] * start.shape[1],
            init=start,
            maxiter=further,
            tol=0.0,
            atol=0.0,
            mutation=MUTATION,
            recombination=RECOMBINATION,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=np.random.default_rng(seed),
        )
    else:
        whole_generation(start.T)
    generation = np.repeat(np.arange(len(asked)), [len(values) for _, values in asked])
    return Tried(np.vstack([s for s, _ in asked]), np.concatenate([v for _, v in asked]), generation)
