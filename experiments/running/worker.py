"""What a worker process does: load the settled place once, run one replication at a time, keep each at once."""

import os
import signal
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Protocol

from experiments import storage
from experiments.results import settled_place, store
from experiments.running.job import Job
from experiments.running.machine.estimate import Size

STORAGE, FAILURE = "storage", "failure"


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

    @property
    def size(self) -> Size:
        """What a piece takes."""

    def is_done(self, number: int, /) -> bool:
        """Whether a piece has been kept."""

    def set_damaged_aside(self, number: int, /) -> list[str]:
        """Sets what was kept of a piece and has changed since aside, so that it is done again; returns what that is."""

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
        return Report(replication, STORAGE, storage.why_not(error, job.parts), job.key)
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
        return Report(-1, STORAGE, storage.why_not(error, job.parts), job.key)
    except Exception as error:
        return Report(-1, FAILURE, f"{type(error).__name__}: {error}\n{traceback.format_exc()}", job.key)
    return Report(-1, key=job.key)
