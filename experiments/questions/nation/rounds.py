"""A country whose designs spread across borders, as a run of all its authorities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from experiments.configuration.points import Point
from experiments.results.results_folder import hashed, replication_key
from experiments.running.design_run import DesignRun
from experiments.running.job import Job
from experiments.running.rounds.together import Together
from experiments.running.sequential_stopping import Stopping
from experiments.running.session import Session, model_version
from experiments.running.worker import Report


def beside(points: Sequence[Point]) -> list[Point]:
    """The points of a country whose authorities live beside each other, so that none is taken for one that lived alone."""
    return [replace(point, values={**point.values, "spread": "borders"}) for point in points]


@dataclass(frozen=True)
class InRounds(DesignRun):
    """A country in yearly rounds.

    Attributes:
        looks_to: for each point the places in the list of points of those it learns from.
    """

    looks_to: Sequence[Sequence[int]] = ()

    @cached_property
    def keys(self) -> list[str]:
        """What determines the replications of each point, as hashes: all that determines those of any."""
        model = model_version()
        alone = [replication_key(plan, model) for plan in self.plans]
        return [hashed(["borders", alone, self.looks_to, key]) for key in alone]

    def lived(self, session: Session, jobs: Sequence[Job]) -> tuple[dict[str, Stopping], list[Report]]:
        """Lives every round, and of the last keeps the months."""
        settings = self.base.settings
        runs = dict.fromkeys(range(settings.replicates), tuple(self.base.policies))
        designs, workers = list(self.base.world.designs), settings.workers
        together = Together(jobs, self.looks_to, runs, settings.years, designs, self.results_key, workers)
        titled = session.title
        return together.lived(session.out, lambda now, when: replace(session, title=f"{titled}, {when}").replicate(now))
