"""The network of agencies and services at one moment: who pays for what, and who is sent on to whom."""

import math

import altair as alt
import pandas as pd

from experiments.lab.charts.charts import INK, SIZE, style
from experiments.lab.number_format import three

STANDARD, OTHERS = "standard", "other designs"
PALETTE = ("#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D")
GREY = "#8C8C8C"
SHAPES = ("square", "triangle-up", "diamond", "cross", "triangle-down", "circle")
TURN = math.pi * (3 - math.sqrt(5))
SEED, GAP = 0.23, 1.1
"""Distance between neighbouring services, and between agencies, in the picture's own units."""
HEIGHT, THICKEST, THINNEST = 560, 12.0, 0.6
ABBREVIATED = ("nhs", "dwp")
SHARED = "shared money"
YEAR = 12
MONEY = {"pays for its own service": "#737373", "pays for another's service": "#A0522D", "shares money": "#7A4FBF"}
PEOPLE = {"sent on": "#1D70B8", "into crisis": "#B10E1E", "out of acute care": "#00703C"}
LINES = {"money": MONEY, "people": PEOPLE}
UNITS = {"money": "£ this month", "people": "people in the last 12 months"}


def plain(name: str) -> str:
    """An agency's name as people write it."""
    return name.upper() if name in ABBREVIATED else name.replace("_", " ")


def designs_of(services: pd.DataFrame) -> list[str]:
    """The designs that are told apart: the standard one and those used most, at most five."""
    used = services.loc[services["design"] != STANDARD, "design"].value_counts()
    names = sorted(used.index, key=lambda name: (-used[name], name))
    return [STANDARD, *names[: len(PALETTE)], *([OTHERS] if len(names) > len(PALETTE) else [])]


def lines_of(flows: pd.DataFrame, owners: dict[str, str], what: str, month: int) -> pd.DataFrame:
    """What goes from where to where under one policy: pounds in one month, or people in the twelve months up to it."""
    if what == "money":
        now = flows[(flows["month"] == month) & flows["kind"].isin(("pays", "shares"))]
        own = now["end"].map(owners) == now["origin"]
        paid = own.map({True: "pays for its own service", False: "pays for another's service"})
        now = now.assign(line=paid.where(now["kind"] == "pays", "shares money"))
    else:
        lately = flows["month"].between(month - YEAR + 1, month) & flows["kind"].isin(PEOPLE)
        now = flows[lately].assign(line=flows["kind"])
    return now.groupby(["origin", "end", "line"], as_index=False)["amount"].sum()


