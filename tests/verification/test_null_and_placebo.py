"""Null and placebo policies: what has no effect shows none, and whoever has the effect shows it.

Arms of a test live in the same luck, so most comparisons here are exact. Where lucks are averaged they are fixed, and
the false-alarm rate says how likely a right model would have been to draw a failing set.
"""

import random
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats
from worlds import (
    EVERY_DESIGN,
    EVERY_LEVER,
    columns_differ,
    differences,
    live,
    policy_of,
    shipped,
    start_of,
    toy,
    under,
    with_numbers,
)

from simulation.mechanism.services.redesign import Redesigning
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.run import run
from simulation.settling.settle import settle

NO_EFFECT = {"outcome_shares": (0.0, 0.0, 1.0, 0.0), "cost_change": (0.0,) * 4, "outcome_change": (0.0,) * 4}
HELPS = {"outcome_shares": (1.0, 0.0, 0.0, 0.0), "cost_change": (-0.2,) * 4, "outcome_change": (1.0,) * 4}
HARMS = {"outcome_shares": (1.0, 0.0, 0.0, 0.0), "cost_change": (-0.2,) * 4, "outcome_change": (-0.8,) * 4}
NO_COST = {"set_up": 0.0}
PORTFOLIO = {"designs": EVERY_DESIGN}
KEEN = {
    "attempts": 4.0,
    "constrained": 1.0,
    "capability_2010": 1.0,
    "months_discover": 1.0,
    "months_prototype": 2.0,
    "months_test": 2.0,
    "months_embed": 2.0,
}
COUNTS = ("redesigns.", "services.")
COSTS = (".redesign", ".double_running")


def trying(start, policy, design, behaviour=(), keen=True, **how):
    """A place under a policy whose designs do something else than they ship with, and are tried eagerly."""
    model = under(start, policy, **how)
    designs = tuple(with_numbers(each, design) for each in start.world.config.designs.values())
    changes = {f"redesign.{name}": value for name, value in KEEN.items()} if keen else {}
    catalogue, title = start.world.catalogue._replace(designs=designs), start.world.config.place.title
    other = with_numbers(start.world.config.behaviour, {**changes, **dict(behaviour)})
    model.redesigning = Redesigning(catalogue, title, other)
    return model


def test_redesign_without_effect_loses_exactly_its_costs(hamlet_2011):
    """N3: effects 0, costs on, and money enough: every life is the same to the bit, and every penny that the arms
    differ by is a posting of redesign's own."""
    policy = policy_of({"portfolio": PORTFOLIO, "transition": {"double_running": 0.3, "decommission": 0.4}})
    with_it = trying(hamlet_2011, policy, NO_EFFECT, budgets="standing")
    without = trying(hamlet_2011, policy_of(), NO_EFFECT, budgets="standing")
    for model in (with_it, without):
        model.state.agencies.fund[:] = 1e9
        live(model, 60)
    one, other = with_it.recorder.table(), without.recorder.table()
    assert one["redesigns.embedded"].sum() > 0
    assert columns_differ(with_it.state.people, without.state.people) == []
    changed = [n for n in differences(one, other) if not n.startswith((*COUNTS, "reserves.", "fund."))]
    costs = [n for n in changed if n.startswith("spend.") and n.endswith(COSTS)]
    covers = [n for n in changed if n.endswith(".transfer")]  # departments of one council cover one another
    assert set(changed) == {*costs, *covers}
    assert costs
    assert all((one[n] >= other[n]).all() for n in costs)
    assert (sum(one[n] - other[n] for n in covers) == 0).all() if covers else True
    for agency in {n.split(".")[1] for n in changed}:
        lost = sum(one[n] - other[n] for n in changed if n.startswith(f"spend.{agency}."))
        assert (np.cumsum(lost) == other[f"reserves.{agency}"] - one[f"reserves.{agency}"]).all(), agency
    everybody = sum(other[n] - one[n] for n in one if n.startswith("reserves."))
    assert (everybody == np.cumsum(sum(one[n] - other[n] for n in costs))).all()


def test_redesign_without_effect_and_without_cost_is_null(hamlet_2011):
    """N4: nothing differs but the counts of what was tried, with every April plan in between."""
    free = policy_of(
        {
            "envelope": {"cut": 0.2},
            "portfolio": PORTFOLIO,
            "transition": {"fund": 0.0, "double_running": 0.0, "decommission": 0.0},
        }
    )
    model = trying(hamlet_2011, free, {**NO_EFFECT, **NO_COST})
    null = under(hamlet_2011, policy_of({"envelope": {"cut": 0.2}}))
    live(model, 48)
    live(null, 48)
    one, other = model.recorder.table(), null.recorder.table()
    assert one["redesigns.embedded"].sum() > 0
    assert [n for n in differences(one, other) if not n.startswith(COUNTS)] == []


class Placebo(Lever):
    """A lever on something that nobody looks at: a design that no service could use."""

    name: ClassVar[str] = "placebo"
    summary: ClassVar[str] = "permits a design that applies nowhere"

    def act(self, regime, force, month):
        """The design may be tried."""
        return regime.but(designs={**regime.designs, "no_such_design": force})


PLACEBOS = {
    "a design that applies nowhere": {"placebo": Placebo()},
    "closing old services where there are no new ones": {
        "transition": {"fund": 0.0, "double_running": 0.9, "decommission": 0.9, "redundancy": 1.0}
    },
    "clear indicators where nothing is tried": {"indicators": {"clarity": 1.0, "audited": 0.0}},
}


@pytest.mark.parametrize("levers", PLACEBOS.values(), ids=PLACEBOS)
def test_a_placebo_lever_changes_nothing(hamlet, levers):
    """N5: bit-identical to no lever at all."""
    result = run(hamlet, {"nothing": policy_of(), "placebo": policy_of(levers)}, replication=0, years=4)
    assert differences(result.months["nothing"], result.months["placebo"]) == []


