"""Draws two frontiers: what each policy at its best gets for its money, and how they differ at the same money and outcome."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.uncertainty.discovery.scenario_discovery import plain
from experiments.questions.frontier.curves import CHEAPEST, REACHED
from experiments.questions.frontier.tables import BEST, SHIPPED, at_same_money, overall, pounds, signed
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.folder_contents import counted
from experiments.report.style import INK, QUIET, WIDTH, Look, house_style, looks
from experiments.results.results_folder import read_manifest

HEIGHT, SHARES = 9.2, (1.5, 1.0)
SMALL_TITLE = 11.0
STARS = ("*", "X", "p", "h")
Tables = Mapping[str, pd.DataFrame]


def write_figures(out: Path) -> None:
    """Draws the frontiers of a finished search from its tables, and saves the figure in `figures/`."""
    facts = read_manifest(out)
    outcome = load_outcomes()[facts["frontier"]["objective"]]
    tables = storage.read_csvs(out, "frontier", "equal_budget", "equal_outcome")
    with house_style():
        save(draw(tables, outcome, facts["contrast"], facts["years"]), out / "figures", "frontier")


def draw(found: Tables, outcome: Outcome, arms: Sequence[str], years: int) -> Drawing:
    """Draws the frontiers above, and what differs at the same money and at the same outcome below."""
    first, second = map(plain, arms)
    title = f"What each policy at its best gets for the same money: {outcome.title.lower()}"
    title += f", {outcome.unit}, average of {counted(years, 'year')}"
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    grid = GridSpec(2, 2, figure=figure, height_ratios=SHARES)
    axes, left, right = map(figure.add_subplot, (grid[0, :], grid[1, 0], grid[1, 1]))
    others = [arm for arm in found["frontier"]["arm"].unique() if arm not in arms]
    look = looks([*arms, *others])
    _frontiers(axes, found["frontier"], arms, others, look)
    axes.set_ylabel(f"{outcome.unit}\n({'lower' if outcome.better == 'lower' else 'higher'} is better)")
    axes.legend(handles=_legend(arms, others, look), loc="best")
    sure = {arm: look[arm].colour for arm in arms}
    _same_money(left, found["equal_budget"], sure)
    left.set_title(f"With the same money:\n{first} minus {second}", fontsize=SMALL_TITLE)
    left.set_ylabel(outcome.unit)
    needs = found["equal_outcome"][found["equal_outcome"]["arm"] == arms[0]]
    _same_outcome(right, needs, sure, arms)
    right.set_title(f"For the outcome of {second}:\nmoney that {first} could do without", fontsize=SMALL_TITLE)
    caption = (
        "Money is what all public bodies received, spent or kept in cash. Labels give the cut in the council's budget. "
        "Below, bars are 95% intervals of the difference under the same luck; white: too close to call; triangles: beyond "
        "what was explored."
    )
    alt, said = _alt(found, outcome, arms, years), in_ten_words(*at_same_money(found["equal_budget"], arms))
    return Drawing(title, caption, figure, alt, found["frontier"], finding=said)


def _frontiers(
    axes: Axes, rows: pd.DataFrame, arms: Sequence[str], others: Sequence[str], look: Mapping[str, Look]
) -> None:
    """Draws outcome against money, each policy at its best and as shipped, and the others as single points."""
    for place, arm in enumerate(arms):
        best, line = _of(rows, arm, BEST), look[arm]
        axes.plot(
            best["received"], best["outcome"], color=line.colour, linestyle=line.dash, marker=line.marker, zorder=3
        )
        shipped = _of(rows, arm, SHIPPED)
        axes.plot(
            shipped["received"],
            shipped["outcome"],
            linestyle="none",
            marker=look[arm].marker,
            markerfacecolor="white",
            markeredgecolor=look[arm].colour,
            zorder=2,
        )
        if place == 0:
            for number, row in enumerate(best.to_dict("records")):
                axes.annotate(
                    f"cut {percent(row['cut'])}",
                    (row["received"], row["outcome"]),
                    xytext=(-8 if number else 0, 9),
                    color=QUIET,
                    textcoords="offset points",
                    ha="right" if number else "center",  # so that the first stays clear of the axis
                )
    for arm, star in zip(others, STARS, strict=False):
        row = rows[rows["arm"] == arm].iloc[0]
        axes.plot(row["received"], row["outcome"], star, color=look[arm].colour, markersize=15, zorder=4)
        axes.annotate(
            plain(arm),
            (row["received"], row["outcome"]),
            xytext=(-9, -4),
            textcoords="offset points",
            ha="right",
            va="top",
        )
    axes.set_xlabel("Public money received, spent or kept, £ per head a year")
    axes.xaxis.set_major_formatter("£{x:,.0f}")
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.margins(x=0.16, y=0.14)
    axes.annotate("axes do not start at 0", (0.01, 0.02), xycoords="axes fraction", color=QUIET, style="italic")


def percent(share: float) -> str:
    """A share as a percentage, with a decimal where there is one."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def _of(rows: pd.DataFrame, arm: str, kind: str) -> pd.DataFrame:
    """The points of one line, by rising money."""
    return rows[(rows["arm"] == arm) & (rows["kind"] == kind)].sort_values("received")


