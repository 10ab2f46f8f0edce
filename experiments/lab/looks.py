"""The pictures of one run from near: the network of services, small areas as tiles, and a life as a strip of months."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from experiments.lab.charts import INK, SIZE, style

STANDARD, OTHERS = "standard", "other designs"
PALETTE = ("#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D")
GREY = "#8C8C8C"
SHAPES = ("square", "triangle-up", "diamond", "cross", "triangle-down", "circle")
TURN = math.pi * (3 - math.sqrt(5))
SEED, GAP = 0.23, 1.1
"""Distance between neighbouring services, and between agencies, in the picture's own units."""
NETWORK_HEIGHT, TILE = 520, 70
HERE_UNTIL = 40
"""Tiles carry their number as long as there are no more of them."""
LINES = {"owns": [1, 0], "sends people on": [3, 3]}
STATUS = {
    "in crisis": "#801650", "turned away": "#F46A25", "waiting": "#A285D1", "in a service": "#12436D",
    "in need, without help": "#8C8C8C", "no need": "#DDE7EE", "not here any more": "#FFFFFF",
}  # fmt: skip
WAITING, CRISIS = 1, 3
ABBREVIATED = ("nhs", "dwp")
ORDER = ("First", "Second")


def plain(name: str) -> str:
    """An agency's name as people write it."""
    return name.upper() if name in ABBREVIATED else name.replace("_", " ")


def designs_of(services: pd.DataFrame) -> list[str]:
    """The designs that are told apart: the standard one and those used most, at most five."""
    used = services.loc[services["design"] != STANDARD, "design"].value_counts()
    names = sorted(used.index, key=lambda name: (-used[name], name))
    return [STANDARD, *names[: len(PALETTE)], *([OTHERS] if len(names) > len(PALETTE) else [])]


def places(services: pd.DataFrame) -> pd.DataFrame:
    """Puts agencies into rows and each one's services around it, like the seeds of a sunflower."""
    owners = services.drop_duplicates("service").sort_values(["agency", "service"])
    counts = owners["agency"].value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    cell, wide = 2 * SEED * math.sqrt(counts.max() + 1) + GAP, math.ceil(math.sqrt(len(names)))
    spots = []
    for number, agency in enumerate(names):
        x, y = number % wide * cell, -(number // wide) * cell
        spots.append((agency, agency, x, y))
        for seed, service in enumerate(owners.loc[owners["agency"] == agency, "service"], start=1):
            reach = SEED * math.sqrt(seed + 0.6)
            spots.append(
                (service, agency, x + reach * math.cos(seed * TURN), y + reach * math.sin(seed * TURN))
            )
    return pd.DataFrame(spots, columns=["name", "of", "x", "y"]).set_index("name")


def edges(services: pd.DataFrame, spots: pd.DataFrame) -> pd.DataFrame:
    """Lines from agencies to their services, and between services of one challenge and catchment that send people on."""
    lines = [(spots.loc[row.agency], spots.loc[row.service], "owns") for row in services.itertuples()]
    parts = services["service"].str.split(".", expand=True)
    known = dict(zip(zip(parts[0], parts[1], parts[2], strict=True), services["service"], strict=True))
    for (challenge, tier, catchment), service in known.items():
        to = {"core": "prevention", "acute": "core"}.get(tier)
        other = known.get((challenge, to, catchment))
        if other:
            lines.append((spots.loc[service], spots.loc[other], "sends people on"))
    return pd.DataFrame(
        [{"x": a["x"], "y": a["y"], "x2": b["x"], "y2": b["y"], "line": kind} for a, b, kind in lines]
    )


def network(services: pd.DataFrame, designs: list[str], words: str) -> alt.Chart | alt.LayerChart:
    """Agencies and services at one moment."""
    spots = places(services)
    shown = services.assign(
        design=[name if name in designs else OTHERS for name in services["design"]],
        x=spots.loc[services["service"], "x"].to_numpy(), y=spots.loc[services["service"], "y"].to_numpy(),
    )  # fmt: skip
    empty = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x, y = alt.X("x:Q", axis=empty), alt.Y("y:Q", axis=empty)
    colours = [GREY, *PALETTE[: len(designs) - 1], "#A285D1"][: len(designs)]
    shapes = ["circle", *SHAPES][: len(designs)]
    lines = alt.Chart(edges(services, spots)).mark_rule(opacity=0.8).encode(
        x, y, x2="x2:Q", y2="y2:Q",
        color=alt.value("#737373"),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(LINES), range=list(LINES.values())), legend=None),
    )  # fmt: skip
    marks = alt.Chart(shown).mark_point(filled=True, opacity=0.95).encode(
        x, y,
        color=alt.Color("design:N", scale=alt.Scale(domain=designs, range=colours), legend=alt.Legend(columns=2, title=None,
                        labelExpr="replace(datum.label, /_/g, ' ')")),
        shape=alt.Shape("design:N", scale=alt.Scale(domain=designs, range=shapes)),
        size=alt.Size("queue:Q", scale=alt.Scale(type="sqrt", range=[60, 900]), legend=None),
        tooltip=["service", "agency", "design", "queue", "caseload"],
    )  # fmt: skip
    heads = spots[spots.index == spots["of"]].reset_index()
    heads = heads.assign(
        label=[plain(name) for name in heads["name"]],
        top=heads["of"].map(spots.groupby("of")["y"].max()) + SEED,
    )
    hubs = (
        alt.Chart(heads).mark_point(shape="diamond", filled=True, size=120, color=INK, opacity=1).encode(x, y)
    )
    names = alt.Chart(heads).mark_text(fontSize=SIZE, fontWeight="bold", color=INK, baseline="bottom")
    told = f"{words}: {len(services)} services of {len(heads)} agencies, {int(services['queue'].sum())} people waiting."
    drawn = lines + marks + hubs + names.encode(x, alt.Y("top:Q", axis=empty), text="label:N")
    return style(drawn, told).properties(height=NETWORK_HEIGHT)


