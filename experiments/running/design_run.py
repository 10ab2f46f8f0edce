"""Runs many design points: each replication is kept by itself, whatever stops is gone on with, and all is joined at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.declared import in_force
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.results import consolidate, manifest, results_folder, run_index
from experiments.results.open_results import Opened
from experiments.running.finished.plain_lines import SHORT
from experiments.running.finished.recalled import INPUTS, WORDS, recalled, words_of
from experiments.running.job import Job, Reduce
from experiments.running.sequential_stopping import Stopping
from experiments.running.session import Session, model_version
from experiments.running.worker import Report
from experiments.text.telling import tell

Findings = dict[str, Any]


def nothing(out: Path) -> Findings:
    """What is found out about points that are only run: another step looks at them."""
    return {}


@dataclass(frozen=True)
class DesignRun:
    """Several points of one configuration, to be run and analysed together.

    Attributes:
        question: the command that asks.
        base: the plan without any point.
        points: what each point sets.
        plans: of each point.
        own: the question's own settings, as they are kept beside the results.
        analyse: writes what was found into the results folder; returns what the manifest is to say.
        totals_only: whether to keep the months of everybody and not those of groups.
        own_names: keys of the configuration that are the question's own.
        reduce: makes of an arm's months what is kept of them; none where they are kept as they are.
        called: what the results folder is named after; none for the place.
        inputs: what the points and plans are made of, as a hash, by which a finished folder is known again before they are
            made; none where they are there anyhow.
    """

    question: str
    base: Plan
    points: Sequence[Point]
    plans: Sequence[Plan]
    own: Mapping[str, Any]
    analyse: Callable[[Path], Findings] = nothing
    totals_only: bool = True
    own_names: Sequence[str] = ()
    reduce: Reduce | None = None
    called: str = ""
    inputs: str = ""

    @cached_property
    def keys(self) -> list[str]:
        """What determines the replications of each point, as hashes."""
        model = model_version()
        return [results_folder.replication_key(plan, model) for plan in self.plans]

    @cached_property
    def recalled(self) -> str | None:
        """What determines everything in a finished folder that is made of the same; nothing where there is none."""
        found = recalled(self._usual, self.base.settings.out, {INPUTS: self.inputs}) if self.inputs else None
        return found[1] if found else None

    @property
    def _usual(self) -> str:
        """What a folder is called that is not given a name, but for the hash at the end."""
        return f"results/{self.question}-{self.called or self.base.place}"

    @cached_property
    def results_key(self) -> str:
        """What determines everything in the results folder, as a hash."""
        return self.recalled or self.worked_out_key

    @cached_property
    def worked_out_key(self) -> str:
        """The same from the plans of all points."""
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

    @cached_property
    def session(self) -> Session:
        """The folder that results go to.

        Raises:
            ConfigurationError: sets of plausible numbers are asked for, and the points set numbers themselves.
        """
        settings = self.base.settings
        if settings.uncertainty != "chance":
            why = f"is a way to compare; {self.question} sets numbers itself"
            raise ConfigurationError(Fault("uncertainty=evidence", why, "redesign compare uncertainty=evidence"))
        usual = f"{self._usual}-{self.results_key[:SHORT]}"
        asked = results_folder.configuration(self.base) | {self.question: dict(self.own)}
        out = path_of(settings.out or usual, "out=")
        return Session(self.question, out, self.results_key, asked, settings, self.base.title, notes=self.base.notes)

    def in_folder(self, out: Path, replicates: int | None = None) -> DesignRun:
        """The same points with their results in another folder, run so many times."""
        changes = {"out": str(out)} | ({} if replicates is None else {"replicates": replicates})
        settings = self.base.settings.model_copy(update=changes)
        return replace(self, base=replace(self.base, settings=settings))

    def carried_out(self) -> Path:
        """The folder with the finished results; runs what has not been run."""
        session = self.session
        if not session.is_finished():
            with session.unfilled(self.again) as gap:
                if gap is not None:
                    session.sign(self.live(session) if gap.content is None else gap.content, besides=gap.besides)
        return session.out

    def again(self, opened: Opened) -> Findings | None:
        """Works the tables out again from the runs that a finished folder keeps; nothing where those are damaged."""
        out, damaged = opened.folder, set(opened.damaged)
        if damaged & {consolidate.RUNS, run_index.KEPT, *([run_index.POINTS] if self.base.settings.precision else [])}:
            return None
        if run_index.POINTS in damaged:
            storage.write_table(out / run_index.POINTS, run_index.points_table(self.points))
        if run_index.DESIGN in damaged:
            run_index.remember(out, self.question, self.base.composed, self.own_names, self.points)
        return self.analyse(out)

    def live(self, session: Session) -> Findings:
        """Simulates, joins, analyses; returns what the manifest is to say."""
        jobs = session.jobs_of(self.plans, self.keys, self.totals_only, self.reduce)
        stopping, reports = self.lived(session, jobs)
        failures = {(report.key, report.replication): report for report in reports}
        used = {key: range(each.used) for key, each in stopping.items()}
        sure = [stopping[job.key].met for job in jobs] if self.base.settings.precision else None
        self._join(jobs, failures, used, sure)
        findings = {
            "question": self.question,
            "points": len(self.points),
            "failed_replications": len(failures),
            **self.analyse(session.out),
        }
        if failures:
            where = session.out / run_index.KEPT
            tell(f"note: {len(failures)} replications failed and are left out; {where} says which and why")
        made_of = {INPUTS: self.inputs} if self.inputs else {}
        typed = words_of(self.question, self.base.composed.overrides)
        if made_of and typed and not (self.base.notes or self.base.composed.folders):
            made_of[WORDS] = typed
        return manifest.describe(self.base, session.model, findings) | {self.question: dict(self.own)} | made_of

    def lived(self, session: Session, jobs: Sequence[Job]) -> tuple[dict[str, Stopping], list[Report]]:
        """Lives the replications of every point; returns how many were used, by key, and those that failed."""
        largest_first = sorted(jobs, key=lambda job: -job.size.people)  # so that no process is left with one at the end
        return session.replicate(largest_first, may_fail=True)

    def _join(
        self,
        jobs: Sequence[Job],
        failures: Mapping[tuple[str, int], Report],
        used: Mapping[str, range],
        sure: Sequence[bool] | None,
    ) -> None:
        """Writes runs.parquet, kept.parquet, points.parquet and design.json."""
        out, points = self.session.out, self.points
        every = [
            (point.number, job.key, replication)
            for point, job in zip(points, jobs, strict=True)
            for replication in used[job.key]
        ]
        runs_of: dict[int, list[tuple[str, int]]] = {point.number: [] for point in points}
        for number, key, replication in every:
            if (key, replication) not in failures:
                runs_of[number].append((key, replication))
        consolidate.consolidate_points(out, runs_of)
        run_index.write_runs(out, every, {run: report.text.splitlines()[0] for run, report in failures.items()})
        storage.write_table(out / run_index.POINTS, run_index.points_table(points, sure))
        run_index.remember(out, self.question, self.base.composed, self.own_names, points)
