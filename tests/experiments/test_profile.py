"""A profile of a month: every phase is timed, the phases make up the month, and nothing about the month changes."""

import ast
import inspect
import textwrap

import numpy as np
import pytest

from experiments import cli
from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.questions.compare import profile
from experiments.running import engine
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.run import NO_POLICY, policy_date


@pytest.fixture(scope="module")
def plan(composed):
    data = {**composed.data, "scale": 0.1, "years": 1, "threads": 1, "profile": True}
    return validate.check(Composed(data, composed.choices))


@pytest.fixture(scope="module")
def start(plan):
    return policy_date(engine.settle(plan.world), 0)[0], engine.settle(plan.world).world


def test_the_phases_of_a_month_make_up_the_month(plan, start):
    situation, world = start
    place = profile.Profiled(world, situation.copy(), plan.policies["radical"], key_of(1, 0))
    profile.live(place)
    named = [place.seconds[phase] for phase in profile.PHASES]
    assert all(seconds > 0 for seconds in named)
    assert set(place.seconds) == {*profile.PHASES, "step"}
    assert 0 < sum(named) <= place.seconds["step"]
    *phases, whole = profile.rows(place)
    assert whole[4] == "100.0"
    assert sum(float(row[4]) for row in phases) == pytest.approx(100, abs=1)


def test_whatever_a_month_calls_is_a_phase():
    """So that what is left over is only what lies between the phases, and any later step of the month is timed too."""
    calls = [
        node
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(PlaceModel.step))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    own = {call.func.attr for call in calls if ast.unparse(call.func.value) == "self"} - {"citizens"}
    by_everybody = {call.args[1].value for call in calls if ast.unparse(call.func) == "self.citizens"}
    others = {ast.unparse(call.func) for call in calls} - {f"self.{name}" for name in {*own, "citizens"}}
    assert own | by_everybody == set(profile.PHASES)
    assert others == {"newcomers.renew"}, "only called where nobody is born, dies or moves"


def test_a_timed_place_lives_as_any_other(start):
    situation, world = start
    timed = profile.Profiled(world, situation.copy(), NO_POLICY, key_of(1, 0))
    plain = PlaceModel(world, situation.copy(), NO_POLICY, key_of(1, 0))
    for place in (timed, plain):
        for _ in range(14):
            place.step()
    a, b = timed.recorder.table(), plain.recorder.table()
    assert all(np.array_equal(a[name], b[name]) for name in b)


def test_the_command_prints_a_profile_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    assert cli.main(["compare", "place=teaching_town", "scale=0.1", "years=1", "profile=true"]) == 0
    said = capsys.readouterr().out
    assert "arm radical" in said
    assert [phase for phase in (*profile.PHASES, "one month") if phase not in said] == []
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 100
    assert [line for line in said.splitlines() if line.startswith(" ")] == [], "a line is wrapped"
    assert list(tmp_path.iterdir()) == []
