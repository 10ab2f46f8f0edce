"""Runs a comparison across the evidence: whole sets of plausible numbers, the same for all arms, each with the same luck."""

import time
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import storage
from experiments.analysis.economics import economics_tables
from experiments.analysis.statistics import summary
from experiments.analysis.statistics.catalogue import expand, load_outcomes
from experiments.analysis.statistics.outcomes import Panel
from experiments.analysis.uncertainty import two_uncertainties, uncertainty_text
from experiments.analysis.verdicts import against_base
from experiments.configuration.validate import Plan
from experiments.errors import Stopped
from experiments.evidence import parameter_sets, register
from experiments.questions.compare import consolidate_sets
from experiments.results import consolidate
from experiments.running.parameter_set_job import SetJob, size_of, write_world
from experiments.running.pool import cores
from experiments.running.progress import RunProgress
from experiments.running.session import Session, engine, settled_or_refused

WORLD, POSITIONS, SHARES = "world.json", "sets.csv", "shares.csv"


def find_out(plan: Plan, session: Session) -> dict[str, Any]:
    """Simulates every set that is not kept yet, joins and analyses them; returns what the manifest tells."""
    began, out = time.perf_counter(), session.out
    sets = parameter_sets.drawn(plan)
    job = _job(plan, session, sets)
    session.run([(job, number) for number in range(len(sets))], partial(_settle_as_used, plan, session, job))
    simulated = time.perf_counter() - began
    usable = [number for number in sets.index if job.is_usable(number)]
    errors = {number: job.error(number) for number in sets.index}
    if len(usable) < 1 + 2:
        raise Stopped(
            f"the place could be lived with in {len(usable) - 1} of {len(sets) - 1} sets of plausible numbers, too "
            f"few to say anything; the first reason: {next(why for why in errors.values() if why)}"
        )
    consolidate_sets.join(out, job, usable)
    consolidate_sets.write_sets(out, sets, list(errors.values()))
    findings = _analyse(plan, out, job, usable, {k: why for k, why in errors.items() if why})
    findings["who_pays"] = _who_pays(plan, out)
    findings["evidence"] += _who_pays_across(plan, out, job, sets.loc[usable])
    findings["valued_by"] = f"{plan.valuation.title} (vintage {plan.valuation.vintage})"
    seconds = [job.seconds(number) for number in usable]
    findings["simulating_seconds"] = round(simulated, 3)
    findings["set_seconds"] = [round(each, 3) for each in seconds]
    findings["citizen_months_per_second"] = round(findings["citizen_months"] / sum(seconds)) if sum(seconds) else None
    return findings


def _job(plan: Plan, session: Session, sets: pd.DataFrame) -> SetJob:
    """What workers need, in files they can all read."""
    settings, parts = plan.settings, session.parts.resolve()
    world, table = parts / WORLD, parts / "sets.parquet"
    write_world(world, plan.world, plan.policies)
    storage.write_atomically(table, sets.to_parquet)
    threads = session.threads(len(sets))
    size = size_of(plan.world, len(plan.policies), settings.years, settings.replicates)
    return SetJob(
        session.simulates, world, table, settings.replicates, settings.years, threads, parts, session.key, size
    )


def _settle_as_used(plan: Plan, session: Session, job: SetJob, progress: RunProgress) -> None:
    """Settles the place with the numbers as used, so that a place that cannot is refused before any set is tried."""
    if job.is_done(parameter_sets.AS_USED):
        return
    threads = plan.settings.threads or cores()
    job.settle(
        parameter_sets.AS_USED,
        plan.world,
        lambda: settled_or_refused(
            lambda: engine().settle(plan.world, progress.settling, threads), plan.settings.scale
        ),
    )


def _analyse(plan: Plan, out: Path, job: SetJob, usable: list[int], errors: dict[int, str]) -> dict[str, Any]:
    """Writes the summary of both uncertainties, the pairs, and where every set lies; returns what can be said in words."""
    settings, outcomes, contrast = plan.settings, load_outcomes(), list(plan.settings.contrast)
    as_used = consolidate.record_of([job.replication(parameter_sets.AS_USED, r) for r in range(settings.replicates)])
    as_used = as_used.astype({"arm": str})
    single = expand(outcomes, list(Panel.of(as_used).measures()))
    horizons = _horizons(plan)
    by_chance = summary.summarise(as_used, outcomes, contrast, horizons)
    values = consolidate_sets.values_of(job, usable)
    drawn = values[values[parameter_sets.INDEX] != parameter_sets.AS_USED]
    by_evidence = two_uncertainties.evidence_rows(drawn, single, contrast, horizons)
    table = pd.concat([by_chance, by_evidence], ignore_index=True)
    where = two_uncertainties.positions(drawn, single, contrast, max(horizons))
    luck = two_uncertainties.replication_means(drawn, contrast, max(horizons))
    found = two_uncertainties.shares(where, luck, single)
    references = against_base.against_references(summary.ByArm.of(as_used, outcomes), outcomes, max(horizons))
    made = {"summary.csv": table, POSITIONS: where, SHARES: found, against_base.REFERENCES: references}
    for name, frame in made.items():
        if name != against_base.REFERENCES or len(frame):
            storage.write_csv(out / name, frame)
    paired = two_uncertainties.paired_table(values, single, contrast)
    storage.write_frame(out / "paired.parquet", paired)
    return {
        "sentence": summary.plain_sentence(by_chance, outcomes, contrast),
        "same_money": summary.same_money_check(as_used, contrast),
        "evidence": uncertainty_text.evidence_words(table, found, outcomes, contrast, errors),
        "parameter_sets": len(errors) + len(usable) - 1,
        "parameter_sets_left_out": len(errors),
        "people_simulated": round(float(as_used.loc[as_used["month"] == 0, "citizens"].mean())),
        "citizen_months": round(float(as_used["citizens"].sum()) * len(usable)),
    }


def _horizons(plan: Plan) -> list[int]:
    """The years shown."""
    return list(plan.settings.horizons or summary.horizons_for(plan.settings.years))


def _who_pays(plan: Plan, out: Path) -> list[str]:
    """Writes the economics of the numbers as used, chance alone; returns the lines for the screen."""
    settings = plan.settings
    one = (parameter_sets.INDEX, "==", parameter_sets.AS_USED)
    return economics_tables.write(out, settings.contrast, plan.valuation, settings.scale, _horizons(plan), [one])


def _who_pays_across(plan: Plan, out: Path, job: SetJob, sets: pd.DataFrame) -> list[str]:
    """Adds the economics of every drawn set, and what it would be worth to know more; returns the lines for the screen."""
    settings, drawn = plan.settings, sets.drop(index=parameter_sets.AS_USED)
    entries = register.entries(plan.world, plan.policies)
    alone = {entry.key: entry.common or entry.key for entry in entries if entry.key in drawn.columns}
    first_of = {name: key for key, name in reversed(alone.items())}
    numbers = drawn[list(first_of.values())].set_axis(list(first_of), axis="columns")
    records = (
        (
            number,
            consolidate.record_of([job.replication(number, r) for r in range(settings.replicates)]).astype(
                {"arm": str}
            ),
        )
        for number in drawn.index
    )
    return economics_tables.write_across(
        out, records, numbers, settings.contrast, plan.valuation, settings.scale, _horizons(plan)
    )
