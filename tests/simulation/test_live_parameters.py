"""No dead parameters: every number of the configuration, moved to an end of its range, changes something recorded.

The place is the toy one, made busy: every lever in force, redesign eager and quick, so that every mechanism is at work
within a few years. A number that changes nothing there is dead, or its exception below says why it may.
"""

from functools import cache

import numpy as np
import pytest
from worlds import ALL_TWELVE, EVERY_DESIGN, live, moved, policy_of, start_of, toy, under, with_behaviour, with_number_at

from simulation.parameters.quantity import Quantity
from simulation.run import settle

MONTHS = 96
BUSY = policy_of({
    **ALL_TWELVE,
    "envelope": {"cut": 0.3, "path": [0.3, 0.7, 1.0], "others": {"police": 0.5, "nhs": 0.1, "schools": 0.1}},
    "efficiency": {"yearly": 0.06, "years": 3},
    "portfolio": {"designs": EVERY_DESIGN},
    "support": {"per_head": 5.0, "strength": 0.5},
    "transition": {"fund": 0.2, "double_running": 0.2, "decommission": 0.4, "redundancy": 1.5},
})  # fmt: skip

# Numbers that may leave the record unchanged, each with the reason.
MAY_BE_SILENT: dict[str, str] = {}


@cache
def busy_world():
    """The toy place, with redesign eager and quick enough to be over within the run."""
    config = toy()
    quick = {"attempts": 3.0, "months_discover": 2.0, "months_prototype": 3.0, "months_test": 3.0, "months_embed": 4.0}
    return with_behaviour(config, **{f"redesign__{name}": value for name, value in quick.items()})


def record(config):
    """The bytes of everything that is recorded over some years of a busy policy, by column."""
    model = live(under(start_of(settle(config)), BUSY), MONTHS)
    return {name: np.asarray(column).tobytes() for name, column in model.recorder.table().items()}


@cache
def usual():
    """The record with every number as it ships."""
    return record(busy_world())


def numbers(node, at=""):
    """The place of every quantity in a part of the configuration."""
    if isinstance(node, Quantity):
        yield at
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield from numbers(inner, f"{at}.{key}".strip("."))
    elif hasattr(node, "model_fields_set"):
        for key in type(node).model_fields:
            if key != "observed":
                yield from numbers(getattr(node, key), f"{at}.{key}".strip("."))


def shipped_number(at):
    """The quantity at a place of the shipped configuration."""
    node = toy()
    for part in at.split("."):
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    return node


def ends(quantity):
    """The low and the high end of a number's range, those that differ from its value; each entry of a row by itself."""
    if not isinstance(quantity.value, tuple):
        return [end for end in (quantity.low, quantity.high) if end != quantity.value]
    found = []
    for k in range(len(quantity.value)):
        for end in (quantity.low, quantity.high):
            if end[k] != quantity.value[k]:
                found.append((*quantity.value[:k], end[k], *quantity.value[k + 1 :]))
    return found


def is_live(at):
    """Whether moving a number (every entry of a row, one at a time) changes the record; the entries that do not."""
    quantity = shipped_number(at)
    dead = []
    entries = range(len(quantity.value)) if isinstance(quantity.value, tuple) else [None]
    for k in entries:
        tries = [end for end in ends(quantity) if k is None or end[k] != quantity.value[k]]
        if tries and not any(record(with_number_at(busy_world(), at, moved(quantity, end))) != usual() for end in tries):
            dead.append(k)
    return dead


BEHAVIOUR = [f"behaviour.{at}" for at in numbers(toy().behaviour)]
ONE_CHALLENGE = [f"challenges.later_life.{at}" for at in numbers(toy().challenges["later_life"])]
OTHER_CHALLENGES = [f"challenges.{c}.{at}" for c in toy().challenges if c != "later_life" for at in numbers(toy().challenges[c])]
REST = [
    *(f"costs.{at}" for at in numbers(toy().costs)),
    *(f"demography.{at}" for at in numbers(toy().demography)),
    *(f"place.{at}" for at in numbers(toy().place)),
    *(f"designs.{d}.{at}" for d in toy().designs for at in numbers(toy().designs[d])),
]


def check(at):
    """A number is live, or its silence has a reason."""
    dead = is_live(at)
    if at in MAY_BE_SILENT:
        return
    assert dead == [], f"{at} is dead" + (f" in entries {dead}" if dead != [None] else "")


@pytest.mark.parametrize("at", BEHAVIOUR)
def test_every_number_of_behaviour_is_live(at):
    check(at)


@pytest.mark.parametrize("at", ONE_CHALLENGE)
def test_every_number_of_a_challenge_is_live(at):
    check(at)


@pytest.mark.slow
@pytest.mark.parametrize("at", OTHER_CHALLENGES)
def test_every_number_of_the_other_challenges_is_live(at):
    check(at)


@pytest.mark.slow
@pytest.mark.parametrize("at", REST)
def test_every_number_of_costs_people_place_and_designs_is_live(at):
    check(at)


def test_nothing_is_excused_that_is_not_there():
    assert set(MAY_BE_SILENT) <= {*BEHAVIOUR, *ONE_CHALLENGE, *OTHER_CHALLENGES, *REST}


def test_the_record_is_the_same_when_nothing_is_moved():
    assert record(busy_world()) == usual()
