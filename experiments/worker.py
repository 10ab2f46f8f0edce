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
from typing import Any

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
    """

    engine: str
    settled: Path
    policies: Mapping[str, Any]
    years: int
    threads: int
    parts: Path
    key: str

    def is_done(self, replication: int) -> bool:
        """Whether a replication has been kept."""
        return (self.parts / store.part_name(self.key, replication)).is_dir()


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


def simulate(job: Job, replication: int) -> Report:
    """Runs and keeps one replication of every arm."""
    began = time.perf_counter()
    try:
        settled = _settled(str(job.settled))
        engine = import_module(job.engine)
        result = engine.run(settled, job.policies, replication, job.years, job.threads)
        store.write_part(job.parts, job.key, replication, result, time.perf_counter() - began)
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
