"""Extreme conditions: no money, effects as large as a number may be, one person, one month, another calendar."""

import numpy as np
import pytest
from need_chain import after, month_without_services
from plain import at_levels, begin, settled
from scipy import stats
from worlds import EVERY_DESIGN, differences, live, policy_of, start_of, toy, under, with_behaviour, with_numbers

from simulation.model import PlaceModel
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.run import run
from simulation.settling.settle import settle
from simulation.state.codes import Stage

NO_MONEY = policy_of(
    {"envelope": {"cut": 0.9, "path": [1.0], "others": dict.fromkeys(("schools", "nhs", "police", "dwp"), 0.9)}}
)


def whole(table):
    """Every count of a record is a finite number, and none of those that cannot be negative is."""
    for name, column in table.items():
        assert np.isfinite(column).all(), name
        if not name.startswith(("spend.", "reserves.", "deficit.")) or name.endswith((".staff", ".demand_led")):
            assert (column >= 0).all(), name


def test_almost_no_budget(hamlet_2011):
    """Nine tenths of every budget gone at once: crises are still met, every penny short is logged as a deficit, and
    what open services do falls to next to nothing."""
    usual = live(under(hamlet_2011, policy_of()), 60).recorder.table()
    table = live(under(hamlet_2011, NO_MONEY), 60).recorder.table()
    whole(table)
    assert (table["users.acute"] == sum(table[c] for c in table if c.startswith("need.") and c.endswith(".3"))).all()
    assert table["users.core"][-12:].sum() < 0.5 * usual["users.core"][-12:].sum()
    assert table["crises"].sum() > usual["crises"].sum()
    short = False
    for agency in BUDGET_HOLDERS:
        cash = table[f"reserves.{agency}"]
        debt = np.maximum(0, -cash)
        assert (table[f"deficit.{agency}"][1:] == np.maximum(0, np.diff(debt))).all()
        short = short or debt.any()
    assert short, "nine tenths of all money were not missed"


def test_money_beyond_need(hamlet_2011):
    """A hundred times the budget buys no more help than there is need, and none of it is lost."""
    policy = policy_of({"envelope": {"cut": -1.0, "path": [1.0]}})
    table = live(under(hamlet_2011, policy), 60).recorder.table()
    whole(table)
    assert not any(table[f"deficit.{a}"].any() for a in BUDGET_HOLDERS)
    assert table["users.core"].max() <= table["in_need"].max() + table["need.child_poverty.1"].max() + 800


