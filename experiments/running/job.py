"""The replications of one place as work that can be handed out, and what a process remembers of those it has done."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments.results import settled_place, store
from experiments.running.machine.estimate import NOTHING, Size, of_replication

LIVES = 8
"""How many a process remembers: arms with their months, and settled places under the numbers of a job."""
Reduce = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""What is made of the months of an arm, by measure, before they are kept: fewer rows, or other columns."""
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Job:
    """What all replications of a run have in common.

    Attributes:
        engine: module that simulates, as `experiments.running.engine`.
        settled: file that holds the settled place.
        policies: by arm.
        years: simulated from the policy date.
        threads: for the kernels of one replication.
        parts: folder that keeps finished replications.
        key: names the configuration.
        world: for a worker that finds no settled place and settles it for itself; None where there surely is one.
        model: version of the model that the results are to come from; empty where workers are sure to have it.
        totals_only: whether to keep the months of everybody and nothing else.
        shared: whether the place may have settled for a world that differs in how redesigns or later luck go, so has to be put
            into this one.
        noun: what a piece of this work is called.
        reduce: makes of an arm's months what is kept of them, a row a year; none where they are kept as they are.
    """

    engine: str
    settled: Path
    policies: Mapping[str, Any]
    years: int
    threads: int
    parts: Path
    key: str
    world: Any = None
    model: str = ""
    totals_only: bool = False
    shared: bool = False
    noun: str = "replication"
    reduce: Reduce | None = None

    @property
    def size(self) -> Size:
        """What a replication takes; nothing is known of it without its world."""
        return self.takes(has_begun=False)

    def takes(self, has_begun: bool) -> Size:
        """The same, or what it takes where another job of the place has lived the replication up to the policy date."""
        if self.world is None:
            return NOTHING
        size = of_replication(self.world, len(self.policies), self.years, self.totals_only, has_begun)
        return replace(size, kept=size.kept / MONTHS_A_YEAR) if self.reduce else size

    @property
    def settles_anew(self) -> bool:
        """Whether each replication settles by itself; nothing is known of it without its world."""
        return self.world is not None and self.world.settling_luck == "own"

    def is_done(self, replication: int) -> bool:
        """Whether a replication has been kept."""
        return (self.parts / store.part_name(self.key, replication)).is_dir()

    def set_damaged_aside(self, replication: int) -> list[str]:
        """Sets a kept replication whose files have changed since aside, so that it is run again; returns its name."""
        kept = self.parts / store.part_name(self.key, replication)
        if store.is_whole(kept, self.key) or not (kept.exists() or kept.is_symlink()):
            return []
        store.set_aside(kept)
        return [kept.name]

    def carry_out(self, replication: int) -> None:
        """Runs and keeps one replication of every arm."""
        began = time.perf_counter()
        settled = settled_for(self)
        lived = _lived_before(self, replication) if self.totals_only else {}
        left = {arm: policy for arm, policy in self.policies.items() if arm not in lived}
        result: Any = OfEverybody({})
        if left:
            engine = import_module(self.engine)
            result = engine.run(settled, left, replication, self.years, self.threads, self.totals_only)
        if self.totals_only:
            _remember(self, replication, result.months)
            months = lived | result.months
            kept = self.reduce or as_it_is
            result = OfEverybody({arm: kept(months[arm]) for arm in self.policies})
        seconds = time.perf_counter() - began
        store.write_part(self.parts, self.key, replication, result, seconds, self.totals_only)


@dataclass(frozen=True)
class OfEverybody:
    """As much of a replication as is kept where only totals are: by arm, the record of every month."""

    months: Mapping[str, Any]


def as_it_is(months: Mapping[str, Any]) -> Mapping[str, Any]:
    """The months of an arm, nothing taken away."""
    return months


_in_worlds: OrderedDict[str, Any] = OrderedDict()
"""Settled places under the numbers of the jobs that came last, by the jobs' keys."""


def settled_for(job: Job) -> Any:
    """The settled place, under this job's own numbers."""
    if not job.shared:
        return _as_it_settled(job)
    if job.key not in _in_worlds:
        _in_worlds[job.key] = import_module(job.engine).in_world(_as_it_settled(job), job.world)
    while len(_in_worlds) > LIVES:
        _in_worlds.popitem(last=False)
    return _in_worlds[job.key]


_here: dict[str, Any] = {}
"""The last place that this process settled for itself, by name."""


def _as_it_settled(job: Job) -> Any:
    """The settled place: from its file where there is one, else settled here and remembered until the next."""
    if job.world is None or job.settled.exists():
        return _read_settled(job.engine, str(job.settled))
    if job.settled.name not in _here:
        _here.clear()
        _here[job.settled.name] = import_module(job.engine).settle(job.world, None, job.threads)
    return _here[job.settled.name]


_lives: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
"""The months of the arms that this process lived last: points that differ in one arm's levers have the other in common."""


def _life(job: Job, policy: Any, replication: int) -> tuple[Any, ...]:
    """What determines the months of one arm: later luck, and how redesigns go and what management does where it has any."""
    apart: tuple[Any, ...] = ()
    if job.shared and job.world is not None:
        engine, behaviour = import_module(job.engine), job.world.behaviour
        tries, manages = (matter(policy, job.years) for matter in (engine.tries_redesigns, engine.manages_otherwise))
        apart = (
            job.world.later_luck,
            (behaviour.redesign.model_dump_json(), behaviour.structure.designs) if tries else (),
            behaviour.structure.management if manages else (),
        )
    return job.engine, str(job.settled), apart, job.years, replication, policy.model_dump_json()


def _lived_before(job: Job, replication: int) -> dict[str, Any]:
    """The months of those arms that this process has lived already, at the same place with the same luck."""
    found = {}
    for arm, policy in job.policies.items():
        key = _life(job, policy, replication)
        if key in _lives:
            _lives.move_to_end(key)
            found[arm] = _lives[key]
    return found


def _remember(job: Job, replication: int, months: Mapping[str, Any]) -> None:
    """Remembers arms that have just been lived, and forgets those longest unused."""
    for arm, lived in months.items():
        _lives[_life(job, job.policies[arm], replication)] = lived
    while len(_lives) > LIVES:
        _lives.popitem(last=False)


@lru_cache(maxsize=1)
def _read_settled(engine: str, path: str) -> Any:
    """The settled place, read once per process."""
    return settled_place.read_settled(Path(path), import_module(engine).settled_type())
