"""Where work is done: processes of this machine, or whatever else opens an executor."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

from experiments.running import worker

POOL_DIED = (BrokenProcessPool, EOFError, ConnectionError)
"""What is seen when a worker, or the process that workers are forked from, is killed: at work, or while it starts."""
MOST_HELPERS = 3
"""Processes that can be of use beside this one for what is small and takes long to load, as drawing."""
SAFE_PATH = "PYTHONSAFEPATH"
CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
PRELOADED = ("experiments.running.worker", "experiments.running.preload")


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
    """

    processes: int
    pool: Callable[[int], AbstractContextManager[Executor]]
    afar: bool = False
    died: tuple[type[BaseException], ...] = POOL_DIED


def local(processes: int) -> Runner:
    """Processes of this machine, and never more than there is to do."""
    return Runner(processes, lambda useful: _pool(min(processes, useful)))


@contextlib.contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """Holds Ctrl-C back while processes are being started: one that is only half known could not be ended with the rest."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


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
        context = _Spawning()
        self.executor = self._ending.enter_context(_ending_with_block(self.processes, context))
        with _without_ctrl_c(), ctrl_c_waits():
            for _ in range(self.processes):
                self.executor.submit(import_module, module)


def helper_pool(workers: int | None) -> HelperPool:
    """One process for each core that is left, but none where a single worker was asked for."""
    return HelperPool(0 if workers == 1 else min(cores() - 1, MOST_HELPERS))


@contextlib.contextmanager
def _pool(processes: int) -> Iterator[Executor]:
    """Processes that all end with the block, whatever ends it."""
    context: Any = _Spawning()
    if CAN_FORK:
        context = _Forking()
        context.set_forkserver_preload(list(PRELOADED))
        _start_server()
    with _ending_with_block(processes, context) as executor:
        yield executor


@contextlib.contextmanager
def _ending_with_block(processes: int, context: Any) -> Iterator[Executor]:
    """An executor whose processes are ended at once when the block fails, and after their work otherwise.

    Ctrl-C while they are waited for ends them at once too: otherwise Python would wait for them at its own end, deaf.
    """
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=worker.begin)
    before = set(multiprocessing.active_children())
    try:
        yield executor
        executor.shutdown(wait=True, cancel_futures=True)
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        executor.shutdown(wait=True, cancel_futures=True)
        raise


def _start_server() -> None:
    """Starts the process that workers are forked from, deaf to Ctrl-C from its first moment, and so are they."""
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # first, because starting it lets Ctrl-C through again
    with _without_ctrl_c(), safe_path():
        forkserver.ensure_running()


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """Lets processes that are started inside the block import nothing from the folder that the user stands in."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        os.environ.pop(SAFE_PATH) if before is None else os.environ.update({SAFE_PATH: before})


@contextlib.contextmanager
def _main_left_out() -> Iterator[None]:
    """Spares processes that are started inside the block the script or notebook that started them: they need nothing of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _SpawnedWorker(SpawnProcess):
    """A process that knows nothing of the user's script, nor of the folder it was started in."""

    def start(self) -> None:
        """Starts it."""
        with _main_left_out(), safe_path():
            super().start()


class _Spawning(SpawnContext):
    """Starts each process anew."""

    Process = _SpawnedWorker


if CAN_FORK:
    from multiprocessing.context import ForkServerContext, ForkServerProcess  # not there on Windows

    class _ForkedWorker(ForkServerProcess):
        """A process forked from one that has the simulation loaded; it knows nothing of the user's script either."""

        def start(self) -> None:
            """Starts it."""
            with _main_left_out():
                super().start()

    class _Forking(ForkServerContext):
        """Forks each process."""

        Process = _ForkedWorker


@contextlib.contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Blocks Ctrl-C in this thread, and for good in processes that are started inside the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
