"""Says on every difference what 0 stands for, and shows where carrying on as before would lie."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.economics.economics_tables import USUAL as USUAL
from experiments.report.folder_contents import Results, plain
from experiments.report.style import QUIET

NAME = plain(USUAL)
THIN = {"color": QUIET, "lw": 1.3, "linestyle": (0, (1.5, 2))}
PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}
LINE = 0.1
"""Height of a line of words in a panel, as a share of the panel."""
TWO_ONLY = f"{NAME} is not in this picture: it compares two policies only."


def nothing(second: str) -> str:
    """What 0 stands for on a difference: no difference from the arm that is subtracted."""
    return f"0 = as under {plain(second)}"


def apart(results: Results) -> bool:
    """Whether the status quo was run and is a third arm beside the two that are compared."""
    return USUAL in results.arms and USUAL not in results.contrast


def words(results: Results) -> str:
    """Says of a figure of differences where its baseline is."""
    second = results.contrast[1]
    zero = f"0 stands for {plain(second)}, which is subtracted."
    if apart(results):
        return (
            f"{zero} Dotted line or ◇: {NAME} less {plain(second)}; where it lies off the scale, its size is written."
        )
    return zero if USUAL in results.arms else f"{zero} {NAME} was not run."


def worth(results: Results, measure: str) -> pd.Series | None:
    """The status quo less the second arm in a measure of the economics, by horizon; None where it cannot be known."""
    if not apart(results):
        return None
    told, second = results.told("economics"), results.contrast[1]
    rows = told[(told["comparison"] == f"{second} minus {USUAL}") & (told["measure"] == measure)]
    return -rows.set_index("horizon")["value"].sort_index() if len(rows) else None


def beside(
    axes: Axes, times: Sequence[float], values: Sequence[float], write: Callable[[float], str], marker: str = ""
) -> None:
    """Draws the status quo thinly, without changing the scale; where it leaves the panel, says how far it goes."""
    low, high = axes.get_ylim()
    axes.plot(times, values, marker=marker, **THIN)  # type: ignore[arg-type]
    axes.set_ylim(low, high)
    last = float(values[-1])
    if not np.isfinite(last):
        return
    if low <= last <= high:
        axes.annotate(
            NAME, (0.98, last), xycoords=axes.get_yaxis_transform(), ha="right", va="bottom", color=QUIET, bbox=PAPER
        )
        return
    off_scale(axes, f"{NAME} {write(last)} at the end", up=last > high)


def off_scale(axes: Axes, told: str, up: bool) -> None:
    """Writes what lies beyond a panel, at the other end of it: where the line leaves there is no room for words."""
    place, arrow = (0.02 + LINE, "↑") if up else (0.98 - LINE, "↓")
    axes.annotate(
        f"{told}, off this scale {arrow}",
        (0.02, place),
        xycoords="axes fraction",
        color=QUIET,
        va="bottom" if up else "top",
        bbox=PAPER,
    )
