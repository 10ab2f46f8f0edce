"""Benches: two visitors do not mix, nobody can use the machine up, and a stopped or killed comparison harms no other."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from experiments.errors import ConfigurationError
from experiments.lab.benches import scheduler
from experiments.lab.benches.scheduler import COMMAND, PATIENT, Workshop
from experiments.lab.configuration import name_of
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
CONFIGS = Path(__file__).parents[3] / "configs"


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


def test_what_stands_on_the_shelf_makes_room_for_nothing(workshop, tmp_path):
    shop = workshop(kept=1)
    shop.shelf.pin("ours", FIRST)
    for state in (FIRST, SECOND, THIRD):
        run = shop.ask(state, "ann")
        until(lambda run=run: run.is_over)
        time.sleep(0.02)
    kept = {home.parent.name for home in (tmp_path / "kept").glob("*/results")}
    assert kept == {name_of(FIRST), name_of(THIRD)}


def in_turn(shop, hold, *states):
    """The order in which comparisons begin that all were asked for while the bench was busy."""
    first = shop.ask(State(seed=99), "eve")
    until(lambda: first.what == "settling")
    runs = [shop.ask(state, "ann") for state in states]
    waiting = [shop.before(run) for run in runs]
    hold.unlink()
    until(lambda: all(run.is_over for run in runs))
    return waiting, [states[k] for k in sorted(range(len(runs)), key=lambda k: runs[k].began)]


def test_small_comparisons_are_not_kept_waiting_by_large_ones(workshop, hold):
    large, small, middle = State(years=20, replicates=30), State(years=1, replicates=2), State(years=5)
    waiting, order = in_turn(workshop(waiting=5), hold, large, small, middle)
    assert order == [small, middle, large]
    assert waiting == [3, 1, 2]


def test_a_large_comparison_is_not_passed_over_for_ever(workshop, hold):
    large, small = State(years=20, replicates=30), [State(years=1, seed=k) for k in range(PATIENT + 4)]
    _, order = in_turn(workshop(waiting=40), hold, large, *small)
    assert order.index(large) == PATIENT


def test_a_class_of_thirty_can_wait(workshop, hold):
    shop = workshop(waiting=int(yaml.safe_load((CONFIGS / "lab.yaml").read_text())["waiting"]))
    first = shop.ask(State(seed=99), "teacher")
    until(lambda: first.what == "settling")
    runs = [shop.ask(State(seed=k, years=1), f"pupil {k}") for k in range(30)]
    hold.unlink()
    until(lambda: all(run.is_over for run in runs))
    assert {run.what for run in runs} == {"finished"}


def test_a_comparison_that_goes_on_is_found_by_its_choice_and_an_unknown_one_is_not(workshop, hold):
    shop = workshop()
    run = shop.ask(FIRST, "ann")
    assert shop.kept(FIRST, "ben") is run
    shop.cancel(run, "ann")
    assert not run.is_over, "ben looks on"
    assert shop.kept(SECOND, "ben") is None
    hold.unlink()


@pytest.mark.parametrize(
    ("whole", "model", "is_found"), [(True, "now", True), (False, "now", False), (True, "then", False)]
)
def test_a_finished_comparison_is_opened_if_it_is_whole_and_of_this_model(
    workshop, monkeypatch, whole, model, is_found
):
    shop = workshop()
    run = shop.ask(FIRST, "ann")
    until(lambda: run.is_over)
    (run.out / "one").mkdir()
    found = SimpleNamespace(is_whole=whole, manifest={"model_version": model})
    monkeypatch.setattr(scheduler.open_results, "look", lambda out: found)
    monkeypatch.setattr(scheduler, "model_version", lambda: "now")
    again = shop.kept(FIRST, "ben")
    assert (again is not None) == is_found
    if again is not None:
        assert (again.what, again.pictured, again.out) == ("finished", FIRST.replicates, run.out / "one")


@pytest.mark.unhurried
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


@pytest.mark.unhurried
def test_nothing_in_the_folder_where_the_lab_is_started_is_taken_for_a_part_of_it(tmp_path):
    (tmp_path / "experiments").mkdir()
    for name in ("experiments/__init__.py", "random.py", "streamlit.py"):
        (tmp_path / name).write_text("raise SystemExit('a module of the user')")
    told = {
        "open_browser": False,
        "token": True,
        "folder": "lab",
        "site": "auto",
        "benches": 1,
        "waiting": 1,
        "minutes": 1.0,
        "kept": 1,
    }
    page = command_of(Settings(address="127.0.0.1", port=8501, **told))
    for command in (COMMAND, [*page[: page.index("-m")], "-c", "import experiments.lab.serve"]):
        subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, check=True)
