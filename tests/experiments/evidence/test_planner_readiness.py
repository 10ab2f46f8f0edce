"""What councils protected is found again from the small table that ships, and from councils made up to a rule."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from experiments.evidence import planner_readiness
from experiments.evidence.planner_readiness import FIRST, LATER, changes, line, lines, readiness

ESTIMATED = changes(FIRST)


def made_up(rng, councils=150, care=0.6, rest=1.4):
    """Councils that follow a rule but for what sets them apart, which grows with the depth of the cut."""
    every = rng.normal(-0.11, 0.1, councils)
    apart = lambda: rng.normal(0, 0.05 + 0.3 * np.abs(every), councils)  # noqa: E731
    return pd.DataFrame({"all": every, "care": 0.03 + care * every + apart(), "rest": rest * every + apart()})


def test_the_published_slopes_are_found():
    care, rest = lines(ESTIMATED)
    assert len(ESTIMATED) == 152
    assert (care.at_no_change, care.slope) == pytest.approx((0.035, 0.61), abs=0.005)
    assert rest.slope == pytest.approx(1.40, abs=0.005)
    assert (*care.errors, rest.errors[1]) == pytest.approx((0.010, 0.074, 0.078), abs=0.001)


def test_the_ratio_has_an_interval_that_excludes_no_protection():
    found = readiness(ESTIMATED)
    assert (found.value, found.low, found.high) == pytest.approx((0.44, 0.29, 0.58), abs=0.01)


def test_later_years_are_other_councils_changes_and_stay_apart():
    later = changes(LATER)
    assert len(later) == 151
    assert abs(np.corrcoef(later["all"], ESTIMATED.loc[later.index, "all"])[0, 1]) < 0.5
    assert [each.slope for each in lines(later)] == pytest.approx([0.71, 1.41], abs=0.005)


def test_a_line_is_that_of_least_squares():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=30), rng.normal(size=30)
    slope, at_no_change = np.polyfit(x, y, 1)
    assert line(x, y)[:2] == pytest.approx((at_no_change, slope))
    rest = y - at_no_change - slope * x
    leverage = 1 / 30 + (x - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    by_hand = np.sqrt((((x - x.mean()) * rest / (1 - leverage)) ** 2).sum()) / ((x - x.mean()) ** 2).sum()
    assert line(x, y).errors[1] == pytest.approx(by_hand)


def test_the_interval_covers_the_rule_that_councils_were_made_up_to():
    """Of 200 sets the interval covers the true ratio in at least 181; with coverage of 95% fewer come in 0.3% of tries."""
    rng = np.random.default_rng(2)
    found = [readiness(made_up(rng)) for _ in range(200)]
    assert sum(each.low <= 0.6 / 1.4 <= each.high for each in found) >= 181


@pytest.mark.unhurried
def test_anyone_can_run_it_again():
    done = subprocess.run(
        [sys.executable, "-m", planner_readiness.__name__], capture_output=True, text=True, check=True, timeout=120
    )
    assert "care = +0.035 (standard error 0.010) + 0.61 (0.07) x all" in done.stdout
    assert "kept apart: 151 councils" in done.stdout