def heaviest(flows: pd.DataFrame, what: str) -> float:
    """The most that goes along any line under any policy, so that lines of all months can be compared."""
    if what == "money":
        most = flows.loc[flows["kind"].isin(("pays", "shares")), "amount"].max()
    else:
        moved = flows[flows["kind"].isin(PEOPLE)]
        most = moved.groupby(["arm", "origin", "end", moved["month"] // YEAR])["amount"].sum().max()
    return float(most) if most == most else 1.0


def places(services: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Puts agencies into rows and each one's services around it, like the seeds of a sunflower."""
    owners = services.drop_duplicates("service").sort_values(["agency", "service"])
    counts = owners["agency"].value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    moved = flows[flows["kind"].isin(("pays", "shares"))]
    others = {*moved["origin"], *moved.loc[moved["kind"] == "shares", "end"]} - {*names}
    names += sorted(others, key=lambda name: (name == SHARED, name))
    cell, wide = 2 * SEED * math.sqrt(counts.max() + 1) + GAP, math.ceil(math.sqrt(len(names)))
    spots = []
    for number, agency in enumerate(names):
        x, y = number % wide * cell, -(number // wide) * cell
        spots.append((agency, agency, x, y))
        for seed, service in enumerate(owners.loc[owners["agency"] == agency, "service"], start=1):
            reach = SEED * math.sqrt(seed + 0.6)
            spots.append((service, agency, x + reach * math.cos(seed * TURN), y + reach * math.sin(seed * TURN)))
    return pd.DataFrame(spots, columns=["name", "of", "x", "y"]).set_index("name")


def edges(lines: pd.DataFrame, spots: pd.DataFrame, what: str) -> pd.DataFrame:
    """Where each line begins and ends in the picture."""
    begins, ends = spots.loc[lines["origin"]], spots.loc[lines["end"]]
    return lines.assign(
        x=begins["x"].to_numpy(),
        y=begins["y"].to_numpy(),
        x2=ends["x"].to_numpy(),
        y2=ends["y"].to_numpy(),
        colour=lines["line"].map(LINES[what]),
    )


def drawn(
    services: pd.DataFrame,
    lines: pd.DataFrame,
    spots: pd.DataFrame,
    designs: list[str],
    what: str,
    tops: tuple[float, float],
    words: str,
) -> alt.Chart | alt.LayerChart:
    """Agencies, services and lines under one policy at one moment.

    Args:
        services: how each stands.
        lines: of `lines_of`.
        spots: of `places`.
        designs: those that are told apart.
        what: money or people.
        tops: the longest queue and the heaviest line there ever is.
        words: what the picture is of.
    """
    empty = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x, y = alt.X("x:Q", axis=empty), alt.Y("y:Q", axis=empty)
    strands = (
        alt.Chart(edges(lines, spots, what))
        .mark_rule(opacity=0.75)
        .encode(
            x,
            y,
            x2="x2:Q",
            y2="y2:Q",
            stroke=alt.Stroke("colour:N", scale=None),
            strokeWidth=alt.StrokeWidth(
                "amount:Q", legend=None, scale=alt.Scale(type="sqrt", domain=[0, tops[1]], range=[THINNEST, THICKEST])
            ),
            tooltip=["line", "origin", "end", alt.Tooltip("amount:Q", format=",.3r", title=UNITS[what])],
        )
    )
    heads = spots[spots.index == spots["of"]].reset_index()
    heads = heads.assign(
        label=[plain(name) for name in heads["name"]], top=heads["of"].map(spots.groupby("of")["y"].max()) + SEED
    )
    base = alt.Chart(heads)
    hubs = base.mark_point(shape="diamond", filled=True, size=120, color=INK, opacity=1).encode(x, y)
    names = base.mark_text(fontSize=SIZE, fontWeight="bold", color=INK, baseline="bottom").encode(
        x, alt.Y("top:Q", axis=empty), text="label:N"
    )
    told = f"{words}: {len(services)} services, {int(services['queue'].sum())} people waiting. {_told(lines, what)}"
    marks = _marks(services, spots, designs, tops[0]).encode(x, y)
    halo = names.mark_text(
        fontSize=SIZE, fontWeight="bold", baseline="bottom", stroke="white", strokeWidth=5, opacity=0.9
    )  # so that names can be read across lines
    return style(strands + marks + hubs + halo + names, told).properties(height=HEIGHT)


def _marks(services: pd.DataFrame, spots: pd.DataFrame, designs: list[str], longest: float) -> alt.Chart:
    """A mark for each service: its colour and shape tell its design, its size how many wait."""
    shown = services.assign(
        design=[name if name in designs else OTHERS for name in services["design"]],
        x=spots.loc[services["service"], "x"].to_numpy(),
        y=spots.loc[services["service"], "y"].to_numpy(),
    )
    colours = [GREY, *PALETTE[: len(designs) - 1], "#A285D1"][: len(designs)]
    shapes = ["circle", *SHAPES][: len(designs)]
    key = alt.Legend(columns=2, title=None, labelExpr="replace(datum.label, /_/g, ' ')")
    return (
        alt.Chart(shown)
        .mark_point(filled=True, opacity=0.95)
        .encode(
            color=alt.Color("design:N", scale=alt.Scale(domain=designs, range=colours), legend=key),
            shape=alt.Shape("design:N", scale=alt.Scale(domain=designs, range=shapes), legend=key),
            size=alt.Size("queue:Q", scale=alt.Scale(type="sqrt", domain=[0, longest], range=[50, 1100]), legend=None),
            tooltip=["service", "agency", "design", "queue", "caseload"],
        )
    )


def _told(lines: pd.DataFrame, what: str) -> str:
    """The lines in words: how much goes along each kind."""
    parts = [f"{name} {three(amount)}" for name, amount in totals(lines, what).items()]
    return f"Lines, {UNITS[what]}: {', '.join(parts)}."


def totals(lines: pd.DataFrame, what: str) -> dict[str, float]:
    """How much goes along each kind of line."""
    sums = lines.groupby("line")["amount"].sum()
    return {name: float(sums.get(name, 0.0)) for name in LINES[what]}
