"""No number of the lab's pages has more than three significant figures."""

import math

import pandas as pd
import pytest

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.lab.charts.charts import told_over_time
from experiments.lab.number_format import rounded, three


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
