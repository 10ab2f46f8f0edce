"""Who pays and who gains, worked out from small records made by hand."""

import math
import re

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.analysis.economics import (
    agencies,
    appraisal,
    cash_flow,
    cashability,
    economics_tables,
    ledgers,
    who_pays,
)
from experiments.analysis.economics.cash_flow import break_even, censored_quantile
from experiments.analysis.economics.social_value import Ledgers, living_longer
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics import equity
from experiments.analysis.statistics.outcomes import load_outcomes
from experiments.analysis.statistics.paired import Interval
from experiments.configuration.options import shipped_root

YAML = yaml.safe_load(shipped_root().joinpath("valuation/hmt_2026.yaml").read_text(encoding="utf-8"))
VALUES = Valuation.model_validate(YAML)
FIFTHS = [f"fifth_{n}" for n in range(1, 6)]
SPEND = {
    "nhs.later_life.acute.staff": 900_000,
    "nhs.later_life.acute.demand_led": 300_000,
    "adult_care.later_life.core.staff": 500_000,
    "adult_care.later_life.acute.demand_led": 40_000,
    "adult_care.redundancy": 10_000,
    "adult_care.support": 1_000,
    "police.other_services": 700_000,
    "dwp.later_life.acute.demand_led": 60_000,
    "dwp.other_services": 800_000,
    "nhs.transfer": 5_000,
    "adult_care.transfer": -5_000,
    "households.informal_care": 250_000,
}


FEW = 8
"""Pairs of runs: the fewest that say anything of a difference."""


def record(changes, years=2, replications=FEW, noise=0):
    """Months of several arms; `changes` maps an arm to what is added to its columns, month by month."""
    months, parts = 12 * years, []
    for arm, added in changes.items():
        for replication in range(replications):
            luck = np.random.default_rng([7, replication])
            columns = {"arm": arm, "replication": np.int32(replication), "month": np.arange(months, dtype=np.int32)}
            columns |= {f"spend.{name}": np.full(months, pence) for name, pence in SPEND.items()}
            columns |= {
                "citizens": np.full(months, 1_000),
                "qalys": np.full(months, 75.0),
                "carbon_tonnes": np.full(months, 200.0),
                "informal_care_hours": np.full(months, 156.25),
                "in_service.later_life.acute": np.full(months, 60),
                "life_satisfaction_total": np.full(months, 7_400.0),
                "crises": np.full(months, 40),
            }
            for fifth in FIFTHS:
                columns |= {
                    f"citizens@{fifth}": np.full(months, 200),
                    f"qalys@{fifth}": np.full(months, 15.0),
                    f"informal_care_hours@{fifth}": np.full(months, 31.25),
                    f"crises@{fifth}": np.full(months, 8),
                    f"life_satisfaction_total@{fifth}": np.full(months, 1_480.0),
                }
            for name, value in added.items():
                columns[name] = columns[name] + value
            columns["crises"] = columns["crises"] + luck.integers(0, 1 + noise, months)
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def services(arms, years=2, replications=FEW, staff=20.0):
    """Posts in the one acute service at each year's end."""
    return pd.DataFrame(
        [
            {
                "arm": arm,
                "replication": r,
                "month": 12 * y + 11,
                "challenge": "later_life",
                "tier": "acute",
                "agency": "nhs",
                "staff": staff,
            }
            for arm in arms
            for r in range(replications)
            for y in range(years)
        ]
    )


BETTER = {
    "spend.nhs.later_life.acute.staff": -90_000,
    "spend.adult_care.later_life.core.staff": 50_000,
    "spend.households.informal_care": -20_000,
    "in_service.later_life.acute": -15,
    "life_satisfaction_total": 100.0,
    "life_satisfaction_total@fifth_1": 100.0,
    "spend.nhs.transfer": 3_000,
    "spend.adult_care.transfer": -3_000,
}


def book(changes, **more):
    return ledgers.Book.of(record(changes, **more), scale=0.5)


def told(changes, years=2, replications=FEW, noise=0):
    second, *_, first = changes
    return economics_tables.appraise(
        record(changes, years, replications, noise),
        services(changes, years, replications),
        load_outcomes(),
        (first, second),
        VALUES,
        0.5,
        sorted({1, years}),
    )


