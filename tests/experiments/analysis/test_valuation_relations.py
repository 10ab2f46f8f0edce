"""Relations that hold between any two valuations of the same runs: extreme rates, prices of a gain, no gain counted twice."""

import math

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis.economics import cost_effectiveness, discounting, ledgers
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation
from experiments.configuration.options import shipped_root

VALUES = Valuation.model_validate(
    yaml.safe_load(shipped_root().joinpath("valuation/hmt_2026.yaml").read_text(encoding="utf-8"))
)
YEARS, RESIDENTS = 3, 1_000
USUAL = {
    "spend.nhs.later_life.acute.staff": 900_000,
    "spend.nhs.later_life.acute.cover": 50_000,
    "spend.nhs.later_life.acute.inspection": 4_000,
    "spend.adult_care.later_life.acute.demand_led": 40_000,
    "spend.adult_care.redesign": 2_000,
    "spend.adult_care.double_running": 3_000,
    "spend.adult_care.support": 1_000,
    "spend.adult_care.redundancy": 10_000,
    "spend.dwp.education.acute.demand_led": 60_000,
    "spend.dwp.other_services": 800_000,
    "spend.households.informal_care": 250_000,
    "citizens": RESIDENTS,
    "life_satisfaction_total": 7_400.0,
    "qalys": 75.0,
    "carbon_tonnes": 200.0,
    "informal_care_hours": 156.25,
    "crises": 40,
    "in_service.later_life.acute": 60,
    "envelope.nhs": 1_000_000,
}
CHANGE_HANDS = ("spend.adult_care.redundancy", "spend.dwp.education.acute.demand_led", "spend.dwp.other_services")
"""What one gives another receives: nothing is used up."""
OTHER_OUTCOMES = ("informal_care_hours", "crises", "in_service.later_life.acute", "envelope.nhs")
"""Recorded, shown and never added up in money: what they are worth is counted elsewhere."""


def ledgers_of(added, values=VALUES, years=YEARS):
    """The usual place and one where something is added to columns in every month, in one replication."""
    months = 12 * years
    parts = []
    for arm, more in (("usual", {}), ("new", added)):
        columns = {
            name: np.full(months, value, dtype=np.float64 if isinstance(value, float) else np.int64)
            for name, value in USUAL.items()
        }
        for name, amount in more.items():
            columns[name] = columns[name] + amount
        about = {"arm": arm, "replication": np.int32(0), "month": np.arange(months, dtype=np.int32)}
        parts.append(pd.DataFrame({**about, **columns}))
    return Ledgers(ledgers.Book.of(pd.concat(parts, ignore_index=True), scale=1.0), values, years)


def gap(added, values=VALUES, what="social_value"):
    """By how much a place where something is added is better off, pounds (or units) per resident."""
    found = getattr(ledgers_of(added, values), what)
    return float(found[1, 0] - found[0, 0])


def at_rate(rate):
    """The conventions with one discount rate for money and lives, in every year."""
    standard = VALUES.standard.model_copy(update={"value": (rate,) * len(VALUES.standard.value)})
    return VALUES.model_copy(update={"standard": standard, "discount": "standard", "lives_discount": "standard"})


# -- extreme rates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["spend.nhs.later_life.acute.staff", "life_satisfaction_total"])
def test_at_a_rate_of_nothing_the_present_value_is_the_sum(column):
    """Every year counts whole: a yearly amount over three years is worth three times itself."""
    years = [gap_over(column, at_rate(0.0), n) for n in (1, 2, 3)]
    assert years == pytest.approx([years[0], 2 * years[0], 3 * years[0]], rel=1e-8)
    assert years[0] != 0
    flows = [-100.0, 7.0, 12.0, 90.0]
    assert discounting.present_value(flows, discounting.NONE.factors(4)) == sum(flows)


def gap_over(column, values, years):
    """The difference that a thousand more a month in a column makes over some years."""
    found = ledgers_of({column: 1_000}, values, years).social_value
    return float(found[1, 0] - found[0, 0])


def test_at_a_rate_of_a_hundred_per_cent_every_year_counts_half_the_last():
    schedule = discounting.Schedule((1.0,) * 6)
    assert schedule.factors(6).tolist() == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32]
    assert schedule.factors(1, 400)[0] == 2.0**-400
    for column in ("spend.nhs.later_life.acute.staff", "life_satisfaction_total"):
        first, second, third = (gap_over(column, at_rate(1.0), n) for n in (1, 2, 3))
        assert (second / first, third / first) == pytest.approx((1.5, 1.75), rel=1e-8)


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_a_higher_rate_never_makes_later_money_worth_more(one, other):
    low, high = (discounting.Schedule((rate,) * 6).factors(40) for rate in sorted((one, other)))
    assert (low >= high).all()
    assert (np.diff(low) <= 0).all()
    assert low[0] == high[0] == 1


