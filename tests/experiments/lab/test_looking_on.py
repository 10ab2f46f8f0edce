"""Looking on changes nothing: what is seen of a run is what the run itself reports."""

import numpy as np
import pytest

from experiments.lab import configuration
from experiments.lab.benches import worker
from experiments.lab.state import State
from experiments.running import engine

STATE = State(years=2, replicates=2, seed=3)
MONEY = ("grant", "pays", "shares", "else")
WAYS = {
    "sent on": (("core",), ("prevention",)),
    "into crisis": (("prevention", "core"), ("acute",)),
    "out of acute care": (("acute",), ("core",)),
}
"""By kind of move, from which services to which."""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """One replication, run as always and looked on."""
    folder = tmp_path_factory.mktemp("looked")
    configuration.write(STATE, folder)
    plan = worker.plan_of(folder)
    settled = engine.settle(plan.world)
    run = engine.run(settled, plan.policies, 0, STATE.years)
    return run, engine.watch(settled, plan.policies, 0, STATE.years)


def test_every_service_is_seen_as_the_run_reports_it(both):
    run, seen = both
    for arm, rows in run.services.items():
        table = seen.services[arm]
        for name in ("queue", "caseload", "staff"):
            ends = [value for month in (11, 23) for value in table[name][table["month"] == month]]
            assert ends == [row[name] for row in rows], (arm, name)


def test_small_areas_add_up_to_the_place(both):
    run, seen = both
    for arm, months in run.months.items():
        table = seen.areas[arm]
        living = [int(table["citizens"][table["month"] == month].sum()) for month in range(24)]
        assert living == list(months["citizens"])
        assert (table["reached"] <= table["in_need"]).all()
        assert (table["in_need"] <= table["citizens"]).all()


def test_those_who_are_followed_begin_in_need_and_are_the_same_people_under_both_policies(both):
    _, seen = both
    first, second = (seen.lives[arm] for arm in seen.lives)
    assert np.array_equal(first["person"], second["person"])
    began = first["month"] == 0
    in_need = {p for p, level in zip(first["person"][began], first["level"][began], strict=True) if level > 0}
    assert len(in_need) > 0.8 * len(seen.people["person"])  # a need may end in the very first month
    assert all(age >= 0 for age in seen.people["age"])


def test_the_flows_of_money_explain_what_agencies_have_left(both):
    """Grants, less all that an agency paid and gave, are the change of what it holds; pence are rounded line by line."""
    run, seen = both
    for arm, months in run.months.items():
        flows = seen.flows[arm]
        for agency in ("adult_care", "nhs", "police", "schools"):
            held = months[f"reserves.{agency}"] / 100
            for month in range(1, 24):
                now = flows["month"] == month
                came = flows["amount"][now & np.isin(flows["kind"], MONEY) & (flows["end"] == agency)].sum()
                went = flows["amount"][now & np.isin(flows["kind"], MONEY) & (flows["origin"] == agency)].sum()
                assert came - went == pytest.approx(held[month] - held[month - 1], abs=1), (arm, agency, month)
        assert (flows["amount"][np.isin(flows["kind"], ("grant", "pays"))] >= 0).all()


def test_what_is_paid_for_services_is_what_the_run_reports(both):
    run, seen = both
    for arm, rows in run.services.items():
        flows = seen.flows[arm]
        for row in (row for row in rows if row["month"] == 11):
            name = f"{row['challenge']}.{row['tier']}.{row['catchment'] + 1}"
            mine = (flows["kind"] == "pays") & (flows["end"] == name) & (flows["month"] < 12)
            assert flows["amount"][mine].sum() == pytest.approx(row["spend_pence"] / 100, rel=1e-6), name


def test_people_move_between_services_of_one_challenge_in_the_ways_there_are(both):
    _, seen = both
    for flows in seen.flows.values():
        for kind, (origin, end) in WAYS.items():
            chosen = flows["kind"] == kind
            assert flows["amount"][chosen].sum() > 0, kind
            for a, b in zip(flows["origin"][chosen], flows["end"][chosen], strict=True):
                assert a.split(".")[0] == b.split(".")[0]
                assert a.split(".")[1] in origin, (kind, a)
                assert b.split(".")[1] in end, (kind, b)
