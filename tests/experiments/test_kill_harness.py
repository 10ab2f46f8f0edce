"""Kill -9 at random moments: a rerun completes, repeats nothing that had finished, and writes the same bytes."""

import json
import random
import time

import pytest
from sessions import (
    NEEDS_PROC,
    REAL,
    UNDRAWN,
    WORDS,
    finish,
    kept,
    kill,
    leftovers,
    members,
    run,
    start,
    tables,
    wait_until,
)

PARENT_SHARE = 0.5  # of all kills; the others hit a worker, the server they are forked from, or its tracker
WARNING = "workers were killed 3 times"


class Life:
    """One results folder, from the first run that is killed to the run that completes."""

    def __init__(self, folder, words, code, chance, longest):
        folder.mkdir()
        self.folder, self.words, self.code, self.chance, self.longest = folder, words, code, chance, longest
        self.seconds, self.before, self.log = {}, {}, []

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

    def disturbed(self, most):
        """One run that is disturbed until its parent dies or it ends; returns the number killed and whether it completed."""
        process, deaths = start(self.folder, *self.words, code=self.code), 0
        while deaths < most:
            time.sleep(self.chance.uniform(0.3, self.longest))
            if process.poll() is not None:
                break
            others = [pid for pid in members(process.pid) if pid != process.pid]
            victim = (
                process.pid
                if self.chance.random() < PARENT_SHARE or not others
                else self.chance.choice(others)
            )
            deaths += kill(victim)
            self.log.append(
                f"killed {'the parent' if victim == process.pid else 'another'} with {len(kept(self.folder))} kept"
            )
            if victim == process.pid:
                break
        status, said = finish(process)
        wait_until(lambda: not members(process.pid))
        assert status in (0, -9) or WARNING in said, (status, said, self.log)
        return deaths, status == 0

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
        assert leftovers(self.folder) == []
        return tables(self.folder)


def undisturbed(folder, words, code):
    folder.mkdir()
    assert run(folder, *words, code=code)[0] == 0
    return tables(folder)


@NEEDS_PROC
def test_killed_four_times_a_run_completes_with_the_same_bytes(tmp_path):
    words = (*WORDS, "replicates=4")
    life = Life(tmp_path / "killed", words, UNDRAWN, random.Random(1), longest=5.0)
    assert life.go(4) == 4, life.log
    assert life.complete() == undisturbed(tmp_path / "undisturbed", (*words, "workers=1"), UNDRAWN)


@pytest.mark.slow
@NEEDS_PROC
def test_killed_fifty_times_every_run_completes_with_the_same_bytes(tmp_path):
    words, chance = (*WORDS, "replicates=8"), random.Random(2010)
    expected, killed = undisturbed(tmp_path / "undisturbed", words, REAL), 0
    while killed < 50:
        life = Life(tmp_path / f"killed-{killed}", words, REAL, chance, longest=6.0)
        killed += life.go(min(14, 50 - killed))
        assert life.complete() == expected, life.log
        print(*life.log, sep="\n")
    assert killed == 50