def test_every_line_is_in_one_account_and_cash_becomes_resources_to_the_penny():
    one = book({"usual": {}})
    table = ledgers.reconcile(one).set_index("account")
    months, runs = 24, FEW
    assert table["cash_pence"].sum() == months * runs * sum(v for k, v in SPEND.items() if "households" not in k)
    assert table.loc["benefits", "cash_pence"] == months * runs * 860_000
    assert table.loc["benefits", "household_pence"] == -months * runs * 860_000
    assert table.loc["redundancy", "resource_pence"] == table.loc["pool", "resource_pence"] == 0
    used = months * runs * (900_000 + 300_000 + 500_000 + 40_000 + 1_000 + 700_000 + 250_000)
    assert table["resource_pence"].sum() == used == ledgers.resource_cost(one).sum()


def test_a_kind_of_spending_that_no_account_knows_is_refused():
    with pytest.raises(ValueError, match="gifts"):
        _ = ledgers.Line.of("spend.nhs.gifts").account


def test_transfers_that_do_not_net_to_nothing_are_found():
    lost = book({"usual": {"spend.nhs.transfer": 1}})
    with pytest.raises(AssertionError, match="do not net to nothing"):
        ledgers.reconcile(lost)


def test_agency_by_year_adds_up_and_its_transfers_are_nothing():
    ledger = Ledgers(book({"usual": {}, "new": BETTER}), VALUES, 2)
    table = agencies.matrix(ledger, 1, 0)
    by = table[table["year"] == 1].set_index("agency")
    yearly = 12 / 100 / 0.5  # pence a month at half scale as pounds a year of the whole place
    assert by.loc["nhs", "net"] == pytest.approx((90_000 - 3_000) * yearly)
    assert by.loc["nhs", "transfers"] == pytest.approx(-3_000 * yearly)
    assert by.loc["adult_care", "net"] == pytest.approx((-50_000 + 3_000) * yearly)
    assert by.loc["council", "net"] == by.loc["adult_care", "net"]
    assert by.loc["all public bodies", "net"] == pytest.approx(40_000 * yearly)
    assert by.loc["everybody", "net"] == pytest.approx(60_000 * yearly)
    singles = by.drop(index=["council", "all public bodies", "everybody"])
    assert round(singles["transfers"].sum(), 2) == 0.00
    assert singles["net"].sum() == pytest.approx(by.loc["everybody", "net"], abs=0.005)
    assert by.loc["nhs", "net_per_resident"] == pytest.approx(by.loc["nhs", "net"] / 2_000)
    assert by.loc["nhs", "first_positive_year"] == 1
    assert pd.isna(by.loc["adult_care", "first_positive_year"])


def test_benefits_saved_by_the_state_are_lost_by_households():
    fewer = {"spend.dwp.later_life.acute.demand_led": -10_000}
    ledger = Ledgers(book({"usual": {}, "new": fewer}), VALUES, 1)
    by = agencies.matrix(ledger, 1, 0).set_index(["agency", "year"])["net"]
    assert by["dwp", 1] == -by["households", 1] > 0
    assert by["everybody", 1] == 0
    assert float((ledger.resource_cost[1] - ledger.resource_cost[0]).sum()) == 0


def test_cost_shunting_and_side_payments():
    assert agencies.cost_shunting_index([-10, 6, 3]) == pytest.approx(0.9473684210526316, abs=1e-12)
    assert math.isnan(agencies.cost_shunting_index([0, 0]))
    assert agencies.cost_shunting_index([4, 2]) == 0
    net = {"nhs": 6.0, "police": 3.0, "council": -3.0}
    paid = agencies.side_payments(net)
    assert paid == pytest.approx({"nhs": -2, "police": -1, "council": 3})
    assert min(net[agency] + paid[agency] for agency in net) >= 0
    short = agencies.side_payments({"nhs": 2.0, "council": -3.0, "police": -1.0})
    assert short == pytest.approx({"nhs": -2, "council": 1.5, "police": 0.5})
    assert sum(short.values()) == pytest.approx(0)


