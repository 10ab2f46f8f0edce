"""One month in the life of any citizen under any policy: rules hold for conditions that no run has come to."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import CHALLENGES, become, citizens, policies
from worlds import columns_differ, differences, live, policy_of, under

from simulation.state.codes import CaseState, Cause

SOME = st.lists(citizens(), min_size=1, max_size=3)
HOWEVER = {"deadline": None, "suppress_health_check": list(HealthCheck)}
CRISIS = 3


def made_up(place, policy, some, **how):
    """A place under a policy in which people are as hypothesis says."""
    model = under(place, policy, **how)
    become(model, some)
    return model


@given(SOME, policies())
@settings(max_examples=12, **HOWEVER)
def test_a_month_is_one_step_whoever_one_is(hamlet_2011, some, policy):
    """A need worsens or mends by one level a month at most, feelings stay on their scales, and every crisis is met."""
    model = made_up(hamlet_2011, policy, some)
    people = model.state.people
    level, generation = people.level.astype(int), people.generation.copy()
    live(model, 1)
    same = (people.alive == 1) & (people.generation == generation)
    assert same.sum() > 700
    worse = people.level[same].astype(int) - level[same]
    assert worse.max() <= 1, "a need skipped a level"
    for scale, most in ((people.trust, 1), (people.capability, 1), (people.wellbeing, 10)):
        assert ((scale[same] >= 0) & (scale[same] <= most)).all()
    crisis = (people.level == CRISIS) & (people.alive == 1)[:, None]
    assert (people.tier[crisis] == 2).all()
    assert np.isin(people.state[crisis], (CaseState.SERVED, CaseState.READY)).all()
    assert people.cause.max() <= Cause.RELAPSED
    assert people.unmet.max() <= 12


@pytest.mark.slow
@given(SOME, policies())
@settings(max_examples=5, **HOWEVER)
def test_a_citizen_as_an_agent_lives_the_same_months(hamlet_2011, some, policy):
    """The fast engine and Mesa's agents agree to the last bit about anybody, two months long."""
    fast, plain = (made_up(hamlet_2011, policy, some, engine=engine) for engine in ("fast", "agents"))
    live(fast, 2)
    live(plain, 2)
    assert differences(fast.recorder.table(), plain.recorder.table()) == []
    assert columns_differ(fast.state.people, plain.state.people) == []


def test_people_do_become_what_is_made_up(hamlet_2011):
    """Otherwise the properties above would hold for the wrong reason."""
    each = len(CHALLENGES)
    needy = {
        "level": [2] * each,
        "root": [1] * each,
        "luck": [0.9] * each,
        "cause": [1] * each,
        "since": [3] * each,
        "unmet": [12] * each,
        "trust": 1.0,
        "capability": 0.0,
        "wellbeing": 0.0,
    }
    usual, model = under(hamlet_2011, policy_of()), made_up(hamlet_2011, policy_of(), [needy])
    assert (model.state.people.level == 2).sum() > 1000
    for place in (usual, model):
        live(place, 1)
    one, other = usual.recorder.table(), model.recorder.table()
    assert other["crises"][0] > 3 * one["crises"][0]
    assert other["contacts.failure"][0] > 3 * one["contacts.failure"][0] if "contacts.failure" in one else True
