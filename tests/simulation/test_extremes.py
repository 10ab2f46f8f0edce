"""Extreme conditions and metamorphic relations: what must follow whatever the numbers are."""

import numpy as np
import pytest
from worlds import (
    differences,
    live,
    moved,
    policy_of,
    shipped,
    start_of,
    toy,
    under,
    with_behaviour,
    with_numbers,
    world_of,
)

from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.run import run
from simulation.settling.settle import settle
from simulation.state.codes import ACUTE

CHALLENGES = tuple(toy().challenges)


def with_challenges(config, **numbers):
    """A world in which a number of every challenge is another: `with_challenges(toy(), need__onset=0.0)`."""
    changes = {f"{c}.{name.replace('__', '.')}": value for name, value in numbers.items() for c in config.challenges}
    return config.model_copy(update={"challenges": with_numbers(config.challenges, changes)})


def decade_of(config, policy=None, months=36):
    """The record of some years of a world."""
    return live(under(start_of(settle(config)), policy or policy_of()), months).recorder.table()


def test_without_onset_there_is_no_need_and_nobody_asks():
    config = with_challenges(toy(), need__onset=0.0, need__relapse=0.0)
    table = decade_of(config)
    for name in ("crises", "new_needs", "contacts.value", "refused", "waiting", "in_need", "acute_stays"):
        assert not table[name].any(), name
    assert (table["citizens"] > 0).all()


def test_with_endless_staff_nobody_waits(hamlet_2011):
    model = under(hamlet_2011, policy_of())
    model.budgets = "standing"
    model.state.services.staff[:] *= 1000
    model.state.services.funded[:] *= 1000
    table = live(model, 12).recorder.table()
    assert not table["waited_months"][1:].any()
    assert not table["waiting"].any()
    assert not table["turned_away"].any()
    assert not table["delayed_days"][1:].any()


def test_without_staff_open_services_help_nobody(hamlet_2011):
    model = under(hamlet_2011, policy_of())
    model.budgets = "standing"
    s = model.state.services
    for _ in range(12):
        s.staff[s.tier != ACUTE] = s.funded[s.tier != ACUTE] = 0.0
        model.step()
    table = model.recorder.table()
    assert not table["admitted"].any()
    assert not table["users.core"][1:].any()
    assert not table["users.prevention"][1:].any()
    assert table["crises"].sum() > live(under(hamlet_2011, policy_of()), 12).recorder.table()["crises"].sum()


@pytest.mark.unhurried
def test_doubling_every_price_and_budget_doubles_money_and_changes_no_life():
    config = toy()
    double = lambda q: moved(q, 2 * q.number)  # noqa: E731
    staff = {n: s.model_copy(update={"yearly_cost": double(s.yearly_cost)}) for n, s in config.costs.staff.items()}
    costs = config.costs.model_copy(
        update={
            "staff": staff,
            "unit_costs": {n: double(q) for n, q in config.costs.unit_costs.items()},
            "informal_care_hour": double(config.costs.informal_care_hour),
        }
    )
    place = config.place.model_copy(update={"budgets": {a: double(config.place.budgets[a]) for a in BUDGET_HOLDERS}})
    policy = shipped("rationing")["rationing"]
    one = decade_of(config, policy)
    two = decade_of(config.model_copy(update={"costs": costs, "place": place}), policy)
    money = ("spend.", "envelope.", "reserves.", "deficit.")
    for name in one:
        if name.startswith(money):
            assert np.allclose(two[name], 2 * one[name], rtol=1e-5, atol=1000), name  # pence rounded line by line
        elif one[name].dtype.kind == "i":
            assert (two[name] == one[name]).all(), name
        else:
            assert np.allclose(two[name], one[name], rtol=1e-5), name  # posts follow what was paid, to the penny


@pytest.mark.parametrize("item", ["residential_care_week", "acute_bed_day"])
def test_doubling_a_unit_cost_doubles_its_own_lines_only(item):
    """In the first month, before budgets answer."""
    config = toy()
    config = config.model_copy(update={"challenges": with_numbers(config.challenges, {"later_life.visits": None})})
    price = config.costs.unit_costs[item]
    dear = config.model_copy(
        update={"costs": with_numbers(config.costs, {f"unit_costs.{item}": moved(price, 2 * price.number)})}
    )
    start = start_of(settle(config))
    other = start_of(settle(dear))
    other.state = start.state.copy()
    mine = {
        f"{c}.{tier}"
        for c, about in config.challenges.items()
        for tier in ("prevention", "core", "acute")
        if (pay := getattr(about.services, tier).payment) and pay.item == item
    }
    start.budgets = other.budgets = "standing"
    one, two = (
        live(under(start, policy_of(), budgets="standing"), 1),
        live(under(other, policy_of(), budgets="standing"), 1),
    )
    one, two = one.recorder.table(), two.recorder.table()
    changed = set(differences(one, two))
    lines = {n for n in one if n.endswith(".demand_led") and n.removesuffix(".demand_led").split(".", 2)[2] in mine}
    assert lines
    assert {n for n in changed if n.startswith("spend.")} <= lines | {n for n in one if n.endswith(".transfer")}
    for name in lines:
        assert two[name][0] == pytest.approx(2 * one[name][0], abs=20)
    assert not any(n for n in changed if n.startswith(("need.", "crises", "users", "refused")))