def test_the_wrong_pocket_refuses_and_is_made_whole():
    pockets = agencies.wrong_pockets(Ledgers(book({"usual": {}, "new": BETTER}), VALUES, 2), 1, 0)
    by = pockets.set_index("agency")
    assert by.loc["nhs", "accepts"] == "yes"
    assert by.loc["council", "accepts"] == "no"
    assert by.loc["police", "accepts"] == "indifferent"
    assert by.loc["council", "side_payment"] == pytest.approx(-by.loc["council", "silo"])
    assert by.loc["nhs", "side_payment"] == pytest.approx(by.loc["council", "silo"])
    assert by.loc["nhs", "pooled"] < by.loc["nhs", "silo"]
    # Payments between agencies leave a purse's break-even alone, as they do what it would accept.
    ledger = Ledgers(book({"usual": {}, "new": BETTER}), VALUES, 2)
    ends = {
        who: net.sum(axis=1).mean()
        for (ledger_of, who), net in cash_flow.flows(ledger, 1, 0).items()
        if ledger_of == "own"
    }
    assert ends == pytest.approx({who: by.loc[who, "silo"] for who in ends})
    back = cash_flow.table(ledger, 1, 0).set_index("who")
    assert back.loc["council", "words"] != "never has to put anything in"
    assert back.loc["council", "never_share"] == 1


def test_bills_of_others_and_unpaid_care_leak_out_of_the_books():
    more = {"spend.adult_care.later_life.acute.demand_led": 2_000, "spend.households.informal_care": 5_000}
    leak = agencies.leakage(Ledgers(book({"usual": {}, "new": more}), VALUES, 1), 1, 0).set_index("item")
    assert leak.loc["other_payers", "value"] == pytest.approx(12 * 20 / 1_000)
    assert leak.loc["unpaid_care", "value"] == pytest.approx(12 * 50 / 1_000)
    assert leak.loc["benefits", "value"] == 0


def test_value_of_wellbeing_discounting_and_prices():
    ledger = Ledgers(book({"usual": {}, "new": {"life_satisfaction_total": 1_000.0}}), VALUES, 2)
    gain = (ledger.effect[1] - ledger.effect[0])[0]
    assert gain == pytest.approx(1 + 1 / 1.035)
    worth = 13_000 * 76.58 / 89.527
    assert (ledger.effect_value[1] - ledger.effect_value[0])[0] == pytest.approx(gain * worth)
    assert (ledger.social_value[1] - ledger.social_value[0])[0] == pytest.approx(gain * worth)
    plain = Ledgers(ledger.book, VALUES.model_copy(update={"lives_discount": "none"}), 2)
    assert (plain.effect[1] - plain.effect[0])[0] == pytest.approx(2)


def test_living_longer_and_living_better_add_up():
    ledger = Ledgers(book({"usual": {}, "new": {"citizens": 10, "life_satisfaction_total": 200.0}}), VALUES, 2)
    longer, better = living_longer(ledger, 1, 0)
    assert longer + better == pytest.approx(ledger.effect[1] - ledger.effect[0])
    assert (longer > 0).all()
    assert (better > 0).all()


def test_cutting_what_the_model_does_not_follow_is_no_gain_unless_one_says_so():
    ledger = Ledgers(book({"usual": {}, "new": {"spend.police.other_services": -70_000}}), VALUES, 2)
    gap = ledger.social_value[1] - ledger.social_value[0]
    assert gap == pytest.approx(np.zeros(FEW), abs=1e-9)
    table = appraisal.switches(ledger, 1, 0).set_index("switch")["social_value"]
    saved = (ledger.public_cost[0] - ledger.public_cost[1]).mean()
    assert table["a pound spent outside the model counts as £0.00"] == pytest.approx(saved)
    assert saved > 0
    assert not appraisal.switches(ledger, 1, 0)["turns_the_answer"].any(), "there was no answer to turn"


def test_what_is_saved_outside_the_model_alone_dominates_nothing():
    """Public spending falls by what services outside the model lose, and all else costs more: not more for less."""
    outside, inside = {"spend.police.other_services": -70_000}, {"spend.nhs.later_life.acute.staff": 30_000}
    given = {"life_satisfaction_total": 30.0, **outside, **inside}
    found, _ = told({"usual": {}, "new": given}, years=2)
    rows = found.economics.query("comparison == 'new minus usual' and horizon == 2").set_index("measure")
    assert rows.loc["public_cost", "value"] < 0
    assert rows.loc["social_cost", "value"] > 0
    assert rows.loc["quadrant_NE", "value"] == 1
    assert rows.loc["icer", "value"] == pytest.approx(rows.loc["social_cost", "value"] / rows.loc["effect", "value"])
    plane = found.plane
    net = plane["effect"] * plane["value_of_effect"] - plane["social_cost"]
    assert net.to_numpy() == pytest.approx(plane["social_value"].to_numpy())


