"""Draws what the difference is made of: redesigned services, management, both together, and the rest."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.statistics.components import MANAGEMENT, ONLY_EFFORT, PARTS, WHOLE
from experiments.report import baseline
from experiments.report.drawing import Drawing, by_outcome, with_interval
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH

COLUMNS = 2
ROW_INCHES = 2.6
LETTERS = 40
"""Letters of a panel's heading that fit on a line."""
LABELS = {
    "rest": "all else\n(pooling, the cut)",
    WHOLE: "whole difference",
    ONLY_EFFORT: "... if freer management\nonly costs effort",
}
SHOWN = (*PARTS, WHOLE, ONLY_EFFORT)
COLOURS = {MANAGEMENT: ORANGE, WHOLE: INK, ONLY_EFFORT: INK}


def draw(results: Results) -> Drawing:
    """Draws one panel for each outcome that is spoken of, a line for each part and one for their sum."""
    if results.components is None:
        raise LeftOut(
            "no replication was split; components=auto splits a third of eight or more under a policy that redesigns"
        )
    first, second = results.contrast
    table = results.components
    spoken = [name for name, outcome in results.outcomes.items() if outcome.spoken and outcome.family != "money"]
    shown = table["part"].isin(SHOWN) & table["outcome"].isin(spoken)
    data = table[(table["contrast"] == f"{first} minus {second}") & shown]
    names = [name for name in spoken if name in set(data["outcome"])]
    title = (
        f"What the difference is made of: {plain(first)} minus {plain(second)} in year {int(data['horizon'].iloc[0])}, "
        f"in the first {int(data['n'].max())} pairs"
    )
    rows = -(-len(names) // COLUMNS)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * rows + 0.6), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for axes, name in zip(panels, names, strict=False):
        _panel(axes, data[data["outcome"] == name])
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    return Drawing(title, _caption(int(data["n"].max())), figure, _alt(data, title), data)


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Draws one outcome: parts above, their sum below, and what is left of it to one who doubts freer management."""
    told = rows.set_index("part")
    parts = [part for part in SHOWN if part in told.index]
    told, places = told.loc[parts], np.arange(len(parts))[::-1]
    value, low, high = (told[column].to_numpy(dtype=float) for column in ("diff", "ci_lo", "ci_hi"))
    bars = np.clip(np.nan_to_num([value - low, high - value]), 0, None)
    colours = [COLOURS.get(part, DARK_BLUE) for part in parts]
    axes.barh(places, value, color=colours, height=0.62, alpha=0.6)
    axes.errorbar(value, places, xerr=bars, fmt="none", ecolor=INK, elinewidth=1.3, capsize=3)
    axes.axvline(0, color=INK, lw=1.0)
    axes.axhline(len(parts) - len(PARTS) - 0.5, color=QUIET, lw=0.6)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=5)
    axes.set_yticks(places, [LABELS.get(part, told.loc[part, "words"]) for part in parts])
    axes.set_title(textwrap.fill(str(rows["title"].iloc[0]), LETTERS), fontsize=11)
    better = {"lower": "   ← better", "higher": "   better →"}.get(str(rows["better"].iloc[0]), "")
    unit = str(rows["unit"].iloc[0]).replace("%", "percentage points", 1)
    axes.set_xlabel(f"{unit}{better}", color=QUIET, fontsize=9.5)


def _caption(pairs: int) -> str:
    """Says how the parts were told apart, and what is a judgement."""
    return (
        f"{pairs} of the same-luck pairs were also lived where redesigns are tried and paid for but change nothing, where "
        "management (inspection, targets, freedom, support) changes nothing, and where neither does. The parts add up to the "
        "whole in every pair. Thin lines: 95% intervals for luck. Orange: what management does rests on six numbers that "
        "nobody has measured. Below the line: the whole, and what is left of it where freer management costs the effort that "
        f"targets press for and brings nothing. {baseline.TWO_ONLY}"
    )


def _alt(data: pd.DataFrame, title: str) -> str:
    """Tells every part."""
    return by_outcome(title, data, lambda row: f"{row['words']} {with_interval(row)}")
