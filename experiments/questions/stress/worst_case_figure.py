"""Draws what has to be true for a policy's worst case: how far the harm shrinks when one input at a time is put back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.uncertainty.discovery.scenario_discovery import plain
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures

ROW_INCHES = 0.62
CAPTION = (
    "All inputs stand where the search put them, with other people and other luck than the search. A bar shows how far "
    "the difference comes back when that input alone is as used: long bars are what has to be true. Thin lines are "
    f"95% intervals. {baseline.TWO_ONLY}"
)


def draw(case: Mapping[str, Any], inputs: pd.DataFrame, contrast: Sequence[str]) -> Drawing:
    """Draws one arm's worst case.

    Args:
        case: the row of `worst_cases.csv` of what was searched.
        inputs: the arm's rows of `worst_inputs.csv`, in order.
        contrast: the two arms.
    """
    first, second = (plain(arm) for arm in contrast)
    title = f"What has to be true for {plain(case['arm'])} to do worst\n{case['title']}: {first} minus {second}"
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(inputs) + 2.2), layout="constrained")
    axes = figure.subplots()
    _bars(axes, case, inputs, ORANGE if case["arm"] == contrast[1] else DARK_BLUE)
    axes.use_sticky_edges = False
    axes.margins(x=0.06, y=0.08)
    axes.axvline(0, color=INK, lw=1.2)
    axes.axvline(case["as_used"], color=QUIET, lw=1.6, linestyle=(0, (4, 2)), label="all as used")
    axes.axvline(case["diff"], color=QUIET, lw=1.6, label=f"at {plain(case['arm'])}'s worst")
    axes.set_xlabel(f"{case['unit']}; right of 0 {first} has more, left of it less; {baseline.nothing(contrast[1])}")
    axes.grid(axis="x")
    axes.grid(False, axis="y")
    figure.legend(loc="outside lower left", ncols=3)
    told = f"{figures(case['diff'])} instead of {figures(case['as_used'])}"
    found = in_ten_words(f"{plain(case['arm'])} at its worst: {told}", f"at its worst: {told}")
    alt = _alt(case, inputs, contrast)
    return Drawing(title.replace("\n", ". "), CAPTION, figure, alt, inputs, finding=found)


def _bars(axes: Axes, case: Mapping[str, Any], inputs: pd.DataFrame, colour: str) -> None:
    """One bar an input, from the worst to what it is with that input as used."""
    places = np.arange(len(inputs))[::-1]
    back = inputs["diff_if_as_used"].to_numpy(dtype=float)
    low, high = inputs["ci_lo"].to_numpy(dtype=float), inputs["ci_hi"].to_numpy(dtype=float)
    axes.barh(
        places,
        back - case["diff"],
        left=case["diff"],
        height=0.5,
        color=colour,
        alpha=0.9,
        label="with this input alone as used",
    )
    axes.hlines(places, low, high, color=INK, lw=1.2)
    axes.set_yticks(places, [_label(each) for each in inputs.to_dict("records")])


def _label(each: Mapping[str, Any]) -> str:
    """An input, where it is, and where it is used."""
    end = f", {each['end']} plausible" if isinstance(each["end"], str) and each["end"] else ""
    return f"{_folded(str(each['title']))}\nat {figures(each['worst'])}{end} (as used {figures(each['as_used'])})"


def _folded(words: str, most: int = 46) -> str:
    """Words that fit beside a bar."""
    return words if len(words) <= most else f"{words[: most - 2].rstrip()}.."


def _alt(case: Mapping[str, Any], inputs: pd.DataFrame, contrast: Sequence[str]) -> str:
    """Tells the worst case and what each input does to it."""
    first, second = (plain(arm) for arm in contrast)
    told = [
        f"{case['title']}, {first} minus {second}, {case['unit']}: {figures(case['as_used'])} as used, "
        f"{figures(case['diff'])} at {plain(case['arm'])}'s worst."
    ]
    told += [f"With {each['title']} as used: {figures(each['diff_if_as_used'])}." for each in inputs.to_dict("records")]
    return " ".join(told)