@pytest.mark.unhurried
def test_a_place_of_twice_the_people_has_the_same_rates():
    """Each area twice as populous with twice the money: rates within 4 Poisson standard errors, doubled for clustering;
    six rates, false alarms about 1 in 1,000."""
    config = world_of()
    doubled = tuple(a.model_copy(update={"people": tuple(2 * n for n in a.people)}) for a in config.place.areas)
    budgets = {a: moved(config.place.budgets[a], 2 * config.place.budgets[a].number) for a in BUDGET_HOLDERS}
    large = config.model_copy(update={"place": config.place.model_copy(update={"areas": doubled, "budgets": budgets})})
    tables = [settle(each).months for each in (config, large)]
    for name in ("crises", "new_needs", "contacts.value", "refused", "resolved", "abandoned"):
        counts = [table[name][-36:].sum() for table in tables]
        people = [table["citizens"][-36:].sum() for table in tables]
        rates = [count / head for count, head in zip(counts, people, strict=True)]
        assert abs(rates[0] - rates[1]) / rates[1] < 4 * np.sqrt(2 * sum(1 / count for count in counts)) + 0.01, name


def test_protecting_people_better_makes_nobody_worse_where_capacity_plays_no_part():
    """Monotone coupling: in the same luck, with help that holds back more need, and nobody competing for places,
    no one is at a higher level than they would have been."""
    base = with_challenges(toy(), need__contagion=0.0, need__co_need=0.0, need__support=0.0)
    start = start_of(settle(base))
    better = under(start, policy_of(), budgets="open_ended")
    usual = under(start, policy_of(), budgets="open_ended")
    for _ in range(12):
        before = usual.state.people.level.copy()
        same = (before == better.state.people.level) & (usual.state.people.state == better.state.people.state)
        better.state.services.management[:] = 1.0
        usual.state.services.management[:] = -1.0
        usual.step()
        better.step()
        worse = same & (better.state.people.level > usual.state.people.level)
        assert not worse.any()
        usual.state = better.state.copy()
    assert better.month == 12


def test_everybody_in_need_is_survivable():
    """A place where every need begins and worsens at its worst still runs, and counts stay whole."""
    config = with_challenges(toy(), need__onset=0.3, need__escalation=(0.4, 0.4))
    budgets = {a: moved(config.place.budgets[a], 1000 * config.place.budgets[a].number) for a in BUDGET_HOLDERS}
    config = config.model_copy(update={"place": config.place.model_copy(update={"budgets": budgets})})
    table = decade_of(config, months=12)
    assert (table["in_need"] > 0.8 * table["citizens"]).all()
    assert (table["life_satisfaction_total"] >= 0).all()
    assert (table["qalys"] >= 0).all()


def test_total_turnover_and_none(hamlet):
    """Where nobody leaves, posts that April's plan opens are filled month by month, and no other is ever vacant."""
    for turnover in (0.0, 1.0):
        config = with_behaviour(toy(), workforce__turnover=turnover)
        table = decade_of(config, months=24)
        assert np.isfinite(table["staff"]).all()
        assert (table["vacancies"] >= 0).all()
        if turnover == 0.0:
            assert (np.diff(table["vacancies"][12:]) < 0).all()
            assert table["vacancies"][-1] <= 0.05 * table["staff_funded"][-1]


def test_a_place_with_one_challenge_runs():
    config = toy()
    for name in CHALLENGES[:2]:
        alone = config.model_copy(update={"challenges": {name: config.challenges[name]}})
        table = decade_of(alone, shipped("rationing")["rationing"], months=24)
        assert (table[f"crises.{name}"] == table["crises"]).all()


def test_a_seventh_to_tenth_challenge_is_data_and_no_code():
    config = toy()
    more = {f"copy_{k}": config.challenges[name] for k, name in enumerate(CHALLENGES[:4])}
    ten = config.model_copy(update={"challenges": {**config.challenges, **more}})
    settled = settle(ten)
    months = run(settled, {"arm": policy_of()}, 0, years=2).months["arm"]
    assert months["crises.copy_1"].sum() > 0
    assert months["citizens"][0] == pytest.approx(800, abs=10)


def test_without_designs_the_radical_policy_still_runs():
    config = toy().model_copy(update={"designs": {}})
    radical = shipped("radical")["radical"]
    table = decade_of(config, radical, months=24)
    assert not table["redesigns.begun"].any()


def test_a_shock_passes(hamlet_2011):
    """A year in which every case takes twice the work: more wait; five years later no more than 30% above usual."""
    shocked, usual = under(hamlet_2011, policy_of()), under(hamlet_2011, policy_of())
    shocked.state.services.hours_per_case[:] *= 2
    for month in range(96):
        if month == 12:
            shocked.state.services.hours_per_case[:] /= 2
        shocked.step()
        usual.step()
    hit, calm = (m.recorder.table()["waiting"] for m in (shocked, usual))
    assert hit[:12].sum() > 1.3 * calm[:12].sum()
    assert hit[-24:].sum() < 1.3 * calm[-24:].sum() + 24