EFFECTS = {
    "almost as good as can be written": {"cost_change": (-0.99,) * 4, "outcome_change": (2.0,) * 4},
    "as bad as can be written": {"cost_change": (1.0,) * 4, "outcome_change": (-1.0,) * 4},
    "nothing": {"cost_change": (0.0,) * 4, "outcome_change": (0.0,) * 4},
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_effects_at_the_ends_of_what_may_be_written(hamlet_2011, effect):
    """Every design is embedded everywhere with such an effect: counts stay whole, and chances stay chances."""
    model = under(hamlet_2011, policy_of({"portfolio": {"designs": EVERY_DESIGN}}))
    designs = tuple(with_numbers(design, effect) for design in model.world.config.designs.values())
    model.redesigning.catalogue = model.world.catalogue._replace(designs=designs)
    services = model.state.services
    applies = model.world.catalogue.applies
    usable = applies.any(axis=0)
    services.design[usable] = applies.argmax(axis=0)[usable]
    services.stage[usable], services.embedded[usable] = Stage.EMBEDDED, 1.0
    services.true_cost[usable] = effect["cost_change"][0]
    services.true_outcome[usable] = effect["outcome_change"][0]
    table = live(model, 36).recorder.table()
    whole(table)
    assert (table["resolved"] <= table["in_service"] + table["resolved"]).all()
    assert ((services.intensity >= 0) & (services.intensity <= 1)).all()


@pytest.mark.parametrize("how", ["design", "hours"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cases_that_take_no_hours_leave_nobody_waiting(how):
    """Where a case takes no time there is room for everybody: no service turns anybody away or keeps them waiting."""
    config = toy()
    if how == "hours":
        none = {
            f"{c}.services.{tier}.hours_per_case": 0.0 for c in config.challenges for tier in ("prevention", "core")
        }
        config = config.model_copy(update={"challenges": with_numbers(config.challenges, none)})
    model = under(start_of(settle(config)), policy_of())
    services = model.state.services
    if how == "design":
        open_tier = services.tier < 2
        services.design[open_tier], services.stage[open_tier] = 0, Stage.EMBEDDED
        services.embedded[open_tier], services.true_cost[open_tier] = 1.0, -1.0
    table = live(model, 24).recorder.table()
    whole(table)
    assert table["admitted"].sum() > 100
    assert not table["waiting"][1:].any()
    assert not table["turned_away"].any()


def without_births(config, place):
    """A place in which nobody is born, and whoever dies or leaves gives way to somebody of the same age."""
    demography = with_numbers(config.demography, {"births_per_1000_women_15_44": 0.0})
    return config.model_copy(update={"place": place, "demography": demography, "population": "steady"})


def test_one_person_in_each_area():
    """Nine areas of one person each: everything is counted, nobody is lost."""
    config = toy()
    areas = tuple(
        AreaRow(area=f"A{k}", people=tuple(int(k == band) for band in range(9)), deprivation=(k / 9,) * 7)
        for k in range(9)
    )
    config = without_births(config, config.place.model_copy(update={"areas": areas}))
    months = run(settle(config), {"arm": policy_of()}, 0, years=3).months["arm"]
    whole(months)
    assert (months["citizens"] == 9).all()
    assert (months["need.obesity.1"] + months["need.obesity.2"] + months["need.obesity.3"] <= 9).all()


def test_one_person_alone():
    config = toy()
    area = AreaRow(area="A", people=(0, 0, 0, 0, 1, 0, 0, 0, 0), deprivation=(0.5,) * 7)
    place = config.place.model_copy(update={"areas": (area,)})
    config = without_births(config, place)
    months = run(settle(config), {"arm": policy_of()}, 0, years=2).months["arm"]
    whole(months)
    assert (months["citizens"] == 1).all()


def test_one_month_is_the_first_of_many(hamlet_2011):
    """A horizon of one step."""
    one = live(under(hamlet_2011, NO_MONEY), 1).recorder.table()
    many = live(under(hamlet_2011, NO_MONEY), 13).recorder.table()
    assert all(column.size == 1 for column in one.values())
    assert differences(one, {name: column[:1] for name, column in many.items()}) == []


@pytest.mark.parametrize("first", [0, 1, 7, 1200, 60_000])
def test_months_may_be_called_what_they_like(first):
    """The calendar relabelled: other luck, the same chances. From any first month people are after two years where the
    chain says; chi-square, false alarms 1 in 10,000 for each of five."""
    rates = {"onset": 0.02, "escalation": (0.08, 0.05), "recovery": (0.06, 0.04)}
    care = {"leave": 0.45, "relief": 0.2, "root_removed": 0.05}
    need = (
        ("seeking.rate", (0.0, 0.0)),
        ("seeking.ask_again", 0.0),
        ("services.acute.step_down", 0.0),
        *((f"need.{name}", value) for name, value in rates.items()),
        *((f"services.acute.{name}", value) for name, value in care.items()),
    )
    people = 8000
    model = begin(settled((people, 1, (), need)), level=1)
    model.state.month = first
    expected = after(np.eye(4)[1], month_without_services(**rates, **care), 24)
    assert stats.chisquare(at_levels(live(model, 24)), people * expected).pvalue > 1e-4


def test_everybody_in_crisis_at_once(hamlet_2011):
    """All 800 in crisis with every need of their age: acute care holds every one, buys the hours, and lets them go."""
    model = under(hamlet_2011, policy_of())
    s, rates = model.state, model.world.rates
    people = s.people
    risky = (rates.need.relative_risk[:, people.band] > 0).T & (people.alive == 1)[:, None]
    for column, value in (("level", 3), ("state", 2), ("tier", 2), ("root", 1)):
        getattr(people, column)[risky] = value
    everywhere = model.world.ground.service[people.area][:, :, 2]
    people.service[risky] = everywhere[risky]
    people.months[risky] = 0
    table = live(model, 24).recorder.table()
    whole(table)
    assert table["users.acute"][0] > 500
    assert table["users.acute"][-1] < table["users.acute"][0] / 4
    bought = sum(c[0] for n, c in table.items() if n.endswith(".acute.cover"))
    usual = live(under(hamlet_2011, policy_of()), 1).recorder.table()
    assert bought > 10 * sum(c[0] for n, c in usual.items() if n.endswith(".acute.cover"))


@pytest.mark.parametrize("turnover", [0.0, 1.0])
def test_nobody_or_everybody_leaves_their_job(hamlet, turnover):
    """Turnover 0: no vacancy arises. Turnover 1 a year: a twelfth leaves every month and posts stay partly vacant."""
    config = with_behaviour(toy(), workforce__turnover=turnover, workforce__turnover_morale=0.0)
    table = live(start_of(settle(config)), 24).recorder.table()
    share = table["vacancies"] / table["staff_funded"]
    months = config.behaviour.workforce.months_to_fill.number
    settled_share = turnover / 12 * (months - 1) / (1 + turnover / 12 * (months - 1))
    if turnover == 0.0:
        assert share[-1] < 0.02
    else:
        assert share[-1] == pytest.approx(settled_share, abs=0.05)


def test_a_place_begun_again_is_a_place_of_its_own(hamlet_2011):
    """No state hides outside the state: a second model of the same start lives the same months."""
    one = live(under(hamlet_2011, NO_MONEY), 24).recorder.table()
    again = PlaceModel(hamlet_2011.world, hamlet_2011.state.copy(), NO_MONEY, hamlet_2011.key)
    assert differences(one, live(again, 24).recorder.table()) == []
