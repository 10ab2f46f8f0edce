"""Before any policy: the place stays where it settled. Otherwise no difference between policies could be believed."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from how_often import tried
from scipy import stats
from worlds import PLACES, differences, policy_of, shipped, world_of

from experiments.analysis.statistics.outcomes import Panel, load_outcomes
from simulation.draws import key_of
from simulation.mechanism.citizens.vital import BANDS
from simulation.model import PlaceModel
from simulation.observe import Observer
from simulation.parameters.quantity import CARE, REPORTING_AGES
from simulation.run import policy_date, run
from simulation.settling.settle import settle
from simulation.state.agencies import INDEX
from simulation.state.codes import ACUTE, Level

pytestmark = pytest.mark.unhurried

YEARS = 10
MOST = 0.01  # a year
KNOWN_WELL = 0.003  # a standard error of growth with which a drift of 1% a year needs no benefit of doubt
MADE_UP = ("teaching_town", "average_england")
TOWN_FIRST = sorted(PLACES, key=lambda place: (place != "teaching_town", place != "croydon"))
REPLICATIONS = {"teaching_town": 16, "croydon": 12, "east_lothian": 12, "westminster": 12, "average_england": 12}
HEADLINES = {
    name: outcome
    for name, outcome in load_outcomes().items()
    if (outcome.headline or name == "waiting") and outcome.window == "year"
}
FALSE_ALARM = 0.01 / len(HEADLINES)  # of one headline in one place; 1 in 100 for a whole place


@cache
def record_of(place):
    """Ten years of the status quo in a place that keeps the ages of 2010, in several lucks."""
    scale = 1.0 if place == "teaching_town" else 0.1
    settled = settle(world_of(place, scale=scale, population="steady"))
    tables = []
    for replication in range(REPLICATIONS[place]):
        months = run(settled, shipped("status_quo"), replication, YEARS).months["status_quo"]
        kept = {name: column for name, column in months.items() if "@" not in name}
        tables.append(pd.DataFrame(kept).assign(arm="status_quo", replication=replication, month=np.arange(12 * YEARS)))
    return Panel.of(pd.concat(tables))


def yearly(panel, outcome):
    """An outcome year by year: (replications, years)."""
    above, below = panel.sides(outcome)
    by_year = [side.reshape(-1, YEARS, 12).sum(axis=2) for side in (above, below) if side is not None]
    return by_year[0] / by_year[1] if len(by_year) == 2 else by_year[0]


def growth_of(panel, outcome):
    """An outcome's growth in each luck, as a share of its mean a year; none where it never happens."""
    values = yearly(panel, outcome)
    return np.polyfit(np.arange(YEARS), values.T, 1)[0] / values.mean() if values.mean() else None


def drifts(panel):
    """Headline rates, and the number waiting, whose growth is beyond 1% a year, with growth and its error.

    Beyond by more than chance explains; of those that chance hardly moves (standard error below 0.3%), beyond at all.
    Left to chance are waits, the number waiting and delayed days: few people, who come and go in crowds.
    """
    found = {}
    for name, outcome in HEADLINES.items():
        growth = growth_of(panel, outcome)
        if growth is None:
            continue
        error = growth.std(ddof=1) / np.sqrt(growth.size)
        margin = stats.t.ppf(1 - FALSE_ALARM / 2, growth.size - 1) * error
        if abs(growth.mean()) - (0.0 if error < KNOWN_WELL else margin) > MOST:
            found[name] = f"{100 * growth.mean():.2f}% a year, standard error {100 * error:.2f}"
    return found


@pytest.mark.parametrize("place", tried(TOWN_FIRST, always=1, changes=0))
def test_the_status_quo_stays_put_for_ten_years(place):
    """Ages and numbers stay those of 2010, so any drift is the model's own. False alarms: 1 in 100 a place."""
    assert drifts(record_of(place)) == {}


@pytest.mark.slow
@pytest.mark.nightly
def test_nothing_drifts_the_same_way_in_every_real_place():
    """What is within chance in each place may not be so in all together: the places' growth of each headline is
    averaged, the surer the place the more. False alarms: 1 in 100."""
    found = {}
    for name, outcome in HEADLINES.items():
        growth = [growth_of(record_of(place), outcome) for place in PLACES if place not in MADE_UP]
        if any(each is None for each in growth):
            continue
        weight = np.array([each.size / each.var(ddof=1) for each in growth])
        error = 1 / np.sqrt(weight.sum())
        mean = np.average([each.mean() for each in growth], weights=weight)
        lucks = sum(each.size for each in growth)
        if abs(mean) - stats.t.ppf(1 - FALSE_ALARM / 2, lucks - len(growth)) * error > MOST:
            found[name] = f"{100 * mean:.2f}% a year, standard error {100 * error:.2f}"
    assert found == {}


