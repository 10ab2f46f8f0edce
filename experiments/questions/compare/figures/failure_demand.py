"""Draws contacts split into first asks and asking again, with why people had to ask again."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import outcome_values
from experiments.analysis.verdicts.sentence import listed
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted, plain
from experiments.report.style import DARK_BLUE, DARK_PINK, LIGHT_PURPLE, ORANGE, QUIET, TURQUOISE, WIDTH, figures

TITLE = "Contacts with services: first asks and asking again, per 1,000 people a year"
UNIT = "per 1,000 people a year"
CAUSES = {
    "refused": ("Asking again: had been refused", ORANGE, "//"),
    "abandoned": ("Asking again: had given up waiting", DARK_PINK, ".."),
    "unresolved": ("Asking again: was not helped", TURQUOISE, "\\\\"),
    "relapsed": ("Asking again: the need came back", LIGHT_PURPLE, "xx"),
    "value": ("First ask (value demand)", DARK_BLUE, ""),
}
"""From the bottom of each bar to its top."""
COLUMNS = 3
ROW_INCHES = 4.0
SLIMMEST, FEWEST_BARS = 0.6, 4
"""Space beside the outer bars in years, and how many bars a panel has room for at least."""


def draw(results: Results) -> Drawing:
    """Draws stacked bars by year, one panel per arm, all to the same scale."""
    outcomes = {cause: _contacts(cause) for cause in CAUSES}
    data = _by_year(results, outcomes)
    columns = min(COLUMNS, len(results.arms))
    rows = math.ceil(len(results.arms) / columns)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * rows + 1.4), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    for axes, arm in zip(grid, results.arms, strict=False):
        _panel(axes, arm, data[data["arm"] == arm], results)
    for axes in grid[len(results.arms) :]:
        axes.set_visible(False)
    handles = [Patch(facecolor=c, hatch=hatch, edgecolor="white", label=label) for label, c, hatch in CAUSES.values()]
    figure.legend(handles=handles[::-1], loc="outside lower left", ncols=2)
    return Drawing(TITLE, _caption(results), figure, _alt(results, data), data)


def _contacts(cause: str) -> Outcome:
    """Describes the rate of contacts of one cause."""
    return Outcome(
        name=cause, title=CAUSES[cause][0], unit=UNIT, better="neither", family="services",
        numerator=(f"contacts.{cause}",), denominator=("citizens",), factor=12_000, window="year",
        description="Contacts in the year.",
    )  # fmt: skip


def _by_year(results: Results, outcomes: dict[str, Outcome]) -> pd.DataFrame:
    """Averages contacts over replications by arm, year and cause, with the share that is failure demand."""
    values = outcome_values(results.runs, outcomes, range(1, results.years + 1))
    wide = values.groupby(["arm", "horizon", "outcome"])["value"].mean().unstack()
    wide = wide.reindex(pd.MultiIndex.from_product([results.arms, range(1, results.years + 1)], names=["arm", "year"]))
    table = wide[list(outcomes)].rename_axis(columns=None)
    table = table.assign(all_contacts=table.sum(axis=1))
    return (
        table.assign(failure_percent=100 * (1 - table["value"] / table["all_contacts"])).reset_index().assign(unit=UNIT)
    )


def _panel(axes: Axes, arm: str, data: pd.DataFrame, results: Results) -> None:
    """Draws one arm's bars and says what share is failure demand in the first and the last year."""
    floor = np.zeros(len(data))
    for cause, (_, colour, hatch) in CAUSES.items():
        axes.bar(
            data["year"], data[cause], bottom=floor, width=0.86, color=colour, hatch=hatch, edgecolor="white", lw=0.6
        )
        floor += data[cause].to_numpy()
    axes.set_title(f"{plain(arm)}\n")
    axes.text(0, 1.02, _share(data, results), transform=axes.transAxes, color=QUIET, va="bottom")
    axes.set_xlabel("Years since the policy date")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    margin = max(SLIMMEST, (FEWEST_BARS - results.years) / 2)
    axes.set_xlim(1 - margin, results.years + margin)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick == int(tick) and 1 <= tick <= results.years])


def _share(data: pd.DataFrame, results: Results) -> str:
    """Says how large failure demand is at the start and at the end."""
    first, last = (f"{data['failure_percent'].iloc[place]:.0f}%" for place in (0, -1))
    return f"asking again: {last} of contacts" if results.years == 1 else f"asking again: {first} → {last} of contacts"


def _caption(results: Results) -> str:
    """Says what failure demand is and how to read the bars."""
    return (
        "Failure demand is asking again because the last time did not work; it is everything below the solid "
        f"dark blue. Averages of {counted(results.replications, 'replication')}; all panels have the same "
        "scale. The line under each name gives failure demand's share of all contacts"
        + (" in the first and the last year." if results.years > 1 else ".")
    )


def _alt(results: Results, data: pd.DataFrame) -> str:
    """Tells the last year's contacts by cause in every arm, and failure demand's share at both ends."""
    parts = [f"Stacked bars of contacts {UNIT} by year, one panel per arm."]
    for arm in results.arms:
        rows = data[data["arm"] == arm]
        last = rows.iloc[-1]
        told = [f"{CAUSES[c][0].lower()} {figures(float(last[c]))}" for c in CAUSES]
        parts.append(f"{plain(arm)}, year {results.years}: {listed(told)}; {_share(rows, results)}.")
    return " ".join(parts)
