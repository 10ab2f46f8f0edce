"""Draws every arm's difference from one and the same arm, outcome by outcome."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.verdicts.against_base import OPEN, SAME, in_words, sentence
from experiments.report.drawing import Drawing, by_outcome, with_interval
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH

COLUMNS = 2
INCHES_OF_PANEL, INCHES_OF_ARM = 1.1, 0.32
LETTERS = 40
"""Letters of a panel's heading that fit on a line."""
COLOURS = {"better": DARK_BLUE, "worse": ORANGE}


def draw(results: Results) -> Drawing:
    """Draws a panel for each outcome that is spoken of and that any arm changes, a line for each arm, in the last year."""
    if results.against_base is None:
        raise LeftOut("no arm was named that the others are held against; base= names one")
    table = results.against_base
    last = table[table["horizon"] == table["horizon"].max()]
    differs = set(last.loc[last["verdict"] != SAME, "outcome"])
    names = [name for name, outcome in results.outcomes.items() if outcome.spoken and name in differs]
    if not names:
        raise LeftOut("no arm differs in any outcome that is spoken of")
    data = last[last["outcome"].isin(names)]
    title = f"Every arm against {in_words(data['base'].iloc[0])} in year {int(data['horizon'].iloc[0])}"
    rows, arms = -(-len(names) // COLUMNS), data["arm"].nunique()
    figure = Figure(figsize=(WIDTH, (INCHES_OF_PANEL + INCHES_OF_ARM * arms) * rows + 0.6), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for axes, name in zip(panels, names, strict=False):
        _panel(axes, data[data["outcome"] == name], results.outcomes[name].family == "money")
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    return Drawing(title, _caption(table), figure, _alt(data, title), data)


def _panel(axes: Axes, rows: pd.DataFrame, money: bool) -> None:
    """Draws one outcome: a dot and its interval for each arm, filled where it is more than luck; less money is not better."""
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        colour = COLOURS.get(row["verdict"], INK)
        axes.plot([row["ci_lo"], row["ci_hi"]], [place, place], color=colour, lw=1.6)
        unsure = row["verdict"] in OPEN
        axes.plot(row["diff"], place, "o", color=colour, markerfacecolor="white" if unsure else colour, markersize=7)
    axes.axvline(0, color=INK, lw=1.0)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=5)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_yticks(places, [plain(arm) for arm in rows["arm"]])
    axes.set_title(textwrap.fill(str(rows["title"].iloc[0]), LETTERS), fontsize=11)
    better = {"lower": "   ← better", "higher": "   better →"}.get("" if money else str(rows["better"].iloc[0]), "")
    unit = str(rows["unit"].iloc[0]).replace("%", "percentage points", 1)
    axes.set_xlabel(f"{unit}{better}", color=QUIET, fontsize=9.5)


def _caption(table: pd.DataFrame) -> str:
    """Says what a filled dot is."""
    return (
        f"{sentence(table)} Filled dots are more than luck: blue better, orange worse, dark just more or less, as with money. "
        "Open dots could be luck. Lines: 95% intervals for luck, each by itself."
    )


def _alt(data: pd.DataFrame, title: str) -> str:
    """Tells every difference."""
    return by_outcome(title, data, lambda row: f"{plain(row['arm'])} {with_interval(row)}, {row['verdict']}")
