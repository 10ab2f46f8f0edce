"""Several points are worked out together wherever they have the same arms, with the results of each by itself."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.statistics import point_differences

ARMS = {0: ["a", "b"], 1: ["a", "b"], 2: ["a", "b"], 3: ["b"], 4: ["c"], 5: ["b", "c"], 6: ["b", "c"]}


@pytest.fixture
def runs():
    """Three months of every arm of seven points, with as many replications as a point's number is odd or even."""
    rows = [
        (point, arm, replication, month, 100 * point + 10 * replication + month)
        for point, arms in ARMS.items()
        for arm in arms
        for replication in range(2 + point % 2)
        for month in range(3)
    ]
    return pd.DataFrame(rows, columns=["point", "arm", "replication", "month", "crises"])


@pytest.mark.parametrize(("at_once", "records"), [(1, 7), (2, 5), (32, 4)])
def test_every_run_is_seen_once_and_can_be_told_from_the_others(runs, monkeypatch, at_once, records):
    monkeypatch.setattr(point_differences, "POINTS_AT_ONCE", at_once)
    found = list(point_differences.some_at_once(runs, 3))
    assert len(found) == records
    for record in found:
        assert record.groupby("replication")["arm"].unique().map(tuple).nunique() == 1, "the same arms everywhere"
    whole = pd.concat(found)
    again = whole.assign(point=whole["replication"] // 3, replication=whole["replication"] % 3)[runs.columns]
    assert np.array_equal(again.to_numpy(), runs.to_numpy())


def test_a_point_of_too_few_runs_has_no_verdict():
    """Without an interval nothing is a toss-up, and the sentence counts such points apart."""
    rows = pd.DataFrame(
        {
            "better": "lower",
            "ci_lo": [-2.0, 1.0, -1.0, np.nan],
            "ci_hi": [-1.0, 2.0, 1.0, np.nan],
            "outcome": "crises",
            "horizon": 1,
        }
    )
    assert point_differences.verdicts(rows).tolist() == ["better", "worse", "toss-up", "unknown"]
    crises = point_differences.chosen(["crises"])["crises"]
    said = point_differences.sentence(rows, crises, ("new", "old"))
    assert "1 too close to call at this many replications, 1 with too few runs to say" in said
    spent = point_differences.chosen(["crises"])["public_spend_total"]
    told = point_differences.sentence(rows.assign(outcome="public_spend_total"), spent, ("new", "old"))
    assert "at 4 points: 1 cheaper, 1 dearer, 1 too close" in told
    assert "too few runs" not in point_differences.sentence(rows[:3], crises, ("new", "old"))
