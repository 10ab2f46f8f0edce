"""What a drawn line says, and how a result is set against it."""

import pandas as pd
import pytest

from experiments.lab.state import MOST_YEARS
from experiments.lab.views.prediction import Prediction, drawn, per_cent, points


@pytest.mark.parametrize("years", range(1, MOST_YEARS + 1))
def test_a_line_has_a_point_in_the_first_and_the_last_year_and_few_between(years):
    found = points(years)
    assert (found[0], found[-1]) == (1, years)
    assert found == sorted(set(found))
    assert min(years, 5) <= len(found) <= 6


def test_a_line_begins_at_nothing_and_is_straight_between_its_points():
    line = drawn([1, 2, 4], [10.0, 10.0, -30.0])
    assert [line.at(year) for year in (0, 1, 2, 3, 4)] == [0, 10, 10, -10, -30]


@pytest.mark.parametrize(("end", "side"), [(-30, "lower"), (-1, "same"), (0, "same"), (1, "same"), (2, "higher")])
def test_the_side_of_a_line_is_where_it_ends(end, side):
    assert drawn([1, 2], [50, end]).side == side


def test_a_prediction_is_said_in_words():
    assert drawn([1, 2], [0, -12]).words == "no difference in year 1, −12% in year 2"
    assert Prediction("same").words == "about the same"


def test_the_average_in_per_cent_is_that_of_averages_not_of_shares():
    """Runs of 1 and 3 that become 2 and 3: +100% and nothing each, but 4 became 5, which is a quarter more."""
    values = pd.DataFrame(
        [("a", 0, 1, 1.0), ("a", 1, 1, 3.0), ("b", 0, 1, 2.0), ("b", 1, 1, 3.0)],
        columns=["arm", "replication", "year", "value"],
    )
    found = per_cent(values, ("a", "b")).set_index("replication")
    assert list(found["difference"]) == [100, 0]
    assert list(found["average"]) == [25, 25]


def test_a_run_in_which_there_was_nothing_before_is_left_out():
    values = pd.DataFrame(
        [("a", 0, 1, 0.0), ("a", 1, 1, 2.0), ("b", 0, 1, 2.0), ("b", 1, 1, 1.0)],
        columns=["arm", "replication", "year", "value"],
    )
    assert list(per_cent(values, ("a", "b"))["difference"]) == [-50]
