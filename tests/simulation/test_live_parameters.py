"""No dead parameters: every number of the configuration, moved to an end of its range, changes something recorded.

The place is the toy one, made busy: every lever in force, redesign eager and quick, so that every mechanism is at work
within a few years. A number that changes nothing there is dead, or its exception below says why it may.
"""

from functools import cache

import numpy as np
import pytest
from worlds import (
    BRIEF,
    EAGER_REDESIGN,
    EVERY_DESIGN,
    EVERY_LEVER,
    TOWN_SEED,
    differences,
    live,
    moved,
    policy_of,
    start_of,
    toy,
    under,
    with_behaviour,
    with_number_at,
    with_numbers,
    world_of,
)

from simulation.mechanism.services.designs import true_effect
from simulation.parameters.quantity import Quantity
from simulation.settling.settle import settle
from simulation.state.codes import Stage

pytestmark = pytest.mark.slow  # every number is moved in a place of its own

MONTHS = 96
DEADLY = 0.03  # least yearly chance of death at any age, so that children's excess deaths show
BUSY = policy_of(
    {
        **EVERY_LEVER,
        "envelope": {"cut": 0.3, "path": [0.3, 0.7, 1.0], "others": {"police": 0.6, "nhs": 0.2, "schools": 0.1}},
        "efficiency": {"yearly": 0.06, "years": 3},
        "portfolio": {"designs": EVERY_DESIGN},
        "support": {"per_head": 5.0, "strength": 0.5},
        "transition": {"fund": 0.2, "double_running": 0.2, "decommission": 0.4, "redundancy": 1.5},
    }
)

# Numbers of which some entries may leave the record unchanged, with the reason.
MAY_BE_SILENT: dict[str, tuple[set[int | None], str]] = {
    "demography.parent_share": (
        {8},
        "who lives with the children is a matter of rank, and people of 85 and over rank last",
    ),
    "behaviour.planning.held_back": (
        {None},
        "read only where structure.elsewhere=prevents, which is not the model's own; test_structures sees it act",
    ),
}


WORLDS = {
    "toy": toy,
    "town": lambda: world_of(burn_in=BRIEF),
    "other people": lambda: world_of(burn_in=BRIEF, seed=TOWN_SEED + 1),
}
"""A rare event that a number decides on may by chance not happen in one place; three are asked, until one answers."""


@cache
def busy_world(place="toy"):
    """A place with redesign eager and quick enough to be over within the run, many deaths and many steps down."""
    config = WORLDS[place]()
    config = with_behaviour(config, **EAGER_REDESIGN)
    steps = {f"{name}.services.acute.step_down": 0.5 for name in config.challenges}
    table = tuple((max(male, DEADLY), max(female, DEADLY)) for male, female in config.demography.life_table)
    demography = config.demography.model_copy(update={"life_table": table})
    return config.model_copy(update={"challenges": with_numbers(config.challenges, steps), "demography": demography})


def begun(config, policy=BUSY):
    """A busy policy on its first day."""
    return under(start_of(settle(config)), policy)


def record(config, policy=BUSY):
    """Everything that is recorded over some years of a busy policy, by column."""
    return live(begun(config, policy), MONTHS).recorder.table()


@cache
def usual(place="toy"):
    """The record with every number as it ships."""
    return record(busy_world(place))


def changes_nothing(config, expected, policy=BUSY):
    """Whether a place lives month by month as expected; most that differ do so at once, and are not lived any further."""
    model = begun(config, policy)
    for months in (1, 12, MONTHS):
        lived = live(model, months - model.month).recorder.table()
        if differences(lived, expected, slice(months)):
            return False
    return True


def numbers(node, at=""):
    """The place of every quantity in a part of the configuration."""
    if isinstance(node, Quantity):
        yield at
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield from numbers(inner, f"{at}.{key}".strip("."))
    elif hasattr(node, "model_fields_set"):
        for key in type(node).model_fields:
            if key not in (
                "observed",
                "cut",
            ):  # real figures: what is held against the place, and what policies may take
                yield from numbers(getattr(node, key), f"{at}.{key}".strip("."))


def number_at(config, at):
    """The quantity at a place of the configuration."""
    node = config
    for part in at.split("."):
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    return node


def tries(quantity, entry):
    """The number at the low and at the high end of its range; of a row, one entry moved and the others as they are."""
    if entry is None:
        return [moved(quantity, end) for end in (quantity.low, quantity.high) if end != quantity.value]
    rows = (
        (*quantity.value[:entry], end[entry], *quantity.value[entry + 1 :]) for end in (quantity.low, quantity.high)
    )
    return [moved(quantity, row) for row in rows if row != quantity.value]


