"""The question `redesign compare`: what do two policies do to one place, its people and its money, under the same luck?"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.configuration import validate
from experiments.configuration.compose import Composed, Question
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.errors import STOPPED, ConfigurationError, Fault, Stopped, unknown
from experiments.results import consolidate

if TYPE_CHECKING:
    from experiments.running.pool import Beside
    from experiments.running.worker import Job

ENGINE = "experiments.running.engine"
"""The module that simulates, by name, so that worker processes can import it too."""
ARTISTS = "experiments.report"
"""The package that draws, by name, so that processes beside this one can load it while this one is still busy."""
__all__ = [
    "ENGINE",
    "analyse",
    "answer",
    "ask",
    "by_chance",
    "check",
    "engine",
    "keeping",
    "or_refuse",
    "say_damaged",
    "settle",
    "unknown_outcomes",
]
"""What other questions build on, the lab among them; the rest is this question's own."""


def check(composed: Composed) -> Plan:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    faults: list[Fault] = []
    try:
        plan = validate.check(composed)
    except ConfigurationError as refusal:
        faults += refusal.faults
    chosen = composed.data.get("outcomes")
    precise = composed.data.get("precise")
    if isinstance(chosen, list):
        faults += unknown_outcomes([str(name) for name in chosen])
    if isinstance(precise, str):
        faults += unknown_outcomes([precise], "precise")
    if faults:
        raise ConfigurationError(*faults)
    return plan


def unknown_outcomes(names: Sequence[str], key: str = "outcomes") -> list[Fault]:
    """A fault for each name that is no outcome of the catalogue."""
    from experiments.analysis.statistics.catalogue import load_outcomes

    catalogue = list(load_outcomes())
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(entry))) for entry in catalogue]
    return [
        unknown(f"{key}: {name}", "outcome", name, catalogue)
        for name in names
        if not any(pattern.fullmatch(name) for pattern in patterns)
    ]


def answer(plan: Plan) -> int:
    """Runs what has not been run, works out what it means, writes the results and shows one screen."""
    from experiments.questions.compare import screen
    from experiments.results import results_folder

    for note in plan.notes:
        print(f"note: {note}", file=sys.stderr)
    if plan.settings.profile:
        return _profile(plan)
    model = engine().model_version()
    _local_or_refuse(plan)
    key, asked = results_folder.results_key(plan, model), results_folder.configuration(plan)
    out = results_folder.place_of(plan, key)
    if results_folder.state_of(out, key, asked) == "finished":
        print(f"{out} holds this run already, finished; here it is again.\n", file=sys.stderr)
        results_folder.tidy(out)
    else:
        with keeping(out), results_folder.claimed(out, key, asked):
            _run(plan, model, out)
    screen.show(out, plan.settings.outcomes)
    return 0


ask = Question(check, answer, Settings)


def _local_or_refuse(plan: Plan) -> None:
    """One comparison runs on one machine; many points at once are what a cluster is for."""
    if plan.settings.runner != "local":
        raise ConfigurationError(
            Fault(
                f"runner={plan.settings.runner}",
                "is for questions that run many points at once, as sweep",
                "redesign sweep 'grid={seed:[1]}' runner=dask scheduler=...",
            )
        )


def _profile(plan: Plan) -> int:
    """Shows where a month's time goes."""
    from experiments.questions.compare import profile

    return or_refuse(lambda: profile.show(plan), plan.settings.scale)


def or_refuse(settles: Callable[[], Any], scale: float) -> Any:
    """What a place that settles gives; a place that cannot, or that is too large, is the configuration's fault."""
    try:
        return settles()
    except ValueError as error:
        raise ConfigurationError(Fault("", str(error))) from error
    except MemoryError as error:
        raise ConfigurationError(
            Fault(
                f"scale={scale:g}",
                "makes more people than this machine has memory for",
                f"for example scale={scale / 10:g}",
            )
        ) from error


def engine() -> Any:
    """The module that simulates."""
    from importlib import import_module

    return import_module(ENGINE)


