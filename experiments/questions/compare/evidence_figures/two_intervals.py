"""Draws the two intervals of every headline outcome side by side, each under its own name: chance, and evidence."""

import math
import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.uncertainty.two_uncertainties import FEWEST_FOR_RANGE
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures, sum_of_money

COLUMNS = 3
ROW_INCHES = 1.9
HEIGHTS = {"chance": 1, "evidence": 0}
COLOURS = {"chance": DARK_BLUE, "evidence": ORANGE}
MARKERS = {"chance": "o", "evidence": "s"}
ROOM = 0.12
"""Free space at each side of a panel, as a share of what is drawn."""
LETTERS = 28
"""Letters of a panel's heading that fit on a line."""


def draw(results: Results) -> Drawing:
    """Draws one panel per headline outcome at the last horizon."""
    if results.evidence is None:
        raise LeftOut("only luck was asked about; uncertainty=evidence asks about the numbers too")
    first, second = map(plain, results.contrast)
    data = _data(results)
    if data.empty:
        raise LeftOut(f"fewer than {FEWEST_FOR_INTERVAL} replications have no interval of chance")
    names = list(dict.fromkeys(data["outcome"]))
    year = int(data["horizon"].iloc[0])
    title = f"{first} minus {second} in year {year}: what is chance, and what is evidence"
    rows = math.ceil(len(names) / COLUMNS)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * rows + 0.7), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes, name in zip(panels, names, strict=False):
        _panel(axes, results.outcomes[name], data[data["outcome"] == name], _usual(results, name))
    for axes in list(figure.axes)[len(names) :]:
        axes.set_axis_off()
    return Drawing(title, _caption(results, first, second), figure, _alt(data, results, title), data)


def _data(results: Results) -> pd.DataFrame:
    """Both intervals of every headline outcome that has them."""
    assert results.evidence is not None
    parts = []
    for kind, summary in (("chance", results.summary), ("evidence", results.evidence.summary)):
        last = summary[summary["horizon"] == summary["horizon"].max()]
        parts.append(
            last[["outcome", "unit", "horizon", "diff", "ci_lo", "ci_hi", "ci_method", "n"]].assign(uncertainty=kind)
        )
    both = pd.concat(parts, ignore_index=True).dropna(subset=["ci_lo", "ci_hi"])
    order = [name for name, outcome in results.outcomes.items() if outcome.headline]
    found = both[both["outcome"].isin(order) & both.duplicated("outcome", keep=False)]
    return found.sort_values("outcome", key=lambda names: names.map(order.index), kind="stable").reset_index(drop=True)


def _usual(results: Results, name: str) -> float:
    """The status quo less the second arm at the last horizon, with the numbers as used; not a number where unknown."""
    last = results.summary[results.summary["horizon"] == results.summary["horizon"].max()].set_index("outcome")
    if not baseline.apart(results) or name not in last.index:
        return math.nan
    return float(last.loc[name, baseline.USUAL] - last.loc[name, results.contrast[1]])


def _panel(axes: Axes, outcome: Outcome, rows: pd.DataFrame, usual: float) -> None:
    """Draws an outcome's two intervals over a line of no difference."""
    for row in rows.to_dict("records"):
        kind = row["uncertainty"]
        low, high, height = row["ci_lo"], row["ci_hi"], HEIGHTS[kind]
        axes.plot([low, high], [height, height], color=COLOURS[kind], lw=5, solid_capstyle="butt")
        axes.plot(row["diff"], height, MARKERS[kind], color=COLOURS[kind], markeredgecolor="white", markersize=9)
    axes.axvline(0, color=INK, lw=1.2)
    ends = [0.0, rows["ci_lo"].min(), rows["ci_hi"].max()]
    room = ROOM * ((max(ends) - min(ends)) or 1.0)
    axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_ylim(-0.6, 1.6)
    axes.set_yticks(list(HEIGHTS.values()), list(HEIGHTS))
    axes.locator_params(axis="x", nbins=4)
    axes.grid(visible=False, axis="y")
    heading = outcome.title if len(outcome.title) <= LETTERS else outcome.words[:1].upper() + outcome.words[1:]
    axes.set_title(textwrap.fill(heading, LETTERS), fontsize=11)
    unit = outcome.unit.replace("%", "percentage points", 1)
    told = ""
    if math.isfinite(usual):
        left, right = axes.get_xlim()
        away = "" if left <= usual <= right else " →" if usual > right else " ←"
        told = f"\n{baseline.NAME} {figures(usual)}{away}"
        if not away:
            axes.plot(usual, HEIGHTS["chance"], "D", mfc="white", mec=QUIET, markersize=7)
    axes.set_xlabel(f"{unit}   {_arrow(outcome)}{told}".strip(), color=QUIET, fontsize=9.5)


def _arrow(outcome: Outcome) -> str:
    """Which way is better; of money only which way is less."""
    if outcome.family == "money":
        return "← less"
    return {"lower": "← better", "higher": "better →"}.get(outcome.better, "")


def _caption(results: Results, first: str, second: str) -> str:
    """Says what each interval is and that they are not to be added up."""
    assert results.evidence is not None
    sets = int(results.evidence.summary["n"].max())
    some = "nine sets in ten" if sets >= FEWEST_FOR_RANGE else "all sets"
    return (
        f"Left of 0, {first} had less than {second}; right of 0, more. Chance: the 95% interval of the average difference with "
        f"the numbers as used; more replications would narrow it. Evidence: where the difference lies in {some} of {sets} "
        f"sets of plausible numbers, with luck taken out; only better evidence would narrow it. {baseline.words(results)}"
    )


def _alt(data: pd.DataFrame, results: Results, title: str) -> str:
    """Tells both intervals of every outcome."""
    parts = [f"Panels of {title}."]
    for name in dict.fromkeys(data["outcome"]):
        outcome = results.outcomes[name]
        write = sum_of_money if outcome.unit.startswith("£") else figures
        told = [
            f"{row['uncertainty']} {write(row['ci_lo'])} to {write(row['ci_hi'])} around {write(row['diff'])}"
            for row in data[data["outcome"] == name].to_dict("records")
        ]
        parts.append(f"{outcome.title} ({outcome.unit}): {'; '.join(told)}.")
    return " ".join(parts)