class BudgetsFollowPeople(Observer):
    """Each April budgets and what services count as standard grow with the people there are, those of an age by their need.

    What services of care count as standard does so by itself, whatever budgets follow.
    """

    def __init__(self, model):
        people, living = model.state.people, model.state.people.alive == 1
        here = [living & (people.band == b) for b in range(BANDS)]
        self.need = np.array(
            [(people.level[rows] >= Level.ESTABLISHED).sum(axis=0) / max(1, rows.sum()) for rows in here]
        )
        agencies = model.state.agencies
        self.budgets = [
            (each, each.copy()) for each in (agencies.opening, agencies.other_opening, agencies.care_opening)
        ]
        self.first = self.before = self._expected(model)
        cares = np.isin(model.state.services.owner, [INDEX[agency] for agency in CARE])
        self.stays = cares | (model.state.services.tier == ACUTE)

    def _expected(self, model):
        """People with established need if those of each age were as often in need as at the policy date, by challenge."""
        people = model.state.people
        return np.bincount(people.band[people.alive == 1], minlength=BANDS) @ self.need

    def after(self, phase, model):
        if phase.name != "account" or model.month % 12 != 11:
            return
        services, now = model.state.services, self._expected(model)
        grown = (now / self.before)[services.challenge]
        services.baseline_funded[:] *= np.where(self.stays, 1.0, grown)
        most = (now / self.first).max()
        for budget, first in self.budgets:
            budget[:] = first * most
        self.before = now


def living_years(settled, replication, follow=True):
    """Ten years of the status quo in which people age, die, are born and move, after the last year before it, by year.

    Rates are those of a place whose ages stay: every age group's own, weighted with its people before the policy date.
    """
    start, before = policy_date(settled, replication)
    key = key_of(settled.world.config.seed, replication)
    stays = policy_of({"envelope": {"cut": 0.0, "per": "place"}})  # whoever looks on makes it follow people, by age
    model = PlaceModel(settled.world, start.copy(), stays, key)
    if follow:
        model.observers.append(BudgetsFollowPeople(model))
    model.live(12 * YEARS)
    months = model.recorder.table()
    model.let_go()
    months = {name: np.concatenate([before[name][-12:], months[name]]).reshape(-1, 12).sum(axis=1) for name in months}
    weights = np.array([months[f"citizens@age_{age}"][0] for age in REPORTING_AGES]) / months["citizens"][0]
    rates = {
        name: weights @ [months[f"{name}@age_{age}"] / months[f"citizens@age_{age}"] for age in REPORTING_AGES]
        for name in ("in_need", "crises", "refused", "contacts.value", "in_service", "life_satisfaction_total")
    }
    return rates | {
        "mean wait": months["waited_months"] / months["admitted"],
        "waiting": months["waiting"] / months["citizens"],
        "deaths": months["deaths"] / months["citizens"],
    }


@pytest.mark.parametrize("place", tried(TOWN_FIRST))
def test_the_status_quo_stays_put_when_people_age_die_and_move(place):
    """With budgets that follow people by age, rates at given ages and waits grow by less than 1% a year from the last
    year before the policy date on: beyond by more than chance explains or, where chance hardly moves them, at all.
    What remains is who lives there, and envelopes that stay (limits.md). False alarms: 1 in 100 a place."""
    settled = settle(world_of(place, scale=1.0 if place == "teaching_town" else 0.1))
    lives = [living_years(settled, replication) for replication in range(REPLICATIONS[place])]
    found = {}
    for name in (each for each in lives[0] if each != "deaths"):
        values = np.array([life[name] for life in lives])
        growth = np.polyfit(np.arange(YEARS + 1), values.T, 1)[0] / values.mean()
        error = growth.std(ddof=1) / np.sqrt(growth.size)
        margin = stats.t.ppf(1 - 0.01 / len(lives[0]) / 2, growth.size - 1) * error
        told = f"{100 * growth.mean():.2f}% a year, standard error {100 * error:.2f}"
        print(place, name, told)
        if abs(growth.mean()) - (0.0 if error < KNOWN_WELL else margin) > MOST:
            found[name] = told
    assert found == {}
    deaths = np.array([life["deaths"] for life in lives])
    gap = deaths[:, 1:3].mean(axis=1) - deaths[:, 0]
    assert abs(gap.mean()) < 4 * gap.std(ddof=1) / np.sqrt(gap.size), "the year before is a year like any other"


