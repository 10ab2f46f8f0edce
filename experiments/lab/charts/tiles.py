"""The pictures of one run from near: small areas as tiles, and a life as a strip of months."""

import math
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from experiments.lab.charts.charts import INK, SIZE, style

HIGHEST, TILE = 520, 70
HERE_UNTIL = 40
"""Tiles carry their number as long as there are no more of them."""
STATUS = {
    "in crisis": "#801650",
    "turned away": "#F46A25",
    "waiting": "#A285D1",
    "in a service": "#12436D",
    "in need, without help": "#8C8C8C",
    "no need": "#DDE7EE",
    "not here any more": "#FFFFFF",
}
WAITING, CRISIS = 1, 3
ORDER = ("First", "Second")


def tiles(areas: pd.DataFrame, top: float, words: str, unit: str, title: str) -> alt.Chart | alt.LayerChart:
    """Small areas as a grid of tiles, the most deprived first."""
    ordered = areas.sort_values("deprivation", ascending=False, ignore_index=True)
    wide = math.ceil(math.sqrt(len(ordered)))
    ordered = ordered.assign(column=np.arange(len(ordered)) % wide, row=np.arange(len(ordered)) // wide)
    ordered["label"] = [f"{a} {v:.0f}" if v == v else a for a, v in zip(ordered["area"], ordered["value"], strict=True)]
    none = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    scale = alt.Scale(domain=[0, top], range=["#E8EEF3", "#12436D"], clamp=True)
    base = alt.Chart(ordered).encode(alt.X("column:O", axis=none), alt.Y("row:O", axis=none))
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("value:Q", scale=scale, legend=alt.Legend(title=unit, orient="bottom")),
        tooltip=["area", alt.Tooltip("value:Q", format=",.3r", title=words), "citizens"],
    )
    rows = int(ordered["row"].max()) + 1
    worst = ordered.sort_values("value", ascending=False)["area"].head(3).tolist()
    told = f"{title}: {words.lower()}, {unit}, in {len(ordered)} small areas; highest in {', '.join(worst)}."
    drawn: alt.Chart | alt.LayerChart = squares
    if len(ordered) <= HERE_UNTIL:
        dark = alt.condition(f"datum.value > {0.45 * top}", alt.value("white"), alt.value(INK))
        drawn = squares + base.mark_text(fontSize=SIZE).encode(text="label:N", color=dark)
    return style(drawn, told).properties(height=min(TILE * rows, HIGHEST))


def statuses(lives: pd.DataFrame) -> np.ndarray:
    """Where somebody stands in one challenge, in words; the gravest that is true."""
    return np.select(
        [
            ~lives["here"],
            lives["level"] == CRISIS,
            lives["state"] > WAITING,
            lives["state"] == WAITING,
            (lives["level"] > 0) & lives["turned_away"],
            lives["level"] > 0,
        ],
        ["not here any more", "in crisis", "in a service", "waiting", "turned away", "in need, without help"],
        "no need",
    )


def legend(colours: Mapping[str, str]) -> str:
    """What colours mean, as a list that wraps on a narrow screen."""
    items = [f'<li><span style="background:{colour}"></span>{name}</li>' for name, colour in colours.items()]
    return f'<ul class="lab-key">{"".join(items)}</ul>'


def apart(lives: pd.DataFrame) -> pd.Series:
    """In how many months each person stands differently under the two policies, in any challenge."""
    wide = lives.pivot(index=["person", "month", "challenge"], columns="arm", values="status")
    differs = (wide.iloc[:, 0] != wide.iloc[:, 1]).groupby(level=["person", "month"]).any()
    return differs.groupby(level="person").sum()


def strip(life: pd.DataFrame, titles: dict[str, str]) -> alt.Chart | alt.LayerChart:
    """A life's months under each policy, one strip above the other."""
    order = dict(zip(titles, ORDER, strict=True))
    frame = life.assign(policy=life["arm"].map(order), until=life["month"] + 1)[["policy", "month", "until", "status"]]
    scale = alt.Scale(domain=list(STATUS), range=list(STATUS.values()))
    drawn = (
        alt.Chart(frame)
        .mark_rect(stroke=None)
        .encode(
            alt.X("month:Q", title="Months after April 2011", axis=alt.Axis(grid=False, tickCount=6)),
            alt.X2("until:Q"),
            alt.Y("policy:N", title=None, sort=list(ORDER)),
            color=alt.Color("status:N", scale=scale, legend=None),
            tooltip=["policy", "month", "status"],
        )
    )
    return style(drawn, f"Month by month: {', '.join(sorted(set(frame['status'])))}.").properties(height=120)
