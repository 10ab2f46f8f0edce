"""History matching: how far each parameter set lies from what was observed, and which sets that rules out.

The distance of one output is counted in standard deviations of everything that may separate a right model from the
figure: error of observation, what the model leaves out, and the chance in a finite run (McCulloch et al. 2022). A
set is ruled out when its worst output, or its second worst, lies more than three of them away (Pukelsheim's rule).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
CUT = 3.0


@dataclass(frozen=True)
class Facts:
    """What the model's outputs are held against; arrays by output.

    Attributes:
        names: of the outputs.
        observed: the figures.
        observation: variance of the figures' own error.
        discrepancy: variance of what the model leaves out, or counts otherwise.
    """

    names: tuple[str, ...]
    observed: Doubles
    observation: Doubles
    discrepancy: Doubles

    def of(self, chosen: NDArray[np.bool_]) -> Facts:
        """Some of the outputs."""
        names = tuple(name for name, kept in zip(self.names, chosen, strict=True) if kept)
        return Facts(names, self.observed[chosen], self.observation[chosen], self.discrepancy[chosen])


def implausibility(
    observed: Doubles | float,
    mean: Doubles | float,
    observation: Doubles | float,
    discrepancy: Doubles | float,
    ensemble: Doubles | float,
) -> Doubles:
    """How many standard deviations lie between a figure and the model.

    Args:
        observed: the figure.
        mean: what the model gives on average.
        observation: variance of the figure's own error.
        discrepancy: variance of what the model leaves out.
        ensemble: variance of that average: chance over the number of runs, and an emulator's uncertainty.
    """
    variance = np.asarray(observation) + np.asarray(discrepancy) + np.asarray(ensemble)
    return np.abs(np.asarray(observed) - np.asarray(mean)) / np.sqrt(variance)


def implausibilities(facts: Facts, means: Doubles, variances: Doubles) -> Doubles:
    """Implausibility of every set (rows) in every output (columns)."""
    return implausibility(facts.observed, means, facts.observation, facts.discrepancy, variances)


def judged_by(scores: Doubles, worst: int = 1) -> Doubles:
    """The implausibility that decides about each set: of its worst output (1), its second worst (2) ...

    A set whose outputs are not all known is as implausible as can be.
    """
    known = np.where(np.isnan(scores), np.inf, scores)
    return np.sort(known, axis=-1)[..., -min(worst, scores.shape[-1])]
