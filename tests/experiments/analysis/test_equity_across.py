"""Across sets of plausible numbers: whether any group is worse off, luck taken out, against answers known beforehand."""

import numpy as np
import pytest

from experiments.analysis.statistics import equity_across
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.equity_across import Gaps
from experiments.analysis.statistics.paired import wilson_interval

GROUPS = ("fifth_1", "fifth_2")
LUCK = np.array([[-0.4, 0.4], [0.4, -0.4]]) * 1e-3  # adds up to nothing in every set


def sets_of(outcome, effects):
    return [[Gaps(load_outcomes()[outcome], "fifth", GROUPS, np.array(each) + LUCK)] for each in effects]


def told(outcome, effects):
    return equity_across.table(sets_of(outcome, effects), ("new", "old"), 5)


@pytest.mark.parametrize(("outcome", "sign"), [("life_satisfaction", 1), ("crises", -1)])
def test_a_set_counts_only_where_every_group_is_no_worse(outcome, sign):
    found = told(outcome, sign * np.array([[0.5, 0.3], [0.4, 0.2], [0.6, -30.0], [0.3, 0.1]]))
    row = found.set_index("measure").loc["nobody_worse"]
    assert (row["value"], row["n"]) == (3 / 4, 4)
    assert (row["lo"], row["hi"]) == wilson_interval(3, 4)
    apart = found[found["measure"] == "difference"].set_index("group")["value"]
    assert apart["fifth_1"] == pytest.approx(sign * 0.45)
    assert apart["fifth_2"] == pytest.approx(sign * -29.4 / 4)


def test_a_loss_too_small_to_matter_is_told_apart():
    matters = load_outcomes()["life_satisfaction"].matters
    found = told("life_satisfaction", [[1, 2 * matters], [1, -matters / 2], [1, 3 * matters], [1, -9 * matters]])
    value = found.set_index("measure")["value"]
    assert (value["nobody_worse"], value["nobody_much_worse"]) == (2 / 4, 3 / 4)
    (said,) = equity_across.in_words(found)
    assert "worse off in life satisfaction in 50%" in said
    assert "of 4 sets" in said


def test_where_luck_alone_tells_sets_apart_it_is_said():
    luck = np.array([[5.0], [-5.0]])  # turned round in every other set, so that sets do not share it
    sets = [
        [
            Gaps(
                load_outcomes()["life_satisfaction"],
                "fifth",
                GROUPS,
                np.array([[0.1, 0.1]]) + k * 1e-3 + (-1) ** k * luck,
            )
        ]
        for k in range(4)
    ]
    assert (equity_across.table(sets, ("new", "old"), 5)["note"] != "").all()


def test_a_set_in_which_a_group_has_no_value_is_left_out():
    found = told("life_satisfaction", [[0.5, 0.3], [0.4, 0.2], [0.6, np.nan], [0.3, 0.1]])
    assert set(found["n"]) == {3}
