"""Bit by bit: what must change nothing changes nothing, and what is the same twice is the same bytes."""

import copy

import numpy as np
import pytest
from worlds import EVERY_LEVER, columns_differ, differences, live, policy_of, shipped, start_of, toy, under, with_engine

from simulation import model as living
from simulation.agents import Citizen
from simulation.compile import turn_at
from simulation.mechanism.citizens import need, snapshot
from simulation.mechanism.citizens.vital import with_departures
from simulation.model import PlaceModel
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy
from simulation.run import run
from simulation.settling.settle import settle
from simulation.state.tally import BLOCKS, empty_tally

pytestmark = pytest.mark.unhurried

EVERYTHING = policy_of(EVERY_LEVER)
LATE = 37


def off(name):
    """A lever at strength 0."""
    return {**EVERY_LEVER[name], "strength": 0.0}


def test_identical_levers_give_identical_runs_whatever_the_arm_is_called(town):
    radical = shipped("radical")["radical"]
    twin = Policy(title="Another name", summary="the same levers", source="none", levers=dict(radical.levers))
    result = run(town, {"one": radical, "two": twin}, replication=3, years=5)
    assert differences(result.months["one"], result.months["two"]) == []
    assert result.services["one"] == result.services["two"]


def test_the_order_of_arms_changes_nothing(town):
    policies = shipped("rationing", "radical")
    forward = run(town, policies, replication=1, years=3)
    backward = run(town, dict(reversed(policies.items())), replication=1, years=3)
    alone = run(town, shipped("radical"), replication=1, years=3)
    for arm in policies:
        assert differences(forward.months[arm], backward.months[arm]) == []
        assert forward.services[arm] == backward.services[arm]
    assert differences(forward.months["radical"], alone.months["radical"]) == []


def test_running_leaves_the_settled_place_as_it_was(town):
    before = copy.deepcopy(town.state)
    run(town, shipped("radical"), replication=5, years=1)
    assert columns_differ(before.people, town.state.people) == []
    assert columns_differ(before.services, town.state.services) == []
    assert columns_differ(before.agencies, town.state.agencies) == []
    assert (before.ledger.balance == town.state.ledger.balance).all()


def test_the_same_seed_settles_to_the_same_bits():
    one, two = settle(toy()), settle(toy())
    assert differences(one.months, two.months) == []
    assert columns_differ(one.state.people, two.state.people) == []


def test_replications_differ(town):
    first, second = (run(town, shipped("status_quo"), replication=r, years=1) for r in (0, 1))
    assert {"crises", "refused", "in_need"} <= set(differences(first.months["status_quo"], second.months["status_quo"]))


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_that_starts_in_month_37_changes_nothing_before(hamlet, lever):
    late = policy_of({lever: {**EVERY_LEVER[lever], "start": LATE}})
    result = run(hamlet, {"none": policy_of(), "late": late}, replication=0, years=4)
    assert differences(result.months["none"], result.months["late"], slice(LATE)) == []


def test_levers_that_start_in_month_37_change_nothing_before_and_something_after(hamlet):
    late = policy_of({name: {**lever, "start": LATE} for name, lever in EVERY_LEVER.items()})
    result = run(hamlet, {"none": policy_of(), "late": late}, replication=0, years=6)
    one, other = result.months["none"], result.months["late"]
    assert differences(one, other, slice(LATE)) == []
    assert len(differences(one, other)) > 100


def test_levers_that_end_in_month_37_change_nothing_before_and_something_after(hamlet):
    """With an end that is never reached, or the start and end that are usual written out, every bit is the same."""
    ends = {name: lever for name, lever in EVERY_LEVER.items() if lever.get("start", 0) < LATE}
    written = {name: {"start": 0, "end": None, **lever} for name, lever in ends.items()}
    arms = {
        "plain": policy_of(ends),
        "written": policy_of(written),
        "never": policy_of({name: {**lever, "end": 60} for name, lever in ends.items()}),
        "ended": policy_of({name: {**lever, "end": LATE} for name, lever in ends.items()}),
    }
    months = run(hamlet, arms, replication=0, years=5).months
    assert differences(months["plain"], months["written"]) == []
    assert differences(months["plain"], months["never"]) == []
    assert differences(months["plain"], months["ended"], slice(LATE)) == []
    assert len(differences(months["plain"], months["ended"])) > 100


def test_rationing_first_is_rationing_bit_by_bit_until_it_changes(decade):
    rationed, both = decade.months["rationing"], decade.months["ration_then_redesign"]
    assert differences(rationed, both, slice(48)) == []
    assert len(differences(rationed, both)) > 100


