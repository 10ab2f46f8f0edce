"""Draws what plausible numbers do to the choice: gain and cost of sets, who is better how often, what knowing is worth."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, sum_of_money

PER = 1_000
EFFECT = {"wellby": "points of life satisfaction times years", "qaly": "quality-adjusted years"}
UNIT = {"wellby": "a point of life satisfaction for a year", "qaly": "a year in full health"}


def draw(results: Results) -> Drawing:
    """Draws three panels: the plane, the share of cases in which the first arm is better, and the worth of knowing."""
    sets, pairs = results.told("plane_across_evidence"), results.told("plane")
    curves, by_chance = results.told("curves_across_evidence"), results.told("curves")
    first, second = (plain(arm) for arm in results.contrast)
    title = f"{first} or {second}? What plausible numbers do to the choice"
    figure = Figure(figsize=(WIDTH, 10.5), layout="constrained")
    plane, share, worth = figure.subplots(3, 1, height_ratios=[1.35, 1, 0.8])
    _plane(plane, sets, pairs)
    value = float(sets["value_of_effect"].iloc[0])
    counted = str(sets["effect_counted"].iloc[0])
    _shares(share, curves, by_chance, first)
    _worth(worth, curves, counted)
    for axes in (share, worth):
        axes.axvline(value, color=ORANGE, ls=(0, (6, 2)), lw=1.6)
        axes.set_xlim(0, float(curves["value_of_effect"].max()))
        axes.xaxis.set_major_formatter("£{x:,.0f}")
    share.annotate("value in use", (value, 1), xytext=(4, -12), textcoords="offset points", color=INK)
    plane.set_xlabel(
        f"Gain per 1,000 residents ({EFFECT[counted]}; present value); {baseline.nothing(results.contrast[1])}"
    )
    return Drawing(
        title, _caption(len(sets), value, counted), figure, _alt(results, sets, curves, value), _data(sets, pairs)
    )


def _plane(axes: Axes, sets: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Draws gain and cost of every set, and of every pair of runs with the numbers as used."""
    axes.axhline(0, color=INK, lw=1.2)
    axes.axvline(0, color=INK, lw=1.2)
    axes.plot(
        sets["effect"] * PER,
        sets["social_cost"],
        "o",
        color=DARK_BLUE,
        alpha=0.65,
        label="evidence: one set of plausible numbers, luck taken out",
    )
    axes.plot(
        pairs["effect"] * PER,
        pairs["social_cost"],
        "^",
        color=ORANGE,
        ms=7,
        label="chance: one pair of runs, numbers as used",
    )
    axes.margins(0.15)
    axes.set_ylabel("Cost to society\n(£ per resident, present value)")
    axes.legend(loc="best")


def _shares(axes: Axes, curves: pd.DataFrame, by_chance: pd.DataFrame, first: str) -> None:
    """Draws in which share of sets, and of pairs of runs, the first arm has the higher social value."""
    axes.plot(
        curves["value_of_effect"], curves["share_first_better"], color=DARK_BLUE, lw=2.4, label="of sets (evidence)"
    )
    axes.plot(
        by_chance["value_of_effect"],
        by_chance["share_first_better"],
        color=ORANGE,
        lw=2.0,
        ls=(0, (2, 1.5)),
        label="of pairs of runs (chance)",
    )
    axes.axhline(0.5, color=QUIET, lw=0.8)
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_ylabel(f"{first} is better\nin this share")
    axes.legend(loc="best")


def _worth(axes: Axes, curves: pd.DataFrame, counted: str) -> None:
    """Draws what it would be worth to know all numbers before choosing, with and without the luck of the runs."""
    x = curves["value_of_effect"]
    axes.plot(x, curves["evpi"], color=DARK_BLUE, lw=2.4, label="luck taken out")
    axes.plot(
        x, curves["evpi_with_luck"], color=QUIET, lw=1.6, ls=(0, (2, 1.5)), label="with the luck of the runs (too high)"
    )
    axes.set_ylim(0, max(1e-9, 1.15 * float(np.nanmax(curves["evpi_with_luck"]))) or 1)
    axes.set_ylabel("Worth of knowing\neverything first\n(£ per resident)")
    axes.set_xlabel(f"If {UNIT[counted]} is worth … (prices of the runs)")
    axes.legend(loc="best")


def _caption(sets: int, value: float, counted: str) -> str:
    """Says how to read the panels."""
    return (
        f"Top: right is more gain, down is cheaper; circles differ in the numbers held plausible ({sets} sets), triangles by "
        f"luck only. Middle: how often the first policy is the better buy, by what {UNIT[counted]} is taken to be worth "
        f"(dashed line: £{value:,.0f}); shares of sets are no probabilities. Bottom: what it would save on average to know "
        f"which numbers are right before choosing. {baseline.TWO_ONLY}"
    )


def _alt(results: Results, sets: pd.DataFrame, curves: pd.DataFrame, value: float) -> str:
    """Tells the shares and the worth at the value in use."""
    first, second = (plain(arm) for arm in results.contrast)
    worths = curves["value_of_effect"]
    share, knowing = (np.interp(value, worths, curves[name]) for name in ("share_first_better", "evpi"))
    gains, cheaper = (sets["effect"] > 0).mean(), (sets["social_cost"] < 0).mean()
    return (
        f"Of {len(sets)} sets of plausible numbers, {first} gains more than {second} in {gains:.0%} and costs society less in "
        f"{cheaper:.0%}. At £{value:,.0f} a unit of gain it is better in {share:.0%} of sets, "
        f"and knowing everything before choosing would be worth {sum_of_money(float(knowing))} per resident."
    )


def _data(sets: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """What the plane shows."""
    columns = ["uncertainty_type", "parameter_set", "replication", "effect", "social_cost"]
    return pd.concat([sets, pairs], ignore_index=True).reindex(columns=columns)
