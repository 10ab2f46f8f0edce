"""Draws the headline outcomes year by year: a line per arm, and beside it the difference under the same luck."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.verdicts.sentence import listed
from experiments.questions.compare.figures.timeline import LEVEL, at, by_year, difference_by_year, headlines
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted, plain
from experiments.report.style import (
    BAND,
    DARK_BLUE,
    INK,
    QUIET,
    WIDTH,
    amount,
    figures,
    fit_axis,
    key,
    label_ends,
    lay_out,
    looks,
)

ROW_INCHES = 3.1
COLUMNS = 2
MARGIN = 0.02
TITLE = "Headline outcomes, year by year"


def draw(results: Results) -> Drawing:
    """Draws one panel per headline outcome, from the last year before the policy date on."""
    outcomes = headlines(results)
    tables = [by_year(results, outcome) for outcome in outcomes]
    apart = [difference_by_year(results, outcome) for outcome in outcomes]
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(outcomes) + 0.8), layout="constrained")
    grid = figure.subplots(len(outcomes), COLUMNS, squeeze=False)
    for (left, right), outcome, table, beside in zip(grid, outcomes, tables, apart, strict=True):
        _panel(left, outcome, table, results)
        _difference(right, outcome, beside, results)
    figure.legend(handles=key(results.arms), loc="outside lower left", ncols=3)
    lay_out(figure)
    for axes, outcome, table in zip(grid[:, 0], outcomes, tables, strict=True):
        _ends(axes, outcome, table, results)
    data = pd.concat([*(each.assign(shows=LEVEL) for each in tables), *apart], ignore_index=True)
    alt = " ".join([_alt(results, outcomes, tables), *map(_told_difference, apart)])
    return Drawing(TITLE, _caption(results), figure, alt, data)


def _panel(axes: Axes, outcome: Outcome, table: pd.DataFrame, results: Results) -> None:
    """Draws one outcome: a line per arm."""
    for arm, look in looks(results.arms).items():
        line = table[table["arm"] == arm]
        axes.plot(line["year"], line["mean"], color=look.colour, linestyle=look.dash, marker=look.marker)
    axes.set_title(f"{outcome.title}\n")
    axes.text(0, 1.02, outcome.unit, transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years since the policy date")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    axes.set_xlim(int(table["year"].min()) - MARGIN * results.years, results.years * (1 + MARGIN))
    fit_axis(axes, float(table["mean"].min()), float(table["mean"].max()))


def _difference(axes: Axes, outcome: Outcome, table: pd.DataFrame, results: Results) -> None:
    """Draws the difference in one outcome around the line of none, with the 95% interval of its average."""
    first, second = (plain(arm) for arm in results.contrast)
    axes.axhline(0, color=INK, lw=1.2)
    axes.fill_between(table["year"], table["low"], table["high"], color=DARK_BLUE, alpha=BAND, lw=0)
    axes.plot(table["year"], table["mean"], color=DARK_BLUE, marker="o")
    axes.set_title(f"{first} minus {second}\n")
    unit = outcome.unit.replace("%", "percentage points", 1)
    axes.text(0, 1.02, unit, transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years since the policy date")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    axes.set_xlim(-MARGIN * results.years, results.years * (1 + MARGIN))
    extent = float(np.nanmax(np.abs(table[["mean", "low", "high"]].to_numpy())))
    axes.set_ylim(*((-1.2 * extent, 1.2 * extent) if extent > 0 else (-1, 1)))


def _ends(axes: Axes, outcome: Outcome, table: pd.DataFrame, results: Results) -> None:
    """Names every line at its end, with its last value."""
    ends = []
    for arm, look in looks(results.arms).items():
        value = float(at(table, arm, results.years)["mean"])
        ends.append((value, f"{plain(arm)} {amount(value, outcome.unit)}", look.colour))
    label_ends(axes, ends)


def _caption(results: Results) -> str:
    """Says how to read the panels."""
    first, second = (plain(arm) for arm in results.contrast)
    shading = (
        "shading: the 95% interval of the average, chance only. It tells arms apart, and not where their lines lie."
        if results.replications >= FEWEST_FOR_INTERVAL
        else "too few for an interval."
    )
    return (
        "Each line is the average of an arm's replications; the number at its end is the last year's. "
        f"On the right, {first} minus {second} in {counted(results.replications, 'pair')} of runs with the same luck; {shading} "
        "Year 0 is the last year before the policy date, which every arm shares."
    )


def _alt(results: Results, outcomes: list[Outcome], tables: list[pd.DataFrame]) -> str:
    """Tells what every panel shows at its start and its end."""
    panels = "panel" if len(outcomes) == 1 else "panels"
    parts = [
        f"Line charts in {len(outcomes)} {panels}, one line per arm: {listed([plain(arm) for arm in results.arms])}."
    ]
    parts += ["Ranges in brackets hold the middle 95% of replications."] * (results.replications > 1)
    for outcome, table in zip(outcomes, tables, strict=True):
        values = [_told(table, arm, outcome, results) for arm in results.arms]
        before = amount(float(at(table, results.arms[0], 0)["mean"]), outcome.unit)
        start = f"{outcome.title} ({outcome.unit}): {before} before the policy date"
        parts.append(f"{start}; in year {results.years} {listed(values)}.")
    return " ".join(parts)


def _told(table: pd.DataFrame, arm: str, outcome: Outcome, results: Results) -> str:
    """Says an arm's last value, with its band if there is one."""
    last = at(table, arm, results.years)
    mean, low, high = (amount(float(last[name]), outcome.unit) for name in ("mean", "low", "high"))
    band = f" ({low} to {high})" if results.replications > 1 else ""
    return f"{plain(arm)} {mean}{band}"


def _told_difference(table: pd.DataFrame) -> str:
    """Says the difference in the last year."""
    row = table.iloc[-1]
    low, high = figures(float(row["low"])), figures(float(row["high"]))
    within = f"95% interval {low} to {high}" if math.isfinite(row["low"]) else "too few pairs for an interval"
    return f"{row['arm']}, {row['outcome'].lower()}: {figures(float(row['mean']))} ({within})."
