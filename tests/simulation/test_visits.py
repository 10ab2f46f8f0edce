"""Visits of older people to emergency departments: counted apart from admissions, answering to care, paid by the NHS."""

import numpy as np
import pytest
from worlds import live, policy_of, start_of, toy, under, with_numbers

from simulation.accounts import visits
from simulation.build import build
from simulation.settling.settle import settle
from simulation.state.codes import ACUTE, CORE
from simulation.state.tally import EACH, FIFTHS, PLAIN, Count, Each

LATER_LIFE = "challenges.later_life"
DEEP = policy_of({"envelope": {"cut": 0.5, "path": [1.0]}})


def place_where(**numbers):
    """The toy place at the policy date with other numbers of later life."""
    return start_of(
        settle(with_numbers(toy(), {f"{LATER_LIFE}.{at.replace('__', '.')}": n for at, n in numbers.items()}))
    )


def how():
    """How often older people go, as shipped."""
    return toy().challenges["later_life"].visits


def of_older(months, what):
    """A measure of people of 65 and over, a head, in the last three years."""
    older = sum(months[f"citizens@age_{age}"][-36:].sum() for age in ("65_74", "75plus"))
    return sum(months[f"{what}@age_{age}"][-36:].sum() for age in ("65_74", "75plus")) / older


def test_visits_are_those_of_each_level_of_need_and_rise_as_care_is_lost():
    """100 people in one group: 60 without need, 20, 15 and 5 with; a third of care lost adds a third of what all would."""
    people = np.zeros((FIFTHS, 2, PLAIN + EACH), dtype=np.int64)
    people[2, 1, Count.CITIZENS] = 100
    for level, number in ((Each.EMERGING, 20), (Each.ESTABLISHED, 15), (Each.CRISIS, 5)):
        people[2, 1, PLAIN + level] = number
    usual = np.array([60, 20, 15, 5]) @ np.array(how().rate.row) / 12
    made = visits.visits_made(people, 0, how(), 1.0, 0)
    assert made[2, 1] == pytest.approx(usual)
    assert made.sum() == pytest.approx(usual)
    assert visits.visits_made(people, 0, how(), 2 / 3, -1).sum() == pytest.approx(usual * (1 + how().care.number / 3))
    assert visits.visits_made(people, 0, how(), 1.0, 120).sum() == pytest.approx(usual * (1 + how().trend.number) ** 10)
    assert visits.visits_made(people, 0, how(), 99.0, 0).sum() == 0


def test_what_is_left_of_care_is_hours_given_for_each_older_person_against_2010s():
    services = build(toy()).services
    core = (services.challenge == 0) & (services.tier == CORE)
    services.caseload[:], services.intensity[:], services.package[:] = 10, 1.0, 1.0
    for _ in range(3):
        assert visits.watch_care(services, 0, 1000.0, known=False) == pytest.approx(1.0)
    services.intensity[core], services.package[core] = 0.5, 1.2
    for _ in range(240):
        left = visits.watch_care(services, 0, 1500.0, known=True)
    assert left == pytest.approx(0.5 * 1.2 / 1.5)
    assert not services.care_each[services.tier != ACUTE].any()


def test_a_cut_brings_more_visits_and_hardly_more_admissions(town_2011):
    """The teaching town with half the money and with all of it, the same people and luck, years three to five."""
    cut, kept = (live(under(town_2011, policy), 60).recorder.table() for policy in (DEEP, policy_of()))
    more = {what: of_older(cut, what) / of_older(kept, what) for what in ("emergency_visits", "crises.later_life")}
    assert more["emergency_visits"] > 1.05
    assert more["crises.later_life"] < 0.5 + more["emergency_visits"] / 2


def test_visits_change_nobodys_life_and_cost_the_nhs_what_they_cost():
    """Twice as many visits: the same people to the bit, and as many pence more of the NHS."""
    one, two = (
        live(
            under(place_where(visits__rate=tuple(n * times for n in how().rate.row)), policy_of()), 24
        ).recorder.table()
        for times in (1, 2)
    )
    for name in ("citizens", "in_need", "crises", "refused", "admitted", "deaths"):
        assert (one[name] == two[name]).all(), name
    line, price = "spend.nhs.later_life.acute.demand_led", toy().costs.unit_costs["emergency_visit"].number
    more = two["emergency_visits"] - one["emergency_visits"]
    assert more == pytest.approx(one["emergency_visits"], rel=1e-3)
    assert (two[line] - one[line]) / 100 == pytest.approx(more * price, abs=0.1)
    assert one["emergency_visits"].sum() > 0
