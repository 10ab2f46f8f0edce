"""Draws what each agency spends per head under every arm, and how that changed since the first year."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.statistics.catalogue import Outcome, expand
from experiments.analysis.statistics.outcomes import outcome_values
from experiments.analysis.verdicts.sentence import listed
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, counted, plain
from experiments.report.style import HIGH, INK, LOW, TEXT, WIDTH, key, looks, three

PER_AGENCY = "spend_{agency}"
PREFIX = "spend_"
UNPAID_CARE, UNPAID_LABEL = "informal_care", "Unpaid care (valued)"
TITLE = "Spending per head by agency, £ a year at constant prices"
BAR_INCHES, GAP_INCHES = 0.2, 0.22
PANEL_INCHES, ON_PHONE, LETTER_INCHES, LETTERS_OF_NUMBERS, LONGEST_NAME = 4.0, 3.0, 0.085, 10, 14
"""How much room the numbers at the ends of bars need; longer names than the longest are left to the key."""
WHOLE_FROM, LEAST = 100.0, 0.05


def draw(results: Results) -> Drawing:
    """Draws bars by agency: the last year's spending, and beside it the change since the first year."""
    outcomes = _outcomes(results)
    data = _spending(results, outcomes)
    order = list(dict.fromkeys(data["agency"]))
    height = len(order) * (len(results.arms) * BAR_INCHES + GAP_INCHES) + 1.9
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    columns = 2 if results.years > 1 else 1
    grid = figure.subplots(1, columns, sharey=True, squeeze=False)[0]
    _panel(grid[0], data, "last", f"Year {results.years}", results, order)
    if columns > 1:
        _panel(grid[1], data, "change", f"Change from year 1 to year {results.years}", results, order)
    figure.legend(handles=key(results.arms, filled=True), loc="outside lower left", ncols=3)
    return Drawing(TITLE, _caption(results), figure, _alt(results, data), data)


def _outcomes(results: Results) -> dict[str, Outcome]:
    """Finds the spending of every agency, and households' unpaid care."""
    found = expand({PER_AGENCY: results.outcomes[PER_AGENCY]}, results.measures)
    named = {plain(name.removeprefix(PREFIX)): outcome for name, outcome in found.items()}
    named[UNPAID_LABEL] = results.outcomes[UNPAID_CARE]
    return {label: outcome.model_copy(update={"name": label}) for label, outcome in named.items()}


def _spending(results: Results, outcomes: dict[str, Outcome]) -> pd.DataFrame:
    """Gives each agency's first and last year and the change, largest agency first, unpaid care last."""
    values = outcome_values(results.runs, outcomes, sorted({1, results.years}))
    wide = values.pivot(index=["outcome", "arm", "replication"], columns="horizon", values="value")
    first, last = wide[1], wide[results.years]
    grouped = pd.DataFrame({"first": first, "last": last, "change": last - first}).groupby(["outcome", "arm"])
    table = grouped.mean()
    for name in ("last", "change"):
        table[f"{name}_low"], table[f"{name}_high"] = (grouped[name].quantile(LOW), grouped[name].quantile(HIGH))
    size = table["last"].groupby("outcome").mean()
    order = sorted(outcomes, key=lambda label: (label == UNPAID_LABEL, -size[label]))
    table = table.reindex(pd.MultiIndex.from_product([order, results.arms], names=["agency", "arm"]))
    return table.reset_index().assign(unit="£ per head a year")


def _panel(axes: Axes, data: pd.DataFrame, what: str, title: str, results: Results, order: list[str]) -> None:
    """Draws one bar per agency and arm, with its number at its end."""
    arms = looks(results.arms)
    named = what == "last" and max(len(plain(arm)) for arm in arms) <= LONGEST_NAME
    step = BAR_INCHES / (len(arms) * BAR_INCHES + GAP_INCHES)
    rows = np.arange(len(order))
    for place, (arm, look) in enumerate(arms.items()):
        line = data[data["arm"] == arm].set_index("agency").loc[order]
        y = rows + (place - (len(arms) - 1) / 2) * step
        axes.barh(y, line[what], height=step * 0.86, color=look.colour)
        for row, (position, value) in enumerate(zip(y, line[what], strict=True)):
            side = 1 if value > -LEAST else -1
            words = pounds(value, signed=what == "change") + (f" {plain(arm)}" if row == 0 and named else "")
            axes.annotate(
                words,
                (value, position),
                (4 * side, 0),
                textcoords="offset points",
                va="center",
                ha="left" if side > 0 else "right",
                size=TEXT,
            )
    axes.axvline(0, color=INK, lw=1.2)
    axes.set_title(title)
    axes.set_yticks(rows, order)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    low, high = min(float(data[what].min()), 0.0), max(float(data[what].max()), 0.0)
    names = 1 + max(len(plain(arm)) for arm in arms) if named else 0
    before = _room(high - low, LETTERS_OF_NUMBERS, ON_PHONE)
    after = _room(high - low, LETTERS_OF_NUMBERS + names, PANEL_INCHES)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    axes.set_xlim(low - before * (low < 0), high + after)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlabel("£ per head a year")


def _room(span: float, letters: int, inches: float) -> float:
    """How far an axis has to go on for so many letters beside bars that span so much, in a panel of so many inches."""
    share = letters * LETTER_INCHES / inches
    return share / (1 - share) * max(span, LEAST)


def pounds(value: float, signed: bool = False) -> str:
    """Writes pounds beside bars: whole from 100, to ten pence below, with a sign where it is a change."""
    if abs(value) < LEAST:
        return "no change" if signed else "£0"
    sign = "−" if value < 0 else "+" if signed else ""
    size = abs(three(value))
    return f"{sign}£{size:,.0f}" if size >= WHOLE_FROM else f"{sign}£{size:,.1f}"


def _caption(results: Results) -> str:
    """Says how to read the bars."""
    names = listed([plain(arm) for arm in results.arms])
    order = f" Bars in each group run from top to bottom: {names}." if len(results.arms) > 1 else ""
    change = " On the right, a bar to the left of 0 means less was spent than in year 1." * (results.years > 1)
    return (
        f"Averages of {counted(results.replications, 'replication')}, per person living in the place."
        f"{order}{change} "
        "Transfers between agencies are left out. Unpaid care is families' own time at its unit cost; "
        "no public body pays it."
    )


def _alt(results: Results, data: pd.DataFrame) -> str:
    """Tells every bar."""
    parts = [f"Bar chart of spending in £ per head in year {results.years}, by agency and arm."]
    for agency, rows in data.groupby("agency", sort=False):
        told = []
        for row in rows.itertuples():
            change = f" (year 1 {pounds(row.first)})" if results.years > 1 else ""
            told.append(f"{plain(row.arm)} {pounds(row.last)}{change}")
        parts.append(f"{agency}: {listed(told)}.")
    return " ".join(parts)