@pytest.fixture(scope="module")
def old_age():
    """A place with one need, that of later life, which nobody under 45 can have, and where nobody comes or goes."""
    config = toy()
    one = {"later_life": config.challenges["later_life"]}
    place = with_numbers(config.place, {"arrivals": 0.0, "departures": 0.0})
    demography = with_numbers(config.demography, {"births_per_1000_women_15_44": 0.0})
    demography = demography.model_copy(update={"life_table": ((0.0, 0.0),) * len(demography.life_table)})
    changes = {"challenges": one, "place": place, "demography": demography}
    return start_of(settle(config.model_copy(update=changes)))


def test_prevention_given_to_the_wrong_people_prevents_nothing(old_age):
    """N6: the same gain of capability, to as many people: of 45 and over it prevents need, of those who do not
    reach that age in the years that are watched none at all."""
    models = {name: under(old_age, policy_of()) for name in ("nobody", "right", "wrong")}
    people = old_age.state.people
    at_risk = old_age.world.config.challenges["later_life"].need.relative_risk.row
    risky = np.array(at_risk)[people.band] > 0
    old = np.flatnonzero((people.alive == 1) & risky)
    young = np.flatnonzero((people.alive == 1) & (people.birth_month > 96 - 45 * 12))
    assert young.size >= old.size > 50
    for name, rows in (("right", old), ("wrong", young[: old.size])):
        people = models[name].state.people
        people.capability[rows] = people.capability_usual[rows] = 1.0
    tables = {name: live(model, 96).recorder.table() for name, model in models.items()}
    needs = [n for n in tables["nobody"] if n.startswith(("need.", "crises", "contacts", "in_service", "refused"))]
    assert [n for n in differences(tables["nobody"], tables["wrong"]) if n in needs] == []
    new = {name: table["new_needs"].sum() for name, table in tables.items()}
    assert new["right"] < new["nobody"]


def _money(table):
    """Public spending, pounds."""
    return (
        sum(
            int(c.sum())
            for n, c in table.items()
            if n.startswith("spend.") and "households" not in n and not n.endswith(".transfer")
        )
        / 100
    )


CUT = {"envelope": {"cut": 0.2}}
TRYING = {**CUT, "portfolio": PORTFOLIO, "transition": {"fund": 0.05, "double_running": 0.1, "decommission": 0.4}}
LUCKS = 6


def _crises(hamlet, policy, design):
    """Crises over eight years in each of some lucks, and what was spent."""
    begun, spent = [], []
    for replication in range(LUCKS):
        table = live(trying(start_of(hamlet, replication), policy, design), 96).recorder.table()
        begun.append(table["crises"].sum())
        spent.append(_money(table))
    return np.array(begun, dtype=float), np.array(spent)


@pytest.mark.slow
def test_the_same_money_without_an_effect_brings_no_gain(hamlet):
    """N8: redesign whose designs do nothing spends the same and has no fewer crises than the cut alone; redesign that
    works does. One-sided paired t over six lucks; false alarms 1 in 1,000 for the first claim."""
    alone, spent = _crises(hamlet, policy_of(CUT), NO_EFFECT)
    nothing, spent_too = _crises(hamlet, policy_of(TRYING), NO_EFFECT)
    works, _ = _crises(hamlet, policy_of(TRYING), HELPS)
    assert spent_too == pytest.approx(spent, rel=0.005)
    assert stats.ttest_rel(nothing, alone, alternative="less").pvalue > 0.001
    assert stats.ttest_rel(works, nothing, alternative="less").pvalue < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("coin", range(LUCKS))
def test_whoever_gets_what_works_wins(hamlet, coin):
    """Randomly relabelled effects: a coin decides which of two arms has designs that help and which has those that
    harm; the arm that has the help has fewer crises, whatever it is called. Same luck, opposite effects: no chance."""
    helped = random.Random(coin).choice(["rationing", "radical"])
    start = start_of(hamlet, coin)
    begun = {
        arm: live(trying(start, policy_of(TRYING), HELPS if arm == helped else HARMS), 96)
        .recorder.table()["crises"]
        .sum()
        for arm in ("rationing", "radical")
    }
    assert min(begun, key=begun.get) == helped


@pytest.mark.unhurried
@pytest.mark.parametrize("coin", range(4))
def test_a_policy_is_what_it_does_and_not_what_it_is_called(hamlet, coin):
    """N2, N7: all levers dealt at random to two arms called rationing and radical, then dealt the other way round:
    every number of one arm is the other's, so every difference is negated to the last bit."""
    deck = sorted(LEVERS)
    random.Random(coin).shuffle(deck)
    hands = [policy_of({name: EVERY_LEVER[name] for name in half}) for half in (deck[::2], deck[1::2])]
    one = run(hamlet, dict(zip(("rationing", "radical"), hands, strict=True)), coin, years=3).months
    other = run(hamlet, dict(zip(("radical", "rationing"), hands, strict=True)), coin, years=3).months
    assert differences(one["rationing"], other["radical"]) == []
    assert differences(one["radical"], other["rationing"]) == []
    assert differences(one["rationing"], one["radical"]) != []


def test_shipped_policies_under_each_others_names(hamlet):
    """The shipped rationing called radical is still rationing."""
    rationing, radical = shipped("rationing")["rationing"], shipped("radical")["radical"]
    titled = {"title": radical.title, "summary": radical.summary, "source": radical.source}
    disguised = rationing.model_copy(update=titled)
    result = run(hamlet, {"plain": rationing, "disguised": disguised}, replication=2, years=3)
    assert differences(result.months["plain"], result.months["disguised"]) == []
