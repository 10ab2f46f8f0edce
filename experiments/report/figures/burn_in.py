"""Draws the headline outcomes before the policy date, to show whether the place had settled."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.catalogue import Outcome
from experiments.analysis.outcomes import MONTHS_A_YEAR, bands, series
from experiments.report.drawing import Drawing
from experiments.report.figures.timeline import headlines, whole_years_before
from experiments.report.results import LeftOut, Results, counted
from experiments.report.style import (
    BAND,
    DARK_BLUE,
    DARK_GREY,
    HIGH,
    LOW,
    QUIET,
    WIDTH,
    figures,
    fit_axis,
)

ROW_INCHES = 2.9
COLUMNS = 2
DRIFT_YEARS = 5
LEAST_DRIFT = 0.1
"""In percent a year; anything less is written as that."""
TITLE = "The place before the policy date, month by month"


def draw(results: Results) -> Drawing:
    """Draws every headline outcome over the months that all arms share."""
    record = whole_years_before(results.burn_in)
    if record is None:
        raise LeftOut("less than a year before the policy date was recorded")
    followed = _followed(record, headlines(results))
    if not followed:
        raise LeftOut("none of the headline outcomes was recorded before the policy date")
    rows = math.ceil(len(followed) / COLUMNS)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * rows + 0.6), layout="constrained")
    figure.suptitle(TITLE, x=0.01, ha="left", fontweight="bold")
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    drifts = []
    for axes, (outcome, monthly, yearly) in zip(grid, followed, strict=False):
        drifts.append(drift(yearly))
        _panel(axes, outcome, monthly, yearly, drifts[-1])
    for axes in grid[len(followed) :]:
        axes.set_visible(False)
    data = pd.concat([yearly for _, _, yearly in followed], ignore_index=True)
    monthly_data = pd.concat([monthly for _, monthly, _ in followed], ignore_index=True)
    caption = (
        "Thin line: average of the replications, month by month"
        + (" (shading: the middle 95%)" if results.replications > 1 else "")
        + ". Dots: yearly values. The drift is the slope of the last five. "
        "A place that has settled stays level."
    )
    return Drawing(TITLE, caption, figure, _alt(followed, drifts), monthly_data, data)


def _followed(
    record: pd.DataFrame, outcomes: list[Outcome]
) -> list[tuple[Outcome, pd.DataFrame, pd.DataFrame]]:
    """Follows each recorded outcome by the month and by the year, in years before the policy date."""
    months = int(record["month"].max()) + 1
    found = []
    for outcome in outcomes:
        try:
            monthly = bands(series(record, outcome, every="month"), LOW, HIGH)
            yearly = bands(series(record, outcome, every="year"), LOW, HIGH)
        except KeyError:
            continue
        monthly["years_before"] = (monthly.pop("month") + 0.5 - months) / MONTHS_A_YEAR
        yearly["years_before"] = yearly.pop("year") - 0.5 - months / MONTHS_A_YEAR
        for table in (monthly, yearly):
            table.insert(0, "unit", outcome.unit)
            table.insert(0, "outcome", outcome.title)
            table.pop("arm")
        found.append((outcome, monthly, yearly))
    return found


def drift(yearly: pd.DataFrame) -> float:
    """Gives the slope of the last years' values as a share of their mean; NaN with fewer than two."""
    values = yearly["mean"].to_numpy()[-DRIFT_YEARS:]
    if len(values) < 2 or values.mean() == 0:
        return math.nan
    return float(np.polyfit(np.arange(len(values)), values, 1)[0] / abs(values.mean()))


def _panel(axes: Axes, outcome: Outcome, monthly: pd.DataFrame, yearly: pd.DataFrame, slope: float) -> None:
    """Draws one outcome up to the policy date."""
    axes.fill_between(
        monthly["years_before"], monthly["low"], monthly["high"], color=DARK_GREY, alpha=BAND, lw=0
    )
    axes.plot(monthly["years_before"], monthly["mean"], color=QUIET, lw=1.0)
    axes.plot(yearly["years_before"], yearly["mean"], color=DARK_BLUE, marker="o", lw=1.6)
    axes.set_title(f"{outcome.title}\n")
    axes.text(0, 1.02, f"{outcome.unit}; {_words(slope)}", transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years before the policy date")
    axes.set_xlim(float(np.floor(monthly["years_before"].min())), 0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    fit_axis(axes, float(monthly["low"].min()), float(monthly["high"].max()))


def _words(slope: float) -> str:
    """Says how fast an outcome was still moving."""
    if math.isnan(slope):
        return "too short to see a drift"
    if abs(100 * slope) < LEAST_DRIFT:
        return f"drifts less than {LEAST_DRIFT}% a year"
    return f"drifts {100 * slope:+.1f}% a year".replace("-", "−")


def _alt(followed: list[tuple[Outcome, pd.DataFrame, pd.DataFrame]], drifts: list[float]) -> str:
    """Tells each outcome's first and last yearly value and its drift."""
    years = len(followed[0][2])
    parts = [
        f"Line charts of {len(followed)} outcomes over the {counted(years, 'year')} before the policy date."
    ]
    for (outcome, _, yearly), slope in zip(followed, drifts, strict=True):
        first, last = (figures(float(yearly["mean"].iloc[place])) for place in (0, -1))
        parts.append(
            f"{outcome.title} ({outcome.unit}): first year {first}, last year {last}, {_words(slope)}."
        )
    return " ".join(parts)
