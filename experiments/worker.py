"""What a worker process does: load the settled place once, run one replication at a time, keep each at once."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any, Protocol

from experiments import store

STORAGE, FAILURE = "storage", "failure"


@dataclass(frozen=True)
class Job:
    """What all replications of a run have in common.

    Attributes:
        engine: module that simulates, as `experiments.engine`.
        settled: file that holds the settled place.
        policies: by arm.
        years: simulated from the policy date.
        threads: for the kernels of one replication.
        parts: folder that keeps finished replications.
        key: names the configuration.
        noun: what a piece of this work is called.
    """

    engine: str
    settled: Path
    policies: Mapping[str, Any]
    years: int
    threads: int
    parts: Path
    key: str
    noun: str = "replication"

    def is_done(self, replication: int) -> bool:
        """Whether a replication has been kept."""
        return (self.parts / store.part_name(self.key, replication)).is_dir()

    def carry_out(self, replication: int) -> None:
        """Runs and keeps one replication of every arm."""
        began = time.perf_counter()
        settled = _settled(str(self.settled))
        engine = import_module(self.engine)
        result = engine.run(settled, self.policies, replication, self.years, self.threads)
        store.write_part(self.parts, self.key, replication, result, time.perf_counter() - began)


class Work(Protocol):
    """Numbered pieces of work that workers can share: replications of one place, or parameter sets."""

    @property
    def noun(self) -> str:
        """What a piece is called."""

    @property
    def parts(self) -> Path:
        """Folder that keeps finished pieces."""

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
        return Report(replication, STORAGE, f"{why}: {error.filename or job.parts}")
    except Exception as error:
        return Report(replication, FAILURE, f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
    return Report(replication)


@lru_cache(maxsize=1)
def _settled(path: str) -> Any:
    """The settled place, read once per process."""
    with open(path, "rb") as file:
        return pickle.load(file)
