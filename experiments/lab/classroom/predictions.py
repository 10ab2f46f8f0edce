"""How a class predicted, and how near that was to what came out: counts, never who."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.verdicts.sentence import side_of
from experiments.lab.classroom.phases import LIMIT
from experiments.text.numerals import counted

STEP = 10
"""Per cent in one bar; the middle bar holds what is about no difference."""
NEAR = 5
"""Predictions within so many points of what came out are near."""
PER_CENT = 100.0
NO_DIFFERENCE = "no difference"


@dataclass(frozen=True)
class Revealed:
    """What came out, in per cent of what there was under the first policy.

    Attributes:
        value: the average difference in the last year.
        low, high: its interval of 95%, chance only; as far apart as whole per cents are that hold it.
        side: lower, same or higher; the same where it could be luck or is too small to matter.
    """

    value: float
    low: int
    high: int
    side: str


def revealed(outcome: Outcome, row: Mapping[str, Any], first: str) -> Revealed | None:
    """What a comparison's table says of an outcome; none where it cannot be told in per cent.

    Args:
        outcome: what was predicted.
        row: its row in the last year.
        first: the arm that it is a per cent of.
    """
    if not row:
        return None
    level, diff, low, high = (float(row[key]) for key in (first, "diff", "ci_lo", "ci_hi"))
    if not all(map(math.isfinite, (level, diff, low, high))) or level <= 0:
        return None
    times = PER_CENT / level
    return Revealed(times * diff, math.floor(times * low), math.ceil(times * high), side_of(outcome, row))


def bars(predictions: Sequence[int]) -> pd.DataFrame:
    """How many predicted what, in bars of equal width.

    Returns:
        Columns start, end (per cent), count and label, a row for every bar from the lowest to the highest.
    """
    reach = math.ceil(LIMIT / STEP)
    middles = [STEP * k for k in range(-reach, reach + 1)]
    found = [math.floor((each + STEP / 2) / STEP) * STEP for each in predictions]
    counts = [found.count(middle) for middle in middles]
    rows = [(m - STEP / 2, m + STEP / 2, count, str(count or "")) for m, count in zip(middles, counts, strict=True)]
    return pd.DataFrame(rows, columns=["start", "end", "count", "label"])


def per_cent(value: float) -> str:
    """A difference in per cent as people say it: `12% lower`; small ones to a tenth."""
    size = abs(value)
    words = f"{size:.0f}" if size >= STEP or size == round(size) else f"{size:.1f}"
    if not float(words):
        return NO_DIFFERENCE
    return f"{words.removesuffix('.0')}% {'lower' if value < 0 else 'higher'}"


def in_words(predictions: Sequence[int]) -> str:
    """The class in a sentence: the middle, and how far the middle half of it reaches."""
    if not predictions:
        return "Nobody has predicted."
    if len(predictions) == 1:
        return f"The one prediction: {per_cent(predictions[0])}."
    low, _, high = quantiles(predictions, n=4, method="inclusive")
    sides = [sum(each < 0 for each in predictions), sum(each > 0 for each in predictions)]
    same = len(predictions) - sum(sides)
    return (
        f"The middle prediction is {per_cent(round(median(predictions)))}. Half of the class lies from {per_cent(round(low))} to "
        f"{per_cent(round(high))}. Lower: {sides[0]}. Higher: {sides[1]}. No difference: {same}."
    )


def how_near(predictions: Sequence[int], truth: Revealed) -> str:
    """How many were inside the interval, near, and on the right side."""
    if not predictions:
        return "Nobody has predicted."
    inside = sum(truth.low <= each <= truth.high for each in predictions)
    near = sum(abs(each - truth.value) <= NEAR for each in predictions)
    best = min(abs(each - truth.value) for each in predictions)
    words = (
        f"Inside the band: {inside} of {counted(len(predictions), 'prediction')}. Within {NEAR} points of the line: "
        f"{near}. The nearest was {_points(best)} off."
    )
    if truth.side != "same":
        right = sum((each < 0) == (truth.side == "lower") and each != 0 for each in predictions)
        words += f" On the right side: {right}."
    return words


def _points(size: float) -> str:
    return counted(round(size), "point") if round(size) else "less than a point"
