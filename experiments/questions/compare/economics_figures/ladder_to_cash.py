"""Draws the ladder from demand avoided to cash: what is saved on paper, and what of it leaves the books."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures

ALL = "all acute services"
HATCHED = "refilled"
PHYSICAL = ("episodes", "posts")


def draw(results: Results) -> Drawing:
    """Draws the five rungs of all acute services together."""
    told = results.told("ladder")
    part = told[(told["service"] == ALL) & ~told["rung"].isin(PHYSICAL)].reset_index(drop=True)
    first, second = (plain(arm) for arm in results.contrast)
    title = f"{first} rather than {second}: from acute care avoided to cash, £ a year, whole place"
    figure = Figure(figsize=(WIDTH, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color=INK, lw=1.2)
    places = np.arange(len(part))[::-1]
    for place, row in zip(places, part.to_dict("records"), strict=True):
        kept = row["rung"] == HATCHED
        axes.barh(
            place,
            row["value"],
            color="white" if kept else DARK_BLUE,
            edgecolor=ORANGE if kept else DARK_BLUE,
            hatch="//" if kept else "",
            height=0.62,
        )
        if np.isfinite(row["lo"]):
            axes.plot([row["lo"], row["hi"]], [place, place], color=INK, lw=1.4)
        axes.text(1.01, place, _rounded(float(row["value"])), transform=axes.get_yaxis_transform(), va="center")
    axes.set_yticks(places, list(part["title"]))
    if not part["value"].any():
        axes.set_xlim(-1, 1)
        axes.set_xticks([0])
    axes.grid(axis="x")
    axes.grid(False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda pounds, _: _rounded(pounds, "{:.3g}".format))
    said = f"average a year; {baseline.nothing(results.contrast[1])}; lines are 95% intervals, about chance only"
    axes.text(0, 1.02, said, transform=axes.transAxes, color=QUIET, va="bottom")
    table = told[["service", "title", "unit", "value", "lo", "hi"]]
    return Drawing(title, _caption(results), figure, _alt(results, told, part), told, table)


def _rounded(pounds: float, write: Callable[[float], str] = figures) -> str:
    """Writes pounds with no more digits than the model can know: three, in thousands or millions."""
    size, word = next(((s, w) for s, w in ((1e6, "m"), (1e3, "k")) if abs(pounds) >= s), (1.0, ""))
    return ("−" if pounds < 0 else "") + f"£{write(abs(pounds) / size)}{word}"


def _caption(results: Results) -> str:
    """Says what the rungs are."""
    first = plain(results.contrast[0])
    return (
        f"Rung 1 values the acute care that is avoided under {first} at its average cost. Only bills paid case by case, and "
        "staff in whole teams that were spare for a year, can be taken out (3); what really left the budget (4) may be less, "
        "and the rest (5, hatched) served other people or was kept. Below 0 there is more demand and not less. Step and lag are "
        "assumptions of the valuation file. Prevention and core are left out: fewer people there may only have been refused. "
        f"{baseline.TWO_ONLY}"
    )


def _alt(results: Results, told: pd.DataFrame, part: pd.DataFrame) -> str:
    """Tells every rung."""
    first, second = (plain(arm) for arm in results.contrast)
    stays = told[(told["service"] == ALL) & (told["rung"] == "episodes")]["value"]
    rungs = ", ".join(f"{row.title} {_rounded(float(row.value))}" for row in part.itertuples())
    return (
        f"Bars of {first} rather than {second}, pounds a year for the whole place: {rungs}. Person-months of acute care avoided: "
        f"{figures(float(stays.iloc[0]))} a year."
    )
