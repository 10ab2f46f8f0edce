"""The need chain against linear algebra: with ties, co-needs and services off, people are independent Markov chains.

The lucks are fixed, so each statistical test passes or fails for good; its false-alarm rate says how likely a right
model would have been to draw a failing set.
"""

import numpy as np
import pytest
from need_chain import after, crises_begun, month_without_services, stationary
from plain import at_levels, begin, settled
from scipy import stats
from worlds import live

PEOPLE = 8000
FALSE_ALARM = 1e-4  # of each chi-square test
UNASKED = (("seeking.rate", (0.0, 0.0)), ("seeking.ask_again", 0.0), ("services.acute.step_down", 0.0))
QUICK = {"onset": 0.02, "escalation": (0.08, 0.05), "recovery": (0.06, 0.04)}
SHIPPED = {"onset": 0.003141, "escalation": (0.006216, 0.01072), "recovery": (0.008, 0.006)}
CARE = {"leave": 0.45, "relief": 0.2, "root_removed": 0.05}


def place_of(rates):
    """A place where needs come and go at given rates and nobody asks for help but crises."""
    need = tuple((f"need.{name}", value) for name, value in rates.items())
    acute = tuple((f"services.acute.{name}", value) for name, value in CARE.items())
    return settled((PEOPLE, 1, (), (*UNASKED, *need, *acute)))


def chance_of(counts, shares):
    """How likely independent people with these shares are to be further away than these counts (chi-square)."""
    return stats.chisquare(counts, PEOPLE * shares).pvalue


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("months", [1, 6, 24])
def test_people_are_where_the_powers_of_the_month_say(level, months):
    """From one level, 1, 6 and 24 months on; false alarms 1 in 10,000 for each of the nine."""
    month = month_without_services(**QUICK, **CARE)
    expected = after(np.eye(4)[level], month, months)
    counts = at_levels(live(begin(place_of(QUICK), level=level), months))
    kept = expected > 0
    assert not counts[~kept].any(), "somebody is where the chain cannot have come"
    assert chance_of(counts[kept], expected[kept]) > FALSE_ALARM


@pytest.mark.unhurried
def test_the_chain_comes_to_rest_at_its_stationary_distribution():
    """Thirty years on, wherever people began; three lucks from three levels, false alarms 1 in 10,000 each."""
    month = month_without_services(**QUICK, **CARE)
    rest = stationary(month)
    assert np.allclose(after(np.eye(4)[0], month, 360), rest, atol=1e-5), "thirty years are not enough"
    for level in (0, 1, 2):
        model = live(begin(place_of(QUICK), replication=level, level=level), 360)
        assert chance_of(at_levels(model), rest) > FALSE_ALARM


def test_with_the_shipped_rates_of_obesity_too():
    """Five years of the shipped rates from no need; false alarms 1 in 10,000."""
    month = month_without_services(**SHIPPED, **CARE)
    counts = at_levels(live(begin(place_of(SHIPPED)), 60))
    assert chance_of(counts, after(np.eye(4)[0], month, 60)) > FALSE_ALARM


def test_without_open_services_crises_come_at_their_natural_rate():
    """Capacity 0: people ask and wait in vain, and crises over ten years are those of the chain without services.

    Waiting changes nobody's chances here, so the counts are sums of independent people's; false alarms 1 in 10,000.
    """
    month = month_without_services(**QUICK, **CARE)
    asking = (("seeking.rate", (0.3, 0.3)), ("seeking.ask_again", 0.3), ("services.acute.step_down", 0.0))
    need = tuple((f"need.{name}", value) for name, value in QUICK.items())
    acute = tuple((f"services.acute.{name}", value) for name, value in CARE.items())
    model = begin(settled((PEOPLE, 1, (), (*asking, *need, *acute))))
    months = 120
    for _ in range(months):
        services = model.state.services
        services.staff[services.tier != 2] = services.funded[services.tier != 2] = 0.0
        model.step()
    table = model.recorder.table()
    assert table["contacts.obesity.value"].sum() > PEOPLE / 2, "nobody asked"
    assert not table["admitted"].any()
    mean, variance = crises_begun(np.eye(4)[0], months, **QUICK, **CARE)
    gap = abs(table["crises"].sum() - PEOPLE * mean)
    assert gap < stats.norm.isf(FALSE_ALARM / 2) * np.sqrt(PEOPLE * variance)
    assert chance_of(at_levels(model), after(np.eye(4)[0], month, months)) > FALSE_ALARM


def test_half_the_rates_and_twice_the_months_come_to_the_same():
    """The size of a step: half as large and twice as many give the same shares, within what theory says they differ
    by (under one point here); false alarms 1 in 10,000."""
    half = {name: tuple(np.array(v) / 2) if isinstance(v, tuple) else v / 2 for name, v in QUICK.items()}
    care = {**CARE, "leave": 1 - (1 - CARE["leave"]) ** 0.5}
    need = tuple((f"need.{name}", value) for name, value in half.items())
    acute = tuple((f"services.acute.{name}", value) for name, value in care.items())
    fine = settled((PEOPLE, 1, (), (*UNASKED, *need, *acute)))
    coarse_shares = after(np.eye(4)[0], month_without_services(**QUICK, **CARE), 24)
    fine_shares = after(np.eye(4)[0], month_without_services(**half, **care), 48)
    assert np.abs(coarse_shares - fine_shares).max() < 0.01
    assert chance_of(at_levels(live(begin(fine), 48)), fine_shares) > FALSE_ALARM
    model = live(begin(place_of(QUICK)), 24)
    gap = np.abs(at_levels(model) / PEOPLE - fine_shares).max()
    assert gap < 0.01 + 4 * np.sqrt(0.25 / PEOPLE)
