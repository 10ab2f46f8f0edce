"""Nothing is made and nothing is lost: people, cases, staff hours and pence, every month, under every policy."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import EVERY_LEVER, SHIPPED, hours_misfit, live, policy_of, shipped, under, world_of

from simulation.mechanism.services import hours
from simulation.mechanism.services.regimes import conditions_of
from simulation.parameters.quantity import AGENCIES, BUDGET_HOLDERS, COUNCIL, REPORTING_AGES
from simulation.settling.settled import NO_POLICY
from simulation.state.agencies import INDEX
from simulation.state.codes import ACUTE, CaseState, Cause, Freeze

pytestmark = pytest.mark.unhurried

CHALLENGES = tuple(world_of().challenges)
GROUPS = [f"@fifth_{k}" for k in range(1, 6)], [f"@age_{a}" for a in REPORTING_AGES]
EVERYTHING = policy_of(EVERY_LEVER)


@pytest.fixture(params=SHIPPED)
def arm(request, decade, town):
    """The months with the replication's own luck: two years before the policy date and ten under one policy."""
    months, own = decade.months[request.param], town.world.config.burn_in.own
    return {name: np.concatenate([decade.burn_in[name][-own:], months[name]]) for name in months}


def spending(months, agency):
    """Everything an agency spent, transfers included, pence a month."""
    return sum(column for name, column in months.items() if name.startswith(f"spend.{agency}."))


def test_people_are_conserved(arm, town):
    came = arm["births"] + arm["arrivals"] - arm["deaths"] - arm["departures"]
    assert (np.diff(arm["citizens"]) == came[1:]).all()
    assert arm["citizens"][0] == town.world.newcomers.wanted.sum() + came[0]
    assert (arm["deaths"] > 0).any()
    assert (arm["births"] > 0).any()


def test_cases_are_conserved(arm):
    for c in CHALLENGES:
        served = (arm[f"in_service.{c}.{tier}"] for tier in ("prevention", "core", "acute"))
        open_cases = arm[f"waiting.{c}"] + sum(served)
        moved = arm[f"cases_opened.{c}"] - arm[f"cases_closed.{c}"]
        assert (np.diff(open_cases) == moved[1:]).all(), c
        assert (open_cases >= 0).all(), c


def test_groups_add_up_to_everybody(arm):
    split = [name for name in arm if f"{name}@fifth_1" in arm]
    assert len(split) > 100
    for name in split:
        for kind in GROUPS:
            parts = sum(arm[name + group] for group in kind)
            assert np.allclose(parts, arm[name], rtol=1e-12, atol=1e-6), name


def test_challenges_add_up_to_the_whole(arm):
    for whole, part in (
        ("crises", "crises.{}"),
        ("refused", "refused.{}"),
        ("waiting", "waiting.{}"),
        ("resolved", "resolved.{}"),
        ("root_removed", "root_removed.{}"),
        ("acute_stays", "in_service.{}.acute"),
        ("contacts.value", "contacts.{}.value"),
    ):
        assert (sum(arm[part.format(c)] for c in CHALLENGES) == arm[whole]).all(), whole
    failures = sum(arm[f"contacts.{cause}"] for cause in ("refused", "abandoned", "unresolved", "relapsed"))
    assert (sum(arm[f"contacts.{c}.failure"] for c in CHALLENGES) == failures).all()
    assert (arm["users.prevention"] + arm["users.core"] + arm["users.acute"] == arm["in_service"]).all()


def test_nobody_is_in_crisis_without_acute_care(arm):
    """A crisis is always met: level 3 and acute care are the same people at every month's end."""
    for c in CHALLENGES:
        assert (arm[f"need.{c}.3"] == arm[f"in_service.{c}.acute"]).all(), c


def test_counts_are_never_negative(arm):
    for name, column in arm.items():
        if not name.startswith(("spend.", "reserves.", "deficit.")):
            assert (column >= 0).all(), name
            assert np.isfinite(column).all(), name


def test_no_spending_line_is_negative_but_transfers_and_what_users_pay(arm):
    for name, column in arm.items():
        if name.startswith("spend.") and not name.endswith(".transfer"):
            assert column.dtype == np.int64
            paid_by_users = name.endswith(".charges") and not name.startswith("spend.households.")
            assert (column <= 0 if paid_by_users else column >= 0).all(), name


