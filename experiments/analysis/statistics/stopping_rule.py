"""Says when a paired difference is known precisely enough, and how many replications that will probably take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, outcome_values
from experiments.analysis.statistics.paired import FIRST_LOOK, LOOK_AHEAD, StopRule, sequential_stop

MOST_GROWTH = 1.5  # times as many replications before the next look, so that a bad guess from few costs little
NORMAL = 1.96

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Precision:
    """What half-width of the paired difference's 95% interval is wanted.

    Attributes:
        outcome: whose difference, in the last year simulated.
        absolute: in the outcome's unit; 0 for none.
        relative: as a share of the difference; 0 for none.
    """

    outcome: Outcome
    absolute: float = 0.0
    relative: float = 0.0

    def rule(self, differences: Floats) -> StopRule:
        """When the half-width was reached and stayed reached for five more (Hoad, Robinson and Davies)."""
        return sequential_stop(differences, self.absolute, self.relative)

    def next_look(self, differences: Floats, most: int) -> int:
        """After how many replications to look again; never beyond the most allowed.

        Args:
            differences: those there are.
            most: replications allowed.
        """
        n = len(differences)
        if n < FIRST_LOOK + LOOK_AHEAD:
            return min(most, FIRST_LOOK + LOOK_AHEAD)
        wanted = max(self.absolute, self.relative * abs(float(differences.mean())))
        guess = (NORMAL * float(differences.std(ddof=1)) / wanted) ** 2 if wanted > 0 else math.inf
        reach = min(guess + LOOK_AHEAD, MOST_GROWTH * n)
        return min(most, max(n + LOOK_AHEAD, math.ceil(reach)))

    @property
    def words(self) -> str:
        """The precision wanted, in words."""
        size = f"{self.relative:.3g} of itself" if self.relative else f"{self.absolute:g} {self.outcome.unit}"
        return f"{self.outcome.title}: the difference to within {size}"


def verdict(precision: Precision, used: int, met: bool, most: int) -> str:
    """Says whether the precision was reached, and after how many replications."""
    if met:
        return (
            f"{precision.words}: reached and kept for {LOOK_AHEAD} more; {used} of at most {most} replications were "
            "used. Stopping when sure makes 95% intervals cover slightly less than 95%."
        )
    return f"{precision.words}: NOT reached with all {most} replications allowed; replicates= allows more."


def paired_differences(record: pd.DataFrame, outcome: Outcome, contrast: Sequence[str]) -> Floats:
    """The first arm's value minus the second's in the last year, by replication; one that has none is NaN."""
    years = (int(record["month"].max()) + 1) // MONTHS_A_YEAR
    found = outcome_values(record[record["arm"].isin(contrast)], {outcome.name: outcome}, [years])
    wide = found.pivot(index="replication", columns="arm", values="value").sort_index()
    return np.asarray(wide[contrast[0]] - wide[contrast[1]], dtype=np.float64)
