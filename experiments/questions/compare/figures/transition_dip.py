"""Draws the difference between two arms month by month and added up, so that a dip before a gain is seen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, series
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL, difference_interval
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted, plain
from experiments.report.style import BAND, DARK_BLUE, INK, QUIET, WIDTH, figures, sum_of_money

SHOWN = ("crises", "public_spend")
A_YEAR = " a year"
ROW_INCHES = 3.6
IN_MONTHS = 2
"""Runs of at most so many years have an axis in months."""
VIEWS = {"each month": "each month", "added up": "added up since the policy date"}


def draw(results: Results) -> Drawing:
    """Draws the difference in one outcome of people's lives and in public spending."""
    outcomes = results.measurable(SHOWN)
    tables = {outcome.name: _differences(results, outcome) for outcome in outcomes}
    title = f"{_pair(results)}: difference month by month and added up"
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(outcomes) + 0.5), layout="constrained")
    grid = figure.subplots(len(outcomes), len(VIEWS), squeeze=False)
    for row, outcome in zip(grid, outcomes, strict=True):
        for axes, view in zip(row, VIEWS, strict=True):
            _panel(axes, outcome, view, tables[outcome.name], results)
    data = pd.concat(tables.values(), ignore_index=True)
    ends = data[data["month"] % MONTHS_A_YEAR == 0].reset_index(drop=True)
    return Drawing(title, _caption(results), figure, _alt(results, outcomes, tables), data, ends)


def _differences(results: Results, outcome: Outcome) -> pd.DataFrame:
    """Gives mean and interval of first minus second over same-luck pairs, in units a month.

    The interval is that of the mean at each month on its own.
    """
    first, second = results.contrast
    wanted = [first, second, *([baseline.USUAL] if baseline.apart(results) else [])]
    followed = series(results.runs[results.runs["arm"].isin(wanted)], outcome, every="month")
    wide = followed.pivot(index=["arm", "replication"], columns="month", values="value") / MONTHS_A_YEAR
    pairs = (wide.loc[first] - wide.loc[second]).dropna(how="all")
    unit = outcome.unit.removesuffix(A_YEAR)
    tables = [
        _interval(view, values, outcome, unit)
        for view, values in zip(VIEWS, (pairs, pairs.cumsum(axis=1)), strict=True)
    ]
    if baseline.apart(results):
        usual = (wide.loc[baseline.USUAL] - wide.loc[second]).mean()
        tables = [
            table.assign(status_quo=values.to_numpy())
            for table, values in zip(tables, (usual, usual.cumsum()), strict=True)
        ]
    return pd.concat(tables, ignore_index=True)


def _interval(view: str, pairs: pd.DataFrame, outcome: Outcome, unit: str) -> pd.DataFrame:
    """Averages the pairs month by month; months count from 1, as months lived since the policy date."""
    intervals = [difference_interval(month) for month in pairs.to_numpy().T]
    return pd.DataFrame(
        {
            "outcome": outcome.title,
            "unit": unit,
            "view": VIEWS[view],
            "month": pairs.columns.to_numpy() + 1,
            "difference": pairs.mean().to_numpy(),
            "ci_lo": [interval.low for interval in intervals],
            "ci_hi": [interval.high for interval in intervals],
        }
    )


def _pair(results: Results) -> str:
    """Names the contrast in words."""
    first, second = results.contrast
    return f"{plain(first)} minus {plain(second)}"


def _panel(axes: Axes, outcome: Outcome, view: str, table: pd.DataFrame, results: Results) -> None:
    """Draws one difference around the line of no difference."""
    first, second = results.contrast
    line = table[table["view"] == VIEWS[view]]
    span, step = (results.years, MONTHS_A_YEAR) if results.years > IN_MONTHS else (results.years * MONTHS_A_YEAR, 1)
    times = line["month"] / step
    axes.axhline(0, color=INK, lw=1.2)
    axes.fill_between(times, line["ci_lo"], line["ci_hi"], color=DARK_BLUE, alpha=BAND, lw=0)
    axes.plot(times, line["difference"], color=DARK_BLUE)
    axes.set_title(f"{outcome.title}, {view}\n")
    unit = f"{line['unit'].iloc[0]}; {baseline.nothing(second)}"
    axes.text(0, 1.02, unit, transform=axes.transAxes, color=QUIET, va="bottom")
    extent = np.nanmax(np.abs(line[["difference", "ci_lo", "ci_hi"]].to_numpy()))
    axes.set_ylim(*((-1.6 * extent, 1.6 * extent) if extent > 0 else (-1, 1)))
    if baseline.apart(results):
        write = sum_of_money if outcome.unit.startswith("£") else figures
        baseline.beside(axes, times.tolist(), line["status_quo"].tolist(), write)
    axes.annotate(f"↑ higher under {plain(first)}", (0.02, 0.98), xycoords="axes fraction", va="top")
    axes.annotate(f"↓ lower under {plain(first)}", (0.02, 0.02), xycoords="axes fraction", va="bottom")
    axes.set_xlabel(f"{'Months' if step == 1 else 'Years'} since the policy date")
    axes.set_xlim(0, span)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))


def _caption(results: Results) -> str:
    """Says how to read the difference and its interval."""
    first, second = results.contrast
    pairs = f"{results.replications} pairs of runs with the same luck"
    shading = (
        f"The shading is the 95% interval of the average of {pairs}, month by month; it is about chance only."
        if results.replications >= FEWEST_FOR_INTERVAL
        else f"There are fewer than {FEWEST_FOR_INTERVAL} pairs of runs, too few for an interval."
    )
    return (
        f"The line is {plain(first)} minus {plain(second)}: above 0, {plain(first)} had more; below 0, less. "
        "On the right the months are added up, so a bad start that is later made good comes back to 0. "
        f"{shading} {baseline.words(results)}"
    )


def _alt(results: Results, outcomes: list[Outcome], tables: dict[str, pd.DataFrame]) -> str:
    """Tells the highest, the lowest and the last difference of every panel."""
    parts = [f"Line charts of {_pair(results)} over {counted(results.years, 'year')}, around a line of no difference."]
    for outcome in outcomes:
        write = sum_of_money if outcome.unit.startswith("£") else figures
        for words in VIEWS.values():
            line = tables[outcome.name].query("view == @words").set_index("month")
            top, bottom, last = line["difference"].idxmax(), line["difference"].idxmin(), line.index[-1]
            interval = ""
            if results.replications >= FEWEST_FOR_INTERVAL:
                low, high = (write(float(line.loc[last, name])) for name in ("ci_lo", "ci_hi"))
                interval = f" (95% interval {low} to {high})"
            value = {month: write(float(line.loc[month, "difference"])) for month in (top, bottom, last)}
            parts.append(
                f"{outcome.title}, {words} ({line['unit'].iloc[0]}): highest {value[top]} in month {top}, "
                f"lowest {value[bottom]} in month {bottom}, {value[last]} at the end{interval}."
            )
            if baseline.apart(results):
                usual = write(float(line.loc[last, "status_quo"]))
                parts[-1] += f" {baseline.NAME} less {plain(results.contrast[1])}: {usual} at the end."
    return " ".join(parts)
