"""Draws who pays and who gains: every agency, every year, and all years together."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure

from experiments.analysis.economics.agencies import EVERYBODY, PUBLIC
from experiments.analysis.economics.ledgers import HOUSEHOLDS
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, TEXT, WIDTH, sum_of_money, three

MOST_COLUMNS, ON_PHONE = 10, 2
"""Columns of years at most, and on a phone."""
ROW_INCHES = 0.42
ALL_YEARS = "all years"
THAN_USUAL = "all years vs status quo"
OUTSIDE = "… of it: less outside the model"
LAST = ("council", HOUSEHOLDS, PUBLIC, OUTSIDE, EVERYBODY)
"""Sums come last, under a line: the council's own departments are above it."""
COLOURS = LinearSegmentedColormap.from_list("gain", [ORANGE, "#FFFFFF", DARK_BLUE])
DARK = 0.62
"""From this share of the largest sum on, the ground is dark enough for white text when it is blue."""


def draw(results: Results) -> Drawing:
    """Draws gains and losses per resident as a table whose cells are coloured."""
    first, second = results.contrast
    told = results.told("agency_year")
    part = told[told["comparison"] == f"{first} minus {second}"]
    table, slim = (_spans(part, most) for most in (MOST_COLUMNS, ON_PHONE))
    order = [name for name in table.index if name not in LAST] + [name for name in LAST if name in table.index]
    if baseline.apart(results):
        table[THAN_USUAL] = slim[THAN_USUAL] = _than_usual(told, first)
    title = f"What each agency saves under {plain(first)} rather than {plain(second)}, £ per resident"
    data = table.loc[order].rename(index=plain).rename_axis("agency").reset_index()
    wide, on_phone = (_painted(each.loc[order]) for each in (table, slim))
    return Drawing(title, _caption(results), wide, _alt(results, table), data, on_phone=on_phone)


def _painted(table: pd.DataFrame) -> Figure:
    """Draws the table."""
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(table) + 1.7), layout="constrained")
    _cells(figure.subplots(), table, sum(name not in LAST for name in table.index))
    return figure


def _spans(part: pd.DataFrame, most: int) -> pd.DataFrame:
    """Adds years up to at most so many columns, and all of them; agencies are rows."""
    wide = part.pivot(index="agency", columns="year", values="net_per_resident")
    wide = wide.reindex(list(dict.fromkeys(part["agency"])))
    outside = part[part["agency"] == PUBLIC].set_index("year")["outside_per_resident"]
    wide.loc[OUTSIDE] = outside
    years = len(wide.columns)
    step = -(-years // most)
    spans = {
        (f"year {start}" if step == 1 else f"years {start}-{min(start + step - 1, years)}"): wide.loc[
            :, start : start + step - 1
        ].sum(axis=1)
        for start in range(1, years + 1, step)
    }
    return pd.DataFrame({**spans, ALL_YEARS: wide.sum(axis=1)})


def _than_usual(told: pd.DataFrame, first: str) -> pd.Series:
    """What everybody saves over all years under the first arm rather than by carrying on as before."""
    part = told[told["comparison"] == f"{first} minus {baseline.USUAL}"]
    saved = part.groupby("agency")["net_per_resident"].sum()
    saved[OUTSIDE] = part.loc[part["agency"] == PUBLIC, "outside_per_resident"].sum()
    return saved


def _cells(axes: Axes, table: pd.DataFrame, agencies: int) -> None:
    """Paints the cells; the colours of single years and of the sum have scales of their own."""
    values = table.to_numpy(dtype=np.float64)
    last = list(table.columns).index(ALL_YEARS)
    scaled = np.zeros_like(values)
    painted = np.array([name != OUTSIDE for name in table.index])
    for columns in (slice(0, last), slice(last, last + 1)):
        most = float(np.abs(values[painted, columns]).max())
        scaled[painted, columns] = values[painted, columns] / most if most > 0 else 0.0
    axes.imshow(scaled, cmap=COLOURS, norm=TwoSlopeNorm(0.0, -1.0, 1.0), aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        white = scaled[row, column] > DARK
        axes.text(column, row, cell(value), ha="center", va="center", fontsize=TEXT, color="white" if white else INK)
    axes.set_xticks(range(len(table.columns)), [_folded(str(name)) for name in table.columns])
    axes.set_yticks(range(len(table)), [plain(str(name)) for name in table.index])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(False)
    axes.axhline(agencies - 0.5, color=QUIET, lw=1.2)
    axes.axvline(last - 0.5, color=QUIET, lw=1.2)
    for side in axes.spines.values():
        side.set_visible(False)


def _folded(name: str) -> str:
    """A column's name over its numbers, a word a line."""
    return name.replace(" ", "\n").replace("vs\n", "vs ")


def cell(value: float) -> str:
    """Writes a sum with its sign and as few pence as its size needs."""
    if abs(value) < 0.005:
        return "0"
    sign, size = "+" if value > 0 else "−", abs(three(value))
    return f"{sign}{size:,.{2 if size < 1 else 1 if size < 100 else 0}f}"


def _caption(results: Results) -> str:
    """Says how to read the table."""
    first = plain(results.contrast[0])
    return (
        f"Averages over {results.replications} pairs of runs with the same luck, not discounted. + (blue): the agency pays "
        f"less or receives more under {first}; − (orange): it pays more. Departments of the council are above the line, the "
        "council as one purse, households (their unpaid care, less benefits and redundancy pay received) and sums below it. "
        "Payments between agencies are in the rows of agencies and add up to nothing. Money that is not spent on services "
        "outside the model shows as saved here, whatever its loss may mean to their users. Everybody: what society uses up. The "
        f"colours of all years have a scale of their own. {_baseline(results)} Intervals are in economics/agency_year.csv."
    )


def _baseline(results: Results) -> str:
    """Says where the status quo is in the table."""
    if not baseline.apart(results):
        return baseline.words(results)
    first, second = (plain(arm) for arm in results.contrast)
    return f"0 is {second}; the white last column is {first} rather than {baseline.NAME}."


def _alt(results: Results, table: pd.DataFrame) -> str:
    """Tells who gains and loses most over all years."""
    first, second = (plain(arm) for arm in results.contrast)
    agencies = table.loc[
        [name for name in table.index if name not in (PUBLIC, EVERYBODY, OUTSIDE, "council")], ALL_YEARS
    ]
    best, worst = agencies.idxmax(), agencies.idxmin()
    sums = ", ".join(
        f"{plain(name)} {sum_of_money(float(table.loc[name, ALL_YEARS]))}" for name in LAST if name in table.index
    )
    if not agencies.any():
        return f"Table of agencies by year: {first} and {second} cost every agency the same in every year."
    return (
        f"Table of agencies by year, coloured by what each saves under {first} rather than {second}, pounds per resident. "
        f"Over all years {plain(str(best))} {'saves most' if agencies[best] > 0 else 'does best'} "
        f"({sum_of_money(float(agencies[best]))}) and {plain(str(worst))} "
        f"{'saves least' if agencies[worst] > 0 else 'pays most more'} ({sum_of_money(float(agencies[worst]))}). In all: {sums}."
    )