def test_transfers_net_to_nothing(arm):
    assert (sum(column for name, column in arm.items() if name.endswith(".transfer")) == 0).all()


def test_the_record_explains_every_agencys_cash(arm, town):
    """Opening cash, plus the envelope, less every line of spending, is closing cash: from the record alone."""
    for agency in BUDGET_HOLDERS:
        closing = arm[f"reserves.{agency}"]
        change = arm[f"envelope.{agency}"] - spending(arm, agency)
        assert (np.diff(closing) == change[1:]).all(), agency
        assert closing[0] == town.state.ledger.cash[INDEX[agency]] + change[0], agency


@pytest.mark.parametrize("name", SHIPPED)
def test_a_deficit_is_spending_that_nothing_covered(name, decade):
    """The month's deficit is what debt (cash below nothing) grew by; paying back is no deficit. Zones have purses of their
    own: what is short in one is a deficit though the agency has cash elsewhere."""
    arm, zoned = decade.months[name], shipped(name)[name].zones is not None
    for agency in BUDGET_HOLDERS:
        deeper = np.maximum(0, np.diff(np.maximum(0, -arm[f"reserves.{agency}"])))
        deficit = arm[f"deficit.{agency}"][1:]
        assert (deficit >= deeper).all() if zoned else (deficit == deeper).all(), agency


@pytest.mark.parametrize("name", [name for name in SHIPPED if shipped(name)[name].zones is None])
def test_the_council_is_short_only_when_all_of_it_is(name, decade):
    """Departments of one council cover one another, so none is in debt while another has cash; but not across zones."""
    arm = decade.months[name]
    cash = np.stack([arm[f"reserves.{a}"] for a in COUNCIL])
    assert not ((cash.min(axis=0) < 0) & (cash.max(axis=0) > 0)).any()


