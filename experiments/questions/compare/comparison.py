"""A comparison from its folder to its tables: what is run, what is worked out of it, and how a damaged table is made again."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from experiments import storage
from experiments.analysis.economics import economics_tables
from experiments.analysis.statistics import summary
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.verdicts import against_base
from experiments.configuration.validate import Plan
from experiments.configuration.words.paths import path_of
from experiments.evidence import parameter_sets
from experiments.questions.compare import across_evidence
from experiments.questions.compare.further_lives import components, own_folder, peoples
from experiments.results import consolidate, manifest, results_folder, run_index, store
from experiments.results.consolidate import RECORD
from experiments.results.open_results import DESIGN, Opened
from experiments.results.run_index import KEPT
from experiments.running.job import Job
from experiments.running.pool import helper_pool
from experiments.running.sequential_stopping import precision_of
from experiments.running.session import Session, model_version, settled_or_refused

ARTISTS = "experiments.questions.compare.report"
"""The module that draws, by name, so that processes beside this one can load it while this one is still busy."""
SURE = "stop_rule_met"
"""What the manifest calls whether the differences became as sure as was asked."""
FURTHER = {components.FOLDER: components.points_of, peoples.FOLDER: peoples.points_of}
"""The folders of lives beside the comparison's, and what each point of theirs sets."""


def profiled(plan: Plan) -> int:
    """Shows where one month's time goes; returns the exit status."""
    from experiments.questions.compare import profile  # here, because it loads the simulation

    return settled_or_refused(lambda: profile.show(plan), plan.settings.scale)


def found_out(plan: Plan, session: Session) -> dict[str, Any]:
    """Lives every replication, or every set of plausible numbers, and works out what differs."""
    job = job_of(plan, session)
    if plan.settings.uncertainty == "evidence":
        findings = across_evidence.find_out(plan, session)
        run_index.remember(session.out, "compare", plan.composed)
        components.live(plan, session, job, max(plan.settings.replicates, FEWEST_FOR_INTERVAL))
        return manifest.describe(plan, session.model, findings | _made_of(components.tabulated(plan, session.out)))
    began = time.perf_counter()
    known = precision_of(plan.settings) is None  # how many replications are used: then some are split at once
    if known:
        components.live(plan, session, job, plan.settings.replicates, at_once=True)
    stopping, _ = session.replicate([job], lambda progress: session.settle(plan, job.settled, progress.settling))
    if not known:
        components.live(plan, session, job, stopping[job.key].used)
    peoples.live(plan, session, job, stopping[job.key].used)
    simulated = time.perf_counter() - began
    session.helpers.get_ready(ARTISTS)
    return manifest.describe(plan, session.model, analysed(plan, session, job.key, stopping[job.key], simulated))


def tabulated_again(plan: Plan, opened: Opened) -> dict[str, Any] | None:
    """Works the tables out again from the record of every month, where that is whole."""
    sure = opened.manifest.get(SURE)
    if plan.settings.uncertainty == "evidence" or sure is None or {*RECORD, KEPT}.intersection(opened.damaged):
        return None
    if not all(own_folder.is_whole(folder, opened.damaged) for folder in FURTHER):
        return None
    if DESIGN in opened.damaged:
        run_index.remember(opened.folder, "compare", plan.composed)
    for folder, points_of in FURTHER.items():
        own_folder.remember_again(plan, opened, folder, points_of)
    return tabulated(plan, opened.folder, bool(sure))


def tables(plan: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """Works out the summary, the pairs and who pays, as a folder's manifest says how sure they were; by chance alone."""
    return tabulated(plan, out, bool(said.get(SURE))) if plan.settings.uncertainty == "chance" else None


def session_of(plan: Plan, out: Path | None = None, **shown: Any) -> Session:
    """The folder of a comparison, by default one named after the configuration."""
    key = results_key(plan, model_version())
    out = out or path_of(plan.settings.out or f"results/compare-{plan.place}-{key[:8]}", "out=")
    asked, helpers = results_folder.configuration(plan), helper_pool(plan.settings.workers)
    return Session("compare", out, key, asked, plan.settings, plan.title, helpers=helpers, notes=plan.notes, **shown)


def results_key(plan: Plan, model: str) -> str:
    """What determines everything in the folder of a comparison, as a hash."""
    key = results_folder.results_key(plan, model)
    if plan.settings.uncertainty == "chance":
        return key
    return results_folder.hashed([key, parameter_sets.fingerprint(parameter_sets.drawn(plan))])


def job_of(plan: Plan, session: Session) -> Job:
    """What all replications of a comparison have in common."""
    settings, key = plan.settings, results_folder.replication_key(plan, session.model)
    threads = session.threads(settings.replicates)
    place, years, parts = session.place_of(plan), settings.years, session.parts
    return Job(session.simulates, place, plan.policies, years, threads, parts, key, plan.world)


def analysed(plan: Plan, session: Session, key: str, stopping: Any, simulated: float = 0.0) -> dict[str, Any]:
    """Joins the replications that are used and analyses them; returns what can be said of them.

    Args:
        plan: of the comparison.
        session: its folder.
        key: of the replications.
        stopping: how many are used, and whether that was enough.
        simulated: seconds that it took to simulate what had not been kept.
    """
    out, replications = session.out, range(stopping.used)
    consolidate.consolidate(out, key, replications)
    run_index.write_runs(out, [(0, key, replication) for replication in replications])
    run_index.remember(out, "compare", plan.composed)
    findings = tabulated(plan, out, stopping.met) | {
        "replicates": stopping.used,
        "stopping": stopping.words,
        SURE: stopping.met,
    }
    busy = store.seconds_of(out, key, replications)
    findings["simulating_seconds"] = round(simulated, 3)
    findings["replication_seconds"] = [round(seconds, 3) for seconds in busy]
    findings["citizen_months_per_second"] = round(findings["citizen_months"] / sum(busy)) if sum(busy) else None
    return findings


def tabulated(plan: Plan, out: Path, sure: bool) -> dict[str, Any]:
    """Writes the summary and the paired table; returns what can be said in words, and how many people lived how long."""
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
    storage.write_csv(out / "summary.csv", table)
    paired = summary.paired_table(runs, outcomes, settings.contrast, known)
    storage.write_frame(out / "paired.parquet", paired)
    if (base := settings.held_against) is not None:
        every_arm = against_base.against_base(known, outcomes, base, horizons, settings.contrast)
        storage.write_csv(out / against_base.TABLE, every_arm)
    references = against_base.against_references(known, outcomes, settings.years, settings.contrast)
    if not references.empty:
        storage.write_csv(out / against_base.REFERENCES, references)
    first_month = runs[runs["month"] == 0]
    whose_luck = peoples.tabulated(plan, out, runs, outcomes)
    return {
        "who_pays": economics_tables.write(out, settings.contrast, plan.valuation, settings.scale, horizons),
        "valued_by": f"{plan.valuation.title} (vintage {plan.valuation.vintage})",
        "sentence": summary.plain_sentence(table, outcomes, settings.contrast),
        "same_money": summary.same_money_check(runs, list(settings.contrast)),
        **_made_of(components.tabulated(plan, out, runs)),
        **({"whose_luck": whose_luck} if whose_luck else {}),
        "people_simulated": round(float(first_month["citizens"].mean())),
        "citizen_months": int(runs["citizens"].sum()),
    }


def _made_of(said: list[str]) -> dict[str, Any]:
    """What is said of what the difference is made of, for the manifest; nothing where nothing was split."""
    return {"made_of": said} if said else {}
