"""Lives kept runs again and compares them with what a results folder says came of them."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from experiments.questions.asked import Asked, Kept, same_or_refuse
from experiments.results import results_folder, store
from experiments.results.consolidate import RECORD, RUNS
from experiments.results.run_index import KEPT
from experiments.running.session import Session, model_version


def folders_with_runs(results: Path) -> list[Path]:
    """A results folder and those in it that list runs: steps of a question, and further lives of a comparison."""
    return [each for each in (results, *sorted(results.glob("*/"))) if (each / KEPT).is_file()]


def live(asked: Asked, runs: Sequence[Kept], folder: Path) -> list[Path]:
    """Lives runs of one results folder again, into an empty one; returns what was kept of each.

    Raises:
        ConfigurationError: another model or configuration made them.
        Stopped: one of them cannot be lived.
    """
    model = model_version()
    plans = {number: asked.plan(number) for number in dict.fromkeys(run.point for run in runs)}
    keys = {number: results_folder.replication_key(plan, model) for number, plan in plans.items()}
    for run in runs:
        same_or_refuse(run, keys[run.point], model)
    first = plans[runs[0].point]
    session = Session("replay", folder, keys[runs[0].point], {}, first.settings, first.title, model=model)
    session.parts.mkdir(parents=True)
    reduce = asked.question.reduce(asked.base())
    jobs = session.jobs_of(list(plans.values()), list(keys.values()), _totals_only(asked.source), reduce)
    by_point = dict(zip(plans, jobs, strict=True))
    session.run([(by_point[run.point], run.replication) for run in runs])
    return [session.parts / store.part_name(keys[run.point], run.replication) for run in runs]


def _totals_only(source: Path) -> bool:
    """Whether the results hold the months of everybody, no groups, and nothing of single services."""
    groups = any("@" in name for name in pq.read_schema(source / RUNS).names)
    return not (groups or any((source / name).is_file() for name in RECORD if name != RUNS))
