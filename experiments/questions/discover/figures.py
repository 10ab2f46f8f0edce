"""Draws the win map: over two inputs, who does better, and where luck leaves it open."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from experiments import storage
from experiments.analysis.statistics.point_differences import HOWEVER_SMALL, POINT
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.scenario_discovery import (
    OPEN,
    UNDECIDED,
    UNKNOWN,
    is_cost,
    outcome_of,
    plain,
    tally,
)
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, FAINT, INK, ORANGE, QUIET, WIDTH, figures, house_style
from experiments.results.results_folder import read_manifest

HEIGHT, MOST_WITH_NUMBERS = 7.2, 8
HATCH = "///"
ABOVE_DOT = 14
"""Points by which numbers stand above their cell's middle, so that the dot hides none."""
PALE = "#FFFFFF"
CAPTION = (
    "Each cell is simulated at its middle, under the same luck, over the range explored. Hatched: the 95% interval "
    "of the difference includes 0, or runs are too few for one. The dot: the numbers as used, where they lie on the map. "
    f"{HOWEVER_SMALL} Shares of the map are no probabilities. "
    f"{baseline.TWO_ONLY}"
)


def write_figures(out: Path) -> None:
    """Draws the map of every response, where there is a map, and saves each in `figures/`."""
    tables, facts = storage.read_csvs(out, "win_map"), read_manifest(out)
    on_map = [Input(**each) for each in facts["map_inputs"]]
    with house_style():
        for response, rows in tables["win_map"].groupby("response", sort=False) if tables else ():
            save(draw(rows, on_map, facts["contrast"]), out / "figures", f"win_map_{response}")


def draw(rows: pd.DataFrame, on_map: Sequence[Input], contrast: Sequence[str]) -> Drawing:
    """Draws the map of one response; `rows` are of one response, point 0 with the numbers as used."""
    across, up = on_map
    cells = rows[rows[POINT] > 0]
    first, second = (plain(arm) for arm in contrast)
    unit = str(rows["unit"].iloc[0])
    title = f"{rows['title'].iloc[0]}\n{first} minus {second}, {unit}"
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    _cells(axes, cells, on_map, contrast)
    for one, scale, limits, label in (
        (across, axes.set_xscale, axes.set_xlim, axes.set_xlabel),
        (up, axes.set_yscale, axes.set_ylim, axes.set_ylabel),
    ):
        if one.log:
            scale("log")
        limits(one.low, one.high)
        label(f"{one.title}\n({one.unit})" if one.unit else one.title)
    axes.grid(False)
    cost = is_cost(rows.iloc[0])
    handles = _legend(contrast, (cells["winner"] == UNKNOWN).any(), cost)
    if all(one.low <= one.used <= one.high for one in on_map):
        axes.plot(
            across.used,
            up.used,
            "o",
            color=INK,
            markeredgecolor="white",
            markeredgewidth=1.5,
            markersize=12,
            clip_on=False,
            zorder=5,
        )
        handles.append(Line2D([], [], color=INK, marker="o", linestyle="none", markersize=10, label="as used"))
    figure.legend(handles=handles, loc="outside lower left", ncols=4)
    alt, found = _alt(rows, on_map, contrast), wins(cells, contrast, "cheaper" if cost else "better")
    return Drawing(title.replace("\n", ", "), CAPTION, figure, alt, rows, finding=found)


def wins(cells: pd.DataFrame, contrast: Sequence[str], better: str = "better") -> str:
    """In how many cells of the map each policy does better, or is cheaper."""
    counts = cells["winner"].value_counts()
    first, second = (int(counts.get(arm, 0)) for arm in contrast)
    if not first + second:
        return in_ten_words(f"luck leaves all {len(cells)} cells open")
    names = [plain(arm) for arm in contrast]
    told = f"{better} in {first} of {len(cells)} cells"
    return in_ten_words(f"{names[0]} {told}, {names[1]} in {second}", f"{told}, the other in {second}")


def _cells(axes: Axes, cells: pd.DataFrame, on_map: Sequence[Input], contrast: Sequence[str]) -> None:
    """Draws every cell, with its number where there is room."""
    across, up = on_map
    columns, lines = (np.sort(cells[one.name].unique()) for one in on_map)
    edges = [
        [one.at(k / len(places)) for k in range(len(places) + 1)] for one, places in ((across, columns), (up, lines))
    ]
    colours = dict(zip(contrast, (DARK_BLUE, ORANGE), strict=True))
    for row in cells.to_dict("records"):
        k, m = (int(np.searchsorted(places, row[one.name])) for places, one in ((columns, across), (lines, up)))
        left, bottom = edges[0][k], edges[1][m]
        open_ = row["winner"] in UNDECIDED
        patch = Rectangle(
            (left, bottom),
            edges[0][k + 1] - left,
            edges[1][m + 1] - bottom,
            linewidth=0.8,
            facecolor=PALE if open_ else colours[row["winner"]],
            edgecolor=QUIET if open_ else "white",
            hatch=HATCH if open_ else None,
        )
        axes.add_patch(patch)
        if max(len(columns), len(lines)) <= MOST_WITH_NUMBERS:
            ink = "white" if row["winner"] == contrast[0] else INK
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if open_ else None
            above = -ABOVE_DOT if row[up.name] < up.used <= edges[1][m + 1] else ABOVE_DOT
            axes.annotate(
                figures(row["diff"]),
                (row[across.name], row[up.name]),
                xytext=(0, above),
                textcoords="offset points",
                color=ink,
                ha="center",
                va="center",
                bbox=box,
            )


def _legend(contrast: Sequence[str], any_unknown: bool, cost: bool) -> list[Patch | Line2D]:
    """What the cells mean."""
    better = [
        Patch(facecolor=colour, edgecolor=FAINT, label=outcome_of(arm, cost))
        for arm, colour in zip(contrast, (DARK_BLUE, ORANGE), strict=True)
    ]
    undecided = f"toss-up: {OPEN}" + (f", or {UNKNOWN}" if any_unknown else "")
    return [*better, Patch(facecolor=PALE, edgecolor=QUIET, hatch=HATCH, label=undecided)]


def _alt(rows: pd.DataFrame, on_map: Sequence[Input], contrast: Sequence[str]) -> str:
    """Tells who wins how much of the map and at the numbers as used."""
    cells, used = rows[rows[POINT] > 0], rows[rows[POINT] == 0]
    across, up = on_map
    told = [f"A map over {across.title} (across) and {up.title} (up): {tally(cells, contrast)}."]
    told.append(f"The difference runs from {figures(cells['diff'].min())} to {figures(cells['diff'].max())}.")
    if len(used):
        row = used.iloc[0]
        told.append(
            f"With the numbers as used it is {figures(row['diff'])}: {outcome_of(row['winner'], is_cost(row))}."
        )
    return " ".join(told)
