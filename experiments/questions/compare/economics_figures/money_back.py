"""Draws the running total of what is saved and spent in every pair of runs, until it has come back or not."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted, plain
from experiments.report.style import DARK_BLUE, INK, QUIET, WIDTH, sum_of_money

LINES = 40
"""At most so many runs are drawn as lines; all are in the average and the numbers."""
IN_MONTHS = 2
ROOM = 0.3
"""Free space above and below the lines, as a share of their height, for the words there."""
TITLES = {"public purse": "Public purse: cash saved so far", "society": "Society: value gained so far"}


def draw(results: Results) -> Drawing:
    """Draws one panel for the public purse and one for society."""
    told, when = results.told("cash_flow"), results.told("break_even").set_index("ledger")["words"]
    first, second = (plain(arm) for arm in results.contrast)
    title = f"{first} rather than {second}: when does the money come back?"
    figure = Figure(figsize=(WIDTH, 5.0), layout="constrained")
    words = {"public purse": str(when["public"]), "society": str(when["social"])}
    usual = {
        "public purse": _less(baseline.worth(results, "public_cost")),
        "society": baseline.worth(results, "social_value"),
    }
    for axes, (ledger, heading) in zip(figure.subplots(1, 2), TITLES.items(), strict=True):
        wide = told[told["ledger"] == ledger].pivot(index="month", columns="replication", values="total")
        _panel(axes, wide, heading, results)
        _usual(axes, usual[ledger], results.years)
    ends = told[told["month"] % MONTHS_A_YEAR == 0]
    shown = ends.groupby(["ledger", "month"], sort=False)["total"].agg(mean="mean", lowest="min", highest="max")
    return Drawing(title, _caption(results, words), figure, _alt(told, words, usual), told, shown.reset_index())


def _less(cost: pd.Series | None) -> pd.Series | None:
    """What is saved is what is not paid."""
    return None if cost is None else -cost


def _usual(axes: Axes, gained: pd.Series | None, years: int) -> None:
    """Draws what carrying on as before would have saved or gained, from horizon to horizon."""
    if gained is not None:
        times = [0.0, *(each * (1 if years > IN_MONTHS else MONTHS_A_YEAR) for each in gained.index)]
        baseline.beside(axes, times, [0.0, *gained.tolist()], sum_of_money, marker="o")


def _panel(axes: Axes, wide: pd.DataFrame, heading: str, results: Results) -> None:
    """Draws every run thinly, the average boldly, and the deepest point of the average."""
    years, second = results.years, results.contrast[1]
    step = MONTHS_A_YEAR if years > IN_MONTHS else 1
    times = np.concatenate([[0.0], wide.index.to_numpy() / step])
    start = np.zeros((1, wide.shape[1]))
    totals = np.vstack([start, wide.to_numpy()])
    axes.axhline(0, color=INK, lw=1.2)
    axes.plot(times, totals[:, :LINES], color=DARK_BLUE, alpha=0.25, lw=0.9)
    mean = totals.mean(axis=1)
    axes.plot(times, mean, color=DARK_BLUE, lw=2.6)
    axes.set_title(f"{heading}\n")
    unit = f"£ per resident, present value; {baseline.nothing(second)}"
    axes.text(0, 1.02, unit, transform=axes.transAxes, color=QUIET, va="bottom")
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
        f"About chance only. {baseline.words(results)} Every purse by itself is in economics/break_even.csv."
    )


def _alt(told: pd.DataFrame, words: dict[str, str], usual: dict[str, pd.Series | None]) -> str:
    """Tells the depth and the end of each panel."""
    parts = ["Line charts of running totals in every pair of runs."]
    for ledger, part in told.groupby("ledger", sort=False):
        mean = part.groupby("month")["total"].mean()
        parts.append(
            f"{str(ledger).capitalize()}: lowest on average {sum_of_money(float(mean.min()))} per resident in month "
            f"{mean.idxmin()}, {sum_of_money(float(mean.iloc[-1]))} at the end; {words[str(ledger)]}."
        )
        gained = usual[str(ledger)]
        if gained is not None:
            parts[-1] += f" {baseline.NAME}: {sum_of_money(float(gained.iloc[-1]))} at the end."
    return " ".join(parts)
