"""Conservation from the record alone: requests, money at its unit cost, lives within their bounds, under any policy.

The other books (people, cases, cash, hours) under the shipped policies are in tests/simulation/test_conservation.py.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import CHALLENGES, peoples, policies
from worlds import live, policy_of, start_of, toy, under, with_behaviour, with_numbers

from simulation.parameters.quantity import AGENCIES, BUDGET_HOLDERS, TIERS
from simulation.settling.settle import settle
from simulation.state.agencies import INDEX, by_agency
from simulation.state.codes import ACUTE, CaseState, Cause


@pytest.mark.parametrize("signposted", [0.0, 1.0])
def test_every_request_is_refused_or_opens_a_case(signposted):
    """Asked = accepted + refused, month by month and challenge by challenge. Nobody moves in or steps down and prevention
    takes all, so a case opens for whoever is accepted, signposted or in crisis, and for nobody else."""
    numbers = {}
    for c in CHALLENGES:
        numbers |= {
            f"{c}.seeking.signposted": signposted,
            f"{c}.services.acute.step_down": 0.0,
            f"{c}.services.prevention.threshold": 1.0,
        }
    place = with_numbers(toy().place, {"arrivals": 0.0})
    config = toy().model_copy(update={"challenges": with_numbers(toy().challenges, numbers), "place": place})
    table = live(under(start_of(settle(config)), policy_of({"eligibility": {"rise": 0.3}})), 36).recorder.table()
    refused = 0
    for c in CHALLENGES:
        contacts = table[f"contacts.{c}.value"] + table[f"contacts.{c}.failure"]
        asked = contacts - table[f"crises.{c}"]  # a crisis is a contact too
        signed_on = np.round(signposted * table[f"refused.{c}"])
        opened = asked - table[f"refused.{c}"] + signed_on + table[f"crises.{c}"]
        assert (opened == table[f"cases_opened.{c}"]).all(), c
        refused += table[f"refused.{c}"].sum()
    assert refused > 50


def pence(pounds):
    """Pounds as whole pence."""
    return np.floor(np.asarray(pounds) * 100 + 0.5).astype(np.int64)


def test_case_by_case_spending_is_cases_times_unit_cost(hamlet_2011):
    """To the penny, service by service: cases in hand x their packages x units x price, whoever pays; with acute care of
    later life visits to emergency departments, which are recorded to a ten-thousandth."""
    model = under(hamlet_2011, policy_of({"envelope": {"cut": 0.2}, "eligibility": {}}))
    config = model.world.config
    for _ in range(24):
        model.step()
        services, table = model.state.services, model.recorder.table()
        for c, name in enumerate(CHALLENGES):
            for t, tier in enumerate(TIERS):
                payment = getattr(config.challenges[name].services, tier).payment
                lines = [n for n in table if n.startswith("spend.") and n.endswith(f".{name}.{tier}.demand_led")]
                paid = sum(int(table[n][-1]) for n in lines)
                if payment is None:
                    assert paid == 0
                    continue
                price = config.costs.unit_costs[payment.item].number * payment.quantity.number
                here = (services.challenge == c) & (services.tier == t)
                cases, visits = services.caseload[here] * services.package[here] * price, 0.0
                if config.challenges[name].visits is not None and tier == "acute":
                    visits = table["emergency_visits"][-1] * config.costs.unit_costs["emergency_visit"].number
                assert abs(paid - pence(cases).sum() - 100 * visits) <= (10 if visits else 0), (name, tier)
                assert {n.split(".")[1] for n in lines} == {a for a, share in payment.payers.items() if share}


def test_pay_is_posts_times_their_cost():
    """To the penny a service: staff in post x yearly cost / 12, where nobody is replaced."""
    model = start_of(settle(with_behaviour(toy(), workforce__replacement_cost=0.0)))
    config = model.world.config
    for _ in range(18):
        model.step()
        services, table = model.state.services, model.recorder.table()
        for c, name in enumerate(CHALLENGES):
            for t, tier in enumerate(TIERS):
                about = getattr(config.challenges[name].services, tier)
                here = (services.challenge == c) & (services.tier == t)
                posts = services.staff[here].sum()
                expected = 100 * posts * config.costs.staff[about.staff].yearly_cost.number / 12
                stem = f"spend.{about.owner}.{name}.{tier}"
                paid = table[f"{stem}.staff"][-1] + table[f"{stem}.inspection"][-1]
                assert abs(paid - expected) <= 1.01 * here.sum(), (name, tier)


# -- any policy, any people ---------------------------------------------------------------------------------------


def check_books(model, months):
    """Live some months and check every book in each."""
    before, open_before = None, None
    for _ in range(months):
        purses = model.state.ledger.cash.copy()
        model.step()
        s = model.state
        s.ledger.check()
        p, services = s.people, s.services
        table = {name: column[-1] for name, column in model.recorder.table().items()}
        # people
        assert table["citizens"] == (p.alive == 1).sum()
        if before is not None:
            come = table["births"] + table["arrivals"] - table["deaths"] - table["departures"]
            assert table["citizens"] == before + come
        before = table["citizens"]
        # cases
        held = p.state != CaseState.NONE
        assert not held[p.alive == 0].any()
        assert (p.level[held] > 0).all()
        assert (services.tier[p.service[held]] == p.tier[held]).all()
        assert ((p.level == 3) == (held & (p.tier == ACUTE))).all()
        assert ((p.cause >= 0) & (p.cause <= Cause.RELAPSED)).all()
        opened = {c: held[:, k].sum() for k, c in enumerate(CHALLENGES)}
        if open_before is not None:
            for c in CHALLENGES:
                moved = table[f"cases_opened.{c}"] - table[f"cases_closed.{c}"]
                assert opened[c] == open_before[c] + moved, c
        open_before = opened
        # money
        cash = by_agency(purses)
        if s.ledger.cash.size > purses.size:  # zones have opened, and share what there was
            assert (by_agency(s.ledger.opening) == cash).all()
            purses = s.ledger.opening
        deeper = by_agency(np.maximum(0, np.maximum(0, -s.ledger.cash) - np.maximum(0, -purses)))
        for agency in BUDGET_HOLDERS:
            spent = sum(v for n, v in table.items() if n.startswith(f"spend.{agency}."))
            assert table[f"reserves.{agency}"] == cash[INDEX[agency]] + table[f"envelope.{agency}"] - spent
            assert table[f"deficit.{agency}"] == deeper[INDEX[agency]]
        assert sum(v for n, v in table.items() if n.endswith(".transfer")) == 0
        lines = {n: v for n, v in table.items() if n.startswith("spend.") and not n.endswith(".transfer")}
        charged = {n: lines.pop(n) for n in list(lines) if n.endswith(".charges")}
        paid_by_users = charged.pop("spend.households.charges")
        assert all(v >= 0 for v in (paid_by_users, *lines.values()))
        assert all(v <= 0 for v in charged.values())
        assert paid_by_users + sum(charged.values()) == 0
        # staff
        assert (services.staff >= 0).all()
        assert ((services.intensity >= 0) & (services.intensity <= 1)).all()
        # lives
        head = table["citizens"]
        assert -1e-6 <= table["qalys"] <= head / 12 + 1e-6
        assert -1e-6 <= table["life_satisfaction_total"] <= 10 * head + 1e-6
        assert -1e-6 <= table["trust_total"] <= head + 1e-6
        assert -1e-6 <= table["capability_total"] <= head + 1e-6
        assert all(np.isfinite(v) for v in table.values())
    assert len(s.ledger.cash) % len(AGENCIES) == 0


HOWEVER = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.slow
@given(policy=policies(), change=peoples())
@settings(max_examples=12, **HOWEVER)
def test_the_books_balance_under_any_policy_and_for_any_people(hamlet_2011, policy, change):
    """Fourteen months, two April plans; hypothesis finds the policy and the people."""
    model = under(hamlet_2011, policy)
    change(model)
    check_books(model, 14)


@pytest.mark.slow
@pytest.mark.nightly
@given(policy=policies(), change=peoples())
@settings(max_examples=300, **HOWEVER)
def test_the_books_balance_under_hundreds_of_policies(hamlet_2011, policy, change):
    model = under(hamlet_2011, policy)
    change(model)
    check_books(model, 26)
