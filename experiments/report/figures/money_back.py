"""Draws the running total of what is saved and spent in every pair of runs, until it has come back or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.outcomes import MONTHS_A_YEAR
from experiments.report.drawing import Drawing
from experiments.report.results import LeftOut, Results, counted, plain
from experiments.report.style import DARK_BLUE, INK, QUIET, WIDTH, sum_of_money

LINES = 40
"""At most so many runs are drawn as lines; all are in the average and the numbers."""
IN_MONTHS = 2
ROOM = 0.18
"""Free space above and below the lines, as a share of their height, for the words there."""
TITLES = {"public purse": "Public purse: cash saved so far", "society": "Society: value gained so far"}


def draw(results: Results) -> Drawing:
    """Draws one panel for the public purse and one for society."""
    if results.contrast is None:
        raise LeftOut("there is only one arm, so nothing is put in or comes back")
    told, when = results.told("cash_flow"), results.told("break_even").set_index("ledger")["words"]
    first, second = (plain(arm) for arm in results.contrast)
    title = f"{first} rather than {second}: when does the money come back?"
    figure = Figure(figsize=(WIDTH, 5.0), layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    words = {"public purse": str(when["public"]), "society": str(when["social"])}
    for axes, (ledger, heading) in zip(figure.subplots(1, 2), TITLES.items(), strict=True):
        wide = told[told["ledger"] == ledger].pivot(index="month", columns="replication", values="total")
        _panel(axes, wide, heading, results.years)
    ends = told[told["month"] % MONTHS_A_YEAR == 0]
    shown = ends.groupby(["ledger", "month"], sort=False)["total"].agg(
        mean="mean", lowest="min", highest="max"
    )
    return Drawing(title, _caption(results, words), figure, _alt(told, words), told, shown.reset_index())


def _panel(axes: Axes, wide: pd.DataFrame, heading: str, years: int) -> None:
    """Draws every run thinly, the average boldly, and the deepest point of the average."""
    step = MONTHS_A_YEAR if years > IN_MONTHS else 1
    times = np.concatenate([[0.0], wide.index.to_numpy() / step])
    start = np.zeros((1, wide.shape[1]))
    totals = np.vstack([start, wide.to_numpy()])
    axes.axhline(0, color=INK, lw=1.2)
    axes.plot(times, totals[:, :LINES], color=DARK_BLUE, alpha=0.25, lw=0.9)
    mean = totals.mean(axis=1)
    axes.plot(times, mean, color=DARK_BLUE, lw=2.6)
    axes.set_title(f"{heading}\n")
    axes.text(0, 1.02, "£ per resident, present value", transform=axes.transAxes, color=QUIET, va="bottom")
    low, high = float(totals.min()), float(totals.max())
    room = ROOM * (high - low)
    axes.set_ylim(*((low - room, high + room) if room > 0 else (-1, 1)))
    axes.annotate("↑ ahead: has come back", (0.02, 0.98), xycoords="axes fraction", va="top")
    axes.annotate("↓ behind: still put in", (0.02, 0.02), xycoords="axes fraction", va="bottom")
    axes.set_xlabel(f"{'Months' if step == 1 else 'Years'} since the policy date")
    axes.set_xlim(0, times[-1])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))


def _caption(results: Results, words: dict[str, str]) -> str:
    """Says how to read it, and when it breaks even."""
    return (
        f"Thin lines are single pairs of runs ({counted(results.replications, 'pair')}), the bold line their average. Below 0 "
        f"more has been put in than has come back. Public purse: {words['public purse']}. Society: {words['society']}. "
        "About chance only. Every purse by itself is in economics/break_even.csv."
    )


def _alt(told: pd.DataFrame, words: dict[str, str]) -> str:
    """Tells the depth and the end of each panel."""
    parts = ["Line charts of running totals in every pair of runs."]
    for ledger, part in told.groupby("ledger", sort=False):
        mean = part.groupby("month")["total"].mean()
        parts.append(
            f"{str(ledger).capitalize()}: lowest on average {sum_of_money(float(mean.min()))} per resident in month "
            f"{mean.idxmin()}, {sum_of_money(float(mean.iloc[-1]))} at the end; {words[str(ledger)]}."
        )
    return " ".join(parts)
