"""Draws the headline outcomes before the policy date, to show whether the place had settled."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, bands, series
from experiments.questions.compare.figures.timeline import headlines, whole_years_before
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted
from experiments.report.style import BAND, DARK_BLUE, DARK_GREY, QUIET, WIDTH, figures, fit_axis

ROW_INCHES = 2.9
COLUMNS = 2
DRIFT_YEARS = 5
LEAST_DRIFT = 0.1
"""In percent a year; anything less is written as that."""
SET_LATE = ("life_satisfaction", "life_satisfaction_in_need")
"""Set to the place's real average when the place has settled, so what was recorded before is on another footing."""
TITLE = "The place before the policy date, month by month"


def draw(results: Results) -> Drawing:
    """Draws every headline outcome over the months that all arms share."""
    record = whole_years_before(results.burn_in)
    opened, settled = _stages(results)
    followed = _followed(record, headlines(results), opened, settled)
    rows = math.ceil(len(followed) / COLUMNS)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    drifts = []
    years = max(len(yearly) for _, _, yearly in followed)
    for axes, (outcome, monthly, yearly) in zip(grid, followed, strict=False):
        drifts.append(drift(yearly))
        _panel(axes, outcome, monthly, yearly, drifts[-1], years)
    for axes in grid[len(followed) :]:
        axes.set_visible(False)
    data = pd.concat([yearly for _, _, yearly in followed], ignore_index=True)
    monthly_data = pd.concat([monthly for _, monthly, _ in followed], ignore_index=True)
    caption = (
        "Thin line: average of the replications, month by month"
        + (" (shading: the middle 95%)" if results.replications > 1 else "")
        + f". Dots: yearly values. The drift is the slope of the last {DRIFT_YEARS} at most, ± its 95% interval by how "
        "much they scatter. A place that has settled stays level." + _from_when(opened, settled)
    )
    return Drawing(TITLE, caption, figure, _alt(followed, drifts), monthly_data, data)


def _stages(results: Results) -> tuple[int, int]:
    """How many months before the policy date budgets were opened, and how many before it the place had settled."""
    stages = results.manifest["configuration"]["burn_in"]
    return int(stages["planned"] + stages["own"]), int(stages["own"])


def _from_when(opened: int, settled: int) -> str:
    """Says what was set when, which is why no line is drawn before it."""
    return (
        f" Drawn from when agencies have their real budgets, {counted(opened // MONTHS_A_YEAR, 'year')} before; life "
        "satisfaction from when it is set to the place's real average, "
        f"{counted(settled // MONTHS_A_YEAR, 'year')} before."
    )


def _last(record: pd.DataFrame, months: int) -> pd.DataFrame:
    """Keeps the whole years among the last months, counted from 0."""
    end = int(record["month"].max()) + 1
    kept = min(months, end) // MONTHS_A_YEAR * MONTHS_A_YEAR
    part = record[record["month"] >= end - kept]
    return part.assign(month=part["month"] - (end - kept))


def _followed(
    record: pd.DataFrame, outcomes: list[Outcome], opened: int, settled: int
) -> list[tuple[Outcome, pd.DataFrame, pd.DataFrame]]:
    """Follows each outcome by the month and by the year, in years before the policy date."""
    found = []
    for outcome in outcomes:
        part = _last(record, settled if outcome.name in SET_LATE else opened)
        months = int(part["month"].max()) + 1
        monthly = bands(series(part, outcome, every="month"))
        yearly = bands(series(part, outcome, every="year"))
        monthly["years_before"] = (monthly.pop("month") + 0.5 - months) / MONTHS_A_YEAR
        yearly["years_before"] = yearly.pop("year") - 0.5 - months / MONTHS_A_YEAR
        for table in (monthly, yearly):
            table.insert(0, "unit", outcome.unit)
            table.insert(0, "outcome", outcome.title)
            table.pop("arm")
        found.append((outcome, monthly, yearly))
    return found


def drift(yearly: pd.DataFrame) -> tuple[float, float]:
    """Gives the slope of the last years' values and half its 95% interval, as shares of their mean.

    Both are NaN with fewer than two values, the half interval also with two, through which any line goes.
    """
    values = yearly["mean"].to_numpy()[-DRIFT_YEARS:]
    if len(values) < 2 or values.mean() == 0:
        return math.nan, math.nan
    line = stats.linregress(np.arange(len(values)), values)
    half = stats.t.ppf(0.975, len(values) - 2) * line.stderr if len(values) > 2 else math.nan
    return float(line.slope / abs(values.mean())), float(half / abs(values.mean()))


def _panel(
    axes: Axes, outcome: Outcome, monthly: pd.DataFrame, yearly: pd.DataFrame, slope: tuple[float, float], years: int
) -> None:
    """Draws one outcome up to the policy date."""
    axes.fill_between(monthly["years_before"], monthly["low"], monthly["high"], color=DARK_GREY, alpha=BAND, lw=0)
    axes.plot(monthly["years_before"], monthly["mean"], color=QUIET, lw=1.0)
    axes.plot(yearly["years_before"], yearly["mean"], color=DARK_BLUE, marker="o", lw=1.6)
    axes.set_title(f"{outcome.title}\n")
    axes.text(0, 1.02, f"{outcome.unit}; {_words(*slope)}", transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years before the policy date")
    axes.set_xlim(-years, 0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    fit_axis(axes, float(monthly["low"].min()), float(monthly["high"].max()))


def _words(slope: float, half: float) -> str:
    """Says how fast an outcome was still moving, and how surely that is known."""
    if math.isnan(slope):
        return "too short to see a drift"
    if math.isnan(half):
        return f"changed by {100 * slope:+.1f}% in the year".replace("-", "−")
    if max(abs(slope), half) * 100 < LEAST_DRIFT:
        return f"drifts less than {LEAST_DRIFT}% a year"
    return f"drifts {100 * slope:+.1f} ±{100 * half:.1f}% a year".replace("-", "−")


def _alt(followed: list[tuple[Outcome, pd.DataFrame, pd.DataFrame]], drifts: list[tuple[float, float]]) -> str:
    """Tells each outcome's first and last yearly value and its drift."""
    years = max(len(yearly) for _, _, yearly in followed)
    parts = [f"Line charts of {len(followed)} outcomes over the {counted(years, 'year')} before the policy date."]
    for (outcome, _, yearly), slope in zip(followed, drifts, strict=True):
        first, last = (figures(float(yearly["mean"].iloc[place])) for place in (0, -1))
        parts.append(f"{outcome.title} ({outcome.unit}): first year {first}, last year {last}, {_words(*slope)}.")
    return " ".join(parts)
