"""The process that simulates for the lab: takes comparisons one at a time and tells how far it is, line by line.

It is a process of its own so that a comparison can be stopped at any moment, and it stays so that rules which are
compiled once are ready for the next one. What it runs is what `redesign compare` runs, and it keeps the same files.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Stopped
from experiments.lab.composing import composed
from experiments.questions.compare import question as compare
from experiments.results import consolidate, manifest, results_folder, settled_place, store
from experiments.running import executor
from experiments.running.worker import Job

FIRST_PICTURE, TIMES_MORE = 1, 3
"""Replications that are run before anything is shown; then three times as many, and so on."""
LAST = "people.parquet"
"""The file that is written last when a run was looked into."""
Tell = Callable[..., None]


def stages(replicates: int) -> list[int]:
    """How many replications there are at each picture."""
    found, count = [], FIRST_PICTURE
    while count < replicates:
        found.append(count)
        count *= TIMES_MORE
    return [*found, replicates]


def plan_of(configuration: Path) -> Plan:
    """The comparison that a folder of configuration files asks for.

    Raises:
        Refusal: it asks for what cannot be.
    """
    return compare.check(composed(configuration))


def job_of(plan: Plan, out: Path, settled: Path) -> tuple[Job, str]:
    """What is to be simulated, and the version of the model that does it."""
    model = compare.engine().model_version()
    place = settled / settled_place.settled_name(results_folder.world_key(plan, model))
    threads = plan.settings.threads or executor.cores()
    key = results_folder.replication_key(plan, model)
    job = Job(compare.ENGINE, place, plan.policies, plan.settings.years, threads, out / results_folder.PARTS, key)
    return job, model


def run(configuration: Path, results: Path, settled: Path, tell: Tell) -> None:
    """Runs a comparison; keeps the files that `redesign compare` keeps, but for the report."""
    plan = plan_of(configuration)
    model = compare.engine().model_version()
    key, asked = results_folder.results_key(plan, model), results_folder.configuration(plan)
    out = results / key[:16]
    tell("begun", out=str(out), replicates=plan.settings.replicates)
    if results_folder.state_of(out, key, asked) == "finished":
        return tell("finished", out=str(out), replicates=plan.settings.replicates)
    with results_folder.claimed(out, key, asked):
        job, _ = job_of(plan, out, settled)
        compare.settle(plan, job, lambda done, of: tell("settling", done=done, of=of))
        for count in stages(plan.settings.replicates):
            executor.run_all(job, range(count), 1, lambda report: tell("lived", replication=report.replication))
            consolidate.consolidate(out, job.key, range(count))
            tell("picture", replications=count)
        content = manifest.describe(plan, model, compare.by_chance(plan, model, out))
        manifest.write(out, content, finished=True)
        results_folder.tidy(out)
    return tell("finished", out=str(out), replicates=plan.settings.replicates)


def look(configuration: Path, inside: Path, settled: Path, tell: Tell) -> None:
    """Runs a comparison's first replication and keeps what can be seen of services, areas and a few people."""
    plan = plan_of(configuration)
    model = compare.engine().model_version()
    out = inside / results_folder.replication_key(plan, model)[:16]
    tell("begun", out=str(out))
    if not (out / LAST).is_file():
        out.mkdir(parents=True, exist_ok=True)
        job, _ = job_of(plan, out, settled)
        compare.settle(plan, job, lambda done, of: tell("settling", done=done, of=of))
        place = settled_place.read_settled(job.settled, compare.engine().settled_type())
        seen = compare.engine().watch(place, plan.policies, 0, plan.settings.years, job.threads)
        for name in ("services", "areas", "flows", "lives"):
            tables = [pa.table({"arm": [arm] * len(t["month"]), **t}) for arm, t in getattr(seen, name).items()]
            store.write_table(out / f"{name}.parquet", pa.concat_tables(tables))
        store.write_table(out / LAST, pa.table(seen.people))
    return tell("finished", out=str(out))


def warm_up(configuration: Path, settled: Path) -> None:
    """Lives one year of a comparison and keeps nothing but the settled place, so that all rules are ready."""
    plan = plan_of(configuration)
    job, _ = job_of(plan, settled, settled)
    settled.mkdir(parents=True, exist_ok=True)
    compare.settle(plan, job, lambda done, of: None)
    engine = compare.engine()
    engine.run(settled_place.read_settled(job.settled, engine.settled_type()), plan.policies, 0, 1, job.threads)


def carry_out(asked: dict[str, Any], tell: Tell) -> None:
    """Does one thing that was asked, and tells what went wrong where it could not."""
    try:
        paths = {name: Path(asked[name]) for name in ("configuration", "results", "inside", "settled") if name in asked}
        if asked["do"] == "warm_up":
            warm_up(paths["configuration"], paths["settled"])
            tell("warm")
        elif asked["do"] == "look":
            look(paths["configuration"], paths["inside"], paths["settled"], tell)
        else:
            run(paths["configuration"], paths["results"], paths["settled"], tell)
    except ConfigurationError as refusal:
        tell("refused", words=refusal.message())
    except Stopped as stopped:
        tell("failed", words=str(stopped))
    except Exception as error:
        tell("failed", words=f"{type(error).__name__}: {error}", trace=traceback.format_exc())


def main() -> None:
    """Serves until there is nobody left to serve: a lab that ends, however it ends, leaves no bench behind that complains."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not mix with what is told
    try:
        serve(out)
    except BrokenPipeError:
        with open(os.devnull, "w", encoding="utf-8") as nobody:
            os.dup2(nobody.fileno(), out.fileno())  # what is still to be written goes there


def serve(out: TextIO) -> None:
    """Does what is asked, line by line, and tells about it."""
    for line in sys.stdin:
        asked = json.loads(line)

        def tell(what: str, number: Any = asked["number"], **more: Any) -> None:
            out.write(json.dumps({"number": number, "what": what, **more}) + "\n")
            out.flush()

        carry_out(asked, tell)


if __name__ == "__main__":
    main()
