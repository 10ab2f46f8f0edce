"""Draws a difference between two policies on a map on which every authority is a hexagon of the same size."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, RegularPolygon

from experiments.questions.nation.tables import lower_and_higher, too_few_runs
from experiments.report.drawing import Drawing, in_ten_words
from experiments.report.folder_contents import plain
from experiments.report.style import DARK_BLUE, FAINT, INK, ORANGE, QUIET, WIDTH
from experiments.text.numerals import two_signed

HEIGHT = 9.6
ROW = math.sqrt(3) / 2
"""Distance of two rows, where neighbours in a row are 1 apart."""
SIZE = 1 / math.sqrt(3)
OPEN, HATCH, DARK = "////", "#6A6A6A", 0.17
"""How a hexagon is hatched, in which grey, and how far from the middle of the colours that is white instead."""
LARGEST_AT = 0.98
"""Share of authorities whose difference lies inside the scale of colours."""
MOST_NAMED = 6
MAKER = "Hexagons: Open Innovations (ODI Leeds), MIT licence; each authority has the same size, whatever its people."
CAPTION = (
    "Each hexagon is an authority. Its colour is the difference between two policies in the last year, under its own money; "
    "a hatched one could be luck. About one in twenty would be unhatched by luck alone, were there no difference. "
    f"{MAKER}"
)


def draw(rows: pd.DataFrame, known: pd.DataFrame) -> Drawing:
    """Draws one outcome.

    Args:
        rows: of every authority, the columns of `tables.by_authority`.
        known: of every authority there is, `facts.facts`.
    """
    about = rows.iloc[0]
    first, _, second = (plain(each) for each in str(about["contrast"]).partition(" minus "))
    title = f"{about['title']}: {first} minus {second}, year {about['horizon']}\n{about['unit']}"
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    colours, scale = _colours(str(about["better"])), _scale(rows["diff"])
    places = known[["column", "row"]].apply(lambda at: centre(at["column"], at["row"]), axis=1)
    told = _apart(rows).to_numpy()
    for name in known.index.difference(rows["place"]):
        axes.add_patch(_hexagon(places[name], facecolor="white", edgecolor=FAINT, lw=0.8))
    for row, sure in zip(rows.to_dict("records"), told, strict=True):
        colour = colours(scale(row["diff"])) if math.isfinite(row["diff"]) else "white"
        axes.add_patch(_hexagon(places[row["place"]], facecolor=colour, edgecolor="white", lw=0.8))
        if not sure:
            lines = HATCH if abs(scale(row["diff"]) - 0.5) < DARK else "white"
            axes.add_patch(_hexagon(places[row["place"]], facecolor="none", edgecolor=lines, lw=0, hatch=OPEN))
    _frame(axes, np.array(list(places)))
    _number_the_furthest(axes, rows[told], places)
    bar = figure.colorbar(
        ScalarMappable(scale, colours), ax=axes, location="right", shrink=0.5, aspect=24, extend="both"
    )
    bar.set_label(_ends(about, first))
    open_ = Patch(facecolor="#EFEFEF", edgecolor=HATCH, hatch=OPEN, lw=0, label="hatched: could be luck")
    away = (
        [Patch(facecolor="white", edgecolor=FAINT, label="not asked about, or failed")]
        if len(rows) < len(known)
        else []
    )
    figure.legend(handles=[open_, *away], loc="outside lower left", ncols=2)
    licence: Any = {"ha": "right", "va": "top", "color": QUIET, "transform": axes.transAxes}
    axes.text(1, 0, "Hexagons: Open Innovations, MIT licence", **licence)
    alt, data = _alt(rows, told, first), _kept(rows, told)
    return Drawing(title.replace("\n", ", "), CAPTION, figure, alt, data, finding=counts(rows, told))


def counts(rows: pd.DataFrame, told: np.ndarray) -> str:
    """In how many authorities there is less and more under the first arm, by more than luck; or that nobody can tell."""
    sure, of = rows[told], len(rows)
    less, more = int((sure["diff"] < 0).sum()), int((sure["diff"] > 0).sum())
    if too_few_runs(rows):
        return in_ten_words(f"too few runs to say in any of {of} authorities")
    if not less + more:
        return in_ten_words(f"luck hides any difference in all {of} authorities")
    return in_ten_words(*lower_and_higher(rows.iloc[0], less, more, f"{of} authorities"))


def centre(column: float, row: float) -> tuple[float, float]:
    """Where a hexagon stands: odd rows are half a hexagon to the right, and rows go up northwards (layout `odd-r`)."""
    return float(column) + 0.5 * (int(row) % 2), float(row) * ROW


def _hexagon(at: tuple[float, float], **look: Any) -> RegularPolygon:
    """One hexagon with a point upwards."""
    return RegularPolygon(at, 6, radius=SIZE, **look)


def _colours(better: str) -> LinearSegmentedColormap:
    """From orange to blue: blue is better for people where one side is, and more where none is."""
    ends = [DARK_BLUE, "#F4F4F2", ORANGE] if better == "lower" else [ORANGE, "#F4F4F2", DARK_BLUE]
    return LinearSegmentedColormap.from_list("difference", ends)


def _scale(differences: pd.Series) -> Normalize:
    """As far on both sides of 0."""
    far = float(differences.abs().quantile(LARGEST_AT)) if differences.notna().any() else 1.0
    return Normalize(-(far or 1.0), far or 1.0)


def _apart(rows: pd.DataFrame) -> pd.Series:
    """Whether an interval leaves 0 out, whichever side is better."""
    return (rows["ci_lo"] > 0) | (rows["ci_hi"] < 0)


def _ends(about: Mapping[str, Any], first: str) -> str:
    """What the two ends of the colours mean."""
    if about["better"] == "neither" or str(about["unit"]).startswith("£"):
        return f"{about['unit']}; below 0 {first} has less"
    good = "below" if about["better"] == "lower" else "above"
    return f"{about['unit']}; {good} 0 (blue) {first} is better"


def _number_the_furthest(axes: Axes, rows: pd.DataFrame, places: pd.Series) -> None:
    """Numbers those furthest from 0 and lists them beside the map, as long as that is more than luck."""
    far = rows.reindex(rows["diff"].abs().sort_values(ascending=False).index).head(MOST_NAMED)
    if far.empty:
        return
    told = ["Furthest from no difference:"]
    for number, row in enumerate(far.to_dict("records"), 1):
        disc = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": INK, "lw": 0.8}
        x, y = places[row["place"]]
        axes.text(x, y, str(number), ha="center", va="center", color=INK, bbox=disc)
        told.append(f"{number}  {row['called']} {two_signed(row['diff'])}")
    axes.text(0.0, 0.99, "\n".join(told), transform=axes.transAxes, va="top", color=INK, linespacing=1.5)


def _frame(axes: Axes, places: np.ndarray) -> None:
    """Shows the whole map and nothing around it."""
    (left, low), (right, high) = places.min(axis=0) - 1, places.max(axis=0) + 1
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    axes.axis("off")


def _kept(rows: pd.DataFrame, told: np.ndarray) -> pd.DataFrame:
    """The numbers that are drawn."""
    return rows[["place", "called", "outcome", "diff", "ci_lo", "ci_hi"]].assign(chance_can_tell=told)


def _alt(rows: pd.DataFrame, told: np.ndarray, first: str) -> str:
    """Tells how many are told apart, and which are furthest."""
    sure, unit = rows[told], rows["unit"].iloc[0]
    counts = f"{len(rows)} authorities; in {int(told.sum())} the difference is more than luck"
    if too_few_runs(rows):
        counts = f"{len(rows)} authorities, with too few runs to tell a difference from luck"
    ends = rows.dropna(subset=["diff"]).sort_values("diff")
    if ends.empty:
        return f"{counts}."
    spread = (
        f"from {two_signed(ends['diff'].iloc[0])} in {ends['called'].iloc[0]} to {two_signed(ends['diff'].iloc[-1])} in "
        f"{ends['called'].iloc[-1]}, {unit}"
    )
    if too_few_runs(rows):
        return f"{counts}. Differences run {spread}."
    sides = f"{int((sure['diff'] < 0).sum())} of them below 0, {int((sure['diff'] > 0).sum())} above, for {first}"
    return f"{counts}: {sides}. Differences run {spread}."
