"""Draws what each lever or part adds: its share, and what it adds first and last."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import storage
from experiments.analysis.verdicts.sentence import listed
from experiments.questions.attribute.lever_shares import BY_REPLICATION, leaders
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, DARK_GREY, INK, ORANGE, TURQUOISE, WIDTH, figures, house_style
from experiments.results.results_folder import read_manifest
from experiments.text.numerals import SMALLEST

ROW_INCHES = 0.42
LETTERS = 38
"""Letters of a panel's heading that fit on a line."""
MARKS = (
    ("share", DARK_BLUE, "o", "share (average over every order)"),
    ("first_in_share", ORANGE, "^", "added to nothing"),
    ("last_in_share", TURQUOISE, "v", "added to all others"),
)


def write_figures(out: Path) -> None:
    """Draws all measures side by side and saves the figure."""
    table = storage.read_csvs(out, "attribution")["attribution"]
    by_replication = pd.read_parquet(out / BY_REPLICATION)
    with house_style():
        save(draw(table, by_replication, read_manifest(out)["contrast"]), out / "figures", "attribution")


def draw(table: pd.DataFrame, by_replication: pd.DataFrame, contrast: Sequence[str]) -> Drawing:
    """Draws one panel per measure and a line per lever or part."""
    kind = "part" if "part" in table else "lever"
    measures = list(dict.fromkeys(table["measure"]))
    names = list(dict.fromkeys(table[kind]))
    first, second = (arm.replace("_", " ") for arm in contrast)
    title = f"What each {kind} adds to the difference: {first} minus {second}"
    rows = (len(measures) + 1) // 2
    figure = Figure(figsize=(WIDTH, rows * (ROW_INCHES * len(names) + 1.1) + 0.9), layout="constrained")
    grid = figure.subplots(rows, 2, squeeze=False, sharey=True).ravel()
    for axes, measure in zip(grid, measures, strict=False):
        _panel(axes, table[table["measure"] == measure].set_index(kind).loc[names])
    for axes in grid[len(measures) :]:
        axes.set_visible(False)
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower left", ncols=3)
    caption = (
        f"Bars are 95% intervals for luck. {'Parts' if kind == 'part' else 'Shares and the other policy’s own levers'} add up to "
        f"the whole difference. 0: the {kind} adds nothing. {baseline.TWO_ONLY}"
    )
    return Drawing(title, caption, figure, _alt(table, kind), table, finding=largest(table, by_replication, kind))


def largest(table: pd.DataFrame, by_replication: pd.DataFrame, kind: str) -> str:
    """Which lever or part adds most to the difference in the first measure, where luck did not make it."""
    rows = table[table["measure"] == table["measure"].iloc[0]]
    each = rows[~rows[kind].str.startswith("(")]
    what = str(rows["title"].iloc[0]).lower()
    if not ((each["ci_lo"] > 0) | (each["ci_hi"] < 0)).any():
        return in_ten_words(f"luck hides which {kind} moves {what}", f"luck hides which {kind} did it")
    leading = leaders(rows, by_replication, kind)
    names = listed([name.replace("_", " ") for name in leading])
    if len(leading) == 1:
        return in_ten_words(f"what moves {what} most: {names}", f"what moves it most: {names}", f"one {kind} adds most")
    if each.set_index(kind).loc[leading, "share"].map(figures).nunique() == 1:
        return in_ten_words(f"{names} move {what} alike", f"{names} move it alike", f"{len(leading)} {kind}s add alike")
    return in_ten_words(f"luck hides which {kind} moves {what} most", f"luck hides which {kind} adds most")


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Draws one measure."""
    places = np.arange(len(rows))[::-1]
    for (column, colour, marker, label), shift in zip(MARKS, (0.0, 0.22, -0.22), strict=True):
        prefix = column.removesuffix("share")
        value = rows[column].to_numpy(dtype=float)
        low, high = (rows[f"{prefix}{end}"].to_numpy(dtype=float) for end in ("ci_lo", "ci_hi"))
        bars = np.clip(np.nan_to_num([value - low, high - value]), 0, None)
        drawn = np.isfinite(value)
        axes.errorbar(
            value[drawn],
            (places + shift)[drawn],
            xerr=bars[:, drawn],
            fmt=marker,
            color=colour,
            elinewidth=1.3,
            markersize=6,
            label=label,
        )
    axes.axvline(0, color=INK, lw=1.0)
    axes.axhline(rows.index.str.startswith("(").sum() - 0.5, color=DARK_GREY, lw=0.6, linestyle=(0, (2, 2)))
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=5)
    axes.set_yticks(places, [str(name).replace("_", " ") for name in rows.index])
    if not rows[[column for column, *_ in MARKS]].abs().gt(SMALLEST).to_numpy().any():
        axes.set_xlim(-1, 1)
    heading = textwrap.fill(f"{rows['title'].iloc[0]},", LETTERS)
    axes.set_title(f"{heading}\n{rows['unit'].iloc[0]}", fontsize=10.5)


def _alt(table: pd.DataFrame, kind: str) -> str:
    """Tells every share."""
    parts = []
    for measure in dict.fromkeys(table["measure"]):
        rows = table[table["measure"] == measure]
        told = ", ".join(f"{name} {figures(share)}" for name, share in zip(rows[kind], rows["share"], strict=True))
        parts.append(f"{rows['title'].iloc[0]} ({rows['unit'].iloc[0]}): {told}.")
    return " ".join(parts)
