"""A results folder whose runs are disturbed again and again at chosen moments, and what must hold all the while."""

import json
import time

from sessions import REAL, finish, kept, kill, leftovers, members, run, start, tables, there, wait_until

from experiments.errors import Stopped
from experiments.running import executor, pool, worker

PARENT_SHARE = 0.3  # of all kills; the others hit a worker, the server they are forked from, or its tracker
LONGEST = 0.7  # seconds from a stage to the kill
WARNING = "workers were killed 3 times"
STAGES = {
    "starting": lambda life, pid: (life.folder / "begun").exists(),
    "settled": lambda life, pid: bool(there(life.parts, "settled-*")),
    "working": lambda life, pid: len(members(pid)) > 3,
    "keeping": lambda life, pid: len(there(life.parts, "replication-*")) > life.found,
    "joined": lambda life, pid: (life.folder / "out" / "burn_in.parquet").exists(),
    "drawing": lambda life, pid: bool(there(life.folder, "out/figures/*.svg")),
    "finished": lambda life, pid: not life.parts.exists(),
}
"""Moments of a run, so that kills fall into all of them on machines of any speed."""
WRITING = {"writing": lambda life, pid: bool(there(life.folder, "out/**/.*.tmp"))}
"""The moment when something is half-written: so short that it may be missed, so whoever hits it kills at once."""


class Life:
    """One results folder, from the first run that is killed to the run that completes."""

    def __init__(self, folder, words, code, chance, stages=STAGES):
        folder.mkdir()
        self.stages = {name: reached for name, reached in stages.items() if name != "drawing" or code == REAL}
        self.folder, self.words, self.code, self.chance = folder, words, code, chance
        self.parts = folder / "out" / "parts"
        self.seconds, self.before, self.found, self.log = {}, {}, 0, []

    def go(self, most):
        """Runs and kills until so many have died or a run has completed; returns the number killed."""
        killed = 0
        while killed < most:
            deaths, done = self.disturbed(most - killed)
            killed += deaths
            self.check_nothing_repeated()
            if done:
                break
        return killed

    def prepare(self):
        """Notes what there is before a run begins."""
        (self.folder / "begun").unlink(missing_ok=True)
        self.found = len(there(self.parts, "replication-*"))

    def disturbed(self, most):
        """One run that is disturbed until its parent dies or it ends; returns the number killed and whether it completed."""
        self.prepare()
        process, deaths = start(self.folder, *self.words, code=self.code), 0
        while deaths < most:
            stage = self.await_stage(process)
            if process.poll() is not None:
                break
            others = [pid for pid in members(process.pid) if pid != process.pid]
            is_parent = self.chance.random() < PARENT_SHARE or not others
            deaths += kill(process.pid if is_parent else self.chance.choice(others))
            self.log.append(f"{stage}: {'the parent' if is_parent else 'another'}, {len(kept(self.folder))} kept")
            if is_parent:
                break
        status, said = finish(process)
        wait_until(lambda: not members(process.pid))
        assert status in (0, -9) or WARNING in said, (status, said, self.log)
        return deaths, status == 0

    def await_stage(self, process):
        """Waits for a moment of the run that has not come yet, and a little longer."""
        coming = [name for name, reached in self.stages.items() if not reached(self, process.pid)]
        stage = self.chance.choice(coming or ["finished"])
        wait_until(lambda: process.poll() is not None or self.stages[stage](self, process.pid))
        if stage not in WRITING:
            time.sleep(self.chance.uniform(0, LONGEST))
        return stage

    def check_nothing_repeated(self):
        """What had been kept before is still there, untouched, unless the run is over and has cleared it away."""
        now = kept(self.folder)
        if (self.folder / "out" / "parts").exists() and not (self.folder / "out" / "report.html").exists():
            assert {name: now.get(name) for name in self.before} == self.before, self.log
            self.before = now
        for path in self.folder.glob("out/parts/replication-*/timing.json"):
            number = int(path.parent.name.split("-")[1])
            seconds = json.loads(path.read_text())["seconds"]
            assert self.seconds.setdefault(number, seconds) == seconds, self.log

    def complete(self):
        """Lets a last run go undisturbed."""
        status, said = run(self.folder, *self.words, code=self.code)
        assert status == 0, (said, self.log)
        measured = json.loads((self.folder / "out" / "manifest.json").read_text())["replication_seconds"]
        assert {n: round(s, 3) for n, s in self.seconds.items()}.items() <= dict(enumerate(measured)).items()
        assert leftovers(self.folder) == [], (leftovers(self.folder), self.log)
        return tables(self.folder)


def undisturbed(folder, *words, code):
    """The tables of a run that nothing happens to."""
    folder.mkdir()
    assert run(folder, *words, code=code)[0] == 0
    return tables(folder)


def run_all(job, replications, workers, tell):
    """Runs replications of a job as a session does; stops where any fails."""
    run_items([(job, replication) for replication in replications], pool.local(workers), tell)


def run_items(items, runner, tell):
    """Runs pieces of work as a session does."""
    with executor.Run(items, runner, tell) as run:
        if runner.processes > 1:
            run.on_pools()
        else:
            for job, number in run.left():
                run.take(worker.simulate(job, number))
    if run.failures:
        raise Stopped(run.failed())
