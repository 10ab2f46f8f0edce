"""Runs replications on several processes; survives workers that die, full disks and Ctrl-C without losing what is done."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from experiments import folder, worker
from experiments.faults import STOPPED, Stopped
from experiments.worker import Report, Work

FRUITLESS_POOLS = 3
POOL_DIED = (BrokenProcessPool, EOFError, ConnectionError)
"""What is seen when a worker, or the process that workers are forked from, is killed: at work, or while it starts."""
PRELOADED = ("experiments.worker", "experiments.warm")
Tell = Callable[[Report], None]


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def crew(workers: int | None, replications: int) -> int:
    """How many processes to work with: those asked for or one per core, and never more than there is to do."""
    return max(1, min(workers or cores(), replications))


def run_all(job: Work, replications: Sequence[int], processes: int, tell: Tell) -> None:
    """Runs every replication that has not been kept yet, and tells of each as it ends.

    Raises:
        Stopped: something kept replications from finishing; those that finished are kept.
    """
    run = _Run(job, replications, tell)
    sweep_up(job)
    try:
        if processes > 1:
            run.on_pools(processes)
        else:
            for replication in run.left():
                run.take(worker.simulate(job, replication))
    except KeyboardInterrupt:
        raise Stopped(f"stopped. {run.kept()}", STOPPED) from None
    finally:
        sweep_up(job)
    if run.failures:
        raise Stopped(run.failed())


class _Run:
    """One go at a set of replications. What is done is read off the disk, never remembered."""

    def __init__(self, job: Work, replications: Sequence[int], tell: Tell):
        self.job, self.replications, self.tell = job, replications, tell
        self.failures: list[Report] = []

    def left(self) -> list[int]:
        """The replications that are neither kept nor have failed."""
        failed = {report.replication for report in self.failures}
        return [r for r in self.replications if r not in failed and not self.job.is_done(r)]

    def on_pools(self, processes: int) -> None:
        """Works on a pool of processes; when one of them dies, on another pool with what is unfinished."""
        fruitless = 0
        while before := self.left():
            with contextlib.suppress(*POOL_DIED), _pool(min(processes, len(before))) as executor:
                for report in _reports(executor, self.job, before):
                    self.take(report)
            fruitless = fruitless + 1 if self.left() == before else 0
            if fruitless == FRUITLESS_POOLS:
                raise Stopped(f"workers were killed {fruitless} times before any could finish a {self.job.noun}; too "
                              f"little memory? try workers=1 or a smaller scale. {self.kept()}")  # fmt: skip

    def take(self, report: Report) -> None:
        """Notes how a replication went; a disk that cannot be written ends the run, a failure only itself."""
        if report.trouble == worker.STORAGE:
            raise Stopped(f"results cannot be written ({report.text}). {self.kept()}")
        if report.trouble:
            self.failures.append(report)
            with contextlib.suppress(OSError):
                path = self.job.parts / f"failed-{report.replication:05d}.txt"
                path.write_text(report.text, encoding="utf-8")
        self.tell(report)

    def kept(self) -> str:
        """What a rerun will find."""
        done = sum(self.job.is_done(replication) for replication in self.replications)
        return (f"{done} of {len(self.replications)} {self.job.noun}s are kept in {self.job.parts.parent}; "
                "the same command goes on from there.")  # fmt: skip

    def failed(self) -> str:
        """Which replications failed and where to read why."""
        numbers = ", ".join(str(report.replication) for report in self.failures[:10])
        return (f"{len(self.failures)} of {len(self.replications)} {self.job.noun}s failed ({numbers}), the first with "
                f"{self.failures[0].text.splitlines()[0]}; see {self.job.parts}/failed-*.txt. {self.kept()}")  # fmt: skip


def _reports(executor: Executor, job: Work, left: Sequence[int]) -> Iterator[Report]:
    """Hands all replications out and yields how each went, as they finish."""
    with _ctrl_c_waits():
        futures = [executor.submit(worker.simulate, job, replication) for replication in left]
    for future in as_completed(futures):
        yield future.result()


@contextlib.contextmanager
def _ctrl_c_waits() -> Iterator[None]:
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


@contextlib.contextmanager
def _pool(processes: int) -> Iterator[Executor]:
    """Processes that all end with the block, whatever ends it."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(list(PRELOADED))
        _start_server()
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=worker.begin)
    before = set(multiprocessing.active_children())
    try:
        yield executor
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _start_server() -> None:
    """Starts the process that workers are forked from, deaf to Ctrl-C from its first moment, and so are they."""
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # first, because starting it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def sweep_up(job: Work) -> None:
    """Removes what killed workers left half-written."""
    folder.sweep(job.parts)