def test_a_drift_would_be_noticed():
    """The test above must be able to fail: a crisis rate that grows by 4% a year is a drift."""
    panel = record_of("teaching_town")
    growing = np.tile(1.04 ** (np.arange(12 * YEARS) / 12), REPLICATIONS["teaching_town"])
    measures = [name for name in panel.table if name.startswith("crises")]
    grown = panel.table.assign(**{name: panel.table[name] * growing for name in measures})
    assert "crises" in drifts(Panel.of(grown))


def test_a_steady_place_keeps_its_numbers_and_its_ages_while_people_come_and_go(town):
    steady = replace(town, world=replace(town.world, config=world_of(population="steady")))
    months = run(steady, shipped("radical"), 0, years=10).months["radical"]
    assert all(months[name].sum() > 100 for name in ("births", "deaths", "arrivals", "departures"))
    assert np.abs(months["citizens"] / 5000 - 1).max() < 0.005
    lived = run(town, shipped("radical"), 0, years=10).months["radical"]
    opening = town.world.newcomers.wanted.sum(axis=0)
    for group, bands in {
        "@age_0_17": (0, 1, 2),
        "@age_18_44": (3, 4),
        "@age_65_74": (6,),
        "@age_75plus": (7, 8),
    }.items():
        assert abs(months["citizens" + group][-12:].mean() / opening[list(bands)].sum() - 1) < 0.05, group
    assert lived["citizens@age_65_74"][-12:].mean() > 1.1 * opening[6]


def test_settling_does_not_depend_on_whether_people_will_move(town):
    assert differences(settle(world_of(population="steady")).months, town.months) == []


@pytest.mark.slow
def test_a_moving_population_grows_at_about_its_real_rate():
    """The teaching town is made to grow by 7% in ten years; by between 3 and 11 in each of four lucks.

    The standard deviation is about 1.2 points: false alarms below 1 in 100.
    """
    settled = settle(world_of())
    for replication in range(4):
        citizens = run(settled, shipped("status_quo"), replication, YEARS).months["status_quo"]["citizens"]
        assert 1.03 < citizens[-1] / citizens[0] < 1.11


@pytest.mark.parametrize("seed", [1, 18, 33])
def test_the_teaching_town_settles_whatever_its_seed(seed):
    """By chance a small place may have one dear case more than its budget foresaw; that is no reason to refuse it."""
    assert abs(int(settle(world_of(seed=seed)).state.people.alive.sum()) - 5000) < 10


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize(("place", "scales"), [("croydon", (0.1, 0.2)), ("east_lothian", (0.1, 1.0))])
def test_rates_do_not_depend_on_the_scale(place, scales):
    """Rates of a tenth of a place and of more of it, over the last years of settling and then under two policies."""
    settled = {scale: settle(world_of(place, scale=scale)) for scale in scales}
    _same_rates(*(each.months for each in settled.values()))
    arms = shipped("rationing", "radical")
    lived = [[run(each, arms, k, years=5).months for k in range(LUCKS)] for each in settled.values()]
    for arm in arms:
        _same_means(*([months[arm] for months in lives] for lives in lived))


LUCKS = 10
"""Replications of each size: refusals of a single one lie 6% apart by chance alone, people of their own included."""


def _same_means(*sizes):
    """Three years' rates, averaged over replications: within what these lie apart, and 1%; nine rates, false alarms 1 in 100."""
    for name in ("crises", "refused", "contacts.value", "new_needs", "resolved", *OF_PEOPLE):
        small, large = (
            np.array([life[name][-36:].sum() / life["citizens"][-36:].sum() for life in lives]) for lives in sizes
        )
        error = np.sqrt((small.var(ddof=1) + large.var(ddof=1)) / LUCKS) / large.mean()
        gap = abs(small.mean() / large.mean() - 1)
        assert gap < stats.t.ppf(1 - 0.01 / 9 / 2, 2 * LUCKS - 2) * error + 0.01, name


OF_PEOPLE = ("in_need", "users.core", "users.prevention", "life_satisfaction_total")


def _same_rates(*tables):
    """Within 4 standard errors of a Poisson count inflated twofold for clustering, over three years; nine rates, false
    alarms about 1 in 1,000."""
    for name in ("crises", "refused", "contacts.value", "new_needs", "resolved"):
        small, large = (table[name][-36:].sum() for table in tables)
        people = [table["citizens"][-36:].sum() for table in tables]
        gap = abs(small / people[0] - large / people[1]) / (large / people[1])
        assert gap < 4 * np.sqrt(2 * (1 / small + 1 / large)) + 0.01, name
    for name in OF_PEOPLE:
        small, large = (table[name][-36:].sum() / table["citizens"][-36:].sum() for table in tables)
        assert small == pytest.approx(large, rel=0.04), name
