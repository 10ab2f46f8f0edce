"""The numbers by which patterns are judged, worked out of records small enough to do by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from experiments.questions.patterns import statistics
from experiments.questions.patterns.statistics import Record, judge, verdict_of_pattern

PER_MONTH = {  # by arm and year, what every month records: cases, people, money on care, money on hospitals
    ("cut", 1): (9.0, 100.0, 800, 100),
    ("cut", 2): (12.0, 120.0, 600, 110),
    ("whole", 1): (10.0, 100.0, 1000, 100),
    ("whole", 2): (10.0, 125.0, 1000, 100),
    ("before", 0): (10.0, 100.0, 1000, 100),
}
LUCKS = (1.0, 2.0)
"""Everything is twice as much in the second replication; no mean of ratios may notice."""


def month_rows(arm, year, first_month):
    cases, people, care, hospital = PER_MONTH[arm, year]
    return [
        {
            "arm": arm,
            "replication": r,
            "month": first_month + m,
            "cases": cases * luck,
            "people": people * luck,
            "spend.adult_care.x.core.staff": care * luck,
            "spend.adult_care.transfer": 500,
            "spend.nhs.x.acute.staff": hospital * luck,
            "spend.nhs.other_services": 7000,
            "spend.households.informal_care": 9000,
            "reported": 80.0,
            "true": 70.0 + year,
        }
        for r, luck in enumerate(LUCKS)
        for m in range(12)
    ]


def service_rows(arm, month, true, spend, cases, stage):
    return [
        {
            "arm": arm,
            "replication": r,
            "month": month,
            "service": s,
            "challenge": "x",
            "tier": "core",
            "true": t,
            "spend_pence": p,
            "caseload": n,
            "stage": g,
        }
        for r in range(2)
        for s, (t, p, n, g) in enumerate(zip(true, spend, cases, stage, strict=True))
    ]


@pytest.fixture(scope="module")
def record():
    runs = [row for arm in ("cut", "whole") for year in (1, 2) for row in month_rows(arm, year, 12 * (year - 1))]
    before = [row | {"cases": 1e6} for row in month_rows("before", 0, -24)] + month_rows("before", 0, -12)
    standard, done = ["standard"] * 4, ["embedded", "embedded", "test", "standard"]
    services = service_rows("whole", 11, [40, 50, 60, 70], [400, 400, 400, 400], [4, 4, 4, 4], standard)
    services += service_rows("whole", 23, [40, 50, 60, 80], [400, 400, 400, 400], [4, 4, 4, 4], standard)
    services += service_rows("cut", 11, [36, 50, 60, 70], [400, 400, 400, 400], [4, 4, 4, 4], standard)
    services += service_rows("cut", 23, [36, 50, 60, 80], [400, 400, 100, 100], [5, 5, 9, 9], done)
    return Record(pd.DataFrame(runs), pd.DataFrame(before), pd.DataFrame(services))


def worked_out(record, statistic, **settings):
    return statistics.STATISTICS[statistic](record, settings)


CARE, HOSPITAL = ["spend.adult_care.**"], ["spend.nhs.x.acute.*"]


@pytest.mark.parametrize(
    ("statistic", "settings", "expected"),
    [
        ("change", {"arm": "cut", "numerator": ["cases"], "year": 2}, 20.0),
        ("change", {"arm": "cut", "numerator": ["cases"], "denominator": ["people"], "year": 2}, 0.0),
        ("change", {"arm": "cut", "numerator": CARE, "year": 1}, -20.0),
        (
            "share_change",
            {"arm": "cut", "numerator": HOSPITAL, "denominator": [*CARE, *HOSPITAL], "year": 2},
            100 * (110 / 710 - 100 / 1100),
        ),
        (
            "difference",
            {"arm": "cut", "against": "whole", "numerator": ["cases"], "denominator": ["people"], "year": 2},
            25.0,
        ),
        (
            "per_hundred_cut",
            {"arm": "cut", "against": "whole", "gained": HOSPITAL, "cut": CARE, "years": 2},
            100 * 10 / 600,
        ),
        ("gap", {"arm": "cut", "upper": "reported", "lower": "true", "year": 2}, 8.0),
        ("quarter", {"arm": "cut", "against": "whole", "quarter": 1, "measure": "true", "year": 2}, -10.0),
        ("quarter", {"arm": "cut", "against": "whole", "quarter": 4, "measure": "true", "year": 2}, 0.0),
        ("unit_cost", {"arm": "cut", "against": "whole", "year": 2}, -20.0),
        ("system_cost", {"arm": "cut", "against": "whole", "year": 2}, 100 * (710 / 1100 - 1)),
    ],
)
def test_a_number_is_what_it_is_by_hand(record, statistic, settings, expected):
    assert worked_out(record, statistic, **settings).mean() == pytest.approx(expected)


ALL = [*CARE, *HOSPITAL]
OVER_A_YEAR = {"arms": ["cut", "whole"], "since": 1, "year": 2}


def test_a_slope_across_arms_is_the_difference_of_two(record):
    """With two arms a straight line goes through both: 600 of 800 and the same 1,000 of care; 710 of 900 in all."""
    care, both = math.log(600 / 800), math.log(710 / 900)
    along = worked_out(record, "slope", numerator=CARE, along=ALL, per=0.1, **OVER_A_YEAR)
    assert along == pytest.approx([10 * care / both] * 2)
    at = worked_out(record, "slope", numerator=CARE, at=[3.0, 1.0], per=1.0, **OVER_A_YEAR)
    assert at == pytest.approx([100 * care / 2] * 2)


def test_the_spread_of_changes_is_their_standard_deviation(record):
    expected = 100 * abs(math.log(600 / 800)) / math.sqrt(2)
    assert worked_out(record, "spread", numerator=CARE, **OVER_A_YEAR) == pytest.approx([expected] * 2)


def test_a_small_number_that_varies_does_not_tilt_the_mean():
    """Two lucks swap their values: nothing has changed, though one has trebled and the other lost two thirds."""
    rows = [{"arm": "a", "replication": r, "month": m, "cases": c} for r, c in ((0, 3.0), (1, 1.0)) for m in range(12)]
    before = [row | {"month": row["month"] - 12, "cases": 4.0 - row["cases"]} for row in rows]
    record = Record(pd.DataFrame(rows), pd.DataFrame(before), pd.DataFrame())
    assert worked_out(record, "change", arm="a", numerator=["cases"], year=1) == pytest.approx([100.0, -100.0])


def test_a_measure_that_was_not_recorded_is_named(record):
    with pytest.raises(KeyError, match=r"spend\.police"):
        worked_out(record, "change", arm="cut", numerator=["spend.police.**"], year=1)


def test_a_star_stands_for_one_part_of_a_name(record):
    assert statistics.columns(record.runs, ["spend.*.other_services"]) == ["spend.nhs.other_services"]
    with pytest.raises(KeyError):
        statistics.columns(record.runs, ["spend.*"])


def followed(before, after, replications=3):
    return [
        {"arm": arm, "replication": r, "month": m, "people": 50, "in_hospital": before[arm] if m < 12 else after[arm]}
        for arm in before
        for r in range(replications)
        for m in range(24)
    ]


def test_before_and_after_falls_and_controls_take_it_away():
    rows = pd.DataFrame(followed({"scheme": 20, "others": 20}, {"scheme": 12, "others": 13}))
    record = Record(rows, rows, rows)
    assert worked_out(record, "before_after", arm="scheme") == pytest.approx([-40.0] * 3)
    assert worked_out(record, "against_controls", arm="scheme", against="others") == pytest.approx([-5.0] * 3)


@pytest.mark.parametrize(
    ("values", "verdict", "certain"),
    [
        ([5.0, 5.1, 4.9, 5.0, 5.0, 5.1, 4.8, 5.2], "met", True),
        ([5.0, 5.1, 4.9, 5.0, 5.0, 5.1, 4.8], "met", False),
        ([9.9, 9.8, 10.3, 10.4, 9.7, 9.6, 9.5, 10.2], "met", False),
        ([12.0, 12.1, 11.9, 12.0] * 2, "partly", True),
        ([-30.0, -30.1] * 4, "failed", True),
        ([math.nan, math.nan], "failed", True),
    ],
)
def test_a_number_is_held_against_its_tolerance(values, verdict, certain):
    judged = judge(np.array(values), (0.0, 10.0), (-5.0, 15.0))
    assert (judged.verdict, judged.certain) == (verdict, certain)


def test_the_first_number_of_a_pattern_weighs_most():
    assert verdict_of_pattern(["met", "met"]) == "met"
    assert verdict_of_pattern(["met", "failed"]) == verdict_of_pattern(["partly", "met"]) == "partly"
    assert verdict_of_pattern(["failed", "met"]) == "failed"