def test_a_clear_answer_is_lost_where_its_interval_meets_nothing():
    months = record({"usual": {}, "new": {"spend.police.other_services": -90_000}})
    new = months["arm"] == "new"
    months.loc[new, "life_satisfaction_total"] += 2.0 + 0.5 * months.loc[new, "replication"]
    kept = ledgers.Book.of(months, scale=0.5)

    def at(worth):
        outside = VALUES.outside_services.model_copy(update={"value": worth, "high": 9.0})
        return Ledgers(kept, VALUES.model_copy(update={"outside_services": outside}), 2)

    lost = appraisal.unclear_at(at(1.0), 1, 0)
    assert 1 < lost < appraisal.turns_at(at(1.0), 1, 0) < 9
    verdicts = [appraisal.switches(at(worth), 1, 0)["verdict"].iloc[0] for worth in (lost - 0.01, lost + 0.01)]
    assert verdicts == [appraisal.CLEAR_FOR, appraisal.NO_ANSWER]
    assert appraisal.unclear_at(at(lost + 0.01), 1, 0) is None, "there is no clear answer to lose"


def test_a_judgement_that_turns_the_answer_is_told():
    given = {"life_satisfaction_total": 1.0, "spend.households.informal_care": 10_000}
    table = appraisal.switches(Ledgers(book({"usual": {}, "new": given}), VALUES, 2), 1, 0)
    turning = table.set_index("switch")["turns_the_answer"]
    assert list(turning[turning].index) == ["gain counted: healthy years"], "unpaid care is dearer, wellbeing better"


def test_gains_of_the_poorest_count_for_more_when_weighted():
    poor = {"life_satisfaction_total": 100.0, "life_satisfaction_total@fifth_1": 100.0}
    rich = {"life_satisfaction_total": 100.0, "life_satisfaction_total@fifth_5": 100.0}
    ledger = Ledgers(book({"usual": {}, "poor": poor, "rich": rich}), VALUES, 1)
    value, weighted = ledger.social_value, ledger.weighted_social_value(1.3)
    gain = value[1] - value[0]
    assert value[2] - value[0] == pytest.approx(gain)
    assert weighted[1] - weighted[0] == pytest.approx(gain * 0.8**-1.3)
    assert weighted[2] - weighted[0] == pytest.approx(gain * 1.3**-1.3)
    assert ledger.weighted_social_value(0.0) == pytest.approx(value)
    # Wellbeing is worth as much to anybody, so that the poor's counts for more is a preference, and is called one.
    titles = [title for _, title, _, _ in appraisal.weighted(ledger, 1, 0)]
    assert len(titles) == 3
    assert all("equity preference" in title for title in titles)


def test_break_even_first_for_good_and_never():
    found = break_even([[-5, 6, -3, 4], [-5, 1, 1, 1], [2, -1, 0, 0], [0, 0, 0, 0], [-1, 2, -2, 0]])
    assert found.first.tolist() == [1, math.inf, 0, 0, 1]
    assert found.durable.tolist() == [3, math.inf, 0, 0, math.inf]
    assert found.peak_funding.tolist() == [5, 5, 0, 0, 1]
    assert (found.never, found.not_for_good, found.unfunded) == (0.2, 0.4, 0.4)
    # Where nothing differs yet nothing has come back.
    later = break_even([[0] * 12 + [-1] * 12, [0, 0, -1, 1] * 6, [2, -3, 1, 1] * 6])
    assert later.first.tolist() == [math.inf, 3, 2]
    assert later.durable.tolist() == [math.inf, 23, 2]
    assert later.never == pytest.approx(1 / 3)
    assert cash_flow.in_words(later, {"first": later.first + 1, "durable": later.durable + 1}, 24).startswith(
        "for good"
    )
    most = break_even([[1, 0], [0, 0], [0, -1]])
    assert cash_flow.in_words(most, {"first": most.first + 1, "durable": most.durable + 1}, 2) == (
        "in 2 of 3 replications never has to put anything in; not for good within 2 years in 1 of 3 replications"
    )
    assert censored_quantile(found.durable, 0.5) == 3
    assert censored_quantile(found.durable, 0.75) == math.inf


