"""Where work is done: processes of this machine, or whatever else opens an executor."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from experiments.running import worker
from experiments.running.machine import processes, signals

POOL_DIED = (BrokenProcessPool, EOFError, ConnectionError)
"""What is seen when a worker, or the process that workers are forked from, is killed: at work, or while it starts."""
MOST_HELPERS = 3
"""Processes that can be of use beside this one for what is small and takes long to load, as drawing."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def n_workers(workers: int | None, replications: int) -> int:
    """How many processes to work with: those asked for or one per core, and never more than there is to do."""
    return max(1, min(workers or cores(), replications))


@dataclass(frozen=True)
class Runner:
    """Where work is done.

    Attributes:
        processes: how many work at once, as far as is known.
        pool: opens an executor for the length of a block; takes how many processes can be of use.
        afar: whether workers may be on machines that do not see the results folder, so that results are sent back.
        died: what is seen when part of the pool is gone for good.
        why: says why it is.
    """

    processes: int
    pool: Callable[[int], AbstractContextManager[Executor]]
    afar: bool = False
    died: tuple[type[BaseException], ...] = POOL_DIED
    why: Callable[[], str] = lambda: processes.KILLED


def local(workers: int) -> Runner:
    """Processes of this machine, and never more than there is to do."""
    deaths = processes.Deaths()
    return Runner(
        workers, lambda useful: _ending_with_block(min(workers, useful), processes.quickest(deaths)), why=deaths.why
    )


@dataclass
class HelperPool:
    """Processes beside this one that can be told to get ready while it is still busy; all end with the block.

    Attributes:
        processes: how many; with none everything is done here.
        executor: hands work to them; None until they have been told to get ready.
    """

    processes: int = 0
    executor: Executor | None = None
    _ending: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> HelperPool:
        return self

    def __exit__(self, *how: Any) -> None:
        self.executor = None
        self._ending.__exit__(*how)

    def get_ready(self, module: str) -> None:
        """Starts the processes, deaf to Ctrl-C from their first moment, and lets each load what it will need."""
        if self.executor is not None or self.processes < 1:
            return
        self.executor = self._ending.enter_context(_ending_with_block(self.processes, processes.Spawning()))
        processes.track()
        with signals.without(signal.SIGINT), signals.stop_waits():
            for _ in range(self.processes):
                self.executor.submit(import_module, module)


def helper_pool(workers: int | None) -> HelperPool:
    """One process for each core that is left, but none where a single worker was asked for."""
    return HelperPool(0 if workers == 1 else min(cores() - 1, MOST_HELPERS))


@contextlib.contextmanager
def _ending_with_block(workers: int, context: Any) -> Iterator[Executor]:
    """An executor whose processes are ended at once when the block fails, and after their work otherwise.

    Being told to stop while they are waited for ends them at once too: otherwise Python would wait for them at its own end, deaf.
    """
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=worker.begin)
    before = set(multiprocessing.active_children())
    try:
        yield executor
        executor.shutdown(wait=True, cancel_futures=True)
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        executor.shutdown(wait=True, cancel_futures=True)
        raise
