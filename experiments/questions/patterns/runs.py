"""Lives every pattern's experiment, keeps each replication at once, and works out the numbers from what was kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.errors import ConfigurationError, Fault
from experiments.questions.patterns.plan import Trial, Trials
from experiments.questions.patterns.statistics import STATISTICS, Record, judge, verdict_of_pattern
from experiments.results import consolidate, results_folder, settled_place, store
from experiments.running import executor
from experiments.running.progress import shown_progress
from experiments.running.worker import Job

RUNS = "runs"


def live(trials: Trials, model: str, out: Path) -> dict[str, Path]:
    """Runs what has not been run; returns the folder of every pattern's record, shared where experiments are the same."""
    folders: dict[str, Path] = {}
    named: dict[str, Path] = {}
    for trial in trials.trials:
        key = trial.key(model)
        home = named.setdefault(key, out / RUNS / trial.name)
        folders[trial.name] = home
        replications = range(trial.plan.settings.replicates)
        job = _job(trial, key, model, out, home)
        if not _is_joined(home):
            _simulate(trial, job, replications)
            consolidate.consolidate(home, key, replications)
            shutil.rmtree(job.parts, ignore_errors=True)
    return folders


def _is_joined(home: Path) -> bool:
    """Whether an experiment's replications have been joined; its last file says so."""
    return (home / store.NETWORK).is_file()


def _job(trial: Trial, key: str, model: str, out: Path, home: Path) -> Job:
    """What all replications of an experiment have in common; settled places are shared between experiments."""
    plan = trial.plan
    processes = executor.crew(plan.settings.workers, plan.settings.replicates)
    threads = plan.settings.threads or max(1, executor.cores() // processes)
    settled = out / results_folder.PARTS / settled_place.settled_name(results_folder.world_key(plan, model))
    return Job(
        trial.pattern.engine, settled, plan.policies, plan.settings.years, threads, home / results_folder.PARTS, key
    )


def _simulate(trial: Trial, job: Job, replications: range) -> None:
    """Lets the place settle unless that is done, and runs the replications that are not kept yet."""
    job.parts.mkdir(parents=True, exist_ok=True)
    engine, plan = import_module(job.engine), trial.plan
    waiting = [replication for replication in replications if not job.is_done(replication)]
    if not waiting:
        return
    with shown_progress(plan, len(replications), len(waiting), engine.is_compiled()) as progress:
        if not settled_place.has_settled(job.settled):
            try:
                settled = engine.settle(plan.world, progress.settling, job.threads)
            except ValueError as error:
                raise ConfigurationError(Fault(f"pattern.{trial.name}", str(error))) from error
            settled_place.write_settled(job.settled, settled)
        crew = executor.crew(plan.settings.workers, len(replications))
        executor.run_all(job, replications, crew, lambda report: progress.advance())


def read_record(home: Path) -> Record:
    """What was recorded of an experiment, from its files."""

    def table(name: str) -> pd.DataFrame:
        return pd.read_parquet(home / f"{name}.parquet").astype({"arm": str})

    return Record(table("runs"), table("burn_in"), table("services"))


def analyse(trials: Trials, folders: dict[str, Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Works out every number of every pattern.

    Returns:
        One row a number, with what really happened beside it and the verdicts; and one row a number and replication.
    """
    rows: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for trial in trials.trials:
        found = list(_judged(trial, read_record(folders[trial.name]), values))
        verdict = verdict_of_pattern([row["verdict"] for row in found])
        rows += [{**row, "pattern_verdict": verdict} for row in found]
    return pd.DataFrame(rows), pd.DataFrame(values)


def _judged(trial: Trial, record: Record, values: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The rows of one pattern; single replications' values are added to `values`."""
    pattern, settings = trial.pattern, trial.plan.settings
    for name, measure in pattern.measures.items():
        each = STATISTICS[measure.statistic](record, measure.settings)
        values += [{"pattern": trial.name, "measure": name, "replication": r, "value": v} for r, v in enumerate(each)]
        judged = judge(each, measure.tolerance.met, measure.tolerance.partly)
        seen, beside = measure.observed, float("nan")
        if measure.beside:
            others = STATISTICS[measure.statistic](record, {**measure.settings, "arm": measure.beside})
            beside = judge(others, measure.tolerance.met, measure.tolerance.partly).mean
        yield {
            "number": pattern.number,
            "pattern": trial.name,
            "title": pattern.title,
            "use": pattern.use,
            "measure": name,
            "measure_title": measure.title,
            "unit": measure.unit,
            "observed": seen.value,
            "observed_low": seen.low,
            "observed_high": seen.high,
            "observed_words": seen.words,
            "source": seen.source,
            "year": seen.year,
            "grade": seen.grade,
            "model": judged.mean,
            "ci_low": judged.low,
            "ci_high": judged.high,
            "p5": judged.p5,
            "p95": judged.p95,
            "replications": judged.replications,
            "beside": beside,
            "beside_arm": measure.beside or "",
            "met_low": measure.tolerance.met[0],
            "met_high": measure.tolerance.met[1],
            "partly_low": measure.tolerance.partly[0],
            "partly_high": measure.tolerance.partly[1],
            "verdict": judged.verdict,
            "certain": judged.certain,
            "indicts": measure.indicts,
            "place": pattern.place,
            "place_title": trial.plan.world.place.title,
            "scale": settings.scale,
            "years": settings.years,
        }
