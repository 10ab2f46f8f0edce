"""A country whose designs spread across borders: authorities live year by year together, each seeing what others have in use."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from math import log

import numpy as np

from experiments.configuration.places.authorities import EnglishAuthority
from experiments.configuration.points import Point
from experiments.questions.nation.round_job import RoundJob, Seen
from experiments.results.consolidate import record_of
from experiments.results.results_folder import hashed, replication_key
from experiments.results.store import INDEX, whole_folders
from experiments.running.design_run import DesignRun
from experiments.running.job import Job
from experiments.running.machine.estimate import memory_of_machine
from experiments.running.pool import n_workers
from experiments.running.sequential_stopping import Stopping
from experiments.running.session import Session, model_version
from experiments.running.worker import Report

LIKE = 5
"""So many councils of its own kind does a council look to besides its neighbours: a judgement."""
BYTES_A_CITIZEN, SHARE_OF_MEMORY = 300, 0.25
"""Of a life that is kept until the next round, and how much of the machine's memory all that are kept may take."""
Lives = Mapping[int, Mapping[str, Seen]]
"""By replication and arm."""


def looked_to(chosen: Sequence[EnglishAuthority]) -> list[tuple[int, ...]]:
    """Whom each council learns from, of those that take part: its neighbours, and the councils most like it.

    Neighbours are those whose hexagons touch on the map. Like councils are the five of its own kind that are nearest in how
    deprived they were in 2010, how much they depended on grants and how many people they have, each in standard deviations.

    Returns:
        For each authority the positions of others, rising.
    """
    about = np.array([(each.deprivation_2010, each.grant_dependence, log(each.population)) for each in chosen])
    about = (about - about.mean(axis=0)) / np.where((spread := about.std(axis=0)) > 0, spread, 1.0)
    at = {(each.column, each.row): number for number, each in enumerate(chosen)}
    found = []
    for number, council in enumerate(chosen):
        kind = [k for k, each in enumerate(chosen) if each.kind == council.kind and k != number]
        apart = ((about[kind] - about[number]) ** 2).sum(axis=1)
        like = [kind[k] for k in np.argsort(apart, kind="stable")[:LIKE]]
        found.append(tuple(sorted({*like, *_touching(council, at)})))
    return found


def beside(points: Sequence[Point]) -> list[Point]:
    """The points of a country whose authorities live beside each other, so that none is taken for one that lived alone."""
    return [replace(point, values={**point.values, "spread": "borders"}) for point in points]


def _touching(council: EnglishAuthority, at: Mapping[tuple[int, int], int]) -> list[int]:
    """The councils whose hexagons touch one; odd rows lie half a hexagon to the right."""
    column, row = council.column, council.row
    right = column + row % 2
    around = [(column - 1, row), (column + 1, row)]
    around += [(each, row + step) for step in (-1, 1) for each in (right - 1, right)]
    return [at[each] for each in around if each in at]


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
        """Lives every round; a replication that fails stops the country, since others cannot go on without it."""
        settings, designs = self.base.settings, list(self.base.world.designs)
        runs = dict.fromkeys(range(settings.replicates), tuple(self.base.policies))
        seen = [together([], runs) for _ in jobs]
        for year in range(1, settings.years):
            now = self._round(jobs, seen, year)
            replace(session, title=f"{session.title}, year {year} of {settings.years}").replicate(now)
            in_use = [in_use_of(session, job, settings.replicates, designs) for job in now]
            seen = [together([in_use[k] for k in others], runs) for others in self.looks_to]
        last = self._round(jobs, seen, settings.years)
        return replace(session, title=f"{session.title}, the last year").replicate(last)

    def _round(self, jobs: Sequence[Job], seen: Sequence[Lives], year: int) -> list[RoundJob]:
        """The work of one year in every authority."""
        settings = self.base.settings
        processes = n_workers(settings.workers, len(jobs) * settings.replicates)
        more = {
            "years": year,
            "country": self.results_key,
            "last": year == settings.years,
            "most_people": int(memory_of_machine() * SHARE_OF_MEMORY / BYTES_A_CITIZEN / processes),
        }
        return [
            RoundJob(
                **{each.name: getattr(job, each.name) for each in fields(job)}
                | more
                | {"councils": len(others), "seen": there}
                | ({} if more["last"] else {"key": hashed([job.key, year])})
            )
            for job, others, there in zip(jobs, self.looks_to, seen, strict=True)
        ]


def in_use_of(session: Session, job: Job, replicates: int, designs: Sequence[str]) -> Lives:
    """What one authority had in use at each year's end so far."""
    folders = whole_folders(session.out, [(job.key, number) for number in range(replicates)])
    found: dict[int, dict[str, Seen]] = {}
    for number, folder in enumerate(folders):
        for arm, years in record_of([folder]).groupby("arm", observed=True):
            kinds = dict.fromkeys(str(name).rpartition(".")[0] for name in years.columns.difference(INDEX, sort=False))
            found.setdefault(number, {})[str(arm)] = {
                kind: years[[f"{kind}.{name}" for name in designs]].to_numpy(dtype=float) for kind in kinds
            }
    return found


def together(councils: Sequence[Lives], runs: Mapping[int, Collection[str]]) -> Lives:
    """How many of several councils use each design.

    Args:
        councils: what each has in use.
        runs: the arms of each replication.
    """
    return {
        number: {arm: _summed([council[number][arm] for council in councils]) for arm in arms}
        for number, arms in runs.items()
    }


def _summed(councils: Sequence[Seen]) -> Seen:
    """The councils that use each design, by kind of service; nothing where nobody is looked to."""
    return {kind: sum(each[kind] for each in councils) for kind in councils[0]} if councils else {}