def test_five_years_are_the_beginning_of_ten(town, decade):
    five = run(town, shipped(), replication=0, years=5)
    for arm, months in five.months.items():
        longer = {name: column[:60] for name, column in decade.months[arm].items()}
        assert differences(months, longer) == []
        assert five.services[arm] == [row for row in decade.services[arm] if row["month"] < 60]


@pytest.fixture
def shared_out(monkeypatch):
    """Threads share even the work of a place so small that it is otherwise left to one; told how often they did."""
    shares, by_blocks = [], PlaceModel.by_blocks
    monkeypatch.setattr(living, "WORTH_SHARING", 0)
    monkeypatch.setattr(
        PlaceModel, "by_blocks", lambda place, *work: (shares.append(place.threads), by_blocks(place, *work))
    )
    return shares


def test_threads_change_nothing(town, shared_out):
    """Two threads race; a difference shows only when they meet, so this runs several lucks."""
    for replication in range(3):
        one = run(town, {"arm": EVERYTHING}, replication, years=3, threads=1)
        two = run(town, {"arm": EVERYTHING}, replication, years=3, threads=2)
        assert differences(one.months["arm"], two.months["arm"]) == []
        assert differences(one.burn_in, two.burn_in) == []
    assert shared_out.count(2) == shared_out.count(1) > 0


def test_threads_change_nothing_while_settling(shared_out):
    one, two = settle(toy(), threads=1), settle(toy(), threads=3)
    assert columns_differ(one.state.people, two.state.people) == []
    assert differences(one.months, two.months) == []
    assert shared_out.count(3) == shared_out.count(1) > 0


def test_the_order_in_which_people_live_their_month_changes_nothing(town_2011):
    """A month is synchronous: blocks may be taken in any order, so people see the start of the month alone.

    One in twenty leaves every month here, so that whoever looks at ties after they left would be noticed.
    """
    one, counts = _evolve(town_2011, list(range(BLOCKS)))
    other, others = _evolve(town_2011, list(reversed(range(BLOCKS))))
    assert one.alive.sum() < town_2011.state.people.alive.sum() - 100, "nobody died or moved away"
    assert columns_differ(one, other) == []
    assert (counts.people == others.people).all()


def _evolve(start, blocks, months=24):
    """Months of need alone, the blocks of citizens taken in a given order; the people, and what was counted."""
    model = under(start, policy_of())
    s, w = model.state, model.world
    tally = empty_tally(len(w.challenges), s.services.tier.size)
    usual = model.need_context._replace(vital=with_departures(s.vital, np.full(9, 0.05)), tally=tally)
    for month in range(months):
        context = usual._replace(now=model.now._replace(month=month))
        snapshot.be_seen(turn_at(0), BLOCKS, w.edges, context)
        for block in blocks:
            need.evolve(turn_at(block), block + 1, w.edges, context)
    return s.people, tally


@pytest.mark.parametrize("name", LEVERS)
def test_a_zero_strength_lever_is_bit_identical_to_its_absence(hamlet, name):
    without = {lever: settings for lever, settings in EVERY_LEVER.items() if lever != name}
    result = run(
        hamlet,
        {
            "absent": policy_of(without),
            "off": policy_of({**without, name: off(name)}),
            "null": policy_of({**without, name: None}),
        },
        replication=0,
        years=4,
    )
    assert differences(result.months["absent"], result.months["off"]) == []
    assert differences(result.months["absent"], result.months["null"]) == []
    assert result.services["absent"] == result.services["off"]


NO_EFFECT = {
    "envelope": {"cut": 0.0},
    "eligibility": {"rise": 0.0, "fit": 0.0},
    "efficiency": {"yearly": 0.0},
    "targets": {"pressure": 0.0, "inspection": 0.0},
    "indicators": {"clarity": 0.0, "audited": 0.0},
    "protection": {"ring_fence": {"nhs": 0.0}, "statutory_rise": 0.0},
    "transition": {"fund": 0.0, "double_running": 0.0, "decommission": 0.0, "redundancy": 1.0},
    "zones": {"levers": {}},
}


@pytest.mark.parametrize("name", NO_EFFECT)
def test_a_lever_at_full_strength_that_asks_for_nothing_changes_nothing(hamlet, name):
    result = run(hamlet, {"absent": policy_of(), "empty": policy_of({name: NO_EFFECT[name]})}, replication=0, years=4)
    assert differences(result.months["absent"], result.months["empty"]) == []


def test_every_lever_of_the_full_policy_changes_something(hamlet):
    """Otherwise the tests of zero strength above would pass for the wrong reason."""
    arms = {name: policy_of({k: v for k, v in EVERY_LEVER.items() if k != name}) for name in LEVERS}
    result = run(hamlet, {"all": EVERYTHING, **arms}, replication=0, years=6)
    silent = [name for name in LEVERS if not differences(result.months["all"], result.months[name])]
    assert silent == []


