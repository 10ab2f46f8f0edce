"""Draws what really happened and what the model does side by side, one row a number."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments import storage
from experiments.analysis.verdicts.sentence import listed
from experiments.questions.patterns.screen import SUMMARY
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import (
    DARK_BLUE,
    DARK_PINK,
    FAINT,
    INK,
    ORANGE,
    QUIET,
    TURQUOISE,
    WIDTH,
    figures,
    house_style,
)

NAME = "patterns"
TITLE = "What really happened, and what the model does"
ROW_INCHES, HEAD_INCHES = 0.8, 1.3
LABEL_SHARE = 0.5
ROOM = 0.12  # of an axis, beside what is drawn on it
COLOURS = {"met": TURQUOISE, "partly": ORANGE, "failed": DARK_PINK}
MET_TINT, PARTLY_TINT = "#BFE3DF", "#EAF5F3"
SMALL = 9.5
LETTERS = 52  # of a row's title on one line


def write_figures(out: Path) -> None:
    """Draws and saves the figure of a finished run, from its table."""
    with house_style():
        save(draw(storage.read_csv(out / SUMMARY)), out / "figures", NAME)


def draw(summary: pd.DataFrame) -> Drawing:
    """Draws one row a number, each with an axis of its own: tolerance, what really happened, the model."""
    rows = summary.to_dict("records")
    height = ROW_INCHES * len(rows) + HEAD_INCHES
    figure = Figure(figsize=(WIDTH, height))
    bottom, top = 0.35 / height, 1 - HEAD_INCHES / height
    each = (top - bottom) / len(rows)
    for place, row in enumerate(rows):
        low = top - (place + 1) * each
        axes = figure.add_axes((LABEL_SHARE, low + 0.42 * each, 0.37, 0.44 * each))
        _row(axes, row)
        first = place == 0 or rows[place - 1]["pattern"] != row["pattern"]
        _labels(figure, row, low + 0.64 * each, first, each)
    figure.suptitle(TITLE, x=0.01, y=1 - 0.12 / height, ha="left", fontweight="bold")
    figure.legend(
        handles=_key(), loc="upper left", bbox_to_anchor=(0.005, 1 - 0.38 / height), ncols=3, columnspacing=1.2
    )
    verdicts = summary.drop_duplicates("pattern")["pattern_verdict"].value_counts()
    found = in_ten_words(
        f"{verdicts.get('met', 0)} of {verdicts.sum()} patterns met, {verdicts.get('failed', 0)} failed"
    )
    return Drawing(TITLE, _caption(), figure, _alt(rows), summary, finding=found)


def _labels(figure: Figure, row: dict[str, Any], y: float, first: bool, each: float) -> None:
    """Writes a row's name on the left and its verdict on the right."""
    if first:
        figure.text(0.01, y + 0.24 * each, f"{row['number']}  {row['title']}", fontweight="bold", va="center")
    name = _folded(f"{row['measure_title']},\u00a0{row['unit']}")
    figure.text(0.035, y - (0.1 if first else 0.0) * each, name, va="center", size=SMALL, linespacing=1.05)
    words = row["verdict"] + ("" if row["certain"] else " ?")
    figure.text(0.895, y, words, va="center", color=COLOURS[row["verdict"]], fontweight="bold")


def _folded(text: str) -> str:
    """Text on two lines where it is too long for one."""
    if len(text) <= LETTERS:
        return text
    cut = text.rfind(" ", 0, LETTERS)
    return f"{text[:cut]}\n{text[cut + 1 :]}"


def _row(axes: Axes, row: dict[str, Any]) -> None:
    """Draws tolerance bands, the observed value with its range, and the model's mean with its interval."""
    low, high = _reach(row)
    room = ROOM * (high - low or 1.0)
    axes.axvspan(row["partly_low"], row["partly_high"], color=PARTLY_TINT, lw=0)
    axes.axvspan(row["met_low"], row["met_high"], color=MET_TINT, lw=0)
    axes.axvline(0, color=QUIET, lw=0.8)
    if row["observed"] is not None and np.isfinite(float(row["observed"])):
        axes.plot([row["observed_low"], row["observed_high"]], [0.7, 0.7], color=INK, lw=1.6)
        axes.plot(row["observed"], 0.7, marker="D", color=INK, ms=6)
    else:
        axes.text(
            0.02,
            0.7,
            f"really: {str(row['observed_words']).partition(' (')[0]}",
            transform=axes.transAxes,
            size=8.5,
            va="center",
            style="italic",
        )
    axes.plot([row["p5"], row["p95"]], [0.28, 0.28], color=FAINT, lw=3.0, solid_capstyle="butt")
    axes.plot([row["ci_low"], row["ci_high"]], [0.28, 0.28], color=DARK_BLUE, lw=2.4)
    axes.plot(row["model"], 0.28, marker="o", color=DARK_BLUE, ms=6)
    axes.set(xlim=(low - room, high + room), ylim=(0, 1), yticks=[])
    axes.spines[["left"]].set_visible(False)
    axes.tick_params(axis="x", labelsize=8.5, length=2, pad=1)
    axes.grid(False)


def _reach(row: dict[str, Any]) -> tuple[float, float]:
    """What an axis must show: tolerance, what really happened, the model's mean; intervals as far as they fit."""

    def known(*keys: str) -> list[float]:
        return [float(row[key]) for key in keys if row[key] is not None and np.isfinite(float(row[key]))]

    must = [*known("partly_low", "partly_high", "observed_low", "observed_high", "model"), 0.0]
    span = max(must) - min(must)
    may = [n for n in known("ci_low", "ci_high", "p5", "p95") if min(must) - span / 2 <= n <= max(must) + span / 2]
    return min([*must, *may]), max([*must, *may])


def _key() -> list[Any]:
    """The legend."""
    return [
        Line2D([], [], color=INK, marker="D", lw=1.6, label="really happened, and its range"),
        Line2D([], [], color=DARK_BLUE, marker="o", lw=2.4, label="model: mean, 95% by chance"),
        Line2D([], [], color=FAINT, lw=3.0, label="nine in ten single runs"),
        Patch(color=MET_TINT, label="met within"),
        Patch(color=PARTLY_TINT, label="partly met within"),
    ]


def _caption() -> str:
    """How to read the figure."""
    return (
        "Every row has an axis of its own. Diamonds are what really happened, dots what the model does; a dot inside "
        "the darker band meets the pattern, inside the paler band partly. A ? marks what chance alone could change."
    )


def _alt(rows: list[dict[str, Any]]) -> str:
    """The figure in words."""

    def one(row: dict[str, Any]) -> str:
        seen = row["observed"]
        really = str(row["observed_words"]) if seen is None or not np.isfinite(float(seen)) else figures(float(seen))
        return f"{row['measure_title']}: really {really}, model {figures(float(row['model']))} {row['unit']}, {row['verdict']}"

    return f"{TITLE}. {listed([one(row) for row in rows])}."
