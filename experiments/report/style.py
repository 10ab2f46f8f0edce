"""Keeps one look for all figures: colours, dashes and markers by place in the list of arms, never by name."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.verdicts.sentence import number
from experiments.report.folder_contents import plain
from experiments.text.numerals import SMALLEST

DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK = "#12436D", "#F46A25", "#28A197", "#801650"
DARK_GREY, LIGHT_PURPLE = "#3D3D3D", "#A285D1"
PALETTE = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK, DARK_GREY, LIGHT_PURPLE)
INK, QUIET, FAINT = "#1F1F1F", "#595959", "#D0D0D0"
TEXT = 11.0
TITLE = 12.5
WIDTH = 10.0
"""Width of every figure in inches: about 90 dots each on the page, where 11 point text is 13 dots or more."""
BAND = 0.18
LOW, HIGH = 0.025, 0.975
"""The band holds the middle 95% of replications."""
ALMOST_FLAT = 0.15
"""An axis starts at 0 unless all that is drawn lies within this share of its top and 0 would hide it."""
WITH_COMMAS_FROM = 1_000
POINTS_AN_INCH = 72
LINE_GAP = 1.25
"""Distance between labels at the ends of lines, in heights of their text."""

SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.markersize": 6.5,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "redesign",
    "hatch.linewidth": 0.8,
}


@dataclass(frozen=True)
class Look:
    """How one arm is drawn everywhere: told apart by dash, marker and place as well as by colour."""

    colour: str
    dash: Any
    marker: str


LOOKS = (
    Look(DARK_BLUE, "-", "o"),
    Look(ORANGE, (0, (6, 2)), "s"),
    Look(TURQUOISE, (0, (5, 1.5, 1.2, 1.5)), "^"),
    Look(DARK_PINK, (0, (1.5, 1.2)), "D"),
    Look(DARK_GREY, (0, (9, 2, 1.5, 2, 1.5, 2)), "v"),
    Look(LIGHT_PURPLE, (0, (3, 1, 3, 3)), "P"),
)


@contextmanager
def house_style() -> Iterator[None]:
    """Draws whatever is drawn inside in the house style, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def looks(arms: Sequence[str]) -> dict[str, Look]:
    """Gives every arm its look by its place in the list; a seventh arm would look like the first."""
    return {arm: LOOKS[place % len(LOOKS)] for place, arm in enumerate(arms)}


def key(arms: Sequence[str], filled: bool = False) -> list[Line2D]:
    """Makes the entries of a legend of arms: lines with markers, or squares for bars."""
    return [
        Line2D([], [], color=look.colour, linestyle="none", marker="s", markersize=11, label=plain(arm))
        if filled
        else Line2D([], [], color=look.colour, linestyle=look.dash, marker=look.marker, label=plain(arm))
        for arm, look in looks(arms).items()
    ]


def three(value: float) -> float:
    """Rounds to three significant figures: nothing in the model is known better than that."""
    return float(f"{value:.3g}")


def figures(value: float) -> str:
    """Writes a number of either sign with three significant figures, noughts in place of all others."""
    if math.isnan(value):
        return "not known"
    if abs(value) < SMALLEST:
        return "0"
    return ("−" if three(value) < 0 else "") + number(abs(three(value)))


def sum_of_money(value: float) -> str:
    """Writes pounds of either sign with three significant figures."""
    return figures(value).replace("−", "−£") if value < 0 else f"£{figures(value)}"


def amount(value: float, unit: str) -> str:
    """Writes a number so that pounds and percentages say so; other units stand on the axis."""
    if unit.startswith("£"):
        return sum_of_money(value)
    return figures(value) + ("%" if unit == "%" else "")


def lay_out(figure: Figure) -> None:
    """Makes room for everything that stands in a figure, without drawing it."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)


def fit_axis(axes: Axes, low: float, high: float) -> bool:
    """Sets a vertical axis that starts at 0, or says on the panel that it does not; tells which.

    Values that all lie near their own top would be one flat line on an axis from 0.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return True
    if high >= WITH_COMMAS_FROM:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    spread = high - low
    whole = low < 0 or spread > ALMOST_FLAT * high or high == 0
    if whole:
        axes.set_ylim(min(0.0, low * 1.08), high * 1.12 if high > 0 else 1.0)
        return True
    room = max(spread * 0.35, abs(high) * 0.005)
    axes.set_ylim(low - room, high + room)
    axes.annotate("axis does not start at 0", (0.02, 0.02), xycoords="axes fraction", color=QUIET, style="italic")
    return False


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Writes labels at the right edge beside the ends of lines, pushed apart where they would overlap.

    Args:
        axes: the panel, laid out and with its limits set.
        ends: value, words and colour of each line's end.
    """
    ends = [end for end in ends if math.isfinite(end[0])]
    if not ends:
        return
    low, high = axes.get_ylim()
    places = np.array([(value - low) / (high - low) for value, _, _ in ends])
    height = axes.get_window_extent().height / axes.figure.dpi * POINTS_AN_INCH
    spread = push_apart(places, LINE_GAP * TEXT / height)
    for (_, words, colour), place, target in zip(ends, places, spread, strict=True):
        axes.plot([1.0, 1.05], [place, target], transform=axes.transAxes, color=colour, lw=1.0, clip_on=False)
        axes.text(1.06, float(target), words, transform=axes.transAxes, va="center", ha="left", clip_on=False)


def push_apart(places: np.ndarray, gap: float) -> np.ndarray:
    """Moves places between 0 and 1 as little as possible so that neighbours are at least a gap apart."""
    from scipy.optimize import isotonic_regression  # here, because few figures need it and it takes long to load

    order = np.argsort(places, kind="stable")
    steps = gap * np.arange(len(places))
    moved = np.asarray(isotonic_regression(places[order] - steps).x) + steps
    moved = np.clip(moved, steps, None)
    excess = moved[-1] - max(1.0, gap * (len(places) - 1))
    moved = moved - max(excess, 0.0) if len(places) else moved
    apart = np.empty_like(moved)
    apart[order] = moved
    return apart