def tiles(areas: pd.DataFrame, top: float, words: str, unit: str, title: str) -> alt.Chart | alt.LayerChart:
    """Small areas as a grid of tiles, the most deprived first."""
    ordered = areas.sort_values("deprivation", ascending=False, ignore_index=True)
    wide = math.ceil(math.sqrt(len(ordered)))
    ordered = ordered.assign(column=np.arange(len(ordered)) % wide, row=np.arange(len(ordered)) // wide)
    ordered["label"] = [
        f"{a} {v:.0f}" if v == v else a for a, v in zip(ordered["area"], ordered["value"], strict=True)
    ]
    none = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    scale = alt.Scale(domain=[0, top], range=["#E8EEF3", "#12436D"], clamp=True)
    base = alt.Chart(ordered).encode(alt.X("column:O", axis=none), alt.Y("row:O", axis=none))
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("value:Q", scale=scale, legend=alt.Legend(title=unit, orient="bottom")),
        tooltip=["area", alt.Tooltip("value:Q", format=".3g", title=words), "citizens"],
    )  # fmt: skip
    rows = int(ordered["row"].max()) + 1
    worst = ordered.sort_values("value", ascending=False)["area"].head(3).tolist()
    told = f"{title}: {words.lower()}, {unit}, in {len(ordered)} small areas; highest in {', '.join(worst)}."
    drawn: alt.Chart | alt.LayerChart = squares
    if len(ordered) <= HERE_UNTIL:
        dark = alt.condition(f"datum.value > {0.45 * top}", alt.value("white"), alt.value(INK))
        drawn = squares + base.mark_text(fontSize=SIZE).encode(text="label:N", color=dark)
    return style(drawn, told).properties(height=min(TILE * rows, NETWORK_HEIGHT))


def statuses(lives: pd.DataFrame) -> np.ndarray:
    """Where somebody stands in one challenge, in words; the gravest that is true."""
    return np.select(
        [
            ~lives["here"], lives["level"] == CRISIS, lives["state"] > WAITING, lives["state"] == WAITING,
            (lives["level"] > 0) & lives["turned_away"], lives["level"] > 0,
        ],
        ["not here any more", "in crisis", "in a service", "waiting", "turned away", "in need, without help"],
        "no need",
    )  # fmt: skip


def legend() -> str:
    """What the colours of a strip mean, as a list that wraps on a narrow screen."""
    items = [f'<li><span style="background:{colour}"></span>{name}</li>' for name, colour in STATUS.items()]
    return f'<ul class="lab-key">{"".join(items)}</ul>'


def apart(lives: pd.DataFrame) -> pd.Series:
    """In how many months each person stands differently under the two policies, in any challenge."""
    wide = lives.pivot(index=["person", "month", "challenge"], columns="arm", values="status")
    differs = (wide.iloc[:, 0] != wide.iloc[:, 1]).groupby(level=["person", "month"]).any()
    return differs.groupby(level="person").sum()


def strip(life: pd.DataFrame, titles: dict[str, str]) -> alt.Chart | alt.LayerChart:
    """A life's months under each policy, one strip above the other."""
    order = dict(zip(titles, ORDER, strict=True))
    frame = life.assign(policy=life["arm"].map(order), until=life["month"] + 1)[
        ["policy", "month", "until", "status"]
    ]
    scale = alt.Scale(domain=list(STATUS), range=list(STATUS.values()))
    drawn = alt.Chart(frame).mark_rect(stroke=None).encode(
        alt.X("month:Q", title="Months after April 2011", axis=alt.Axis(grid=False, tickCount=6)), alt.X2("until:Q"),
        alt.Y("policy:N", title=None, sort=list(ORDER)), color=alt.Color("status:N", scale=scale, legend=None),
        tooltip=["policy", "month", "status"],
    )  # fmt: skip
    return style(drawn, f"Month by month: {', '.join(sorted(set(frame['status'])))}.").properties(height=120)