def test_money_that_is_put_in_first_is_followed_by_month():
    dip = np.where(np.arange(24) < 6, 60_000, -40_000)
    changes = {"spend.adult_care.support": dip, "carbon_tonnes": 5.0, "life_satisfaction_total": 30.0}
    ledger = Ledgers(book({"usual": {}, "new": changes}), VALUES, 2)
    row = cash_flow.table(ledger, 1, 0).set_index("who").loc["all public bodies"]
    assert row["peak_funding_mean"] == pytest.approx(6 * 600 / 1_000)
    assert row["peak_funding_whole_place"] == pytest.approx(6 * 600 / 0.5)
    assert row["peak_month_median"] == 6
    assert (row["first_median"], row["durable_median"], row["never_share"]) == (2, 2, 0)
    totals = cash_flow.running_totals(ledger, 1, 0)
    last = totals[(totals["ledger"] == "public purse") & (totals["month"] == 24)]["total"]
    assert last.to_numpy() == pytest.approx(ledger.public_cost[0] - ledger.public_cost[1])
    social = totals[(totals["ledger"] == "society") & (totals["month"] == 24)]["total"]
    assert social.to_numpy() == pytest.approx(ledger.social_value[1] - ledger.social_value[0])


def climbed(released, years=3, change=0.0, step=5.0, lag=1):
    """A service with 100 months of care a year for 50 posts, of which some are avoided; `change` is saved on staff."""
    base = np.full((1, years), 100.0)
    fewer = base - np.asarray(released, dtype=float)
    posts, bills = np.full((1, years), 50.0), np.full((1, years), 20_000.0)
    staff = np.full((1, years), 2_000_000.0)
    cheaper = np.maximum(staff - change, 0.0)
    return cashability.climb(
        (fewer, base), (cheaper + bills, staff + bills), (bills, bills), (cheaper, staff), (posts, posts), step, lag
    )


def test_only_whole_steps_that_were_spare_for_the_lag_can_be_removed():
    assert cashability.whole_steps([37, 27.9, 28, -37], 28).tolist() == [28, 0, 28, -28]
    assert cashability.spare_throughout([[3, 5, 2, -4]], 1).tolist() == [[0, 3, 2, 0]]
    assert cashability.spare_throughout([[3, 5]], 0).tolist() == [[3, 5]]
    ladder = climbed([[20, 20, 20]])
    assert ladder.posts[0] == pytest.approx([20 * 100 / 180] * 3)
    per_post = 40_000
    assert (ladder.removable[0] - 20 * 40_000 / 180) == pytest.approx([0, 10 * per_post, 10 * per_post])


@pytest.mark.parametrize("change", [-1e6, 0.0, 3e4, 1e9])
@pytest.mark.parametrize("sign", [1, -1])
def test_each_rung_of_the_ladder_holds_what_is_above_it(change, sign):
    released = sign * np.random.default_rng(5).integers(0, 60, (1, 8))
    ladder = climbed(released, years=8, change=sign * change)
    for upper, lower in (
        (ladder.demand_avoided, ladder.capacity_released),
        (ladder.capacity_released, ladder.removable),
        (ladder.removable, ladder.withdrawn),
    ):
        assert (np.abs(lower) <= np.abs(upper) + 1e-6).all()
    assert ladder.withdrawn + ladder.refilled == pytest.approx(ladder.removable)
    if sign > 0:
        assert (ladder.withdrawn <= 2_020_000).all(), "no more than was ever spent"
    if change <= 0:
        assert not ladder.withdrawn.any()


