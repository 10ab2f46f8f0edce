"""The page of the thirty numbers names numbers that there are, with the grades and ranges that they have."""

import re

import pandas as pd
import pytest
from reading import DOCS

from experiments.configuration.compose import planned
from experiments.evidence import register
from experiments.questions.discover import question

ROW = re.compile(
    r"^\| (\d+) \| `([^`]+)` \| [^|]+ \| [^|]+ \| ([ABCJ]) → ([ABCJ]) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE
)
ROWS = ROW.findall((DOCS / "explanation" / "thirty-numbers.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def known():
    """The register of a comparison of rationing and radical redesign, by key."""
    base = planned(question.QUESTION, ["place=teaching_town", "points=20", "map=null"], []).base
    return {entry.key: entry for entry in register.entries(base.world, base.policies)}


def test_there_are_thirty_in_order():
    assert [int(rank) for rank, *_ in ROWS] == list(range(1, 31))
    assert len({key for _, key, *_ in ROWS}) == 30


@pytest.mark.parametrize(("key", "grade", "ranges"), [(key, grade, ranges) for _, key, _, grade, ranges in ROWS])
def test_grade_and_range_are_those_in_the_files(known, key, grade, ranges):
    entry = known[key]
    assert grade == entry.grade
    if entry.table is not None:
        assert ranges == "each row its own, as before"
    else:
        assert ranges.split(" → ")[1] == f"{entry.low:g} to {entry.high:g}"


def test_ranks_are_those_that_were_kept():
    kept = pd.read_csv(DOCS / "images" / "thirty-numbers.csv")
    assert list(kept["number"][:30]) == [key for _, key, *_ in ROWS]
    assert kept["score"].is_monotonic_decreasing