def test_both_engines_give_the_same_bits_with_every_lever_in_use(hamlet):
    """The toy place for 24 months from before the policy date; the teaching town is in the slow tests."""
    _same_bits_from_both_engines(hamlet, months=24)


@pytest.mark.slow
def test_both_engines_give_the_same_bits_in_the_teaching_town(town):
    _same_bits_from_both_engines(town, months=24)


def _same_bits_from_both_engines(settled, months):
    fast = live(under(start_of(settled), EVERYTHING), months)
    plain = live(under(start_of(settled), EVERYTHING, engine="agents"), months)
    assert (fast.state.people.generation > 0).any(), "nobody came or was born"
    assert differences(fast.recorder.table(), plain.recorder.table()) == []
    assert (fast.state.people.alive == plain.state.people.alive).all()
    assert columns_differ(fast.state.people, plain.state.people, fast.state.people.alive == 1) == []
    assert columns_differ(fast.state.services, plain.state.services) == []
    assert columns_differ(fast.state.agencies, plain.state.agencies) == []
    assert (fast.state.ledger.balance == plain.state.ledger.balance).all()


def test_the_engine_can_be_chosen_in_the_configuration(hamlet):
    fast = run(hamlet, {"arm": EVERYTHING}, replication=2, years=1)
    plain = run(with_engine(hamlet, "agents"), {"arm": EVERYTHING}, replication=2, years=1)
    assert differences(fast.months["arm"], plain.months["arm"]) == []


def test_an_observer_changes_nothing(hamlet_2011):
    unseen, seen = (under(hamlet_2011, EVERYTHING) for _ in range(2))
    for month in range(36):
        unseen.step()
        seen.step()
        if month % 5 == 3:
            assert len(seen.agents_by_type[Citizen]) == seen.state.people.alive.sum()
            seen.agents_by_type[Citizen].agg("wellbeing", np.mean)
            seen.agents.shuffle()
            seen.describe_services()
    assert differences(unseen.recorder.table(), seen.recorder.table()) == []
    assert columns_differ(unseen.state.people, seen.state.people) == []


def test_a_bystander_changes_nobody(hamlet_2011):
    """One more citizen, with no ties and so able that no need ever begins, in the last vacant dwelling of the place, where
    budgets are for the place: by the head, a bystander brings money."""
    levers = shipped("rationing")["rationing"].levers
    for_the_place = levers["envelope"].model_copy(update={"per": "place"})
    alone, crowded = (under(hamlet_2011, policy_of({**levers, "envelope": for_the_place})) for _ in range(2))
    row = int(np.flatnonzero(alone.state.people.alive == 0)[-1])
    for model in (alone, crowded):
        _cut_off(model, row)
    people = crowded.state.people
    people.alive[row], people.birth_month[row], people.band[row] = 1, -12 * 30, 4
    people.capability[row] = people.capability_usual[row] = 1e6
    live(alone, 36)
    live(crowded, 36)
    assert people.alive[row] == 1, "the bystander died or moved away; choose another"
    assert people.generation[row] == 0
    others = np.arange(people.alive.size) != row
    assert columns_differ(alone.state.people, people, others) == []
    assert columns_differ(alone.state.services, crowded.state.services) == []
    one, more = alone.recorder.table(), crowded.recorder.table()
    assert (more["citizens"] - one["citizens"] == 1).all()
    lived = ("citizens", "qalys", "life_sat", "trust", "capability", "carbon")
    changed = {name for name in differences(one, more) if not name.startswith(lived)}
    assert changed == set()


def _cut_off(model, row):
    """A vacant dwelling without ties and without company."""
    ties = model.state.ties
    reached = np.flatnonzero(
        (ties.other == row) | (np.repeat(np.arange(ties.start.size - 1), np.diff(ties.start)) == row)
    )
    kept = np.delete(ties.other, reached)
    taken = np.searchsorted(reached, ties.start, side="left")
    model.state.ties = ties._replace(start=ties.start - taken, other=kept)
    housemate = model.state.people.housemate
    housemate[housemate == row] = housemate[row]
    housemate[row] = row


@pytest.mark.parametrize("replication", [0, 1])
def test_the_months_before_the_policy_date_are_common_to_all_arms(town, replication):
    one = run(town, shipped("radical"), replication, years=1)
    other = run(town, shipped("rationing", "status_quo"), replication, years=1)
    assert differences(one.burn_in, other.burn_in) == []
    assert one.burn_in["citizens"].size >= town.world.config.burn_in.own