def test_the_ladder_of_a_place_is_at_its_full_size():
    one = book({"usual": {}, "new": BETTER})
    found = cashability.ladders(one, services(["usual", "new"]), 1, 0, step=5, lag=1)
    ladder = found["later_life.acute"]
    assert ladder.episodes == pytest.approx(np.full((FEW, 2), 15 * 12 / 0.5))
    assert ladder.posts == pytest.approx(np.full((FEW, 2), 15 * 40 / (45 + 60) * 2))
    table = cashability.table(found, 2).set_index(["service", "rung"])["value"]
    assert table["all acute services", "demand_avoided"] == table["later_life.acute", "demand_avoided"] > 0
    assert cashability.ladders(one, pd.DataFrame({"arm": ["usual"]}), 1, 0, 5, 1) == {}


def test_groups_gain_or_lose_and_nobody_is_worse_off_only_where_that_is_so():
    outcomes = load_outcomes()
    better = record({"usual": {}, "new": {"crises": -2, "crises@fifth_1": -2}}, noise=3)
    table = equity.tell(equity.by_group(better, outcomes, 2), "new", "usual")
    crises = table[(table["outcome"] == "crises") & (table["by"] == "deprivation fifth")]
    difference = crises[crises["measure"] == "difference"].set_index("group")
    assert difference.loc["fifth_1", "verdict"] == "gains"
    assert difference.loc["fifth_1", "value"] == pytest.approx(-2 * 12_000 / 200)
    assert set(difference["verdict"][1:]) == {"the same"}
    by = crises.set_index(["measure", "comparison"])["value"]
    assert by["nobody_worse", "new minus usual"] == 1
    assert by["gap", "usual"] == 0
    assert by["gap", "new"] == pytest.approx(-120)
    assert by["concentration_index", "new"] > 0 == pytest.approx(by["concentration_index", "usual"])
    back = equity.tell(equity.by_group(better, outcomes, 2), "usual", "new")
    worse = back[(back["outcome"] == "crises") & (back["measure"] == "nobody_worse")]
    assert (worse["value"] == 0).all()
    bounded = table[(table["outcome"] == "life_satisfaction") & (table["measure"] == "erreygers")]
    assert len(bounded) == 3
    assert not (table["measure"].eq("erreygers") & table["outcome"].eq("crises")).any()


def test_groups_are_judged_as_all_else_is_and_together():
    outcome = load_outcomes()["life_satisfaction"]
    luck = np.random.default_rng(3).normal(size=(30, 5))
    luck = (luck - luck.mean(axis=0)) / luck.std(axis=0, ddof=1)

    def said(means, spread):
        gap = np.array(means) + spread * luck
        values = {"new": 7 + gap, "usual": np.full((30, 5), 7.0)}
        names = tuple(f"fifth_{n}" for n in range(1, 6))
        each = equity.Grouped(outcome, "fifth", names, values, np.ones(5), dict.fromkeys(names, False))
        table = equity.tell([each], "new", "usual")
        return table, table[table["measure"] == "difference"]["verdict"].tolist()

    half = outcome.matters / 2
    table, verdicts = said([4 * half, half, -half, -4 * half, 0], half * np.array([0.5, 0.5, 0.5, 0.5, 9]))
    assert verdicts == ["gains", "too small to matter", "too small to matter", "loses", "cannot tell"]
    line = who_pays._groups(table, ("new", "usual"))
    assert "all 5 looked at together (Holm's correction)" in line
    assert "1 gain, 1 lose, 2 differ by too little to matter and 1 cannot be told from chance" in line
    # A difference that is clear by itself may be luck among five.
    alone = 2.3 / math.sqrt(30)
    table, verdicts = said([alone, 0, 0, 0, 0], 1.0)
    row = table[(table["measure"] == "difference") & (table["group"] == "fifth_1")].iloc[0]
    assert row["lo"] > 0
    assert row["p_holm"] > 0.05
    assert verdicts == ["cannot tell"] * 5


def test_indices_of_many_runs_are_those_of_each():
    """Each run by itself gives the same; runs with holes or nothing at all have no index where it would mean nothing."""
    values = np.random.default_rng(1).uniform(1, 9, (6, 5))
    people = np.array([3.0, 1.0, 2.0, 2.0, 4.0])
    found = equity.indices(values, people, "points out of 10", "fifth")
    for k in range(len(values)):
        alone = equity.indices(values[[k]], people, "points out of 10", "fifth")
        assert {name: own[k] for name, own in found.items()} == {name: own[0] for name, own in alone.items()}
    holes = equity.indices(np.array([[1.0, math.nan, 2.0], [0, 0, 0], [0, 1, 2.0]]), np.ones(3), "%", "age")
    assert np.isnan(holes["gini"]).tolist() == [True, True, False]
    assert np.isnan(holes["theil"]).tolist() == [True, True, True]