def test_the_envelope_is_what_the_lever_says(decade, town):
    """A twelfth of the year's budget every month, to half a penny: the opening budget of so many people as there were a year
    ago, less the cut, which is the same for all the council's departments."""
    null = shipped("null")["null"]
    before, people = decade.burn_in["citizens"][-1], decade.months["null"]["citizens"]
    for agency in BUDGET_HOLDERS:
        opening = town.state.agencies.opening[INDEX[agency]]
        for month in range(0, 120, 7):
            share = null.regime_at(month - month % 12).envelope[agency]
            share *= people[12 * (month // 12 - 1) - 1] / before if month >= 24 else 1.0
            assert abs(decade.months["null"][f"envelope.{agency}"][month] - 100 * opening * share / 12) <= 0.5 + 1e-6


def test_the_ledger_checks_itself_every_month(hamlet_2011):
    model = under(hamlet_2011, EVERYTHING)
    for _ in range(24):
        model.step()
        ledger = model.state.ledger
        ledger.check()
        assert ledger.balance.sum() == 0
        ledger.balance[0] += 1
        with pytest.raises(AssertionError):
            ledger.check()
        ledger.balance[0] -= 1


def test_everybody_is_somewhere_and_only_the_living_are(town_2011):
    """Each case has one state, a service of its own tier and challenge; vacant dwellings have none; levels and states fit."""
    model = under(town_2011, shipped("rationing")["rationing"])
    for _ in range(36):
        model.step()
        p, s = model.state.people, model.state.services
        gone = p.alive == 0
        for column in (p.level, p.root, p.state, p.cause):
            assert not column[gone].any()
        held = p.state != CaseState.NONE
        assert (s.tier[p.service[held]] == p.tier[held]).all()
        assert (s.challenge[p.service] == np.arange(len(CHALLENGES)))[held].all()
        assert (p.level[held] > 0).all()
        acute = held & (p.tier == ACUTE)
        assert ((p.level == 3) == acute).all()
        assert acute[p.state == CaseState.READY].all()
        assert not acute[p.state == CaseState.WAITING].any()
        assert (p.cause <= Cause.RELAPSED).all()


def test_caseloads_are_the_people_in_service(town_2011):
    model = live(under(town_2011, EVERYTHING), 18)
    p = model.state.people
    held = (p.state == CaseState.SERVED) | (p.state == CaseState.READY)
    table = model.recorder.table()
    for tier, name in enumerate(("prevention", "core", "acute")):
        assert (held & (p.tier == tier)).sum() == table[f"users.{name}"][-1]
    assert (p.state == CaseState.WAITING).sum() == table["waiting"][-1]


def test_no_more_hours_are_used_than_there_are(town, decade, hours_of_decade):
    """Every month of every arm, at every open service: cases at the hours they get, and assessments, fit into the hours."""
    assert len(hours_of_decade) == town.world.config.burn_in.own + 120 * len(decade.months)
    assert [misfits for misfits in hours_of_decade if misfits] == []


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hours_fit_whatever_the_staff_and_the_work(hamlet, data):
    """Any staff, morale, caseload and contacts: hours used never exceed hours there, intensity never leaves its range."""
    world, services = hamlet.world, hamlet.state.services.copy()
    size = services.tier.size
    number = st.floats(0, 40)
    services.staff[:] = data.draw(st.lists(number, min_size=size, max_size=size))
    services.funded[:] = services.staff * data.draw(st.floats(0.5, 1.5))
    services.morale[:] = data.draw(st.floats(0, 1))
    services.caseload[:] = data.draw(st.lists(st.integers(0, 400), min_size=size, max_size=size))
    services.contacts[:] = data.draw(st.lists(st.integers(0, 200), min_size=size, max_size=size))
    services.carried[:] = 0.0
    regime = NO_POLICY.regime_at(0)
    frozen = np.full(size, data.draw(st.sampled_from([float(how_far) for how_far in Freeze])))
    conditions = conditions_of((regime, regime), world.config.behaviour, services.zone)
    capacity = hours.open_hours(services, conditions, world.rules.hours, frozen)
    assert hours_misfit(services, capacity, np.zeros(size)) == []
    floor = world.config.behaviour.capacity.dilution_floor.number
    assert ((services.intensity >= floor) & (services.intensity <= 1)).all()
    assert (capacity.discharged <= services.caseload).all()
    assert not capacity.discharged[services.tier == ACUTE].any()
    assert not (capacity.places[capacity.discharged > 0]).any()


def test_hours_worked_are_hours_paid_for(town_2011):
    """When spending is frozen no cover is bought, so the hours of vacant posts must be missing too."""
    model = live(under(town_2011, policy_of()), 3)
    s = model.state
    s.services.staff[:] *= 0.8
    s.agencies.frozen[:] = 1
    capacity, posts = _cover_hours(model)
    table = model.recorder.table()
    bought = sum(column[-1] for name, column in table.items() if name.endswith(".cover") and ".acute." not in name)
    covered = (capacity.gross / s.services.contracted - posts)[s.services.tier != ACUTE]
    assert bought == 0
    assert np.allclose(covered, 0.0, atol=1e-9), "hours of cover are worked that nobody pays for"


def _cover_hours(model):
    original, seen = hours.open_hours, []

    def watch(services, *rest):
        capacity = original(services, *rest)
        seen.append((capacity, services.staff.copy()))
        return capacity

    hours.open_hours = watch
    try:
        model.step()
    finally:
        hours.open_hours = original
    return seen[0]


def test_informal_care_is_hours_at_their_price(decade, town):
    price = town.world.config.costs.informal_care_hour.number
    for months in decade.months.values():
        assert np.allclose(
            months["spend.households.informal_care"], 100 * price * months["informal_care_hours"], atol=1
        )


def test_demand_led_bills_are_shared_to_the_penny(town):
    ledger = town.state.ledger.copy()
    rng = np.random.default_rng(4)
    for _ in range(50):
        pounds = rng.uniform(0, 5000, town.world.payment.size)
        parts = ledger.pay_case_by_case(pounds, town.world.payer)
        pays = town.world.payer.sum(axis=1) > 0
        assert (parts.sum(axis=1)[pays] == np.floor(pounds * 100 + 0.5)[pays]).all()
        assert (parts >= 0).all()
        assert not parts[:, [INDEX[a] for a in AGENCIES if a in ("centre", "households")]].any()
    assert ledger.balance.sum() == 0
