"""The question `redesign compare`: what do two policies do to one place, its people and its money, under the same luck?"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from experiments import storage
from experiments.analysis.economics import economics_tables
from experiments.analysis.statistics import summary
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan, check
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.evidence import parameter_sets
from experiments.questions.base import Question
from experiments.questions.compare import across_evidence, components, screen
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


class Compare(Question[Plan]):
    """Two policies, or more, on the same people with the same luck."""

    name = "compare"
    settings = Settings

    def plans(self, composed: Composed) -> Plan:
        """Makes the plan."""
        plan = check(composed)
        if plan.settings.runner != "local":
            runner, instead = plan.settings.runner, "redesign sweep 'grid={seed:[1]}' runner=dask scheduler=..."
            why = "is for questions that run many points at once, as sweep"
            raise ConfigurationError(Fault(f"runner={runner}", why, instead))
        return plan

    def instead(self, asked: Plan) -> int | None:
        """Shows where one month's time goes, and writes nothing."""
        if not asked.settings.profile:
            return None
        from experiments.questions.compare import profile  # here, because it loads the simulation

        return settled_or_refused(lambda: profile.show(asked), asked.settings.scale)

    def session(self, asked: Plan) -> Session:
        """The folder of a comparison."""
        return session_of(asked)

    def analyse(self, asked: Plan, session: Session) -> dict[str, Any]:
        """Lives every replication, or every set of plausible numbers, and works out what differs."""
        if asked.settings.uncertainty == "evidence":
            return manifest.describe(asked, session.model, across_evidence.find_out(asked, session))
        began = time.perf_counter()
        job = job_of(asked, session)
        stopping, _ = session.replicate([job], lambda progress: session.settle(asked, job.settled, progress.settling))
        components.live(asked, session, job, stopping[job.key].used)
        simulated = time.perf_counter() - began
        session.helpers.get_ready(ARTISTS)
        return manifest.describe(asked, session.model, analysed(asked, session, job.key, stopping[job.key], simulated))

    def again(self, asked: Plan, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the record of every month, where that is whole."""
        sure = opened.manifest.get(SURE)
        if asked.settings.uncertainty == "evidence" or sure is None or {*RECORD, KEPT}.intersection(opened.damaged):
            return None
        if not components.made(opened.damaged):
            return None
        if DESIGN in opened.damaged:
            run_index.remember(opened.folder, self.name, asked.composed)
        components.remember_again(asked, opened)
        return tabulated(asked, opened.folder, bool(sure))

    def figures(self, out: Path, artists: Executor | None = None) -> None:
        """Draws the figures and writes the page."""
        from experiments.questions.compare.report import write_report  # here: drawing takes long to load

        write_report(out, artists)

    def page(self, out: Path) -> str:
        """The page of a comparison."""
        from experiments.questions.compare.report import page_again  # here: drawing takes long to load

        return page_again(out)

    def show(self, out: Path, asked: Plan) -> None:
        """Prints one screen."""
        screen.show(out, asked.settings.outcomes)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """A comparison is one plan; points are of the lives that tell what its difference is made of."""
        return components.plans_at(composed, points) if points else [check(composed)]

    def base_at(self, composed: Composed) -> Plan:
        """The plan."""
        return check(composed)

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Works out the summary, the pairs and who pays."""
        return tabulated(base, out, bool(said.get(SURE))) if base.settings.uncertainty == "chance" else None


QUESTION = Compare()


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
    first_month = runs[runs["month"] == 0]
    made_of = components.tabulated(plan, out, runs, outcomes)
    return {
        "who_pays": economics_tables.write(out, settings.contrast, plan.valuation, settings.scale, horizons),
        "valued_by": f"{plan.valuation.title} (vintage {plan.valuation.vintage})",
        "sentence": summary.plain_sentence(table, outcomes, settings.contrast),
        "same_money": summary.same_money_check(runs, list(settings.contrast)).words,
        **({"made_of": made_of} if made_of else {}),
        "people_simulated": round(float(first_month["citizens"].mean())),
        "citizen_months": int(runs["citizens"].sum()),
    }
