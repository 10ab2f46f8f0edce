"""What a worker process does: load the settled place once, run one replication at a time, keep each at once."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any, Protocol

from experiments.results import settled_place, store

STORAGE, FAILURE = "storage", "failure"
LIVES = 8  # arms whose months a process remembers


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
        shared: whether the place may have settled for a world that differs in how redesigns go, so has to be put into this one.
        noun: what a piece of this work is called.
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

    @property
    def settled_name(self) -> str:
        """What tells one settled place from another."""
        return self.settled.name

    def is_done(self, replication: int) -> bool:
        """Whether a replication has been kept."""
        return (self.parts / store.part_name(self.key, replication)).is_dir()

    def carry_out(self, replication: int) -> None:
        """Runs and keeps one replication of every arm."""
        began = time.perf_counter()
        settled = _settled(self)
        lived = _lived_before(self, replication) if self.totals_only else {}
        left = {arm: policy for arm, policy in self.policies.items() if arm not in lived}
        result: Any = OfEverybody({})
        if left:
            engine = import_module(self.engine)
            result = engine.run(settled, left, replication, self.years, self.threads, self.totals_only)
        if self.totals_only:
            _remember(self, replication, result.months)
            months = lived | result.months
            result = OfEverybody({arm: months[arm] for arm in self.policies})
        seconds = time.perf_counter() - began
        store.write_part(self.parts, self.key, replication, result, seconds, self.totals_only)


@dataclass(frozen=True)
class OfEverybody:
    """As much of a replication as is kept where only totals are: by arm, the record of every month."""

    months: Mapping[str, Any]


class Work(Protocol):
    """Numbered pieces of work that workers can share: replications of one place, or parameter sets."""

    @property
    def noun(self) -> str:
        """What a piece is called."""

    @property
    def parts(self) -> Path:
        """Folder that keeps finished pieces."""

    @property
    def key(self) -> str:
        """Names the configuration."""

    def is_done(self, number: int, /) -> bool:
        """Whether a piece has been kept."""

    def carry_out(self, number: int, /) -> None:
        """Does a piece and keeps it."""


@dataclass(frozen=True)
class Report:
    """How one replication went; `trouble` is empty where it was kept."""

    replication: int
    trouble: str = ""
    text: str = ""
    key: str = ""


@dataclass(frozen=True)
class Returned:
    """A replication that was run where results are not kept: how it went, and its files."""

    report: Report
    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def begin() -> None:
    """Leaves Ctrl-C to the parent, and ends this process when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Waits for the parent's death, however sudden."""
    connection.wait([sentinel])
    os._exit(1)


def simulate(job: Work, replication: int) -> Report:
    """Does and keeps one piece of work, and says how it went."""
    try:
        job.carry_out(replication)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        return Report(replication, STORAGE, f"{why}: {error.filename or job.parts}", job.key)
    except Exception as error:
        text = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
        return Report(replication, FAILURE, text, job.key)
    return Report(replication, key=job.key)


def simulate_all(items: Sequence[tuple[Work, int]]) -> list[Report]:
    """Runs and keeps several replications one after another; those of one place let it settle once."""
    return [simulate(job, replication) for job, replication in items]


def simulate_afar(items: Sequence[tuple[Job, int]]) -> list[Returned]:
    """Runs several replications on a machine that need not see the results folder, and returns their files."""
    found = []
    for job, replication in items:
        with tempfile.TemporaryDirectory() as folder:
            report = _wrong_model(job, replication) or simulate(replace(job, parts=Path(folder)), replication)
            name = store.part_name(job.key, replication)
            files = {} if report.trouble else store.pack_part(Path(folder) / name)
        found.append(Returned(report, name, files))
    return found


def _wrong_model(job: Job, replication: int) -> Report | None:
    """The refusal of a worker that has another version of the model than whoever sent the work."""
    mine = import_module(job.engine).model_version()
    if not job.model or mine == job.model:
        return None
    return Report(replication, FAILURE, f"a worker has another model: {mine}, not {job.model}", job.key)


def settle(job: Job) -> Report:
    """Lets the place of a job settle and keeps it for all who need it."""
    try:
        settled = import_module(job.engine).settle(job.world, None, job.threads)
        settled_place.write_settled(job.settled, settled)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        return Report(-1, STORAGE, f"{why}: {error.filename or job.parts}", job.key)
    except Exception as error:
        return Report(-1, FAILURE, f"{type(error).__name__}: {error}\n{traceback.format_exc()}", job.key)
    return Report(-1, key=job.key)


_in_worlds: OrderedDict[str, Any] = OrderedDict()
"""Settled places under the numbers of the jobs that came last, by the jobs' keys."""


def _settled(job: Job) -> Any:
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
    if job.settled_name not in _here:
        _here.clear()
        _here[job.settled_name] = import_module(job.engine).settle(job.world, None, job.threads)
    return _here[job.settled_name]


_lives: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
"""The months of the arms that this process lived last: points that differ in one arm's levers have the other in common."""


def _life(job: Job, policy: Any, replication: int) -> tuple[Any, ...]:
    """What determines the months of one arm: how redesigns go only where any are tried."""
    place = str(job.settled)
    if job.shared and import_module(job.engine).tries_redesigns(policy, job.years):
        place += f" in the world of {job.key}"
    return job.engine, place, job.years, replication, policy.model_dump_json()


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