@contextmanager
def keeping(out: Path) -> Iterator[None]:
    """Says what is kept when a run is interrupted or the disk gives way, whatever it was doing."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(f"stopped. {_kept(out)}", STOPPED) from None
    except OSError as error:
        why = f"{os.strerror(error.errno) if error.errno else error}: {error.filename or out}"
        raise Stopped(f"results cannot be written ({why}). {_kept(out)}") from error


def _kept(out: Path) -> str:
    """What a rerun will find, in words."""
    if not out.exists():
        return "Nothing had finished yet."
    return f"What had finished is kept in {out}; the same command goes on from there."


def _run(plan: Plan, model: str, out: Path) -> None:
    """Simulates, joins, analyses and reports; the manifest comes last and says that all is there."""
    from experiments.questions.compare import across_evidence
    from experiments.results import manifest, results_folder
    from experiments.running.pool import beside

    began = time.perf_counter()
    across = plan.settings.uncertainty == "evidence"
    with beside(plan.settings.workers) as artists:
        findings = across_evidence.run(plan, model, out) if across else by_chance(plan, model, out, artists)
        findings["wall_seconds"] = round(time.perf_counter() - began, 3)
        content = manifest.describe(plan, model, findings)
        manifest.write(out, content, finished=False)
        _report(out, artists)
    manifest.write(out, content, finished=True)
    results_folder.tidy(out)


def by_chance(plan: Plan, model: str, out: Path, artists: Beside | None = None) -> dict[str, Any]:
    """Simulates every replication of the numbers as used and analyses them; returns what the manifest tells.

    Whoever will draw gets ready while the numbers are worked out.
    """
    from experiments.results import results_folder, run_index, store
    from experiments.running import sequential_stopping

    began = time.perf_counter()
    key = results_folder.replication_key(plan, model)
    stopping = sequential_stopping.run(
        [key],
        plan.settings.replicates,
        plan.settings,
        out,
        lambda counts: _simulate(plan, model, out, key, counts[key]),
    )[key]
    simulated, replications = time.perf_counter() - began, range(stopping.used)
    if artists is not None:
        artists.get_ready(ARTISTS)
    consolidate.consolidate(out, key, replications)
    run_index.write_runs(out, [(0, key, replication) for replication in replications])
    run_index.remember(out, "compare", plan.composed)
    findings = analyse(plan, out, stopping.met) | {"replicates": stopping.used, "stopping": stopping.words}
    busy = store.seconds_of(out, key, replications)
    findings["simulating_seconds"] = round(simulated, 3)
    findings["replication_seconds"] = [round(seconds, 3) for seconds in busy]
    findings["citizen_months_per_second"] = round(findings["citizen_months"] / sum(busy)) if sum(busy) else None
    return findings


def _simulate(plan: Plan, model: str, out: Path, key: str, replicates: int) -> None:
    """Runs the first so many replications, as far as they are not kept yet."""
    from experiments.results import results_folder, store
    from experiments.running import executor
    from experiments.running.progress import shown_progress
    from experiments.running.worker import Job

    settings, parts = plan.settings, out / results_folder.PARTS
    place = parts / f"settled-{results_folder.world_key(plan, model)[:16]}.pickle"
    replications = range(replicates)
    crew = executor.crew(settings.workers, replicates)
    threads = settings.threads or max(1, executor.cores() // crew)
    job = Job(ENGINE, place, plan.policies, settings.years, threads, parts, key)
    say_damaged(store.set_damaged_aside(parts), parts)
    waiting = [replication for replication in replications if not job.is_done(replication)]
    if waiting:
        with shown_progress(plan, len(replications), len(waiting), engine().is_compiled()) as progress:
            settle(plan, job, progress.settling)
            executor.run_all(job, replications, crew, lambda report: progress.advance())


def say_damaged(damaged: Sequence[str], parts: Path) -> None:
    """Says that kept replications were found damaged and will be run again."""
    if damaged:
        print(
            f"note: the files of {len(damaged)} kept replications are damaged; they are set aside in {parts} "
            f"as damaged-* and run again",
            file=sys.stderr,
        )


def settle(plan: Plan, job: Job, progress: Callable[..., None]) -> None:
    """Lets the place settle once and keeps it for every worker, and for a rerun."""
    from experiments.results import store
    from experiments.running import executor

    if store.has_settled(job.settled):
        return
    threads = plan.settings.threads or executor.cores()
    settled = or_refuse(lambda: engine().settle(plan.world, progress, threads), plan.settings.scale)
    store.write_settled(job.settled, settled)


def analyse(plan: Plan, out: Path, sure: bool) -> dict[str, Any]:
    """Writes the summary and the paired table; returns what can be said in words, and how many people lived how long."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from experiments.analysis.economics import economics_tables
    from experiments.analysis.statistics import summary
    from experiments.analysis.statistics.catalogue import load_outcomes
    from experiments.results import store
    from experiments.running.sequential_stopping import precision_of

    settings, outcomes = plan.settings, load_outcomes()
    names = [str(name) for name in pq.read_schema(out / "runs.parquet").names]
    everybody = [name for name in names if "@" not in name]  # by group, only what economics asks for is read
    runs = pd.read_parquet(out / "runs.parquet", columns=everybody).astype({"arm": str})
    horizons = list(settings.horizons) if settings.horizons else summary.horizons_for(settings.years)
    known = summary.ByArm.of(runs, outcomes)
    table = summary.summarise(runs, outcomes, settings.contrast, horizons, known)
    if (precision := precision_of(settings)) is not None:
        asked = (table["outcome"] == precision.outcome.name) & (table["horizon"] == settings.years)
        table.loc[asked, "stop_rule_met"] = sure
    store.write_atomically(out / "summary.csv", lambda temporary: table.to_csv(temporary, index=False))
    paired = summary.paired_table(runs, outcomes, settings.contrast, known)
    store.write_table(
        out / "paired.parquet", pa.Table.from_pandas(paired, preserve_index=False).replace_schema_metadata()
    )
    first_month = runs[runs["month"] == 0]
    return {
        "who_pays": economics_tables.write(out, settings.contrast, plan.valuation, settings.scale, horizons),
        "valued_by": f"{plan.valuation.title} (vintage {plan.valuation.vintage})",
        "sentence": summary.plain_sentence(table, outcomes, settings.contrast),
        "same_money": summary.same_money_check(runs, list(settings.contrast)).words,
        "people_simulated": round(float(first_month["citizens"].mean())),
        "citizen_months": int(runs["citizens"].sum()),
    }


def _report(out: Path, artists: Beside | None = None) -> None:
    """Draws the figures, with the help of processes beside this one, and writes the page."""
    if artists is not None:
        artists.get_ready(ARTISTS)
    from experiments.report import write_report

    write_report(out, artists.executor if artists else None)
