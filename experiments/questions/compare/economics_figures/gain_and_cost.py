"""Draws gain against its cost to society, one point per pair of runs, with the line on which the gain is worth its cost."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.economics.cost_effectiveness import QUADRANTS, quadrant_shares
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import LeftOut, Results, counted, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures, sum_of_money

COUNTED = {"wellby": "points of life satisfaction times years", "qaly": "quality-adjusted years"}
PER = 1_000
CORNERS = {"NE": (0.98, 0.97), "SE": (0.98, 0.03), "SW": (0.02, 0.03), "NW": (0.02, 0.97)}


def draw(results: Results) -> Drawing:
    """Draws the plane of gain and cost; its points differ in luck and in nothing else."""
    plane = results.told("plane")
    if "social_cost" not in plane:
        raise LeftOut(
            "made by a version that kept no cost to society by pair of runs; ask again with out=another folder"
        )
    data = pd.DataFrame(
        {"replication": plane["replication"], "gain": plane["effect"] * PER, "social_cost": plane["social_cost"]}
    )
    value = float(plane["value_of_effect"].iloc[0]) / PER
    counted_in = COUNTED[str(plane["effect_counted"].iloc[0])]
    first, second = (plain(arm) for arm in results.contrast)
    title = f"{first} minus {second}: gain and cost to society in each pair of runs (chance only)"
    figure = Figure(figsize=(WIDTH, 6.2), layout="constrained")
    axes = figure.subplots()
    _plane(axes, data, value)
    usual = _usual(results)
    if usual:
        _mark(axes, *usual, crowded=float(data["gain"].mean()))
    axes.set_xlabel(
        f"Gain per 1,000 residents ({counted_in}; present value); {baseline.nothing(results.contrast[1])} on both axes"
    )
    axes.set_ylabel(
        "Cost to society: resources, carbon, services cut\noutside the model (£ per resident, present value)"
    )
    shares = quadrant_shares(data["gain"], data["social_cost"])
    _corners(axes, shares)
    return Drawing(title, _caption(results, value), figure, _alt(results, data, shares, usual), data)


def _usual(results: Results) -> tuple[float, float] | None:
    """Gain and cost to society of carrying on as before, less those of the second arm."""
    gain, cost = (baseline.worth(results, name) for name in ("effect", "social_cost"))
    return None if gain is None or cost is None else (float(gain.iloc[-1]) * PER, float(cost.iloc[-1]))


def _mark(axes: Axes, gain: float, cost: float, crowded: float) -> None:
    """Marks the status quo, or says in which direction it lies beyond the plane and how far, away from the crowd of points."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    if left <= gain <= right and bottom <= cost <= top:
        axes.plot(gain, cost, "D", mfc="white", mec=QUIET, ms=9, label=baseline.NAME)
        axes.annotate(baseline.NAME, (gain, cost), xytext=(9, 0), textcoords="offset points", color=QUIET, va="center")
        return
    x, y = (0.02 if crowded > 0 else 0.98), (0.78 if cost > 0 else 0.22)
    axes.text(
        x,
        y,
        told_beyond(gain, cost),
        transform=axes.transAxes,
        color=QUIET,
        style="italic",
        ha="left" if crowded > 0 else "right",
        va="top" if cost > 0 else "bottom",
        bbox=baseline.PAPER,
    )


def beyond(results: Results) -> str:
    """Says where the status quo lies, for a figure that answers; nothing where it was not run."""
    usual = _usual(results)
    return f"{baseline.NAME}: gain {figures(usual[0])}, cost {sum_of_money(usual[1])}" if usual else ""


def told_beyond(gain: float, cost: float) -> str:
    """Says where the status quo lies, beyond the plane."""
    arrow = {(True, True): "↗", (True, False): "↘", (False, True): "↖", (False, False): "↙"}[gain > 0, cost > 0]
    return f"{baseline.NAME}, off this scale {arrow}\ngain {figures(gain)}, cost {sum_of_money(cost)}"


def _plane(axes: Axes, data: pd.DataFrame, value: float) -> None:
    """Draws the points, their average, and the line along which the gain is worth just what it costs."""
    wide, high = (1.35 * max(float(np.abs(data[name]).max()), 1e-9) for name in ("gain", "social_cost"))
    if not data[["gain", "social_cost"]].to_numpy().any():
        wide = high = 1.0
    axes.axhline(0, color=INK, lw=1.2)
    axes.axvline(0, color=INK, lw=1.2)
    ends = np.array([-wide, wide])
    axes.plot(
        ends,
        ends * value,
        color=ORANGE,
        ls=(0, (6, 2)),
        lw=1.8,
        label=f"gain worth its cost (£{value * PER:,.0f} a unit): below it, worth more",
    )
    axes.plot(data["gain"], data["social_cost"], "o", color=DARK_BLUE, alpha=0.6, label="one pair of runs")
    axes.plot(
        data["gain"].mean(), data["social_cost"].mean(), "D", color=DARK_BLUE, mec="white", ms=11, label="average"
    )
    axes.set_xlim(-wide, wide)
    axes.set_ylim(-high, high)
    axes.figure.legend(loc="outside lower center", ncols=3)


def _corners(axes: Axes, shares: dict[str, float]) -> None:
    """Says in each corner what it means and how many points are there."""
    for name, (x, y) in CORNERS.items():
        axes.text(
            x,
            y,
            f"{QUADRANTS[name]}: {shares[name]:.0%}",
            transform=axes.transAxes,
            color=QUIET,
            ha="right" if x > 0.5 else "left",
            va="top" if y > 0.5 else "bottom",
        )


def _caption(results: Results, value: float) -> str:
    """Says how to read the plane."""
    return (
        f"Each point is one of {counted(results.replications, 'pair')} of runs with the same luck: right is more gain, down is "
        "cheaper. The points differ in luck only; how far the model's own numbers are uncertain is not shown here. Along "
        f"the dashed line a gain is worth just what society gives up, at £{value * PER:,.0f} a unit. Money that services outside "
        f"the model lose is given up too: a cut there is no saving. {baseline.words(results)}"
    )


def _alt(results: Results, data: pd.DataFrame, shares: dict[str, float], usual: tuple[float, float] | None) -> str:
    """Tells the average and the quadrants."""
    first, second = (plain(arm) for arm in results.contrast)
    told = ", ".join(f"{QUADRANTS[name]} {share:.0%}" for name, share in shares.items() if share)
    beside = f" {baseline.NAME}: gain {figures(usual[0])} units, cost {sum_of_money(usual[1])}." if usual else ""
    return (
        f"Scatter of {len(data)} pairs of runs, {first} minus {second}. On average the gain is "
        f"{figures(float(data['gain'].mean()))} units per 1,000 residents and the cost to society "
        f"{sum_of_money(float(data['social_cost'].mean()))} per resident. Pairs: {told}.{beside}"
    )
