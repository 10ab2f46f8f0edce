"""Numbers of how redesigns go do not matter until one is tried: lives without any are the same whatever they are."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import moved, policy_of, shipped, toy

from simulation import run as runs
from simulation.parameters.structure import StructureConfig
from simulation.run import run
from simulation.settling.settle import settle
from simulation.settling.settle_cache import ALWAYS_MATTER, in_world, manages_otherwise, tries_redesigns, what_settles

IDLE = sorted(set(type(toy().behaviour.redesign).model_fields) - ALWAYS_MATTER)
ARMS = shipped("rationing", "status_quo", "radical")
WITHOUT = ("rationing", "status_quo")


def other(end, *names):
    """The toy world with some numbers of redesign at an end of their ranges."""
    config = toy()
    how = config.behaviour.redesign
    changes = {name: moved(getattr(how, name), getattr(getattr(how, name), end)) for name in names}
    behaviour = config.behaviour.model_copy(update={"redesign": how.model_copy(update=changes)})
    return config.model_copy(update={"behaviour": behaviour})


@pytest.fixture(scope="module")
def settled():
    return settle(toy())


@pytest.fixture(scope="module")
def lived(settled):
    return run(settled, ARMS, 0, 4)


@pytest.mark.unhurried
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_place_settles_and_lives_without_redesigns_whatever_they_are(settled, lived, end):
    world = other(end, *IDLE)
    again = settle(world)
    assert {name: column.tobytes() for name, column in again.months.items()} == {
        name: column.tobytes() for name, column in settled.months.items()
    }
    theirs = run(again, ARMS, 0, 4)
    for arm in WITHOUT:
        assert all(np.array_equal(theirs.months[arm][k], v) for k, v in lived.months[arm].items()), arm
    changed = [k for k, v in lived.months["radical"].items() if not np.array_equal(theirs.months["radical"][k], v)]
    assert changed, "redesigns go otherwise"
    ours = run(in_world(settled, world), ARMS, 0, 4)
    assert all(np.array_equal(ours.months["radical"][k], v) for k, v in theirs.months["radical"].items())


@pytest.mark.parametrize("name", sorted(ALWAYS_MATTER))
def test_what_services_learn_by_always_matters(settled, name):
    world = other("high", name)
    assert what_settles(world) != what_settles(toy())
    with pytest.raises(ValueError, match="settles differently"):
        in_world(settled, world)


def test_a_policy_tries_redesigns_if_it_ever_permits_a_design():
    assert {arm: tries_redesigns(policy, 10) for arm, policy in ARMS.items()} == {
        "rationing": False,
        "status_quo": False,
        "radical": True,
    }
    portfolio = shipped("radical")["radical"].levers["portfolio"]
    late = policy_of({"portfolio": portfolio.model_copy(update={"start": 30})})
    assert (tries_redesigns(late, 2), tries_redesigns(late, 3)) == (False, True)


def test_totals_alone_are_the_same_totals(settled, lived):
    alone = run(settled, ARMS, 0, 4, totals_only=True)
    for arm, months in alone.months.items():
        assert [name for name in lived.months[arm] if "@" not in name] == list(months)
        assert all(np.array_equal(lived.months[arm][name], column) for name, column in months.items())


@pytest.mark.unhurried
def test_the_years_before_the_policy_date_are_lived_once_for_neighbours(settled, monkeypatch):
    before, begun = runs.policy_date, []
    monkeypatch.setattr(
        runs,
        "policy_date",
        lambda place, number, *how, **more: begun.append(number) or before(place, number, *how, **more),
    )
    apart = [run(replace(settled, begun={}), {arm: ARMS[arm]}, 1, 2, totals_only=True) for arm in ARMS]
    assert begun == [1, 1, 1]
    begun.clear()
    world = other("high", *IDLE)
    together = [run(settled, {arm: ARMS[arm]}, 1, 2, totals_only=True) for arm in ARMS]
    run(in_world(settled, world), ARMS, 1, 2, totals_only=True)
    assert begun == [1]
    for one, two, arm in zip(apart, together, ARMS, strict=True):
        assert all(np.array_equal(two.months[arm][k], v) for k, v in one.months[arm].items())


def where(**structure):
    """The toy world where some of what is disputed is otherwise."""
    config = toy()
    behaviour = config.behaviour.model_copy(update={"structure": StructureConfig(**structure)})
    return config.model_copy(update={"behaviour": behaviour})


NOTHING_TO_MISS = [
    ({"designs": "idle"}, ("rationing", "status_quo", "null")),
    ({"management": "none"}, ("status_quo", "null")),
    ({"designs": "idle", "management": "none"}, ("status_quo", "null")),
]


@pytest.mark.unhurried
@pytest.mark.parametrize(("structure", "same"), NOTHING_TO_MISS)
def test_what_changes_nothing_changes_only_the_arms_that_would_miss_it(settled, structure, same):
    """To the last bit, from one settled place."""
    arms = shipped("null", *ARMS)
    usual = run(settled, arms, 0, 3, totals_only=True)
    found = run(in_world(replace(settled, begun={}), where(**structure)), arms, 0, 3, totals_only=True)
    changed = {
        arm for arm in arms if not all(np.array_equal(found.months[arm][k], v) for k, v in usual.months[arm].items())
    }
    assert changed == arms.keys() - set(same)


@pytest.mark.parametrize(("structure", "same"), NOTHING_TO_MISS)
def test_a_place_settles_alike_whatever_redesigns_and_management_will_do(settled, structure, same):
    again = settle(where(**structure))
    assert {name: column.tobytes() for name, column in again.months.items()} == {
        name: column.tobytes() for name, column in settled.months.items()
    }


def test_an_arm_manages_otherwise_if_it_ever_changes_targets_inspection_freedom_or_support():
    assert {arm: manages_otherwise(policy, 10) for arm, policy in shipped("null", *ARMS).items()} == {
        "null": False,
        "rationing": True,
        "status_quo": False,
        "radical": True,
    }
    late = policy_of({"support": {"start": 30}})
    assert (manages_otherwise(late, 2), manages_otherwise(late, 3)) == (False, True)
