"""Both lives of every authority of a country, read from the folder in which it was lived."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.evaluation.lives import Lives, Matrix
from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import value_of
from experiments.analysis.statistics.sides import Sides
from experiments.configuration.places.authorities import authorities
from experiments.results.consolidate import RUNS
from experiments.results.run_index import POINTS


@dataclass(frozen=True)
class Country:
    """The yearly sums of every authority, arm and replication.

    Attributes:
        sides: those of authorities that lived every arm.
        names: of these authorities.
    """

    sides: Sides
    names: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> "Country":
        """Reads a finished folder of `redesign nation`."""
        points = pd.read_parquet(folder / POINTS)
        return cls(Sides.of(pd.read_parquet(folder / RUNS), points["point"]), tuple(points["place"]))

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Outcomes of a year; what adds up over years has no year of its own to compare."""
        return {name: outcome for name, outcome in self.sides.outcomes.items() if outcome.window == "year"}

    @property
    def years(self) -> int:
        """Years that were lived."""
        return int(next(iter(self.sides.arms.values()))[0].shape[1])

    @property
    def replications(self) -> int:
        """Lives of each authority."""
        return len(self.sides.replications)

    def values(self, arm: str, outcome: str) -> Matrix:
        """An outcome of every authority, year and replication under an arm; shape (replications, authorities, years)."""
        return np.asarray(values_of(self.sides, arm, outcome)[:, self.lived])

    @cached_property
    def lived(self) -> np.ndarray:
        """Which authorities lived every replication of every arm."""
        return np.all([~np.isnan(above).any(axis=(0, 1, 2)) for above, _ in self.sides.arms.values()], axis=0)

    def known(self, outcomes: Iterable[str], arms: Iterable[str]) -> np.ndarray:
        """Which of those that lived have a value of every outcome in every year of every life; a ratio to nobody has none."""
        each = [np.isfinite(self.values(arm, name)).all(axis=(0, 2)) for name, arm in product(outcomes, arms)]
        return np.all([np.ones(int(self.lived.sum()), dtype=bool), *each], axis=0)

    @cached_property
    def deprivation(self) -> np.ndarray:
        """Of every authority that lived, by the Index of 2010: a later one was not there when zones were chosen."""
        known = {word: each for each in authorities().values() for word in (each.name, each.place)}
        return np.array([known[name].deprivation_2010 for name in np.array(self.names)[self.lived]])

    def among(self, outcomes: Iterable[str], arms: Iterable[str]) -> list[int]:
        """Where those that `lives` are of stand in the country."""
        return [int(place) for place in np.flatnonzero(self.lived)[self.known(outcomes, arms)]]

    def begins(self, outside: str, inside: str) -> int | None:
        """The first year, from 0, in which life in a zone is another anywhere; nothing where it never is."""
        apart = np.zeros(self.years, dtype=bool)
        for ours, theirs in zip(self.sides.arms[outside], self.sides.arms[inside], strict=True):
            apart |= ~np.all((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)), axis=(0, 2, 3))
        return int(np.argmax(apart)) if apart.any() else None

    def lives(self, outcome: str, outside: str, inside: tuple[str, ...], among: Iterable[str] = ()) -> list[Lives]:
        """Both lives of every authority with a value of this and all other outcomes of a pilot, replication by replication."""
        fit = self.known({outcome, *among}, (outside, *inside))
        without, deprivation = self.values(outside, outcome)[:, fit], self.deprivation[fit]
        began = {first: arm for arm in inside if (first := self.begins(outside, arm)) is not None}
        zones = {first: self.values(arm, outcome)[:, fit] for first, arm in began.items()}
        better = 1 if self.sides.outcomes[outcome].better == "higher" else -1
        each = range(len(without))
        return [Lives(without[r], {first: of[r] for first, of in zones.items()}, deprivation, better) for r in each]


def values_of(sides: Sides, arm: str, outcome: str) -> NDArray[np.float64]:
    """An outcome of every place, year and replication under an arm; shape (replications, places, years)."""
    above, below = sides.arms[arm]
    k, what = list(sides.outcomes).index(outcome), sides.outcomes[outcome]
    found = value_of(what, above[k], None if what.denominator is None else below[k])
    return np.asarray(found.transpose(1, 2, 0))


@lru_cache(maxsize=1)
def country(folder: str) -> Country:
    """A country, read once per process."""
    return Country.of(Path(folder))
