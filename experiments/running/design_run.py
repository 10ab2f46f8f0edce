"""Runs many design points: each replication is kept by itself, whatever stops is gone on with, and all is joined at the end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.configuration.declared import in_force
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, Stopped
from experiments.questions.compare import question as compare
from experiments.results import consolidate

if TYPE_CHECKING:
    from experiments.running.executor import Run
    from experiments.running.sequential_stopping import Stopping
    from experiments.running.worker import Job, Report


@dataclass(frozen=True)
class Many:
    """Several points of one configuration, to be run and analysed together.

    Attributes:
        question: the command that asks.
        base: the plan without any point.
        points: what each point sets.
        plans: of each point.
        own: the question's own settings, as they are kept beside the results.
        analyse: writes what was found into the results folder; returns what the manifest is to say.
        show: prints the answer from a finished folder.
        totals_only: whether to keep the months of everybody and not those of groups.
        own_names: keys of the configuration that are the question's own.
        notes: what the user may not have meant.
    """

    question: str
    base: Plan
    points: Sequence[Point]
    plans: Sequence[Plan]
    own: Mapping[str, Any]
    analyse: Callable[[Path], dict[str, Any]]
    show: Callable[[Path], None]
    totals_only: bool = True
    own_names: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)

    @cached_property
    def model(self) -> str:
        """The version of the model."""
        return str(compare.engine().model_version())

    @cached_property
    def keys(self) -> list[str]:
        """What determines the replications of each point, as hashes."""
        from experiments.results import results_folder

        return [results_folder.replication_key(plan, self.model) for plan in self.plans]

    @cached_property
    def results_key(self) -> str:
        """What determines everything in the results folder, as a hash."""
        from experiments.results import results_folder

        settings = self.base.settings
        values = [dict(point.values) for point in self.points]
        return results_folder.hashed(
            [
                self.question,
                self.keys,
                values,
                in_force(settings, "results"),
                settings.outcomes,
                dict(self.own),
                self.totals_only,
            ]
        )

    @property
    def out(self) -> Path:
        """The folder results go to."""
        given = self.base.settings.out
        return Path(given or f"results/{self.question}-{self.base.place}-{self.results_key[:8]}").expanduser()


def answer(many: Many) -> int:
    """Runs what has not been run, analyses all, writes the results and shows them."""
    many.show(carried_out(many))
    return 0


def carried_out(many: Many) -> Path:
    """The folder with the finished results; runs what has not been run."""
    from experiments.results import results_folder

    for note in [*many.base.notes, *many.notes]:
        print(f"note: {note}", file=sys.stderr)
    if many.base.settings.uncertainty != "chance":
        raise ConfigurationError(
            Fault(
                "uncertainty=evidence",
                f"is a way to compare; {many.question} sets numbers itself",
                "redesign compare uncertainty=evidence",
            )
        )
    out, key = many.out, many.results_key
    asked = results_folder.configuration(many.base) | {many.question: dict(many.own)}
    if results_folder.state_of(out, key, asked) == "finished":
        print(f"{out} holds this already, finished; here it is again.\n", file=sys.stderr)
        results_folder.tidy(out)
    else:
        with compare.keeping(out), results_folder.claimed(out, key, asked):
            _run(many, out)
    return out


def _run(many: Many, out: Path) -> None:
    """Simulates, joins, analyses; the manifest comes last and says that all is there."""
    from experiments.results import manifest, results_folder, run_index
    from experiments.running import sequential_stopping

    began = time.perf_counter()
    jobs = jobs_of(many, out)
    failures: dict[tuple[str, int], Report] = {}
    stopping = sequential_stopping.run(
        list(dict.fromkeys(many.keys)),
        many.base.settings.replicates,
        many.base.settings,
        out,
        lambda counts: failures.update(simulate(many, jobs, out, counts)),
    )
    _join(many, jobs, failures, stopping, out)
    findings = {
        "question": many.question,
        "points": len(many.points),
        "failed_replications": len(failures),
        **many.analyse(out),
        "wall_seconds": round(time.perf_counter() - began, 3),
    }
    content = manifest.describe(many.base, many.model, findings)
    content |= {"results_key": many.results_key, many.question: dict(many.own)}
    manifest.write(out, content, finished=True)
    if failures:
        print(
            f"note: {len(failures)} replications failed and are left out; {out / run_index.KEPT} says which and why",
            file=sys.stderr,
        )
    results_folder.tidy(out)


def jobs_of(many: Many, out: Path) -> list[Job]:
    """What the replications of each point have in common.

    Points whose worlds differ in nothing that matters before a redesign is tried share a settled file.
    """
    from experiments.results import results_folder
    from experiments.running import executor
    from experiments.running.worker import Job

    settings, parts = many.base.settings, out / results_folder.PARTS
    total = sum(plan.settings.replicates for plan in many.plans)
    threads = settings.threads or max(1, executor.cores() // executor.crew(settings.workers, total))
    worlds = [results_folder.world_key(plan, many.model) for plan in many.plans]
    awake = compare.engine().awake
    settled = {
        world: results_folder.hashed([many.model, awake(plan.world)])
        for world, plan in dict(zip(worlds, many.plans, strict=True)).items()
    }
    worlds_of = Counter(settled.values())
    return [
        Job(
            compare.ENGINE,
            parts / f"settled-{settled[world][:16]}.pickle",
            plan.policies,
            plan.settings.years,
            threads,
            parts,
            key,
            plan.world,
            many.model,
            many.totals_only,
            worlds_of[settled[world]] > 1,
        )
        for plan, key, world in zip(many.plans, many.keys, worlds, strict=True)
    ]


def simulate(many: Many, jobs: Sequence[Job], out: Path, counts: Mapping[str, int]) -> dict[tuple[str, int], Report]:
    """Runs the first so many replications of each job, as far as they are not kept yet; returns those that failed.

    Raises:
        Stopped: something kept the rest from finishing, or nothing at all could be run.
    """
    from experiments.results import results_folder, store
    from experiments.running.progress import shown_progress

    compare.say_damaged(store.set_damaged_aside(out / results_folder.PARTS), out / results_folder.PARTS)
    for place in {job.settled for job in jobs}:
        store.has_settled(place)
    items = items_of(jobs, counts)
    waiting = [item for item in items if not item[0].is_done(item[1])]
    if not waiting:
        return {}
    with shown_progress(many.base, len(items), len(waiting), compare.engine().is_compiled()) as progress:
        run = run_on(many.base, items, lambda report: progress.advance())
    if len(run.failures) == len(items):
        raise Stopped(run.failed())
    return {(report.key, report.replication): report for report in run.failures}


def items_of(jobs: Sequence[Job], counts: Mapping[str, int]) -> list[tuple[Job, int]]:
    """Every replication once, those of a place next to one another, and there those of the same luck."""
    found: dict[tuple[str, int], tuple[Job, int]] = {}
    for job in jobs:
        for replication in range(counts.get(job.key, 0)):
            found.setdefault((job.key, replication), (job, replication))
    places = {place: k for k, place in enumerate(dict.fromkeys(job.settled for job in jobs))}
    return sorted(found.values(), key=lambda item: (places[item[0].settled], item[1]))


def run_on(plan: Plan, items: Sequence[tuple[Job, int]], tell: Callable[[Report], None]) -> Run:
    """Runs replications where the settings say: on this machine or on a cluster."""
    from experiments.running import executor

    settings = plan.settings
    if settings.runner == "dask":
        from experiments.running import dask_cluster

        assert settings.scheduler is not None
        with dask_cluster.connected(settings.scheduler, items[0][0]) as runner:
            return executor.run_items(items, runner, tell)
    return executor.run_items(items, executor.local(executor.crew(settings.workers, len(items))), tell)


def _join(
    many: Many,
    jobs: Sequence[Job],
    failures: Mapping[tuple[str, int], Report],
    stopping: Mapping[str, Stopping],
    out: Path,
) -> None:
    """Writes runs.parquet, kept.parquet, points.parquet and design.json."""
    from experiments.results import run_index, store

    every = [
        (point.number, job.key, replication)
        for point, job in zip(many.points, jobs, strict=True)
        for replication in range(stopping[job.key].used)
    ]
    runs_of: dict[int, list[tuple[str, int]]] = {point.number: [] for point in many.points}
    for number, key, replication in every:
        if (key, replication) not in failures:
            runs_of[number].append((key, replication))
    consolidate.consolidate_points(out, runs_of)
    run_index.write_runs(out, every, {run: report.text.splitlines()[0] for run, report in failures.items()})
    sure = [stopping[job.key].met for job in jobs] if many.base.settings.precision else None
    store.write_table(out / run_index.POINTS, run_index.points_table(many.points, sure))
    run_index.remember(out, many.question, many.base.composed, many.own_names, many.points)


def in_steps(
    whole: Many, kept: Mapping[str, Any], find_out: Callable[[Path, str], None], show: Callable[[Path], None]
) -> int:
    """Answers a question that takes several rounds of points, all in one folder; a finished one is shown again.

    Args:
        whole: the question without its rounds.
        kept: the question's own settings, as they are kept beside the results.
        find_out: runs the rounds and writes what they say; told the folder and the key of the results.
        show: prints the answer from a finished folder.
    """
    from experiments.results import results_folder

    out, key = whole.out, whole.results_key
    named = results_folder.configuration(whole.base) | {whole.question: dict(kept)}
    if results_folder.state_of(out, key, named) == "finished":
        print(f"{out} holds this already, finished; here it is again.\n", file=sys.stderr)
    else:
        with compare.keeping(out), results_folder.claimed(out, key, named):
            find_out(out, key)
            results_folder.tidy(out)
    show(out)
    return 0
