"""The people of a replication can lead several lives: the same up to the policy date, other luck from then on."""

import numpy as np
import pytest
from worlds import columns_differ, differences, shipped

from simulation.draws import key_of
from simulation.run import policy_date, run
from simulation.settling.settle_cache import in_world

LIVES = (0, 1, 2)
ARMS = ("rationing", "radical")


def led(settled, life):
    """A settled place whose people will lead one of their lives."""
    return in_world(settled, settled.world.config.model_copy(update={"later_luck": life}))


@pytest.fixture(scope="module")
def lives(town):
    """A year of the teaching town in three lives of the same people, under two policies."""
    return [run(led(town, life), shipped(*ARMS), replication=1, years=1) for life in LIVES]


def test_people_and_all_that_was_before_the_policy_date_are_the_same(town, lives):
    begun = [policy_date(led(town, life), 1)[0] for life in LIVES]
    for other in begun[1:]:
        assert columns_differ(begun[0].people, other.people) == []
        assert columns_differ(begun[0].services, other.services) == []
        assert (begun[0].ties.other == other.ties.other).all()
    for other in lives[1:]:
        assert differences(lives[0].burn_in, other.burn_in) == []
        assert other.network["nodes"][0] == lives[0].network["nodes"][0]


@pytest.mark.parametrize("arm", ARMS)
def test_what_happens_to_them_later_differs_from_life_to_life(lives, arm):
    for one, other in ((0, 1), (0, 2), (1, 2)):
        found = differences(lives[one].months[arm], lives[other].months[arm])
        assert {"births", "deaths", "in_need", "admitted", "refused"} <= set(found)
        first = slice(0, 1)
        assert "admitted" in differences(lives[one].months[arm], lives[other].months[arm], first)


def test_the_first_life_is_that_of_a_replication_that_nobody_asked_for_another(town, lives):
    usual = run(town, shipped(*ARMS), replication=1, years=1)
    for arm in ARMS:
        assert differences(usual.months[arm], lives[0].months[arm]) == []


def test_in_one_life_all_arms_meet_the_same_luck(town):
    policy = shipped("rationing")["rationing"]
    found = run(led(town, 2), {"one": policy, "other": policy}, replication=1, years=1).months
    assert differences(found["one"], found["other"]) == []


def test_totals_of_a_life_are_the_same_whichever_life_was_led_before(town, lives):
    for life in (2, 1):
        found = run(led(town, life), shipped(*ARMS), 1, 1, totals_only=True)
        for arm in ARMS:
            whole = lives[life].months[arm]
            assert all((found.months[arm][name] == whole[name]).all() for name in found.months[arm])


def test_every_life_of_every_replication_has_a_key_of_its_own():
    keys = [key_of(seed, r, life) for seed in range(10) for r in range(-1, 20) for life in range(10)]
    assert len(set(keys)) == len(keys)
    assert np.array_equal([key_of(3, r, 0) for r in range(9)], [key_of(3, r) for r in range(9)])
