"""The process that simulates for the lab: takes comparisons one at a time and tells how far it is, line by line.

It is a process of its own so that a comparison can be stopped at any moment, and it stays so that rules which are
compiled once are ready for the next one. What it runs is what `redesign compare` runs, and it keeps the same files.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

import pyarrow as pa

from experiments import storage
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Stopped
from experiments.lab.benches.composing import composed
from experiments.questions.compare import comparison
from experiments.results import consolidate, manifest, results_folder
from experiments.running.job import Job
from experiments.running.progress import RunProgress
from experiments.running.sequential_stopping import Stopping
from experiments.running.session import Resources, Session, engine, model_version

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
        ConfigurationError: it asks for what cannot be.
    """
    return check(composed(configuration))


class Telling(RunProgress):
    """How far a run is, told line by line."""

    def __init__(self, tell: Tell):
        self.tell = tell

    def settling(self, *steps: float) -> None:
        """Tells what is done of the settling, and what there is to do."""
        done, of = steps
        self.tell("settling", done=done, of=of)

    def advance(self) -> None:
        """Tells that a replication has ended."""
        self.tell("lived")


def session_of(plan: Plan, out: Path, tell: Tell) -> Session:
    """The folder of a comparison that is lived in this process alone."""
    session = comparison.session_of(plan, out, progress=lambda *about: nullcontext(Telling(tell)))
    return replace(session, settings=Resources(1, plan.settings.threads))


def settled_job(plan: Plan, session: Session, settled: Path, tell: Tell) -> Job:
    """What all replications have in common; their place settles once for every comparison that begins there."""
    job = comparison.job_of(plan, session)
    job = replace(job, settled=settled / job.settled.name)
    session.settle(plan, job.settled, Telling(tell).settling)
    return job


def run(configuration: Path, results: Path, settled: Path, tell: Tell) -> None:
    """Runs a comparison; keeps the files that `redesign compare` keeps, but for the report."""
    plan = plan_of(configuration)
    replicates = plan.settings.replicates
    out = results / comparison.results_key(plan, model_version())[:16]
    tell("begun", out=str(out), replicates=replicates)
    session = session_of(plan, out, tell)
    if not session.is_finished():
        with session.unfilled() as gap:
            if gap is not None:
                session.sign(lived(plan, session, settled, tell), besides=gap.besides)
    tell("finished", out=str(out), replicates=replicates)


def lived(plan: Plan, session: Session, settled: Path, tell: Tell) -> dict[str, Any]:
    """Lives every replication, telling of each stage that can be looked at; returns what the manifest is to say."""
    replicates = plan.settings.replicates
    job = settled_job(plan, session, settled, tell)
    for count in stages(replicates):
        session.run([(job, replication) for replication in range(count)])
        consolidate.consolidate(session.out, job.key, range(count))
        tell("picture", replications=count)
    found = comparison.analysed(plan, session, job.key, Stopping(replicates, met=True))
    return manifest.describe(plan, session.model, found)


def look(configuration: Path, inside: Path, settled: Path, tell: Tell) -> None:
    """Runs a comparison's first replication and keeps what can be seen of services, areas and a few people."""
    plan = plan_of(configuration)
    out = inside / results_folder.replication_key(plan, model_version())[:16]
    tell("begun", out=str(out))
    if not (out / LAST).is_file():
        out.mkdir(parents=True, exist_ok=True)
        session = session_of(plan, out, tell)
        job = settled_job(plan, session, settled, tell)
        place = session.settled(job.settled)
        seen = engine().watch(place, plan.policies, 0, plan.settings.years, job.threads)
        for name in ("services", "areas", "flows", "lives"):
            tables = [pa.table({"arm": [arm] * len(t["month"]), **t}) for arm, t in getattr(seen, name).items()]
            storage.write_table(out / f"{name}.parquet", pa.concat_tables(tables))
        storage.write_table(out / LAST, pa.table(seen.people))
    tell("finished", out=str(out))


def warm_up(configuration: Path, settled: Path) -> None:
    """Lives one year of a comparison and keeps nothing but the settled place, so that all rules are ready."""
    plan = plan_of(configuration)
    session = session_of(plan, settled, _nobody)
    job = settled_job(plan, session, settled, _nobody)
    engine().run(session.settled(job.settled), plan.policies, 0, 1, job.threads)


def _nobody(what: str, **more: Any) -> None:
    """Tells nobody anything."""


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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks, and this process ends with that one
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not mix with what is told
    try:
        serve(out)
    except BrokenPipeError:
        with open(os.devnull, "w", encoding="utf-8") as nobody:
            os.dup2(nobody.fileno(), out.fileno())  # what is still to be written goes there


def serve(out: TextIO) -> None:
    """Does what is asked, line by line, and tells about it."""
    for line in iter(_asked().get, ""):
        asked = json.loads(line)

        def tell(what: str, number: Any = asked["number"], **more: Any) -> None:
            out.write(json.dumps({"number": number, "what": what, **more}) + "\n")
            out.flush()

        carry_out(asked, tell)


def _asked() -> SimpleQueue[str]:
    """The lines that are asked, as they come; when whoever asks is gone, however suddenly, this process ends in the middle."""
    lines: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return lines


if __name__ == "__main__":
    main()
