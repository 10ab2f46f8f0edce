"""The benches of the lab: who is simulating what, who waits, and how far each comparison is."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.errors import ConfigurationError, Fault
from experiments.lab import configuration
from experiments.lab.benches.bench import Bench
from experiments.lab.benches.comparison_run import Run
from experiments.lab.shelf import Shelf
from experiments.lab.state import State
from experiments.results import open_results, results_folder
from experiments.running.session import model_version

COMMAND = (sys.executable, "-P", "-m", "experiments.lab.benches.worker")
SECONDS_A_MINUTE = 60
WATCHED_EVERY = 0.5
PATIENT = 10
"""A comparison that so many smaller ones were taken before goes next, however large it is."""


def _oldest(paths: Sequence[Path], count: int) -> list[Path]:
    """So many of some files or folders, those touched longest ago first."""
    return sorted(paths, key=lambda path: path.stat().st_mtime)[: max(0, count)]


def _turn(run: Run) -> tuple[float, int]:
    """Whose turn it is: small before large, first come first; nobody is passed over for ever."""
    return run.work if run.passed < PATIENT else 0.0, run.number


class Workshop:
    """All benches, and everybody who waits for one.

    Args:
        folder: what is kept.
        benches: how many comparisons run at a time.
        waiting: how many may wait.
        minutes: how long one may take.
        kept: of how many the results stay; the oldest make room.
        command: starts a bench.
    """

    def __init__(
        self, folder: Path, benches: int, waiting: int, minutes: float, kept: int, command: Sequence[str] = COMMAND
    ):
        self.folder, self.most_waiting, self.minutes = folder.resolve(), waiting, minutes
        self.command, self.most_kept = list(command), kept
        self.lock, self.shelf = threading.RLock(), Shelf(self.folder)
        self.numbers = itertools.count(1)
        self.queue: list[Run] = []
        usual = State(replicates=2, years=10)
        configuration.write(usual, self.folder / "usual")
        self.warming = {
            "number": 0, "do": "warm_up", "configuration": str(self.folder / "usual"), "settled": str(self.folder / "settled"),
        }  # fmt: skip
        for name in ("inside", "settled"):
            results_folder.sweep(self.folder / name)
        self.benches = [Bench(self) for _ in range(benches)]
        threading.Thread(target=self.watch, daemon=True).start()

    def ask(self, state: State, visitor: str, do: str = "run") -> Run:
        """Takes a comparison on, to `run` it or to `look` into it; one that is running for somebody else is shared.

        Raises:
            ConfigurationError: too many wait already.
        """
        name = configuration.name_of(state)
        with self.lock:
            if going := self._going(name, do):
                going.visitors.add(visitor)
                return going
            if len(self.queue) >= self.most_waiting:
                full = f"{len(self.queue)} comparisons are waiting already; try again in a minute"
                raise ConfigurationError(Fault("", full))
            home = self.folder / name
            configuration.write(state, home / "configuration")
            (home / "results").mkdir(exist_ok=True)
            (self.folder / "settled").mkdir(exist_ok=True)
            asked: dict[str, Any] = {
                "number": next(self.numbers), "do": do, "name": name, "configuration": str(home / "configuration"),
                "results": str(home / "results"), "inside": str(home / "inside"), "settled": str(self.folder / "settled"),
            }  # fmt: skip
            work = configuration.work(state if do == "run" else replace(state, replicates=1))
            run = Run(asked["number"], asked, state.replicates, work=work, visitors={visitor})
            self.queue.append(run)
            os.utime(home)
            self._make_room()
            self._hand_out()
        return run

    def kept(self, state: State, visitor: str) -> Run | None:
        """A comparison as far as it is there: as it goes on, or finished with today's model and whole; none where it is not."""
        name = configuration.name_of(state)
        with self.lock:
            if going := self._going(name, "run"):
                going.visitors.add(visitor)
                return going
        for out in (self.folder / name / "results").glob("*"):
            found = open_results.look(out)
            if found is not None and found.is_whole and found.manifest.get("model_version") == model_version():
                os.utime(self.folder / name)
                done = state.replicates
                return Run(0, {"name": name, "do": "run"}, done, what="finished", out=out, done=done, pictured=done)
        return None

    def before(self, run: Run) -> int:
        """How many comparisons come before one that waits, those on a bench included."""
        with self.lock:
            line = sorted(self.queue, key=_turn)
            return len([bench for bench in self.benches if bench.run]) + (line.index(run) if run in line else 0)

    def _going(self, name: str, do: str) -> Run | None:
        """A comparison that waits or is on a bench."""
        runs = [run for run in [*self.queue, *(bench.run for bench in self.benches if bench.run)] if not run.is_over]
        return next((run for run in runs if (run.asked["name"], run.asked["do"]) == (name, do)), None)

    def _make_room(self) -> None:
        """Deletes the comparisons and settled places that were asked for longest ago, so that the disk never fills up.

        What stands on the shelf stays.
        """
        busy = {r.asked["name"] for r in [*self.queue, *(bench.run for bench in self.benches if bench.run)]}
        pinned = self._pinned()
        homes = [home.parent for home in self.folder.glob("*/results") if home.parent.name not in pinned]
        others = [home for home in homes if home.name not in busy]
        for old in _oldest(others, len(homes) - self.most_kept):
            shutil.rmtree(old, ignore_errors=True)
        if not busy - {self.queue[-1].asked["name"]}:
            places = list((self.folder / "settled").iterdir())
            for old in _oldest(places, len(places) - self.most_kept):
                old.unlink(missing_ok=True)

    def _pinned(self) -> set[str]:
        """The names of the comparisons on the shelf."""
        with suppress(ConfigurationError):
            return {configuration.name_of(each.state) for each in self.shelf.all() if each.state}
        return set()

    def cancel(self, run: Run, visitor: str) -> None:
        """Stops a comparison, unless somebody else waits for it too."""
        with self.lock:
            run.visitors.discard(visitor)
            if not run.visitors:
                self._end(run, "cancelled")

    def _end(self, run: Run, what: str) -> None:
        """Ends a comparison that has not finished."""
        if run.is_over:
            return
        run.what = what
        if run in self.queue:
            self.queue.remove(run)
        for bench in (each for each in self.benches if each.run is run):
            bench.restart()
        self._hand_out()

    def _hand_out(self) -> None:
        """Gives every free bench the smallest comparison, or one that was passed over often enough."""
        for bench in self.benches:
            if bench.run is None and self.queue:
                run = min(self.queue, key=_turn)
                self.queue.remove(run)
                for waiting in self.queue:
                    waiting.passed += waiting.number < run.number
                run.began = time.monotonic()
                if bench.process.poll() is not None:
                    bench.start()
                bench.run, run.what = run, "begun"
                bench.ask(run.asked)

    def heard(self, bench: Bench, told: dict[str, Any]) -> None:
        """A bench told something."""
        with self.lock:
            if bench.run is None or told["number"] != bench.run.number:
                return
            bench.run.hear(told)
            if bench.run.is_over:
                bench.run = None
                self._hand_out()

    def lost(self, bench: Bench, process: subprocess.Popen[str]) -> None:
        """A bench's process ended; where nobody ended it on purpose, its comparison has failed."""
        with self.lock:
            if process is not bench.process:
                return
            if bench.run is not None:
                bench.run.words, bench.run.what = ("the process that simulated was ended from outside", "failed")
                bench.restart()
                self._hand_out()

    def watch(self) -> None:
        """Stops comparisons that take too long."""
        while True:
            time.sleep(WATCHED_EVERY)
            with self.lock:
                for run in [bench.run for bench in self.benches if bench.run]:
                    if time.monotonic() - run.began > self.minutes * SECONDS_A_MINUTE:
                        self._end(run, "too long")

    def close(self) -> None:
        """Ends every process."""
        with self.lock:
            for bench in self.benches:
                bench.run = None
                bench.process.kill()
