"""The month is data: what is put into the list is lived, timed and described; who looks on changes nothing."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from worlds import EVERY_LEVER, columns_differ, differences, live, policy_of, under

from experiments.questions.compare import profile
from simulation import month
from simulation.agents import Citizen
from simulation.month import PHASES, Step
from simulation.observe import Observer
from simulation.run import run
from simulation.state.codes import ACUTE, CaseState, Cause, Level, Tier
from simulation.state.columns import MET, Offer, People, Services, columns_of, empty

STEPS = [step for phase in PHASES for step in phase.steps]
NAMES = ["plan", "need", "seek", "triage", "serve", "outcome", "workforce", "redesign", "account"]


class Witness(Observer):
    """Writes down everything it is told."""

    def __init__(self):
        self.steps, self.phases, self.months = [], [], []

    def after_step(self, phase, step, model):
        self.steps.append((phase.name, step.name))

    def after(self, phase, model):
        self.phases.append(phase.name)
        self.months.append(model.month)


def with_step(phases, name, step, at=0):
    """The phases with one more step."""
    return tuple(
        phase._replace(steps=(*phase.steps[:at], step, *phase.steps[at:])) if phase.name == name else phase
        for phase in phases
    )


def test_phases_and_steps_have_one_name_each_and_citizens_know_theirs():
    assert [phase.name for phase in PHASES] == NAMES
    assert len({step.name for step in STEPS}) == len(STEPS)
    theirs = [step for step in STEPS if step.context is not None]
    assert [step.name for step in theirs] == ["be_seen", "evolve", "seek", "triage", "outcome"]
    for step in theirs:
        assert callable(getattr(Citizen, step.name))
        assert step.rule.py_func.__name__ == step.name
    assert all(step.what and step.who and step.rows in {"people", "services", "agencies"} for step in STEPS)


def test_an_observer_is_told_of_every_phase_and_of_the_steps_that_are_taken(hamlet_2011):
    model, witness = under(hamlet_2011, policy_of()), Witness()
    model.observers.append(witness)
    live(model, 13)
    assert witness.phases == NAMES * 13
    assert witness.months == [n for n in range(13) for _ in NAMES], "a month's last phase still lies in the month"
    order = [(phase.name, step.name) for phase in PHASES for step in phase.steps]
    a_month = witness.steps[: witness.steps.index(("account", "look_back")) + 1]
    assert a_month == [each for each in order if each in a_month]
    assert ("need", "keep_ages") not in witness.steps, "only before the policy date"
    assert witness.steps.count(("plan", "plan_year")) == 2
    assert witness.steps.count(("seek", "seek")) == 13


def test_whoever_looks_on_changes_nothing(hamlet_2011):
    watched, alone = (under(hamlet_2011, policy_of(EVERY_LEVER)) for _ in range(2))
    watched.observers += [Witness(), Observer()]
    live(watched, 25)
    live(alone, 25)
    assert differences(watched.recorder.table(), alone.recorder.table()) == []
    assert columns_differ(watched.state.people, alone.state.people) == []


def test_a_step_put_into_the_list_is_lived_timed_and_described(hamlet_2011, monkeypatch):
    """Everybody's trust is taken away at the start of triage: the month, its profile and the ODD have it at once."""

    def lose_trust(model):
        model.state.people.trust[:] = 0.0

    added = Step("lose_trust", "everybody loses trust", "all citizens at once", lose_trust, "people")
    plain = live(under(hamlet_2011, policy_of()), 1)
    monkeypatch.setattr(month, "PHASES", with_step(PHASES, "triage", added))
    model = under(hamlet_2011, policy_of())
    watch = profile.timed(model)
    assert plain.state.people.trust[plain.state.people.alive == 1].mean() > 0.3
    assert model.state.people.trust[model.state.people.alive == 1].mean() < 0.1
    names = [row[0] for row in profile.rows(watch)]
    assert names.index("seek") + 1 == names.index("lose_trust") == names.index("triage") - 1
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "docs")
    lines = import_module("schedule").month()
    what = [line.what for line in lines]
    assert what.index("everybody loses trust") == [line.code for line in lines].index("triage.triage") - 1


def test_services_are_noted_at_each_years_end(hamlet):
    result = run(hamlet, {"arm": policy_of()}, replication=0, years=2)
    assert {row["month"] for row in result.services["arm"]} == {11, 23}


def test_codes_are_what_the_columns_hold(hamlet_2011):
    """Every column of codes holds codes alone, and none of them is left out over some years of everything."""
    model = under(hamlet_2011, policy_of(EVERY_LEVER))
    seen = {"level": set(), "state": set(), "cause": set(), "tier": set()}
    for _ in range(36):
        model.step()
        for name, codes in seen.items():
            codes |= set(np.unique(getattr(model.state.people, name)).tolist())
    assert seen == {"level": set(Level), "state": set(CaseState), "cause": set(Cause), "tier": set(Tier)}
    assert set(model.state.services.tier.tolist()) == set(Tier)
    assert int(Tier.ACUTE) == ACUTE


@pytest.mark.parametrize("table", [People, Services])
def test_a_column_is_what_it_is_declared_to_be_however_long_it_lives(table, hamlet_2011):
    model = live(under(hamlet_2011, policy_of(EVERY_LEVER)), 13)
    lived, bare = (model.state.people if table is People else model.state.services), empty(table, 5, 3)
    assert set(columns_of(table)) == set(table._fields)
    for name, column in columns_of(table).items():
        there, vacant = getattr(lived, name), getattr(bare, name)
        assert there.dtype == vacant.dtype == column.dtype, name
        assert there.ndim == vacant.ndim == 1 + column.by_challenge, name
        assert (vacant == column.start).all(), name


def test_what_citizens_meet_are_the_services_own_columns(hamlet_2011):
    state = hamlet_2011.state
    assert list(Offer._fields) == MET == [name for name, column in columns_of(Services).items() if column.met]
    assert all(getattr(state.offer, name) is getattr(state.services, name) for name in MET)