# -- what a gain is worth -----------------------------------------------------------------------------------------


@given(
    effect=st.floats(-5, 5),
    cost=st.floats(-1e4, 1e4),
    worth=st.lists(st.floats(0, 1e5), min_size=3, max_size=3, unique=True),
)
@settings(max_examples=100, deadline=None)
def test_net_benefit_is_linear_in_what_a_gain_is_worth(effect, cost, worth):
    """Three worths lie on one line: its slope is the gain, and where it meets worth 0 stands the cost."""
    found = [float(cost_effectiveness.net_benefit([effect], [cost], k)[0]) for k in worth]
    assert found == pytest.approx([effect * k - cost for k in worth], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("effect", ["wellby", "qaly"])
def test_the_social_value_of_runs_is_linear_in_what_a_gain_is_worth(effect):
    """The same runs at no worth, once and three times the worth: its slope is the gain of the runs, and nothing else moves."""
    added = {"life_satisfaction_total": 100.0, "qalys": 2.0, "spend.nhs.later_life.acute.staff": 90_000}
    constant = getattr(VALUES, effect)
    found, worth = [], []
    for times in (0.0, 1.0, 3.0):
        priced = constant.model_copy(update=dict.fromkeys(("value", "low", "high"), times * constant.value))
        values = VALUES.model_copy(update={"effect": effect, effect: priced})
        found.append(gap(added, values))
        worth.append(values.per_effect)
    gained = gap(added, VALUES.model_copy(update={"effect": effect}), "effect")
    assert gained > 0
    assert worth[0] == 0 < worth[1] < worth[2]
    assert (found[1] - found[0]) / worth[1] == pytest.approx(gained, rel=1e-9)
    assert (found[2] - found[0]) / worth[2] == pytest.approx(gained, rel=1e-9)
    assert found[0] == pytest.approx(-gap({"spend.nhs.later_life.acute.staff": 90_000}, what="resource_cost"))


# -- nothing counted twice ----------------------------------------------------------------------------------------

FACTOR = 12 * float(VALUES.schedule(VALUES.discount).factors(YEARS, VALUES.first_year).sum()) / RESIDENTS
"""A month's pound, every month, over three years per resident."""


@pytest.mark.parametrize("column", [c for c in USUAL if c.startswith("spend.")])
def test_every_pound_is_taken_off_once_or_is_a_transfer(column):
    """A hundred pounds more a month: paid for services or care by households, society has exactly that less; paid out as a
    benefit or redundancy pay, society has neither more nor less."""
    lost = 0.0 if column in CHANGE_HANDS else 100 * FACTOR
    assert gap({column: 10_000}) == pytest.approx(-lost, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("effect", "counted", "not_counted"),
    [("wellby", "life_satisfaction_total", "qalys"), ("qaly", "qalys", "life_satisfaction_total")],
)
def test_a_gain_stands_in_one_ledger(effect, counted, not_counted):
    """Of life satisfaction and healthy years one is counted; the other, shown beside it, adds nothing."""
    values = VALUES.model_copy(update={"effect": effect})
    assert gap({not_counted: 5.0}, values) == 0
    once = gap({counted: 5.0}, values)
    assert once == pytest.approx(gap({counted: 5.0}, values, "effect_value"), rel=1e-9)
    assert once > 0


@pytest.mark.parametrize("column", OTHER_OUTCOMES)
def test_outcomes_that_people_feel_or_the_purse_pays_are_not_valued_again(column):
    assert gap({column: 20}) == 0


@pytest.mark.unhurried
@given(st.dictionaries(st.sampled_from([c for c in USUAL if c != "citizens"]), st.integers(-500, 500), min_size=2))
@settings(max_examples=25, deadline=None)
def test_gains_and_losses_add_up_whatever_moves_together(added):
    """Together they are worth what they are worth one by one: none of them makes another count twice."""
    apart = [gap({name: amount}) for name, amount in added.items()]
    assert gap(added) == pytest.approx(math.fsum(apart), rel=1e-9, abs=1e-6)
