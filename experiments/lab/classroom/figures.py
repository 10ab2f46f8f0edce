"""The pictures of a class, drawn for a projector: how it predicted, what came out, and what each role offered."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from experiments.lab.charts.charts import COLOURS, INK, style
from experiments.lab.classroom.bargaining import Offers, spreads
from experiments.lab.classroom.phases import LIMIT, WHOLE_BUDGET
from experiments.lab.classroom.predictions import Revealed, bars, in_words, per_cent
from experiments.lab.classroom.roles import ROLES

LARGE, HEIGHT, ROW = 20, 380, 90
AXIS = {"labelFontSize": LARGE, "titleFontSize": LARGE, "grid": False}
MARKS = list(range(-LIMIT, LIMIT + 1, 20))
NEXT_TO = 1.25
"""The count axis ends so many times as high as the highest bar, for the number over it."""


def predicted(predictions: Sequence[int], truth: Revealed | None, label: str) -> alt.Chart | alt.LayerChart:
    """How many predicted what; once it is revealed, what came out as a line in a band, in the same picture.

    Args:
        predictions: per cent.
        truth: what came out, if it may be shown.
        label: of the axis.
    """
    frame = bars(predictions)
    top = max(1, int(frame["count"].max())) * NEXT_TO
    ends = [float(frame["start"].min()), float(frame["end"].max())]
    across = alt.X("start:Q", title=label, scale=alt.Scale(domain=ends, nice=False), axis={**AXIS, "values": MARKS})
    up = alt.Y(
        "count:Q", title="how many", scale=alt.Scale(domain=[0, top]), axis={**AXIS, "tickMinStep": 1, "format": "d"}
    )
    drawn = (
        alt.Chart(frame)
        .mark_rect(color=COLOURS[0], stroke="white")
        .encode(across, alt.X2("end:Q"), up, y2=alt.datum(0))
    )
    nothing = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=INK).encode(x="x:Q")
    words = f"How the class predicted. {in_words(predictions)}"
    layers = [nothing, drawn]
    if truth is not None:
        base = alt.Chart(pd.DataFrame({"low": [truth.low], "high": [truth.high], "at": [truth.value]}))
        layers += [
            base.mark_rect(color=COLOURS[1], opacity=0.45).encode(x="low:Q", x2="high:Q"),
            base.mark_rule(color=COLOURS[1], strokeWidth=5).encode(x="at:Q"),
        ]
        words += (
            f" It came out {per_cent(truth.value)}; the band goes from {per_cent(truth.low)} to {per_cent(truth.high)}."
        )
    middles = alt.Chart(frame.assign(middle=(frame["start"] + frame["end"]) / 2)).encode(
        x="middle:Q", y="count:Q", text="label:N"
    )
    layers += [
        middles.mark_text(
            dy=-16, fontSize=LARGE, stroke="white", strokeWidth=7
        ),  # so that no line runs through the number
        middles.mark_text(dy=-16, fontSize=LARGE, color=INK),
    ]
    return _for_a_projector(alt.LayerChart(layer=layers), words)


def offered(offers: Offers) -> alt.Chart | alt.LayerChart:
    """What each role would put in: every offer as a dot, the middle half as a bar, the median as a line with its number."""
    names = {role: ROLES[role].title for role in offers.offers}
    found = spreads(offers)
    dots = [(names[role], value) for role, given in offers.offers.items() for value in given]
    middle = [(names[role], each.low, each.high, each.middle, f"{each.middle:g}%") for role, each in found.items()]
    scale = alt.Scale(domain=[0, WHOLE_BUDGET])
    row = alt.Y("role:N", title=None, sort=list(names.values()), axis={**AXIS, "labelLimit": 300})
    base = alt.Chart(pd.DataFrame(middle, columns=["role", "low", "high", "middle", "label"]))
    layers = [
        base.mark_bar(color=COLOURS[0], opacity=0.3, size=38).encode(
            alt.X(
                "low:Q",
                title="per cent of the budget",
                scale=scale,
                axis={**AXIS, "values": list(range(0, WHOLE_BUDGET + 1, 20))},
            ),
            alt.X2("high:Q"),
            row,
        ),
        alt.Chart(pd.DataFrame(dots, columns=["role", "value"]))
        .mark_circle(size=220, color=COLOURS[0], opacity=0.55)
        .encode(x=alt.X("value:Q", scale=scale), y=row),
        base.mark_tick(color=COLOURS[1], thickness=5, size=56).encode(x="middle:Q", y=row),
        base.mark_text(dy=-40, fontSize=LARGE, color=INK).encode(x="middle:Q", y=row, text="label:N"),
    ]
    return _for_a_projector(alt.LayerChart(layer=layers), told(offers)).properties(height=ROW * len(names) + 40)


def told(offers: Offers) -> str:
    """The same in words."""
    found: Mapping[str, str] = {
        ROLES[role].title: f"{each.count} offered {each.lowest:g}% to {each.highest:g}%, the middle is {each.middle:g}%"
        for role, each in spreads(offers).items()
    }
    return "; ".join(f"{title}: {words}" for title, words in found.items()) + "."


def _for_a_projector(chart: alt.LayerChart, words: str) -> alt.Chart | alt.LayerChart:
    return style(chart, words).properties(height=HEIGHT)