def _legend(arms: Sequence[str], others: Sequence[str], look: Mapping[str, Look]) -> list[Line2D]:
    """What lines and marks mean."""
    found = []
    for arm in arms:
        mark: dict[str, Any] = {"color": look[arm].colour, "marker": look[arm].marker}
        found.append(Line2D([], [], linestyle=look[arm].dash, label=f"{plain(arm)}, at its best", **mark))
        found.append(
            Line2D([], [], linestyle="none", markerfacecolor="white", label=f"{plain(arm)}, as shipped", **mark)
        )
    for arm, star in zip(others, STARS, strict=False):
        found.append(
            Line2D([], [], color=look[arm].colour, marker=star, linestyle="none", markersize=13, label=plain(arm))
        )
    return found


def _same_money(axes: Axes, rows: pd.DataFrame, sure: Mapping[str, str]) -> None:
    """Draws the difference at the same money with its interval, filled where one does better for sure."""
    axes.axhline(0, color=INK, lw=1.0)
    for row in rows.dropna(subset=["diff"]).to_dict("records"):
        colour = sure.get(row["better"], QUIET)
        _bar(axes, row["cut"], row["diff"], (row["ci_lo"], row["ci_hi"]), colour, row["better"] in sure)
    _cuts(axes, rows)


def _same_outcome(axes: Axes, rows: pd.DataFrame, sure: Mapping[str, str], arms: Sequence[str]) -> None:
    """Draws the money saved for the same outcome; an arrow where it is more than could be explored."""
    axes.axhline(0, color=INK, lw=1.0)
    for row in rows.to_dict("records"):
        if row["state"] == REACHED:
            colour = sure[arms[0] if row["saving"] > 0 else arms[1]] if row["sure"] else QUIET
            _bar(axes, row["cut"], row["saving"], (row["ci_lo"], row["ci_hi"]), colour, row["sure"])
            continue
        up = row["state"] == CHEAPEST
        colour = sure[arms[0] if up else arms[1]] if row["sure"] else QUIET
        axes.plot(
            row["cut"],
            row["saving"],
            "^" if up else "v",
            color=colour,
            markersize=9,
            markeredgewidth=1.8,
            markerfacecolor=colour if row["sure"] else "white",
        )
        axes.annotate(
            "or more" if up else "or worse",
            (row["cut"], row["saving"]),
            xytext=(0, 10 if up else -10),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            color=QUIET,
        )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda sum_, _: pounds(sum_)))
    axes.set_ylabel("£ per head a year")
    _cuts(axes, rows)


def _bar(axes: Axes, at: float, middle: float, ends: tuple[float, float], colour: str, filled: bool) -> None:
    """Draws one estimate with its interval."""
    below, above = (float(np.clip(each, 0, None)) for each in (middle - ends[0], ends[1] - middle))
    axes.errorbar(
        [at],
        [middle],
        yerr=[[below], [above]],
        fmt="o",
        color=colour,
        elinewidth=2.0,
        capsize=4,
        markersize=9,
        markerfacecolor=colour if filled else "white",
        markeredgewidth=1.8,
    )


def _cuts(axes: Axes, rows: pd.DataFrame) -> None:
    """Labels the budgets, the most money on the right as above."""
    axes.set_xticks(rows["cut"].tolist(), [percent(cut) for cut in rows["cut"]])
    axes.invert_xaxis()
    axes.set_xlabel("Cut in the council's budget\n(more money to the right)")
    axes.margins(x=0.16, y=0.2)


def _decimals(values: pd.Series) -> int:
    """Decimals with which values that lie close together can be told apart: their range in two figures."""
    spread = float(values.max() - values.min())
    return max(0, 1 - math.floor(math.log10(spread))) if spread > 0 else 1


def _alt(found: Tables, outcome: Outcome, arms: Sequence[str], years: int) -> str:
    """Tells every point of both lines, the others, and both comparisons."""
    rows = found["frontier"]
    decimals = _decimals(rows["outcome"])
    told = [
        f"{outcome.title}, {outcome.unit}, average of {counted(years, 'year')}, against public money received a head and year."
    ]
    for arm in arms:
        line = [
            f"{pounds(row['spent'])}: {row['outcome']:,.{decimals}f}" for row in _of(rows, arm, BEST).to_dict("records")
        ]
        told.append(f"{plain(arm)} at its best, {', '.join(line)}.")
    for row in rows[~rows["arm"].isin(list(arms))].to_dict("records"):
        told.append(f"{plain(row['arm'])}, {pounds(row['spent'])}: {row['outcome']:,.{decimals}f}.")
    gaps = [f"cut {percent(row['cut'])} {signed(row['diff'])}" for row in found["equal_budget"].to_dict("records")]
    told.append(f"{plain(arms[0])} minus {plain(arms[1])} with the same money: {', '.join(gaps)}.")
    mine = found["equal_outcome"][found["equal_outcome"]["arm"] == arms[0]].to_dict("records")
    saved = [
        f"cut {percent(row['cut'])} {pounds(row['saving'])}{'' if row['state'] == REACHED else ' or beyond'}"
        for row in mine
    ]
    told.append(f"Money that {plain(arms[0])} could do without for the same outcome: {', '.join(saved)}.")
    return " ".join([*told, overall(found["equal_budget"], arms)])