def test_small_cells_are_flagged():
    rare = record({"usual": {}, "new": {}})
    rare["crises@fifth_2"] = 0
    table = equity.tell(equity.by_group(rare, load_outcomes(), 1), "new", "usual")
    levels = table[(table["outcome"] == "crises") & (table["measure"] == "level")].set_index("group")["small_cell"]
    assert levels["fifth_2"].all()
    assert not levels["fifth_1"].any()


def test_identical_arms_give_zeros_and_words():
    found, said = told({"usual": {}, "same": {}}, years=1)
    assert said == ["Who pays, who gains: nobody. same and usual cost and gave exactly the same."]
    told_numbers = found.economics[found.economics["comparison"] == "same minus usual"]
    values = told_numbers.set_index("measure")["value"].dropna()
    assert values.drop("quadrant_same").eq(0).all()
    assert values["quadrant_same"] == 1
    undefined = told_numbers[told_numbers["value"].isna() & (told_numbers["measure"] != "social_value_positive")]
    assert set(undefined["measure"]) == {"icer", "bcr", "cost_shunting", "evpi", appraisal.TURNS, appraisal.UNCLEAR}
    assert undefined["note"].str.len().gt(5).all()
    assert found.agency_year[["net", "net_lo", "net_hi"]].eq(0).all(axis=None)
    assert found.ladder["value"].eq(0).all()
    assert set(found.break_even["words"]) == {"never has to put anything in"}
    assert set(found.equity["verdict"].dropna()) == {"the same"}
    assert found.switches["social_value"].eq(0).all()


def test_swapping_the_arms_turns_every_sign_and_nothing_else():
    changes = {"usual": {}, "new": BETTER}
    months = record(changes, noise=5)
    both = [
        economics_tables.appraise(months, services(changes), load_outcomes(), pair, VALUES, 0.5, [2])[0]
        for pair in (("new", "usual"), ("usual", "new"))
    ]
    one, other = (each.economics[each.economics["comparison"].str.contains("minus")] for each in both)
    signed = ~one["measure"].str.contains("quadrant|positive|icer|bcr|shunting|evpi|turns|unclear").to_numpy()
    assert one["value"].to_numpy()[signed] == pytest.approx(-other["value"].to_numpy()[signed])
    assert one["lo"].to_numpy()[signed] == pytest.approx(-other["hi"].to_numpy()[signed])
    assert both[0].ladder["value"].to_numpy() == pytest.approx(-both[1].ladder["value"].to_numpy())
    assert both[0].pockets["silo"].to_numpy() == pytest.approx(-both[1].pockets["silo"].to_numpy())


def test_words_say_who_pays_with_sums_of_the_tables():
    found, said = told({"status_quo": {}, "usual": {}, "new": BETTER})
    said = " ".join(said)
    rows = found.economics[(found.economics["horizon"] == 2)].set_index(["comparison", "measure"])["value"]
    cost = rows["new minus status_quo", "public_cost"]
    assert f"£{-cost:.2f} less than status quo" in said
    assert "council" in said
    assert re.search(r"council \(£[0-9.]+\).* spends? (less|more)", said)
    assert "vintage 2026-02" in said
    assert "nan" not in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((-37.0, -46.0, -24.0), "£37 less than b (95% £24 to £46)"),
        ((37.0, 24.0, 46.0), "£37 more than b (95% £24 to £46)"),
        ((5.0, -2.0, 120.0), "£5.00 more than b (could be chance: 95% £2.00 less to £120 more)"),
        ((0.0, 0.0, 0.0), "the same as b"),
        ((5.0, math.nan, math.nan), "£5.00 more than b (too few runs for an interval)"),
    ],
)
def test_sums_are_put_into_words(row, words):
    assert who_pays.amount(dict(zip(("value", "lo", "hi"), row, strict=True)), than="b") == words


