"""Figures of questions: marks at one place stand side by side, shares stay shares, one value is no range."""

import numpy as np
import pandas as pd

from experiments.questions.sensitivity.figures import SHARES, _shares, _tornado
from experiments.questions.sweep.figures import _alt, _apart


def test_marks_of_one_place_stand_side_by_side_and_near_it():
    places = np.array([1.0, 1.0, 1.0, 2.0, 4.0, 4.0])
    apart = _apart(places)
    assert len(set(apart)) == len(apart)
    assert np.abs(apart - places).max() < 1 / 3
    assert np.array_equal(_apart(np.array([3.0, 1.0])), [3.0, 1.0])
    assert len(set(_apart(np.zeros(4)))) == 4


def test_one_value_is_told_as_one():
    rows = pd.DataFrame(
        {"diff": [-57.7, -57.7], "unit": ["£ per head"] * 2, "contrast": ["radical minus rationing"] * 2}
    )
    assert "The difference is −57.7 £ per head" in _alt(rows, pd.Series(["better", "better"]))
    assert "runs from −57.7 to 3.00" in _alt(rows.assign(diff=[-57.7, 3.0]), pd.Series(["better", "worse"]))


def rows_of(**columns):
    fixed = {"title": "Crises begun", "unit": "per 1,000", "input": ["a.b", "c.d"], "called": ["one", "other"]}
    return pd.DataFrame({**fixed, **columns})


def test_shares_of_variance_are_drawn_between_nothing_and_all():
    shares = rows_of(
        ST=[0.5, 2.9], ST_lo=[-1.0, 0.1], ST_hi=[3.0, 3.0], S1=[0.1, 0.2], S1_lo=[0.0, 0.0], S1_hi=[0.3, 0.4]
    )
    drawing = _shares(shares, ("radical", "rationing"))
    assert drawing.figure.axes[0].get_xlim() == SHARES
    assert "go on" in drawing.caption


def test_a_tornado_in_which_nothing_moves_says_so():
    ends = {"as_used": 1.0, "low_end": [1.0, 1.0], "high_end": [1.0, 1.0], "flips": False, "highest": 1.0}
    still = _tornado(rows_of(**ends), ("radical", "rationing"), few=False)
    moved = _tornado(rows_of(**{**ends, "high_end": [1.0, 2.0]}), ("radical", "rationing"), few=False)
    said = [[text.get_text() for text in drawing.figure.axes[0].texts] for drawing in (still, moved)]
    assert said == [["no input alone moves it"], []]
    assert "one stays at 1.00" in still.alt
