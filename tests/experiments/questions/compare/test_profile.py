"""A profile of a month: every step is timed, the steps make up the month, and nothing about the month changes."""

import numpy as np
import pytest

from experiments import cli
from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.questions.compare import profile
from experiments.running import engine
from simulation import month
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.run import policy_date
from simulation.settling.settled import NO_POLICY

TAKEN = [step.name for phase in month.PHASES for step in phase.steps if step.when is not month.KEEPS_AGES]
"""Steps of a year after the policy date; hours may be far too few in none of its months."""


@pytest.fixture(scope="module")
def plan(composed):
    data = {**composed.data, "scale": 0.1, "years": 1, "threads": 1, "profile": True}
    return validate.check(Composed(data, composed.choices))


@pytest.fixture(scope="module")
def start(plan):
    settled = engine.settle(plan.world)
    return policy_date(settled, 0)[0], settled.world


def test_the_steps_of_a_month_make_up_the_month(plan, start):
    state, world = start
    watch = profile.timed(PlaceModel(world, state.copy(), plan.policies["radical"], key_of(1, 0)))
    assert set(TAKEN) - {"let_go"} <= set(watch.seconds) <= set(TAKEN)
    assert all(seconds > 0 for seconds in watch.seconds.values())
    assert 0 < sum(watch.seconds.values()) <= watch.whole
    *steps, whole = profile.rows(watch)
    assert whole[4] == "100.0"
    assert sum(float(row[4]) for row in steps) == pytest.approx(100, abs=1)
    assert [row[0] for row in steps[:-1]] == [name for name in TAKEN if name in watch.seconds]


def test_a_timed_place_lives_as_any_other(start):
    state, world = start
    timed, plain = (PlaceModel(world, state.copy(), NO_POLICY, key_of(1, 0)) for _ in range(2))
    profile.timed(timed)
    plain.live(profile.WARM_UP + profile.MEASURED)
    a, b = timed.recorder.table(), plain.recorder.table()
    assert all(np.array_equal(a[name], b[name]) for name in b)


@pytest.mark.unhurried
def test_the_command_prints_a_profile_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    assert cli.main(["compare", "place=teaching_town", "scale=0.1", "years=1", "profile=true"]) == 0
    said = capsys.readouterr().out
    assert "arm radical" in said
    assert [step for step in (*TAKEN, "one month") if step not in said and step != "let_go"] == []
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 100
    assert [line for line in said.splitlines() if line.startswith(" ")] == [], "a line is wrapped"
    assert list(tmp_path.iterdir()) == []
