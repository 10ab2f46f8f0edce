"""Two arms at the same money received: what is kept is told apart, and intervals are those of any paired difference."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.paired import difference_interval
from experiments.questions.frontier import curves, screen, tables
from experiments.questions.frontier.curves import CHEAPEST, NEVER, OPEN, TOO_FEW, Curve

CUTS = np.array([0.1, 0.2, 0.3])
MONEY = np.array([4000.0, 3900.0, 3800.0])
ARMS = ("radical", "rationing")


def curve(value, spent=0.0, pairs=12):
    """A curve whose budgets are received to the penny in every replication."""
    received = np.tile(MONEY, (pairs, 1))
    return Curve(CUTS, received, received + spent, value)


@pytest.fixture
def luck():
    return np.random.default_rng(3)


def test_the_same_money_is_what_was_received_and_what_was_kept_is_told_apart(luck):
    """Radical keeps 100 pounds of what it receives: read at what both spent it would look a budget better than it is."""
    level = np.array([10.0, 9.0, 8.0]) + luck.normal(size=(12, 1))
    found = curves.at_equal_budget(curve(level, spent=-100), curve(level), 1.0, ARMS)
    assert found["money"].to_numpy() == pytest.approx(MONEY)
    assert found["diff"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert found["radical_kept"].to_numpy() == pytest.approx(100)
    assert found["radical_spent"].to_numpy() == pytest.approx(MONEY - 100)
    assert found["rationing_kept"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert found["same_money"].all()
    said = tables.same_money(found.iloc[1], load_outcomes()["qalys"], ARMS)
    assert "With the same money received (£3,900 a head and year" in said
    assert "of the money £3,800 spent, £100 kept" in said


def test_intervals_are_those_of_the_paired_differences(luck):
    one, other = luck.exponential(size=(2, 12, 3))
    found = curves.at_equal_budget(curve(one), curve(other), 1.0, ARMS)
    for place, row in enumerate(found.to_dict("records")):
        low, high, _ = difference_interval((one - other)[:, place])
        assert (row["ci_lo"], row["ci_hi"]) == pytest.approx((low, high), rel=1e-9)
        assert row["all_lo"] < row["ci_lo"]
        assert row["better"] == ("radical" if low > 0 else "rationing" if high < 0 else OPEN)
    sample = one[:, 0]
    assert curves.interval(sample)["ci_lo"] == difference_interval(sample).low


def test_an_interval_of_a_curved_reading_covers_as_often_as_it_says(luck):
    """The ratio of two means of skewed values; of 400 intervals of 95% fewer than 360 cover the truth in 1 of 10,000 cases."""
    covers = 0
    for _ in range(400):
        above, below = luck.gamma(4, 0.25, size=(2, 30))
        added = curves.pseudo_values(lambda k, a=above, b=below: np.array([a[k].mean() / b[k].mean()]), 30)
        (low,), (high,) = curves.intervals(added)
        covers += low <= 1 <= high
    assert covers >= 360


def test_too_few_runs_are_no_verdict(luck):
    one, other = luck.normal(size=(2, 5, 3)) + np.array([[[50.0]], [[0.0]]])
    found = curves.at_equal_budget(curve(one, pairs=5), curve(other, pairs=5), 1.0, ARMS)
    assert set(found["better"]) == {TOO_FEW}
    assert found[["ci_lo", "ci_hi"]].isna().all(axis=None)
    assert curves.verdict(found, 1.0, ARMS) == TOO_FEW
    said = tables.overall(found.assign(verdict=TOO_FEW), ARMS)
    assert "replicates=8 or more" in said
    assert "too few runs for an interval" in tables.same_money(found.iloc[0], load_outcomes()["qalys"], ARMS)
    (needs,) = curves.at_equal_outcome(curve(one, pairs=5), curve(one, pairs=5), 1.0, ARMS).head(1).to_dict("records")
    assert "nan" not in tables.same_outcome(needs)


def test_what_is_left_over_is_kept_and_what_is_beyond_is_overspent():
    assert screen._had(pd.Series({"received": 3866.2, "kept": 11.3})) == "£3,866 (£11 kept)"
    assert screen._had(pd.Series({"received": 3866.2, "kept": -11.3})) == "£3,866 (£11 overspent)"
    assert screen._had(pd.Series({"received": 3866.2, "kept": -0.3})) == "£3,866"


@pytest.mark.parametrize(
    ("state", "saving", "words"),
    [
        (CHEAPEST, 0.2, "saves more than could be explored"),
        (CHEAPEST, 184.0, "+184 or more"),
        (NEVER, -0.2, "needs more than the most explored"),
        (NEVER, -184.0, "−184 or worse"),
    ],
)
def test_what_lies_beyond_is_told(state, saving, words):
    assert screen._beyond({"state": state, "saving": saving}) == words


def test_arms_that_never_had_the_same_money_are_not_compared(luck):
    poor = Curve(CUTS, np.tile(MONEY - 1000, (12, 1)), np.tile(MONEY - 1000, (12, 1)), luck.normal(size=(12, 3)))
    found = curves.at_equal_budget(curve(luck.normal(size=(12, 3))), poor, 1.0, ARMS)
    assert found["diff"].isna().all()
    assert "never received the same money" in tables.overall(
        pd.DataFrame({"verdict": [curves.verdict(found, 1.0, ARMS)]}), ARMS
    )
