"""Draws the difference between two policies under every structural alternative, best for the first policy on top."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.statistics.point_differences import HOWEVER_SMALL
from experiments.analysis.uncertainty.discovery.scenario_discovery import (
    OPEN,
    UNDECIDED,
    UNKNOWN,
    is_cost,
    outcome_of,
    plain,
)
from experiments.questions.stress.findings import AS_USED, structure_in_words
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures

ROW_INCHES, LETTERS = 0.5, 44
OWN = "(the model's own)"
CAPTION = (
    "One mechanism at a time is replaced by what others hold to be true; all else is as used. Dots are means over the "
    "same people and luck, lines 95% intervals; a line across 0 leaves it open who does better. "
    f"{HOWEVER_SMALL} {baseline.TWO_ONLY}"
)


def draw(rows: pd.DataFrame, contrast: Sequence[str]) -> Drawing:
    """Draws one response; `rows` are of one response, ranked."""
    first, second = (plain(arm) for arm in contrast)
    title = f"Does the answer survive other mechanisms?\n{rows['title'].iloc[0]}: {first} minus {second}"
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(rows) + 2.0), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    marks = {contrast[0]: (DARK_BLUE, "o"), contrast[1]: (ORANGE, "s"), OPEN: (QUIET, "D"), UNKNOWN: (QUIET, "d")}
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        colour, marker = marks[row["winner"]]
        axes.hlines(place, row["ci_lo"], row["ci_hi"], color=colour, lw=2)
        axes.plot(
            row["diff"],
            place,
            marker,
            color=colour,
            markersize=8,
            fillstyle="none" if row["winner"] in UNDECIDED else "full",
        )
    used = rows[rows["choice"] == AS_USED].iloc[0]
    axes.axvline(0, color=INK, lw=1.2)
    axes.axvline(used["diff"], color=QUIET, lw=1.2, linestyle=(0, (4, 2)))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.margins(x=0.06)
    axes.set_yticks(places, [fill(_name(row), LETTERS) for row in rows.to_dict("records")])
    for label, row in zip(axes.get_yticklabels(), rows.to_dict("records"), strict=True):
        label.set_fontweight("bold" if row["choice"] == AS_USED else "normal")
    axes.grid(axis="x")
    axes.grid(False, axis="y")
    axes.set_xlabel(
        f"{rows['unit'].iloc[0]} (dashed: the model's own);\nright of 0 {first} has more, left of it less\n"
        f"{baseline.nothing(contrast[1])}"
    )
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            markersize=8,
            fillstyle="none" if who in UNDECIDED else "full",
            label=outcome_of(who, is_cost(used)),
        )
        for who, (colour, marker) in marks.items()
        if who != UNKNOWN or UNKNOWN in set(rows["winner"])
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3)
    told = ", ".join(f"{_name(row)} {figures(row['diff'])} ({plain(row['winner'])})" for row in rows.to_dict("records"))
    alt = f"{rows['title'].iloc[0]}, {rows['unit'].iloc[0]}: {told}."
    return Drawing(title.replace("\n", " "), CAPTION, figure, alt, rows, finding=survives(rows))


def survives(rows: pd.DataFrame) -> str:
    """With how many of the other mechanisms the same policy does better; or how many decide what is open as used."""
    used = rows.loc[rows["choice"] == AS_USED, "winner"].iloc[0]
    others = rows.loc[rows["choice"] != AS_USED, "winner"]
    if used in UNDECIDED:
        return in_ten_words(f"open as used; decided by {int((~others.isin(UNDECIDED)).sum())} of {len(others)} others")
    turned = int((~others.isin((used, *UNDECIDED))).sum())
    return in_ten_words(f"the answer holds in {int((others == used).sum())} of {len(others)}, turns in {turned}")


def _name(row: dict[str, object]) -> str:
    """A structure in words."""
    if row["choice"] == AS_USED:
        return OWN
    return structure_in_words(str(row["mechanism"]), str(row["choice"]))
