"""Draws who gains and who loses: the difference in each group of authorities, with its interval."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.questions.nation.facts import GROUPS
from experiments.questions.nation.tables import COUNTRY, OWN_LUCK, lower_and_higher, stand_out, too_few_runs
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words
from experiments.report.folder_contents import counted, plain
from experiments.report.style import DARK_BLUE, INK, QUIET, WIDTH
from experiments.text.numerals import two_signed

ROW_INCHES, ROOM = 0.3, 1.9
CAPTION = (
    "Each mark is all people of a group of authorities taken together, its bar the 95% interval for luck; the broken line is "
    "all of them together. Groups overlap: an authority is in one of every kind. Fifths hold as many authorities, not people. "
    "Filled marks differ from 0 even with so many groups looked at (Holm's correction), hollow ones may be luck. "
    + OWN_LUCK
)


def draw(rows: pd.DataFrame) -> Drawing:
    """Draws one outcome in the last year; rows are those of `tables.in_groups`."""
    about = rows.iloc[0]
    first, _, second = str(about["contrast"]).partition(" minus ")
    title = f"{about['title']}: {plain(first)} minus {plain(second)}, year {about['horizon']}, by group"
    kinds = [by for by in GROUPS if (rows["by"] == by).any()]
    counts = [int((rows["by"] == by).sum()) for by in kinds]
    height = ROW_INCHES * (sum(counts) + 1.2 * len(kinds)) + ROOM
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    panels = figure.subplots(len(kinds), 1, sharex=True, squeeze=False, height_ratios=[n + 0.6 for n in counts]).ravel()
    country = rows[rows["by"] == COUNTRY].iloc[0]
    for axes, by in zip(panels, kinds, strict=True):
        _panel(axes, rows[rows["by"] == by], float(country["diff"]))
        axes.set_title(GROUPS[by])
    panels[-1].set_xlabel(f"{about['unit']}; {baseline.nothing(second)}")
    drawn = rows[["by", "group", "authorities", "people", "outcome", "diff", "ci_lo", "ci_hi", "p_of_all"]]
    told = [f"{row['group']} {_in_words(row)}" for row in rows.to_dict("records")]
    alt = f"{title}, {about['unit']}. {'; '.join(told)}."
    return Drawing(title, CAPTION, figure, alt, drawn, finding=which_differ(rows))


def _in_words(row: Mapping[str, Any]) -> str:
    """A group's difference and its interval, each in at most two figures."""
    diff, low, high = (two_signed(float(row[key])) for key in ("diff", "ci_lo", "ci_hi"))
    if math.isnan(row["ci_lo"]):
        return f"{diff} (too few runs for an interval)"
    return f"{diff} ({low} to {high})"


def which_differ(rows: pd.DataFrame) -> str:
    """In how many groups there is less and more under the first arm by more than luck, all being looked at; or that none is."""
    own = rows[rows["by"] != COUNTRY]
    if too_few_runs(own):
        return in_ten_words(f"too few runs to say in any of {counted(len(own), 'group')}")
    sure = own[stand_out(own)]
    less, more = int((sure["diff"] < 0).sum()), int((sure["diff"] > 0).sum())
    return in_ten_words(*lower_and_higher(rows.iloc[0], less, more, f"{len(own)} groups"))


def _panel(axes: Axes, rows: pd.DataFrame, country: float) -> None:
    """Draws the groups of one kind, the first on top."""
    places = np.arange(len(rows))[::-1]
    diff = rows["diff"].to_numpy(dtype=float)
    axes.axvline(0, color=INK, lw=1.0)
    axes.axvline(country, color=QUIET, lw=1.2, linestyle=(0, (4, 2)))
    axes.hlines(places, rows["ci_lo"], rows["ci_hi"], color=DARK_BLUE, lw=1.6)
    sure = stand_out(rows).to_numpy()
    for inside, which in ((DARK_BLUE, sure), ("white", ~sure)):
        axes.plot(diff[which], places[which], "o", color=DARK_BLUE, markerfacecolor=inside)
    axes.set_yticks(
        places, [f"{group} ({count})" for group, count in zip(rows["group"], rows["authorities"], strict=True)]
    )
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="x")
    axes.grid(False, axis="y")
