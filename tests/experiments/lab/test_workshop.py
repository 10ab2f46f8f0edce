"""Benches: two visitors do not mix, nobody can use the machine up, and a stopped or killed comparison harms no other."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from experiments.errors import ConfigurationError
from experiments.lab.configuration import name_of
from experiments.lab.scheduler import COMMAND, Workshop
from experiments.lab.state import State
from experiments.questions.lab.question import Settings, command_of

BENCH = """
import json, pathlib, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    def tell(what, **more):
        print(json.dumps({"number": asked["number"], "what": what, **more}), flush=True)
    if asked["do"] == "warm_up":
        continue
    out = pathlib.Path(asked["results"])
    tell("begun", out=str(out))
    tell("settling", done=1, of=2)
    while pathlib.Path("hold").exists():
        time.sleep(0.01)
    tell("lived", replication=0)
    tell("finished", out=str(out))
"""
FIRST, SECOND, THIRD = State(seed=1), State(seed=2), State(seed=3)
PATIENCE = 60


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = []

    def open_one(**changes):
        settings = {"benches": 1, "waiting": 1, "minutes": 10.0, "kept": 50, **changes}
        made.append(Workshop(tmp_path / "kept", command=[sys.executable, "-c", BENCH], **settings))
        return made[-1]

    yield open_one
    for each in made:
        each.close()


@pytest.fixture
def hold(tmp_path):
    """While this file is there, no comparison ends."""
    (tmp_path / "hold").touch()
    return tmp_path / "hold"


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_comparison_is_run_to_its_end(workshop):
    run = workshop().ask(FIRST, "ann")
    until(lambda: run.is_over)
    assert (run.what, run.done, run.pictured) == ("finished", 1, FIRST.replicates)


def test_the_same_choice_is_shared_and_one_visitor_cannot_stop_it_for_the_other(workshop, hold):
    shop = workshop()
    run = shop.ask(FIRST, "ann")
    assert shop.ask(FIRST, "ben") is run
    shop.cancel(run, "ann")
    hold.unlink()
    until(lambda: run.is_over)
    assert run.what == "finished"


def test_different_choices_have_folders_of_their_own(workshop):
    shop = workshop(waiting=5)
    runs = [shop.ask(state, "ann") for state in (FIRST, SECOND)]
    until(lambda: all(run.is_over for run in runs))
    assert runs[0].out != runs[1].out


def test_whoever_comes_when_too_many_wait_is_turned_away(workshop, hold):
    shop = workshop()
    shop.ask(FIRST, "ann")
    shop.ask(SECOND, "ben")
    with pytest.raises(ConfigurationError, match="waiting already"):
        shop.ask(THIRD, "eve")
    hold.unlink()


def test_a_cancelled_comparison_gives_its_bench_to_the_next(workshop, hold):
    shop = workshop()
    first, second = shop.ask(FIRST, "ann"), shop.ask(SECOND, "ben")
    until(lambda: first.what == "settling")
    hold.unlink()
    hold.touch()
    shop.cancel(first, "ann")
    assert first.what == "cancelled"
    hold.unlink()
    until(lambda: second.is_over)
    assert (first.what, second.what) == ("cancelled", "finished")


def test_a_bench_that_is_killed_fails_its_comparison_and_serves_the_next(workshop, hold):
    shop = workshop()
    run = shop.ask(FIRST, "ann")
    until(lambda: run.what == "settling")
    os.kill(shop.benches[0].process.pid, signal.SIGKILL)
    until(lambda: run.is_over)
    assert run.what == "failed"
    hold.unlink()
    again = shop.ask(FIRST, "ann")
    until(lambda: again.is_over)
    assert again.what == "finished"


def test_a_comparison_that_takes_too_long_is_stopped(workshop, hold):
    run = workshop(minutes=0.01).ask(FIRST, "ann")
    until(lambda: run.is_over)
    assert run.what == "too long"


def test_the_oldest_comparison_makes_room_for_the_newest(workshop, tmp_path):
    shop = workshop(kept=2)
    for state in (FIRST, SECOND, THIRD):
        run = shop.ask(state, "ann")
        until(lambda run=run: run.is_over)
        time.sleep(0.02)  # so that no two folders have the same date
    kept = {home.parent.name for home in (tmp_path / "kept").glob("*/results")}
    assert kept == {name_of(SECOND), name_of(THIRD)}


def test_a_bench_whose_lab_has_ended_says_nothing_in_the_terminal(tmp_path):
    asked = {"number": 1, "do": "run", **dict.fromkeys(("configuration", "results", "settled"), str(tmp_path))}
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bench:
        bench.stdout.close()
        bench.stdin.write(json.dumps(asked) + "\n")
        bench.stdin.close()
        assert bench.wait(PATIENCE) == 0
        assert bench.stderr.read() == ""


def test_nothing_in_the_folder_where_the_lab_is_started_is_taken_for_a_part_of_it(tmp_path):
    (tmp_path / "experiments").mkdir()
    for name in ("experiments/__init__.py", "random.py", "streamlit.py"):
        (tmp_path / name).write_text("raise SystemExit('a module of the user')")
    told = {
        "open_browser": False,
        "token": True,
        "folder": "lab",
        "benches": 1,
        "waiting": 1,
        "minutes": 1.0,
        "kept": 1,
    }
    page = command_of(Settings(address="127.0.0.1", port=8501, **told))
    for command in (COMMAND, [*page[: page.index("run")], "version"]):
        subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, check=True)
