"""Runs replications on several processes; survives workers that die, full disks and Ctrl-C without losing what is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.errors import STOPPED, Stopped
from experiments.results import results_folder, store
from experiments.running import worker
from experiments.running.job import Job
from experiments.running.machine.signals import stop_waits
from experiments.running.pool import Runner
from experiments.running.worker import Report, Work

FRUITLESS_POOLS = 3
BUNDLES_A_WORKER = 4  # fewer pieces of unlike length leave workers idle at the end
MOST_IN_A_BUNDLE = 12  # runs; what is done is only told of when a bundle is
PLACES_A_WORKER = 2  # from more places than this for each worker, every place stays with one worker
LISTENS_EVERY = 0.5  # seconds
Tell = Callable[[Report], None]
Item = tuple[Work, int]
"""A piece of some work: a replication of a job, or whatever else comes by number."""


class Run:
    """One go at everything that has not been kept yet. What is done is read off the disk, never remembered.

    As a context it leaves nothing half-written behind, and says what is kept when it is interrupted.
    """

    def __init__(self, items: Sequence[Item], runner: Runner, tell: Tell):
        self.items, self.runner, self.tell = items, runner, tell
        self.failures: list[Report] = []

    def __enter__(self) -> Run:
        self._sweep()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._sweep()
        if kind is KeyboardInterrupt:
            raise Stopped(f"stopped. {self.kept()}", STOPPED) from None

    def _sweep(self) -> None:
        """Removes what killed workers left half-written."""
        for parts in {job.parts for job, _ in self.items}:
            results_folder.sweep(parts)

    def left(self) -> list[Item]:
        """The replications that are neither kept nor have failed."""
        failed = {(report.key, report.replication) for report in self.failures}
        return [(job, r) for job, r in self.items if (job.key, r) not in failed and not job.is_done(r)]

    def on_pools(self) -> None:
        """Works on a pool of processes; when one of them dies, on another pool with what is unfinished."""
        fruitless = 0
        while before := self.left():
            with contextlib.suppress(*self.runner.died), self.runner.pool(len(before)) as executor:
                self._settle_shared(executor, before)
                for report in self._reports(executor, self.left()):
                    self.take(report)
            fruitless = fruitless + 1 if self.left() == before else 0
            if fruitless == FRUITLESS_POOLS:
                raise Stopped(
                    f"workers were killed {fruitless} times before any could finish a {self.noun}; "
                    f"{self.runner.why()}. {self.kept()}"
                )

    def _settle_shared(self, executor: Executor, left: Sequence[Item]) -> None:
        """Lets places that several workers will share settle once, into files; far workers settle for themselves."""
        if self.runner.afar or self._is_one_place_each(left):
            return
        unsettled = {
            job.settled: job
            for job, _ in left
            if isinstance(job, Job) and job.world is not None and not job.settled.exists()
        }
        for future in as_they_end([executor.submit(worker.settle, job) for job in unsettled.values()]):
            report = future.result()
            if report.trouble == worker.STORAGE:
                self.take(report)
            elif report.trouble:
                mine = next(job.settled for job in unsettled.values() if job.key == report.key)
                for job, replication in left:
                    if _place(job) == mine:
                        self.take(replace(report, replication=replication, key=job.key))

    def _is_one_place_each(self, left: Sequence[Item]) -> bool:
        """Whether there are so many places that each is best settled and used by one worker."""
        return len({_place(job) for job, _ in left}) > PLACES_A_WORKER * self.runner.processes

    def _reports(self, executor: Executor, left: Sequence[Item]) -> Iterator[Report]:
        """Hands everything out and yields how each replication went, as they finish."""
        work: Callable[..., Any] = worker.simulate_afar if self.runner.afar else worker.simulate_all
        with stop_waits():
            handed = [executor.submit(work, bundle) for bundle in self._bundles(left)]
        for future in as_they_end(handed):
            for each in future.result():
                yield self._kept_here(each) if isinstance(each, worker.Returned) else each

    def _bundles(self, left: Sequence[Item]) -> list[list[Item]]:
        """What is handed to a worker at once: all of a place where there are many places, else one replication.

        Where replications settle by themselves, what begins with the same one is handed over together, so that it settles
        once; but not where workers would have nothing to do meanwhile.
        """
        if self._is_one_place_each(left):
            return _together(left, lambda job, replication: _place(job))
        light = [_lightened(item) for item in left]
        if all(isinstance(job, Job) and job.settles_anew for job, _ in left):
            alike = _together(light, lambda job, replication: (_place(job), replication))
            if len(alike) >= BUNDLES_A_WORKER * self.runner.processes:
                return [part for bundle in alike for part in _in_parts(bundle)]
        return [[item] for item in light]

    def _kept_here(self, returned: worker.Returned) -> Report:
        """Keeps what a far worker sent."""
        report = returned.report
        if report.trouble:
            return report
        parts = self.items[0][0].parts
        try:
            store.unpack_part(parts, returned.name, returned.files)
        except OSError as error:
            return replace(report, trouble=worker.STORAGE, text=storage.why_not(error, parts))
        return report

    def take(self, report: Report) -> None:
        """Notes how a replication went; a disk that cannot be written ends the run, a failure only itself."""
        if report.trouble == worker.STORAGE:
            raise Stopped(f"results cannot be written ({report.text}). {self.kept()}")
        if report.trouble:
            self.failures.append(report)
            with contextlib.suppress(OSError):
                self.failure_path(report).write_text(report.text, encoding="utf-8")
        self.tell(report)

    def failure_path(self, report: Report) -> Path:
        """The file that says why a replication failed."""
        whose = f"-{report.key[:16]}" if len({job.key for job, _ in self.items}) > 1 else ""
        return self.items[0][0].parts / f"failed-{report.replication:05d}{whose}.txt"

    @property
    def noun(self) -> str:
        """What a piece of the work is called."""
        return self.items[0][0].noun

    def kept(self) -> str:
        """What a rerun will find."""
        done = sum(job.is_done(replication) for job, replication in self.items)
        return (
            f"{done} of {len(self.items)} {self.noun}s are kept in {self.items[0][0].parts.parent}; "
            "the same command goes on from there."
        )

    def failed(self) -> str:
        """Which replications failed and where to read why."""
        numbers = ", ".join(str(report.replication) for report in self.failures[:10])
        return (
            f"{len(self.failures)} of {len(self.items)} {self.noun}s failed ({numbers}), the first with "
            f"{self.failures[0].text.splitlines()[0]}; see {self.items[0][0].parts}/failed-*.txt. {self.kept()}"
        )


def as_they_end(futures: Iterable[Future[Any]]) -> Iterator[Future[Any]]:
    """Yields what was handed out as it ends, and listens meanwhile.

    Only the main thread can act on a signal, and a signal that another thread was given (of a run that was suspended when it
    was told to stop) does not wake it, so it looks up by itself.
    """
    left = set(futures)
    while left:
        with contextlib.suppress(TimeoutError):
            for future in as_completed(left, LISTENS_EVERY):
                left.discard(future)
                yield future


def _together(items: Sequence[Item], kind: Callable[[Work, int], Hashable]) -> list[list[Item]]:
    """Pieces of work of the same kind together, in their order."""
    found: dict[Hashable, list[Item]] = {}
    for work, number in items:
        found.setdefault(kind(work, number), []).append((work, number))
    return list(found.values())


def _in_parts(bundle: list[Item]) -> list[list[Item]]:
    """A bundle as bundles that are not too large, and about as large as one another."""
    parts = -(-len(bundle) // MOST_IN_A_BUNDLE)
    return [bundle[k * len(bundle) // parts : (k + 1) * len(bundle) // parts] for k in range(parts)]


def _lightened(item: Item) -> Item:
    """A replication without the plain data of its place, where that has settled already and has all its numbers."""
    job, replication = item
    if isinstance(job, Job) and job.settled.exists() and not job.shared:
        return replace(job, world=None), replication
    return item


def _place(job: Work) -> Path:
    """What work shares that begins at the same settled place."""
    return job.settled if isinstance(job, Job) else job.parts
