"""No number of the lab's pages has more than three significant figures."""

import math

import pandas as pd
import pytest

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.paired import difference_interval
from experiments.lab.charts.charts import ALMOST_FLAT, INK, PAPER, apart_over_time, over_time, told_over_time
from experiments.lab.number_format import rounded, three
from experiments.report import style


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (21205.4, "21,200"),
        (4133.0, "4,130"),
        (999.6, "1,000"),
        (-286.04, "−286"),
        (35.77, "35.8"),
        (-0.0012649, "−0.00126"),
        (0.0, "0"),
        (math.nan, ""),
    ],
)
def test_three_figures_are_left_of_a_number(value, written):
    assert three(value) == written
    assert math.isnan(value) or three(rounded(value)) == written


def test_what_a_picture_says_aloud_has_three_figures_and_no_exponent():
    values = pd.DataFrame({"arm": "a", "year": [1, 2], "replication": 0, "value": [4421.7, 4133.2]})
    told = told_over_time(values, {"a": "First"}, load_outcomes()["public_spend"])
    assert "First: 4,420 in year 1, 4,130 in year 2." in told


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize(
    ("values", "starts_at_0"), [([4421.7, 4133.2], False), ([40.0, 20.0], True), ([0.0, 0.0], True)]
)
def test_an_axis_that_does_not_start_at_0_says_so(values, starts_at_0, single):
    frame = pd.DataFrame({"arm": "a", "year": [1, 2], "replication": 0, "value": values})
    drawn = str(over_time(frame, {"a": "First"}, load_outcomes()["public_spend"], single).to_dict())
    assert ("axis does not start at 0" in drawn) != starts_at_0
    assert ("'zero': False" in drawn) != starts_at_0


def test_letters_can_be_read_on_a_dark_page_too():
    """A picture brings its own white ground: Streamlit's would be the page's."""
    values = pd.DataFrame({"arm": "a", "year": [1, 2], "replication": 0, "value": [4421.7, 4133.2]})
    drawn = over_time(values, {"a": "First"}, load_outcomes()["public_spend"], True).to_dict()
    assert drawn["background"] == PAPER
    letters = {colour for part in ("axis", "legend") for key, colour in drawn["config"][part].items() if "Color" in key}
    assert INK in letters
    assert isinstance(drawn["padding"], dict), "Streamlit changes its bottom"


def test_the_lab_and_the_report_draw_their_axes_by_one_rule():
    assert ALMOST_FLAT == style.ALMOST_FLAT


def test_the_difference_stands_beside_levels_with_the_interval_of_the_report():
    luck = [0.0, 3.0, -2.0, 5.0, 1.0, -4.0, 2.0, 0.5, -1.0, 2.5]
    frame = pd.DataFrame(
        [
            {"arm": arm, "year": 1, "replication": k, "value": 40 + each - (arm == "b") * (1 + each / 10)}
            for arm in ("a", "b")
            for k, each in enumerate(luck)
        ]
    )
    said = apart_over_time(frame, {"a": "First", "b": "Second"}, load_outcomes()["crises"]).to_dict()["description"]
    interval = difference_interval([-1 - each / 10 for each in luck])
    assert f"−1.07 in the last year, 95% interval {three(interval.low)} to {three(interval.high)}." in said
    levels = str(over_time(frame, {"a": "First", "b": "Second"}, load_outcomes()["crises"], False).to_dict())
    assert "'area'" not in levels
