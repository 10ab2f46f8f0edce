"""Failure demand against the redial fixed point of telephony: arrivals = new / (1 - p_return x p_fail).

Call centres know it as redials and repeat calls: each contact fails with some chance and each failure returns with
some chance, so every new need makes 1 + pf + (pf)^2 + ... contacts. Here a contact fails when its case is closed
unresolved, and a failed person returns unless the need has mended first.
"""

import numpy as np
import pytest
from plain import CORE, begin, give_slots, settled
from scipy import stats
from worlds import live

PEOPLE = 6000
FALSE_ALARM = 1e-4
FOREVER = 1000.0  # months: an earlier failure is never forgotten
CASES = [  # chance that a case is resolved, that a failed person asks again, that a need mends by itself; monthly
    (0.3, 0.4, 0.05),
    (0.1, 0.2, 0.1),
    (0.45, 0.5, 0.0),
]


def place_of(resolve, again, mends, memory=FOREVER, longest=1.0, **more):
    """Everybody asks prevention; a case lasts a month and is resolved or closed; nobody's need worsens."""
    need = {
        "need.onset": 0.0,
        "need.relapse": 0.0,
        "need.escalation": (0.0, 0.0),
        "need.recovery": (mends, 0.0),
        "seeking.rate": (0.2, 0.2),
        "seeking.ask_again": again,
        "seeking.core_first": 0.0,
        "services.prevention.resolve": resolve,
        "services.prevention.longest_case": longest,
        "services.prevention.root_removed": 1.0,
        "services.prevention.threshold": 1.0,
        **more,
    }
    behaviour = (("citizens__memory_months", memory), ("citizens__severity_draw", 0.9))
    return settled((PEOPLE, 1, behaviour, tuple(need.items())))


def returns(again, mends):
    """Chance that a failed person asks again before the need mends: each month it may mend, then they may ask."""
    asks = (1 - mends) * again
    return asks / (asks + mends)


def contacts(table):
    """First contacts, further contacts."""
    return int(table["contacts.obesity.value"].sum()), int(table["contacts.obesity.failure"].sum())


def test_the_fixed_point_of_a_hand_worked_example():
    """Half of contacts fail and half of failures return: 4 contacts for every 3 new needs."""
    assert returns(1.0, 0.0) == 1.0
    assert returns(0.5, 0.5) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("resolve", "again", "mends"), CASES)
def test_every_new_need_makes_as_many_contacts_as_the_fixed_point(resolve, again, mends):
    """A cohort of 6,000 until nobody is left. Further contacts per person are geometric, so their sum is known with
    its variance; false alarms 1 in 10,000 for each of the three."""
    model = live(begin(place_of(resolve, again, mends), level=1, elastic=True), 200)
    assert (model.state.people.level == 0).all(), "some are still at it"
    value, failure = contacts(model.recorder.table())
    chain = (1 - resolve) * returns(again, mends)
    arrivals = value / (1 - chain)
    spread = np.sqrt(value * chain) / (1 - chain)
    assert abs(value + failure - arrivals) < stats.norm.isf(FALSE_ALARM / 2) * spread
    assert value > PEOPLE / 2


def test_in_a_steady_place_the_share_of_failure_demand_is_the_loop_gain():
    """With new needs all the time, failure / all contacts = p_return x p_fail, what the baseline report calls the loop
    gain. Ten years of a steady place; the standard error is at most that of independent contacts widened by the
    chain's length, and 4.5 of them are a false alarm less than once in 10,000."""
    resolve, again, mends = CASES[0]
    onset = {"need.onset": 0.02}
    model = begin(place_of(resolve, again, mends, **onset), elastic=True)
    live(model, 60)
    before = contacts(model.recorder.table())
    live(model, 120)
    value, failure = (late - early for late, early in zip(contacts(model.recorder.table()), before, strict=True))
    chain = (1 - resolve) * returns(again, mends)
    spread = np.sqrt(chain * (1 - chain) / (value + failure)) / (1 - chain)
    assert abs(failure / (value + failure) - chain) < 4.5 * spread


def test_who_is_refused_for_severity_is_refused_again():
    """Refusal is no lottery: severity is the episode's own, so p_fail is 0 for some and 1 for others. The fixed point
    holds for each: refused people make 1 / (1 - p_return) contacts, eligible people one. False alarms 1 in 10,000."""
    again, mends, cut = 0.3, 0.1, 0.45  # severity 1 + 0.9 x luck: half are below the threshold
    place = place_of(
        0.5,
        again,
        mends,
        **{
            "seeking.core_first": 1.0,
            "seeking.signposted": 0.0,
            "services.core.threshold": 1.0 + cut,
            "services.core.resolve": 0.5,
            "services.core.longest_case": 250.0,
            "services.core.root_removed": 1.0,
        },
    )
    model = begin(place, level=1, elastic=True)
    people = model.state.people
    people.luck[:, 0] = np.random.default_rng(2).random(people.alive.size)
    severe = 0.9 * people.luck[:, 0] >= cut
    asked = np.zeros(people.alive.size, dtype=int)
    for _ in range(200):
        model.step()
        asked += people.asked[:, 0] > 0
        people.asked[:] = 0
    assert (people.level[people.alive == 1] == 0).all()
    here = people.alive == 1
    assert asked[here & severe].max() == 1
    first = (asked[here & ~severe] > 0).sum()
    chain = returns(again, mends)
    gap = asked[here & ~severe].sum() - first / (1 - chain)
    assert abs(gap) < stats.norm.isf(FALSE_ALARM / 2) * np.sqrt(first * chain) / (1 - chain)
    assert model.recorder.table()["refused"].sum() == asked[here & ~severe].sum()


def test_what_is_forgotten_counts_as_new_demand():
    """With no memory every contact is value demand, however often the same person returns."""
    resolve, again, mends = CASES[0]
    value, failure = contacts(
        live(begin(place_of(resolve, again, mends, memory=0.0), level=1, elastic=True), 60).recorder.table()
    )
    assert failure == 0
    assert value > PEOPLE


def test_giving_up_in_a_queue_feeds_the_fixed_point_too():
    """Without any capacity every contact fails by giving up: arrivals = new / (1 - p_return). False alarms 1 in
    10,000. Waiting lasts, so a need may mend before its bearer gives up: that chance is part of p_fail."""
    again, mends, gives_up = 0.4, 0.05, 0.3
    place = place_of(0.5, again, mends, **{"services.prevention.abandonment": gives_up})
    model = begin(place, level=1)
    for tier in (0, CORE):
        give_slots(model, tier, 0)
    live(model, 250)
    assert (model.state.people.level == 0).all()
    value, failure = contacts(model.recorder.table())
    # asked; the month's end: gives up; else next month: the need mends, or another month's end
    fails = gives_up / (gives_up + (1 - gives_up) * mends)
    chain = fails * returns(again, mends)
    spread = np.sqrt(value * chain) / (1 - chain)
    assert abs(value + failure - value / (1 - chain)) < stats.norm.isf(FALSE_ALARM / 2) * spread
    table = model.recorder.table()
    assert table["abandoned"].sum() == pytest.approx((value + failure) * fails, rel=0.02)
