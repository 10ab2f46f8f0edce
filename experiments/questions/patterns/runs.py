"""Lives every pattern's experiment, keeps each replication at once, and works out the numbers from what was kept."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.errors import ConfigurationError, Fault
from experiments.questions.patterns.plan import Trial, Trials
from experiments.questions.patterns.statistics import STATISTICS, Record, judge, verdict_of_pattern
from experiments.results import consolidate, results_folder
from experiments.running.job import Job
from experiments.running.progress import RunProgress
from experiments.running.session import Session

RUNS = "runs"


def key_of(trial: Trial, model: str) -> str:
    """What determines its replications and their number; patterns with the same key share them."""
    lived = results_folder.replication_key(trial.plan, model)
    return hashlib.sha256(f"{trial.pattern.engine} {lived} {trial.plan.settings.replicates}".encode()).hexdigest()


def live(trials: Trials, session: Session) -> dict[str, Path]:
    """Runs what has not been run; returns the folder of every pattern's record, shared where experiments are the same."""
    first: dict[str, Trial] = {}
    for trial in trials.trials:
        first.setdefault(key_of(trial, session.model), trial)
    homes = {key: session.out / RUNS / trial.name for key, trial in first.items()}
    left = {key: trial for key, trial in first.items() if not _is_joined(homes[key])}
    runs = {key: range(trial.plan.settings.replicates) for key, trial in left.items()}
    threads = session.threads(sum(map(len, runs.values())))
    jobs = {key: _job(trial, key, session, threads) for key, trial in left.items()}
    items = [(job, replication) for key, job in jobs.items() for replication in runs[key]]
    session.run(items, partial(_settle, left, session))
    for key, replications in runs.items():
        homes[key].mkdir(parents=True, exist_ok=True)
        consolidate.consolidate(session.out, key, replications, homes[key])
    return {trial.name: homes[key_of(trial, session.model)] for trial in trials.trials}


def _is_joined(home: Path) -> bool:
    """Whether an experiment's replications have been joined; of a finished folder, what is damaged is not there any more."""
    return all((home / name).is_file() for name in consolidate.RECORD)


def _job(trial: Trial, key: str, session: Session, threads: int) -> Job:
    """What all replications of an experiment have in common; settled places are shared between experiments."""
    plan, engine = trial.plan, trial.pattern.engine
    place, years, parts = session.place_of(plan), plan.settings.years, session.parts
    return Job(engine, place, plan.policies, years, threads, parts, key, plan.world)


def _settle(trials: Mapping[str, Trial], session: Session, progress: RunProgress) -> None:
    """Lets the places of experiments settle, each once."""
    for trial in trials.values():
        try:
            session.settle(trial.plan, session.place_of(trial.plan), progress.settling, trial.pattern.engine)
        except ConfigurationError as refusal:
            where = f"pattern.{trial.name}"
            raise ConfigurationError(*(Fault(where, fault.wrong, fault.fix) for fault in refusal.faults)) from refusal


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
            "number": pattern.number, "pattern": trial.name, "title": pattern.title, "use": pattern.use,
            "measure": name, "measure_title": measure.title, "unit": measure.unit,
            "observed": seen.value, "observed_low": seen.low, "observed_high": seen.high, "observed_words": seen.words,
            "source": seen.source, "year": seen.year, "grade": seen.grade,
            "model": judged.mean, "ci_low": judged.low, "ci_high": judged.high, "p5": judged.p5, "p95": judged.p95,
            "replications": judged.replications, "beside": beside, "beside_arm": measure.beside or "",
            "met_low": measure.tolerance.met[0], "met_high": measure.tolerance.met[1],
            "partly_low": measure.tolerance.partly[0], "partly_high": measure.tolerance.partly[1],
            "verdict": judged.verdict, "certain": judged.certain, "indicts": measure.indicts, "met_by": measure.met_by,
            "place": pattern.place, "place_title": trial.plan.world.place.title, "scale": settings.scale, "years": settings.years,
        }  # fmt: skip
