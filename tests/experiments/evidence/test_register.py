"""The register of evidence: what may be otherwise, how it is drawn, and worlds and policies with drawn numbers."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from experiments.configuration import validate
from experiments.evidence import lever_ranges, register
from experiments.evidence.inputs import inputs_of
from experiments.evidence.register import Entry
from simulation.parameters import Quantity


@pytest.fixture(scope="module")
def plan(composed):
    return validate.check(composed)


@pytest.fixture(scope="module")
def found(plan):
    return register.entries(plan.world, plan.policies)


def entry(value, low, high, distribution=None):
    given = {"value": value, "low": low, "high": high, "unit": "x", "source": "Somebody 2010", "grade": "A"}
    return register._entries_of("key", Quantity(**given, distribution=distribution), ())[0]


EVENLY = (np.arange(200_000) + 0.5) / 200_000


@pytest.mark.parametrize(
    ("value", "low", "high", "shape"),
    [
        (2, 2, 2, "fixed"),
        (0.3, 0.1, 0.6, "pert"),
        (-0.1, -0.4, 0.2, "pert"),
        (0.1, 0.1, 0.6, "triangular"),
        (0.6, 0.1, 0.6, "triangular"),
        (0.3, 0.06, 0.6, "lognormal"),
        (0.0, 0.0, 0.6, "triangular"),
    ],
)
def test_the_range_alone_decides_the_distribution(value, low, high, shape):
    assert entry(value, low, high).distribution == shape


def test_a_number_may_say_its_own_distribution():
    assert entry(0.3, 0.1, 0.6, "uniform").distribution == "uniform"
    assert not entry(0.3, 0.1, 0.6, "fixed").is_uncertain
    assert entry(0.3, 0.1, 0.6, "fixed").at(0.9) == 0.3


def test_distributions_have_their_textbook_means_and_medians():
    """Against closed forms: beta-PERT (a + 4m + b) / 6 and triangle (a + m + b) / 3; means over an even grid of shares."""
    assert entry(0.3, 0.1, 0.6).at(EVENLY).mean() == pytest.approx((0.1 + 4 * 0.3 + 0.6) / 6, abs=1e-6)
    assert entry(0.3, 0.1, 0.6, "triangular").at(EVENLY).mean() == pytest.approx(1 / 3, abs=1e-6)
    assert entry(0.3, 0.1, 0.6, "uniform").at(EVENLY).mean() == pytest.approx(0.35, abs=1e-9)
    magnitude = entry(0.2, 0.02, 2.0)
    assert magnitude.at(0.5) == pytest.approx(0.2)
    assert np.log(magnitude.at(EVENLY)).mean() == pytest.approx(np.log(0.2), abs=1e-6)


@pytest.mark.parametrize("shape", ["pert", "triangular", "uniform", "lognormal"])
def test_a_draw_never_leaves_its_range_and_luck_never_lowers_it(shape):
    drawn = entry(0.3, 0.1, 0.6, shape).at(np.linspace(0, 1, 1001))
    assert drawn[[0, -1]] == pytest.approx([0.1, 0.6], rel=1e-12)
    assert drawn.min() >= 0.1
    assert drawn.max() <= 0.6
    assert (np.diff(drawn) >= 0).all()


def test_a_latin_hypercube_visits_every_layer_of_every_number_once():
    names = [Entry(f"n{k}", 0.5, 0.0, 1.0, "uniform", "", "", "J") for k in range(5)]
    drawn = register.draw(names, 20, seed=3)
    for key in drawn:
        assert sorted((drawn[key] * 20).astype(int)) == list(range(20))
    assert register.draw(names, 20, seed=3).equals(drawn)
    assert not register.draw(names, 20, seed=4).equals(drawn)
    assert abs(np.corrcoef(drawn["n0"], drawn["n1"])[0, 1]) < 0.9, "numbers are drawn apart from one another"


def test_what_is_used_is_in_the_register_as_it_is_used(plan, found):
    as_used = {e.key: e.value for e in found}
    assert len(as_used) == len(found) > 600
    assert register.with_values(plan.world, as_used) == plan.world
    assert register.policies_with_values(plan.policies, as_used) == plan.policies
    assert not any(".observed." in key for key in as_used)


def test_a_world_and_a_composed_configuration_give_the_same_register(plan, found, composed):
    policies = {arm: composed.data["policy"][arm] for arm in plan.policies}
    assert register.entries(composed.data, policies) == found


def test_a_place_s_own_cut_is_never_drawn(plan, found):
    """It is a real figure: policies hold it already when numbers of the world are set to others."""
    assert plan.world.place.cut is not None
    assert "place.cut" not in {e.key for e in found}


def test_a_cut_by_year_moves_in_every_year_in_proportion(plan):
    own = plan.world.place.cut.row
    moved = register.policies_with_values(plan.policies, {"lever.envelope.cut": own[-1] * 1.2})["radical"]
    assert moved.levers["envelope"].cut == pytest.approx([1.2 * share for share in own])


def test_the_cut_s_range_is_as_deep_as_the_cut_that_policies_take(plan, found, composed):
    """The place's own: as used and both ends are its depth by the end. A number is England's, and so are cuts that differ."""
    england = lever_ranges.of_levers()["envelope"]["cut"]
    (entry,) = (each for each in found if each.key == "lever.envelope.cut")
    own = plan.world.place.cut.row[-1]
    assert entry.value == own
    assert (entry.low / own, entry.high / own) == pytest.approx((0.17 / 0.286, 0.4 / 0.286))
    for end in (entry.low, entry.high):
        moved = register.policies_with_values(plan.policies, {"lever.envelope.cut": end})
        assert {
            arm: policy.levers["envelope"].cut[-1] for arm, policy in moved.items() if "envelope" in policy.levers
        } == (pytest.approx({"rationing": end, "radical": end}))
    every = "policy.*.levers.envelope.cut"
    only = replace(plan, policies={arm: plan.policies[arm] for arm in ("rationing", "radical")})
    assert inputs_of(only, [every], [], {every: [0.1, 0.4]}, {})[every].input.used == own
    policies = {arm: composed.data["policy"][arm] for arm in plan.policies}
    assert lever_ranges.for_policies(policies, composed.data["place"])["envelope"]["cut"].number == own
    for cut in (0.2, "average_england"):
        other = copy.deepcopy(policies)
        other["radical"]["levers"]["envelope"]["cut"] = cut
        assert lever_ranges.for_policies(other, composed.data["place"])["envelope"]["cut"] == england


def test_whole_sets_make_valid_worlds_that_hold_what_was_drawn(plan, found):
    for _, drawn in register.draw(found, 6, seed=1).iterrows():
        world = register.with_values(plan.world, drawn.to_dict())
        policies = register.policies_with_values(plan.policies, drawn.to_dict())
        now = {e.key: e for e in register.entries(world, policies)}
        for key, value in drawn.items():
            if key.startswith("lever.") or now[key].table is not None:
                continue
            assert now[key].value == value
    design = next(iter(world.designs.values()))
    assert sum(design.outcome_shares.row) == pytest.approx(1, abs=1e-12)
    assert plan.world == register.with_values(plan.world, {}), "the world it came from is untouched"


def test_one_number_moves_alone(plan):
    changed = register.with_values(
        plan.world, {"challenge.obesity.need.escalation[1]": 0.012, "costs.cover_premium": 0.3, "lever.a.b": 1.0}
    )
    before = plan.world.challenges["obesity"].need.escalation
    assert changed.challenges["obesity"].need.escalation.value == (before.row[0], 0.012)
    assert changed.costs.cover_premium.number == 0.3
    assert changed.costs.model_copy(update={"cover_premium": plan.world.costs.cover_premium}) == plan.world.costs
    assert changed.behaviour == plan.world.behaviour


def test_a_long_table_moves_as_one(plan):
    key = "challenge.obesity.losses.qaly"
    table = plan.world.challenges["obesity"].losses.qaly
    for place, rows in ((-1.0, table.low), (0.0, table.value), (1.0, table.high)):
        assert register.with_values(plan.world, {key: place}).challenges["obesity"].losses.qaly.value == rows
    half = register.with_values(plan.world, {key: 0.5}).challenges["obesity"].losses.qaly.row
    assert half == pytest.approx([(v + h) / 2 for v, h in zip(table.value, table.high, strict=True)])


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("challenge.obesity.need.onst", 0.01, "challenges.obesity.need.onst is no number"),
        ("challenge.chess.need.onset", 0.01, "challenges.chess is no number"),
        ("behaviour.citizens", 0.01, "behaviour.citizens is no number"),
        ("behaviour.citizens.trust_start", 0.99, "trust_start: .* outside its own range"),
        ("challenge.obesity.losses.qaly", 1.1, "qaly: 1.1 is no place in a range"),
    ],
)
def test_what_is_no_number_or_not_plausible_is_refused(plan, key, value, said):
    with pytest.raises(ValueError, match=said):
        register.with_values(plan.world, {key: value})


def test_a_policy_keeps_its_own_measure_of_a_lever(composed):
    data = {**composed.data, "arms": ["wigan_deal", "radical", "zones_pilot"], "contrast": "auto"}
    policies = validate.check(type(composed)(data, composed.choices)).policies
    moved = register.policies_with_values(policies, {"lever.transition.decommission": 0.37 * 0.8})
    assert moved["radical"].levers["transition"].decommission == pytest.approx(0.37 * 0.8)
    assert moved["wigan_deal"].levers["transition"].decommission == pytest.approx(0.5 * 0.8)
    inside = moved["zones_pilot"].levers["zones"].levers["transition"]
    assert inside.decommission == pytest.approx(0.37 * 0.8)
    assert policies["radical"].levers["transition"].decommission == 0.37


def test_who_uses_a_number_is_said(found):
    who = {e.key: e.used_by for e in found}
    assert who["challenge.obesity.need.onset"] == ("challenge obesity",)
    assert set(who["design.reablement.set_up"]) == {"design reablement", "challenge later_life", "policy radical"}
    assert who["lever.transition.decommission"] == ("lever transition", "policy radical")
    assert who["costs.unit_costs.neet_month"] == ("challenge education",)
    assert "challenge safety" in who["place.budgets.police"]
    assert [key for key, users in who.items() if not users] == []


def test_designs_are_drawn_together_and_shares_trade_wins_for_the_rest(plan, found):
    drawn = register.draw(found, 12, seed=2)
    for number in ("outcome_shares", "outcome_change", "cost_change"):
        own = drawn[[key for key in drawn if key.startswith("design.") and key.endswith(number)]]
        assert own.shape[1] == len(plan.world.designs)
        assert (own.nunique(axis=1) == 1).all(), number
    assert not drawn["design.reablement.outcome_shares"].equals(drawn["design.reablement.outcome_change"])
    key = "design.reablement.outcome_shares"
    bad, good = (register.with_values(plan.world, {key: place}).designs["reablement"] for place in (-1, 1))
    usual = plan.world.designs["reablement"].outcome_shares
    assert bad.outcome_shares.row == pytest.approx(np.array([0.03, 0.17, 0.6, 0.25]) / 1.05)
    assert good.outcome_shares.row == pytest.approx(np.array([0.25, 0.45, 0.28, 0.07]) / 1.05)
    assert sum(bad.outcome_shares.row[:2]) < sum(usual.row[:2]) < sum(good.outcome_shares.row[:2])
