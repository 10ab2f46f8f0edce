"""Outcomes over a window are what one works out by hand."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.statistics.outcomes import (
    Outcome,
    Panel,
    bands,
    expand,
    group_values,
    groups,
    load_outcomes,
    outcome_values,
    read_outcomes,
    series,
)

SHIPPED = load_outcomes()


def made(**change: object) -> dict[str, Outcome]:
    """Makes a catalogue of one outcome, `it`: crises per 1,000 people a year unless changed."""
    entry = {
        "title": "It",
        "unit": "each",
        "better": "lower",
        "family": "lives",
        "numerator": ["crises"],
        "denominator": ["citizens"],
        "factor": 12000,
        "window": "year",
        "description": "It.",
    }
    return read_outcomes({"it": {**entry, **change}})


def value(record: pd.DataFrame, horizon: int, arm: str = "steady", **change: object) -> float:
    """Works out one outcome of one arm."""
    found = outcome_values(record, made(**change), [horizon])
    return float(found.loc[found["arm"] == arm, "value"].item())


def test_a_year_is_a_ratio_of_sums_over_its_own_twelve_months(hand_made: pd.DataFrame) -> None:
    assert value(hand_made, 1) == pytest.approx(24)
    assert value(hand_made, 2) == pytest.approx(18)


def test_cumulative_weighs_months_by_people(hand_made: pd.DataFrame) -> None:
    assert value(hand_made, 2, window="cumulative") == pytest.approx(20)
    assert value(hand_made, 2, window="cumulative", denominator="none", factor=1) == 60


def test_end_is_the_last_month(hand_made: pd.DataFrame) -> None:
    jobs = {"numerator": ["jobs_lost"], "window": "end", "factor": 1000}
    assert value(hand_made, 1, **jobs) == pytest.approx(11)
    assert value(hand_made, 2, **jobs) == pytest.approx(11.5)


def test_a_month_without_a_value_counts_on_neither_side(hand_made: pd.DataFrame) -> None:
    wait = {"numerator": ["waiting_p90"], "denominator": ["months"], "factor": 1}
    assert value(hand_made, 1, **wait) == pytest.approx(3.0)
    assert math.isnan(value(hand_made.assign(waiting_p90=np.nan), 1, **wait))


def test_a_rate_over_nobody_is_undefined(hand_made: pd.DataFrame) -> None:
    assert math.isnan(value(hand_made.assign(citizens=0), 1))


def test_minus_is_taken_away(hand_made: pd.DataFrame) -> None:
    assert value(hand_made, 2, numerator=["jobs_lost"], minus=["crises"], denominator=["months"], factor=1) == 14.5


def test_money_in_pounds_without_households_and_transfers(hand_made: pd.DataFrame) -> None:
    money = {name: SHIPPED[name] for name in ("public_spend", "public_spend_total", "prevention_share")}
    found = outcome_values(hand_made, money, [1, 2]).set_index(["arm", "outcome", "horizon"])["value"]
    assert found["steady", "public_spend", 1] == pytest.approx(24.0)
    assert found["steady", "public_spend", 2] == pytest.approx(12.0)
    assert found["steady", "public_spend_total", 2] == pytest.approx(32.0)
    assert found["cheaper", "public_spend_total", 2] == pytest.approx(30.4)
    assert found["steady", "prevention_share", 2] == pytest.approx(20.0)


def test_whole_pence_are_added_exactly() -> None:
    big = 2**53
    one = {"arm": "a", "replication": 0, "month": np.arange(12), "citizens": 1}
    record = pd.DataFrame({**one, "spend.nhs.support": big + 1, "spend.dwp.support": -big})
    spent = outcome_values(record, made(numerator=["spend.**"], denominator="none", factor=1), [1])
    assert spent["value"].item() == 12


def test_order_of_rows_and_arms_does_not_matter(hand_made: pd.DataFrame) -> None:
    shuffled = hand_made.sample(frac=1, random_state=3)
    keys = ["arm", "horizon"]
    here, there = (outcome_values(each, made(), [1, 2]).sort_values(keys) for each in (hand_made, shuffled))
    np.testing.assert_array_equal(here["value"], there["value"])


def test_errors_name_what_is_missing(hand_made: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="outcome 'it': numerator 'crisis' is not recorded; nearest: crises"):
        value(hand_made, 1, numerator=["crisis"])
    with pytest.raises(KeyError, match=r"outcome 'it': denominator 'spend\.\*\.x' is not recorded"):
        value(hand_made, 1, denominator=["spend.*.x"])
    with pytest.raises(ValueError, match="horizon 3 is outside the runs: allowed 1 to 2 years"):
        value(hand_made, 3)
    with pytest.raises(ValueError, match="lack the column"):
        outcome_values(hand_made.drop(columns="replication"), made(), [1])
    with pytest.raises(ValueError, match="hold no months"):
        outcome_values(hand_made.head(0), made(), [1])


@pytest.mark.parametrize("rows", [slice(1, None), slice(0, -1)])
def test_gaps_in_the_record_are_refused(hand_made: pd.DataFrame, rows: slice) -> None:
    with pytest.raises(ValueError, match=r"arm '\w+', replication 0: months must run 0 to 23, once each"):
        outcome_values(hand_made.iloc[rows], made(), [1])
    with pytest.raises(ValueError, match="once each"):
        outcome_values(pd.concat([hand_made, hand_made.tail(1)]), made(), [1])


def test_groups_are_worked_out_on_their_own_people(hand_made: pd.DataFrame) -> None:
    both = made() | {"jobs": made(numerator=["jobs_lost"])["it"].model_copy(update={"name": "jobs"})}
    found = group_values(hand_made, both, [2], "fifth")
    steady = found[found["arm"] == "steady"].set_index("group")["value"]
    assert groups(hand_made, "fifth") == ["fifth_1", "fifth_2"]
    assert steady.to_dict() == pytest.approx({"fifth_1": 30.0, "fifth_2": 40.0})
    assert set(found["outcome"]) == {"it"}
    with pytest.raises(ValueError, match="not recorded by 'age'"):
        group_values(hand_made, both, [1], "age")
    with pytest.raises(KeyError, match="'jobs_lost' is not recorded for this group"):
        Panel.of(hand_made).sides(both["jobs"], "fifth_1")


def test_series_by_month_and_by_year(hand_made: pd.DataFrame) -> None:
    steady = hand_made[hand_made["arm"] == "steady"]
    monthly = series(steady, made()["it"])
    assert monthly["month"].tolist() == list(range(24))
    assert monthly["value"].tolist() == pytest.approx([24.0] * 12 + [18.0] * 12)
    yearly = series(hand_made, made()["it"], every="year")
    assert yearly["year"].tolist() == [1, 1, 2, 2]
    assert yearly["value"].tolist() == pytest.approx([24, 24, 18, 18])


def test_cumulative_series_ends_at_the_horizons_value(hand_made: pd.DataFrame) -> None:
    total = SHIPPED["public_spend_total"]
    monthly = series(hand_made, total).set_index(["arm", "month"])["value"]
    assert monthly["steady", 0] == pytest.approx(2.0)
    for horizon in (1, 2):
        at = outcome_values(hand_made, {"total": total}, [horizon]).set_index("arm")["value"]
        assert monthly["steady", 12 * horizon - 1] == pytest.approx(at["steady"])
        assert monthly["cheaper", 12 * horizon - 1] == pytest.approx(at["cheaper"])


def test_bands_spread_over_replications() -> None:
    runs = pd.concat(
        [
            pd.DataFrame({"arm": "a", "replication": r, "month": range(12), "crises": r + 1, "citizens": 12_000})
            for r in range(21)
        ]
    )
    found = bands(series(runs, made()["it"]))
    assert len(found) == 12
    assert found.loc[0, ["mean", "low", "high"]].tolist() == pytest.approx([11, 1.5, 20.5])
    assert list(found.columns) == ["arm", "month", "mean", "low", "high"]


def test_shipped_catalogue_works_on_a_full_record(made_up_runs: Callable[..., pd.DataFrame]) -> None:
    record = made_up_runs({"a": 0.0, "b": 1.0}, replications=2)
    single = expand(SHIPPED, list(Panel.of(record).measures()))
    values = outcome_values(record, SHIPPED, [1])
    assert np.isfinite(values["value"]).all()
    assert len(values) == 4 * len(single)
    assert {
        "crises_later_life",
        "need_share_safety",
        "spend_nhs",
        "spend_adult_care",
        "users_core",
        "redesigns_stopped",
        "challenge_spend_climate",
    } <= set(single)
    assert "spend_households" not in single
    by_fifth = group_values(record, SHIPPED, [1], "fifth")
    assert {"crises", "deaths", "failure_demand", "life_satisfaction_in_need"} <= set(by_fifth["outcome"])
    assert "public_spend" not in set(by_fifth["outcome"])


def test_spending_by_agency_and_by_use_adds_up(made_up_runs: Callable[..., pd.DataFrame]) -> None:
    record = made_up_runs({"a": 0.0}, replications=1)
    value = outcome_values(record, SHIPPED, [1]).set_index("outcome")["value"]
    by_agency = value[[name for name in value.index if str(name).startswith("spend_")]].sum()
    by_challenge = value[[name for name in value.index if str(name).startswith("challenge_spend_")]].sum()
    assert by_agency == pytest.approx(value["public_spend"])
    assert by_challenge == pytest.approx(value["challenge_spend"])
    rest = record["spend.nhs.redundancy"].sum() / record["citizens"].sum() * 0.12
    assert value["challenge_spend"] + value["other_services_spend"] + rest == pytest.approx(value["public_spend"])