def test_both_arms_stand_beside_carrying_on_as_before():
    changes = {"status_quo": {}, "usual": {"spend.police.other_services": -70_000}, "new": BETTER}
    found, _ = economics_tables.appraise(
        record(changes), services(changes), load_outcomes(), ("new", "usual"), VALUES, 0.5, [2]
    )
    pairs = {"new minus usual", "usual minus status_quo", "new minus status_quo"}
    assert pairs | {"status_quo", "usual", "new"} == set(found.economics["comparison"])
    rows = found.economics.set_index(["comparison", "measure"])["value"]
    cost = [rows[name, "public_cost"] for name in ("new minus status_quo", "usual minus status_quo", "new minus usual")]
    assert cost[0] - cost[1] == pytest.approx(cost[2])
    assert set(found.agency_year["comparison"]) == pairs


def test_replications_that_one_arm_lacks_are_left_out():
    months = record({"usual": {}, "new": BETTER}, replications=4)
    gone = months[~((months["arm"] == "new") & (months["replication"] == 2))]
    assert ledgers.Book.of(gone, 0.5).replications == (0, 1, 3)
    short = months[~((months["arm"] == "new") & (months["replication"] == 2) & (months["month"] == 3))]
    with pytest.raises(ValueError, match="months recorded"):
        ledgers.Book.of(short, 0.5)


def test_files_are_written_and_only_needed_columns_are_read(tmp_path):
    changes = {"usual": {}, "new": BETTER}
    record(changes).assign(trust_total=1.0).to_parquet(tmp_path / "runs.parquet")
    services(changes).to_parquet(tmp_path / "services.parquet")
    said = economics_tables.write(tmp_path, ("new", "usual"), VALUES, 0.5, [1, 2])
    assert said[0].startswith("Who pays")
    written = {path.name for path in (tmp_path / "economics").iterdir()}
    assert {"economics.csv", "agency_year.csv", "equity.csv", "ladder.csv", "break_even.csv"} < written
    assert not [name for name in written if name.startswith(".")]
    assert "trust_total" not in economics_tables.needed(["trust_total", "citizens", "arm"], load_outcomes())
    table = pd.read_csv(tmp_path / "economics" / "economics.csv")
    assert set(table["uncertainty_type"]) == {"stochastic"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wellby": {**YAML["wellby"], "value": 9_000}}, "outside its own range"),
        ({"wellby": {**YAML["wellby"], "price_year": "1999-00"}}, "deflator has no value"),
        ({"step_lag": {**YAML["step_lag"], "value": 1.5}}, "whole number of years"),
        ({"standard": {**YAML["standard"], "value": [3.5, 3.0, 2.5]}}, "shares a year"),
        ({"income_of_fifths": {**YAML["income_of_fifths"], "value": [0, 1, 1, 1, 1]}}, "above 0"),
        ({"discount": "fast"}, "standard"),
        ({"k": 1}, "Extra inputs"),
    ],
)
def test_a_valuation_that_makes_no_sense_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        Valuation.model_validate({**YAML, **change})


def test_every_constant_says_where_it_comes_from():
    for name, entry in YAML.items():
        if isinstance(entry, dict):
            assert {
                "value",
                "unit",
                "price_year",
                "source",
                "url",
                "retrieved",
                "vintage",
                "supersedes",
                "grade",
            } <= set(entry), name
            assert entry["grade"] != "J" or entry["source"].startswith("assumption"), name


def test_at_the_worth_of_a_pound_outside_where_the_answer_turns_both_arms_are_worth_the_same():
    new = {"spend.police.other_services": -70_000, "life_satisfaction_total": 100.0}
    ledger = Ledgers(book({"usual": {}, "new": new}), VALUES, 2)
    at = appraisal.turns_at(ledger, 1, 0)
    assert at is not None
    outside = ledger.values.outside_services.model_copy(update={"value": at, "low": None, "high": None})
    there = Ledgers(ledger.book, ledger.values.model_copy(update={"outside_services": outside}), ledger.years)
    assert (there.social_value[1] - there.social_value[0]).mean() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1, 2, "clear for"),
        (-2, -1, "clear against"),
        (-1, 1, "no answer"),
        (0, 1, "no answer"),
        (math.nan, math.nan, "too few runs to say"),
    ],
)
def test_an_interval_of_the_social_value_says_one_of_three_things(low, high, said):
    assert appraisal.answer(Interval(low, high, "t")) == said