def is_silent(at, entry, place):
    """Whether moving a number (or one entry of a row) leaves the record of a place as it was."""
    world = busy_world(place)
    ends = tries(number_at(world, at), entry)
    return all(changes_nothing(with_number_at(world, at, end), usual(place)) for end in ends)


def check(at, places=tuple(WORLDS)):
    """A number is live in some place, or its silence has a reason; a number without a range cannot be moved."""
    quantity = number_at(busy_world(places[-1]), at)
    entries = range(len(quantity.value)) if isinstance(quantity.value, tuple) else (None,)
    dead = {
        entry for entry in entries if tries(quantity, entry) and all(is_silent(at, entry, place) for place in places)
    }
    excused, _ = MAY_BE_SILENT.get(at, (set(), ""))
    assert dead <= excused, f"{at} is dead"


BEHAVIOUR = [f"behaviour.{at}" for at in numbers(toy().behaviour)]
ONE_CHALLENGE = [f"challenges.later_life.{at}" for at in numbers(toy().challenges["later_life"])]
OTHER_CHALLENGES = [
    f"challenges.{c}.{at}" for c in toy().challenges if c != "later_life" for at in numbers(toy().challenges[c])
]
REST = [f"{part}.{at}" for part in ("costs", "demography", "place") for at in numbers(getattr(world_of(), part))]
DESIGNS = toy().designs


@pytest.mark.parametrize("at", BEHAVIOUR)
def test_every_number_of_behaviour_is_live(at):
    check(at)


@pytest.mark.parametrize("at", ONE_CHALLENGE)
def test_every_number_of_a_challenge_is_live(at):
    check(at)


@pytest.mark.nightly  # the same mechanisms, with other figures
@pytest.mark.parametrize("at", OTHER_CHALLENGES)
def test_every_number_of_the_other_challenges_is_live(at):
    check(at)


@pytest.mark.parametrize("at", REST)
def test_every_number_of_costs_people_and_place_is_live(at):
    check(at, ("town",))


@pytest.mark.parametrize("name", DESIGNS)
class TestDesigns:
    """Few of sixteen designs are tried in one luck, so each is looked at by itself."""

    @pytest.mark.parametrize("row", ["outcome_shares", "cost_change", "outcome_change"])
    def test_evidence_moves_the_effects_that_are_drawn(self, name, row):
        """What one outcome's share gives or takes, its neighbour takes or gives: shares add up to 1."""
        usual_effects = self.effects(name)
        for entry in range(4):
            for end in tries(getattr(DESIGNS[name], row), entry):
                value = list(end.value)
                if row == "outcome_shares":
                    value[entry - 1] += 1 - sum(value)
                assert self.effects(name, **{row: moved(end, tuple(value))}) != usual_effects, entry

    @staticmethod
    def effects(name, **changes):
        """A design's effects over all lucks."""
        design = DESIGNS[name].model_copy(update=changes)
        return [true_effect(design, u) for u in np.linspace(0.001, 0.999, 400)]

    @pytest.mark.parametrize("number", ["root_weight", "holding_weight", "burden_relief", "capability_weight"])
    def test_weights_move_what_citizens_meet(self, name, number):
        quantity = getattr(DESIGNS[name], number)
        place = f"designs.{name}.{number}"
        records = [
            self.with_design_everywhere(with_number_at(toy(), place, end), name) for end in tries(quantity, None)
        ]
        assert any(one != self.usual_offer(name) for one in records)

    @staticmethod
    @cache
    def usual_offer(name):
        """What citizens meet with every number as it ships."""
        return TestDesigns.with_design_everywhere(toy(), name)

    @staticmethod
    def with_design_everywhere(config, name):
        """What citizens meet in the first month when every service is under the design, embedded and doing well."""
        model = under(start_of(settle(config)), policy_of())
        services = model.state.services
        services.design[:] = model.world.catalogue.names.index(name)
        services.stage[:] = Stage.EMBEDDED
        services.embedded[:], services.true_outcome[:] = 1.0, 0.4
        live(model, 1)
        return [column.tobytes() for column in model.state.offer]

    @pytest.mark.slow
    def test_setting_up_costs_what_it_says(self, name):
        policy = policy_of({**BUSY.levers, "portfolio": {"designs": [name]}})
        world = busy_world()
        expected = record(world, policy)
        moved_worlds = [
            with_number_at(world, f"designs.{name}.set_up", end) for end in tries(world.designs[name].set_up, None)
        ]
        assert not all(changes_nothing(other, expected, policy) for other in moved_worlds)


def test_nothing_is_excused_that_is_not_there():
    assert set(MAY_BE_SILENT) <= {*BEHAVIOUR, *ONE_CHALLENGE, *OTHER_CHALLENGES, *REST}


def test_the_record_is_the_same_when_nothing_is_moved():
    assert changes_nothing(busy_world(), usual())
