"""Draws whose luck the difference is: who lives there, or what happens to them later."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import DARK_BLUE, INK, LIGHT_PURPLE, WIDTH

ROW_INCHES = 0.42


def draw(results: Results) -> Drawing:
    """Draws a bar for each headline outcome: people's share of the variance with its interval, and later luck's."""
    if results.whose_luck is None:
        raise LeftOut("no people led several lives; population_luck=nested lets them")
    data = results.whose_luck.dropna(subset=["share_people"])
    if data.empty:
        raise LeftOut("every difference is the same in every life")
    first, second = results.contrast
    title = f"Whose luck it is: {plain(first)} minus {plain(second)} in year {int(data['horizon'].iloc[0])}"
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(data) + 1.7), layout="constrained")
    axes, places = figure.subplots(), np.arange(len(data))[::-1]
    people, low, high = (100 * data[name].to_numpy(dtype=float) for name in ("share_people", "share_lo", "share_hi"))
    axes.barh(places, people, color=DARK_BLUE, height=0.62, label="who lives there")
    axes.barh(places, 100 - people, left=people, color=LIGHT_PURPLE, height=0.62, label="later luck")
    bars = np.clip(np.nan_to_num([people - low, high - people]), 0, None)
    axes.errorbar(people, places, xerr=bars, fmt="none", ecolor=INK, elinewidth=1.3, capsize=3)
    axes.set_yticks(places, [_named(row) for row in data.to_dict("records")])
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of the variance of the difference")
    axes.grid(visible=False)
    figure.legend(loc="outside lower right", ncols=2)
    return Drawing(title, _caption(data), figure, _alt(data, title), data)


def _named(row: dict[str, object]) -> str:
    """An outcome by its title, marked where people's part was cut at 0."""
    return f"{row['title']}{' *' if row['cut'] else ''}"


def _caption(data: pd.DataFrame) -> str:
    """Says how the parts were told apart, and what was cut."""
    cut = " * People's part came out below 0 and is cut at 0." if data["cut"].any() else ""
    return (
        f"{int(data['peoples'].max())} peoples lived {int(data['lives'].max())} lives each: the same people, ties, needs and "
        "history up to the policy date, other luck from then on. Later luck is the variance between lives of one people; people "
        f"is what varies between peoples beyond that. Thin lines: 95% intervals of people's share.{cut} All other tables and "
        f"figures use one life of each people. {baseline.TWO_ONLY}"
    )


def _alt(data: pd.DataFrame, title: str) -> str:
    """Tells every share."""
    told = [
        f"{row['title']}: people {row['share_people']:.0%} ({row['share_lo']:.0%} to {row['share_hi']:.0%}), later luck "
        f"{row['share_later']:.0%}{', cut at 0' if row['cut'] else ''}."
        for row in data.to_dict("records")
    ]
    return " ".join([f"{title}.", *told])
