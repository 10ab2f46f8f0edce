"""A country whose designs spread across borders: authorities live year by year together, each seeing what others have in use."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from math import log
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from experiments.configuration.places.authorities import EnglishAuthority
from experiments.configuration.validate import Plan
from experiments.errors import Fault
from experiments.results.consolidate import record_of
from experiments.results.results_folder import hashed
from experiments.results.store import INDEX, whole_folders
from experiments.running.job import Job
from experiments.running.machine.estimate import memory_of_machine
from experiments.running.pool import n_workers
from experiments.running.rounds.round_job import RoundJob, Seen

LIKE = 5
"""So many councils of its own kind does a council look to besides its neighbours: a judgement."""
BYTES_A_CITIZEN, SHARE_OF_MEMORY = 300, 0.25
"""Of a life that is kept until the next round, and how much of the machine's memory all that are kept may take."""
LARGEST_SCALE = 0.1
"""Above it so many lives at once are too much for most machines."""
Lives = Mapping[int, Mapping[str, Seen]]
"""By replication and arm."""
Found = TypeVar("Found")


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


def _touching(council: EnglishAuthority, at: Mapping[tuple[int, int], int]) -> list[int]:
    """The councils whose hexagons touch one; odd rows lie half a hexagon to the right."""
    column, row = council.column, council.row
    right = column + row % 2
    around = [(column - 1, row), (column + 1, row)]
    around += [(each, row + step) for step in (-1, 1) for each in (right - 1, right)]
    return [at[each] for each in around if each in at]


def faults_of(plan: Plan, setting: str, instead: str) -> list[Fault]:
    """What keeps a country from being lived in rounds: it is too large, or no service in it looks at any other.

    Args:
        plan: of any of its authorities.
        setting: that has them live beside each other.
        instead: what to set in its place.
    """
    faults = []
    if plan.settings.scale > LARGEST_SCALE:
        why = f"with {setting} every authority lives at once; at most {LARGEST_SCALE:g} of its people can"
        faults.append(Fault(f"scale={plan.settings.scale:g}", why, f"scale={LARGEST_SCALE:g}, or {instead}"))
    if (how := plan.world.behaviour.structure.spread) != "neighbours":
        why = "designs cross borders by example only, and here no service follows one"
        fix = f"behaviour.structure.spread=neighbours, or {instead}"
        faults.append(Fault(f"behaviour.structure.spread={how}", why, fix))
    return faults


def people_kept(processes: int = 1) -> int:
    """Rows of citizens that each of some processes may keep in memory until the next round."""
    return int(memory_of_machine() * SHARE_OF_MEMORY / BYTES_A_CITIZEN / processes)


@dataclass(frozen=True)
class Together:
    """Councils that are to live some years together.

    Attributes:
        jobs: of each council.
        looks_to: for each council the places in the list of those it learns from.
        runs: the arms of each replication.
        years: how long.
        designs: by name.
        country: names these lives; a life goes on only where it began.
        workers: processes; none for one per core.
        zones: of each council, by replication and arm, the policy it lives where that is not the arm's own.
    """

    jobs: Sequence[Job]
    looks_to: Sequence[Sequence[int]]
    runs: Mapping[int, Collection[str]]
    years: int
    designs: Sequence[str]
    country: str
    workers: int | None = None
    zones: Sequence[Mapping[tuple[int, str], Any]] = ()

    def lived(self, out: Path, carry_out: Callable[[Sequence[RoundJob], str], Found]) -> Found:
        """Lives every round; a replication that fails stops the country, since others cannot go on without it.

        Args:
            out: the results folder.
            carry_out: lives the jobs of one round, which is told in words; what it finds in the last is returned.
        """
        seen = [in_use_by([], self.runs) for _ in self.jobs]
        for year in range(1, self.years):
            now = self._round(seen, year)
            carry_out(now, f"year {year} of {self.years}")
            in_use = [self._in_use(out, job) for job in now]
            seen = [in_use_by([in_use[k] for k in others], self.runs) for others in self.looks_to]
        return carry_out(self._round(seen, self.years), "the last year")

    def _round(self, seen: Sequence[Lives], year: int) -> list[RoundJob]:
        """The work of one year in every authority."""
        more = {
            "years": year,
            "country": self.country,
            "last": year == self.years,
            "most_people": people_kept(n_workers(self.workers, len(self.jobs) * len(self.runs))),
        }
        return [
            RoundJob(
                **{each.name: getattr(job, each.name) for each in fields(job)}
                | more
                | {"councils": len(others), "seen": there, "as_zone": zone}
                | ({} if more["last"] else {"key": hashed([job.key, year])})
            )
            for job, others, there, zone in zip(
                self.jobs, self.looks_to, seen, self.zones or [{}] * len(self.jobs), strict=True
            )
        ]

    def _in_use(self, out: Path, job: Job) -> Lives:
        """What one authority had in use at each year's end so far."""
        folders = whole_folders(out, [(job.key, number) for number in self.runs])
        found: dict[int, dict[str, Seen]] = {}
        for number, folder in zip(self.runs, folders, strict=True):
            for arm, years in record_of([folder]).groupby("arm", observed=True):
                kinds = dict.fromkeys(
                    str(name).rpartition(".")[0] for name in years.columns.difference(INDEX, sort=False)
                )
                found.setdefault(number, {})[str(arm)] = {
                    kind: years[[f"{kind}.{name}" for name in self.designs]].to_numpy(dtype=float) for kind in kinds
                }
        return found


def in_use_by(councils: Sequence[Lives], runs: Mapping[int, Collection[str]]) -> Lives:
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
