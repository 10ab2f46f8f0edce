"""Specifies the figures that answer to the reader: arms switched on and off, a year chosen, values on touching a mark.

Each is a Vega-Lite specification with the same numbers, colours and dashes as the picture that stands in its place on
paper. Choices are boxes and sliders of the browser itself, so that a keyboard reaches them and a reader aloud names them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import altair as alt
import pandas as pd
from altair.expr.core import Expression

from experiments.questions.compare.economics_figures.gain_and_cost import PER, beyond
from experiments.questions.compare.figures.gains_by_group import GROUPS, MARKS, UNSURE
from experiments.questions.compare.figures.timeline import DIFFERENCE, LEVEL
from experiments.report import baseline
from experiments.report.folder_contents import Results, plain
from experiments.report.style import ALMOST_FLAT, BAND, DARK_BLUE, INK, LOOKS, ORANGE, QUIET, amount, looks, push_apart

Figure = tuple[alt.LayerChart | alt.ConcatChart | alt.FacetChart, pd.DataFrame]
"""A figure, and the numbers that it draws."""
COLUMNS, HEIGHT = 2, 190
EDGE_OF_NAMES = 230
LETTERS = 14
APART = 16 / HEIGHT
"""Least distance of two names at the ends of lines, as a share of a panel's height."""
DASHES = ([1, 0], [6, 2], [5, 2, 1, 2], [2, 2], [9, 2, 2, 2, 2, 2], [3, 1, 3, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
CONFIG: Mapping[str, Any] = {
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": LETTERS - 1,
        "titleFontSize": LETTERS - 1,
        "titleFontWeight": "normal",
        "gridColor": "#E4E4E4",
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": LETTERS,
        "orient": "top",
        "title": None,
        "symbolSize": 120,
        "symbolOpacity": 1,
        "symbolStrokeWidth": 2,
    },
    "title": {
        "color": INK,
        "fontSize": LETTERS,
        "subtitleColor": QUIET,
        "subtitleFontSize": LETTERS - 1,
        "anchor": "start",
        "frame": "group",
    },
    "view": {"stroke": None},
}


def specify(name: str, data: pd.DataFrame, alt_text: str, results: Results) -> dict[str, Any] | None:
    """Specifies a figure by its name, from the numbers that it draws; None where there are none."""
    if data.empty:
        return None
    figure, numbers = FIGURES[name](data, results)
    with alt.theme.enable("none"), alt.data_transformers.enable("default", consolidate_datasets=False):
        figure = figure.properties(data=alt.NamedData("drawn"), description=alt_text, config=CONFIG)
        specified = figure.to_dict(validate=False)
    return specified | {"data": {"values": _rows(numbers)}}  # put in last: Altair would copy them at every step


def _rows(data: pd.DataFrame) -> list[dict[str, Any]]:
    """The numbers with four figures, which is more than is ever shown; what is not known is left empty."""
    rows = data.to_dict("records")
    return [
        {str(k): (None if v != v else float(f"{v:.4g}") if isinstance(v, float) else v) for k, v in row.items()}
        for row in rows
    ]


def _few(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A layer with a few numbers of its own."""
    return alt.Chart(alt.Data(values=rows))


def _domain(low: float, high: float) -> list[float]:
    """The ends of an axis, by the rule of the pictures: from 0 unless that would make everything one flat line."""
    if low < 0 or high - low > ALMOST_FLAT * high or high == 0:
        return [min(0.0, low * 1.08), high * 1.12 if high > 0 else 1.0]
    room = max((high - low) * 0.35, abs(high) * 0.005)
    return [low - room, high + room]


def _told(names: Sequence[tuple[str, str]], values: Sequence[tuple[str, str]]) -> list[alt.Tooltip]:
    """What is shown on touching a mark: names as they are, numbers with three figures."""
    return [alt.Tooltip(field=field, title=title) for field, title in names] + [
        alt.Tooltip(field=field, title=title, format=",.3~r") for field, title in values
    ]


def _nothing_across() -> alt.Chart:
    """The level line of no difference; it is told in words elsewhere."""
    line = alt.Chart().mark_rule(color=INK, aria=False)
    return line.encode(alt.YDatum(0), alt.XValue(0), alt.X2Value("width"), alt.TooltipValue(None))


def _nothing_up() -> alt.Chart:
    """The upright line of no difference."""
    line = alt.Chart().mark_rule(color=INK, aria=False)
    return line.encode(alt.XDatum(0), alt.YValue(0), alt.Y2Value("height"), alt.TooltipValue(None))


def _switches(arms: Sequence[str]) -> tuple[list[alt.Parameter], Expression]:
    """A box for each arm, and what of the numbers is shown."""
    boxes = [
        alt.param(name=f"shows_{k}", value=True, bind=alt.binding_checkbox(name=f"Show {plain(arm)} "))
        for k, arm in enumerate(arms)
    ]
    return boxes, reduce(or_, (box & (alt.datum.arm == plain(arm)) for box, arm in zip(boxes, arms, strict=True)))


def _scales(arms: Sequence[str]) -> tuple[alt.Color, alt.StrokeDash, alt.Shape]:
    """Colour, dash and marker of every arm, as in the pictures."""
    names, chosen = [plain(arm) for arm in arms], [LOOKS.index(look) for look in looks(arms).values()]
    return (
        alt.Color("arm:N", scale=alt.Scale(domain=names, range=[LOOKS[k].colour for k in chosen])),
        alt.StrokeDash("arm:N", scale=alt.Scale(domain=names, range=[DASHES[k] for k in chosen])),
        alt.Shape("arm:N", scale=alt.Scale(domain=names, range=[SHAPES[k] for k in chosen])),
    )


def outcomes_over_time(data: pd.DataFrame, results: Results) -> Figure:
    """One panel per outcome, a line per arm; arms can be switched off, marks say their values."""
    boxes, shown = _switches(results.arms)
    data = data.assign(arm=data["arm"].map(plain))
    panels = []
    for _, part in data.groupby("outcome", sort=False):
        level = part["shows"] == LEVEL
        panels.append(_over_time(part[level], shown, results))
        panels.append(_apart_over_time(part[~level]))
    params = [box.param for box in boxes]
    return alt.concat(*panels, columns=COLUMNS, usermeta={"names": True}, params=params), data


def _over_time(part: pd.DataFrame, shown: Expression, results: Results) -> alt.LayerChart:
    """The panel of one outcome."""
    outcome, unit = str(part["outcome"].iloc[0]), str(part["unit"].iloc[0])
    ends = _domain(float(part["mean"].min()), float(part["mean"].max()))
    colour, dash, shape = _scales(results.arms)
    across = alt.X("year:Q", title="Years since the policy date", axis=alt.Axis(tickMinStep=1, grid=False, format="d"))
    scale, axis = alt.Scale(domain=ends, nice=False, zero=False), alt.Axis(tickCount=5)

    def up(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, title=None, axis=axis)

    told = _told([("arm", "Arm"), ("year", "Year")], [("mean", unit), ("low", "95 in 100 runs from"), ("high", "to")])
    names = _few(_rows(_at_ends(part, ends))).transform_filter(shown)
    return (
        alt.layer(
            alt.Chart().mark_line(strokeWidth=2.2).encode(y=up("mean"), color=colour, strokeDash=dash),
            alt.Chart().mark_point(filled=True, size=70).encode(y=up("mean"), color=colour, shape=shape, tooltip=told),
            names.mark_text(align="left", dx=9, fontSize=LETTERS - 1, color=INK, aria=False).encode(
                y=up("place"), text=alt.Text("words:N")
            ),
            height=HEIGHT,
            title=alt.Title(outcome, subtitle=unit + ("" if ends[0] <= 0 else "; axis does not start at 0")),
        )
        .transform_filter((alt.datum.outcome == outcome) & (alt.datum.shows == LEVEL))
        .transform_filter(shown)
        .encode(x=across)
    )


def _apart_over_time(part: pd.DataFrame) -> alt.LayerChart:
    """The difference in one outcome year by year, with the interval of its average around the line of none."""
    outcome, unit, arms = (str(part[name].iloc[0]) for name in ("outcome", "unit", "arm"))
    extent = float(part[["mean", "low", "high"]].abs().max().max()) * 1.2 or 1.0
    scale, second = alt.Scale(domain=[-extent, extent]), arms.partition(" minus ")[2]

    def up(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, title=None, axis=alt.Axis(tickCount=5))

    told = _told(
        [("arm", "Difference"), ("year", "Year")], [("mean", unit), ("low", "95% interval from"), ("high", "to")]
    )
    years = alt.X("year:Q", title="Years since the policy date", axis=alt.Axis(tickMinStep=1, grid=False, format="d"))
    return (
        alt.layer(
            alt.Chart().mark_area(opacity=BAND, color=DARK_BLUE).encode(y=up("low"), y2=alt.Y2("high")),
            alt.Chart().mark_line(strokeWidth=2.2, color=DARK_BLUE).encode(y=up("mean")),
            alt.Chart().mark_point(filled=True, size=70, color=DARK_BLUE).encode(y=up("mean"), tooltip=told),
            _nothing_across(),
            height=HEIGHT,
            title=alt.Title(arms, subtitle=f"{unit.replace('%', 'percentage points', 1)}; {baseline.nothing(second)}"),
        )
        .transform_filter((alt.datum.outcome == outcome) & (alt.datum.shows == DIFFERENCE))
        .encode(x=years)
    )


def _at_ends(part: pd.DataFrame, ends: Sequence[float]) -> pd.DataFrame:
    """The name of every arm at the end of its line, moved apart where two would overlap."""
    last = part[part["year"] == part["year"].max()]
    low, high = ends
    places = push_apart((last["mean"].to_numpy() - low) / (high - low), APART)
    unit = str(part["unit"].iloc[0])
    words = [f"{arm} {amount(float(mean), unit)}" for arm, mean in zip(last["arm"], last["mean"], strict=True)]
    return last[["arm", "outcome", "year"]].assign(words=words, place=low + places * (high - low))


def agency_by_year(data: pd.DataFrame, results: Results) -> Figure:
    """A bar per agency for the year on the slider."""
    first, second = (plain(arm) for arm in results.contrast)
    years = [column for column in data.columns if str(column).startswith("year ")]
    long = data.melt("agency", years, "year", "saved")
    long["year"] = long["year"].str.removeprefix("year ").astype(int)
    last, extent = int(long["year"].max()), float(long["saved"].abs().max()) * 1.1 or 1.0
    chosen = alt.param(name="chosen", value=last, bind=alt.binding_range(min=1, max=last, step=1, name="Year "))
    agencies = alt.Y("agency:N", sort=list(data["agency"]), title=None, axis=alt.Axis(labelLimit=EDGE_OF_NAMES - 30))
    saved = alt.X(
        "saved:Q",
        scale=alt.Scale(domain=[-extent, extent]),
        title=f"£ per resident: right, it pays less under {first}; left, less under {second}",
    )
    sign = alt.when(alt.datum.saved < 0).then(alt.value(ORANGE)).otherwise(alt.value(DARK_BLUE))
    told = _told([("agency", "Who"), ("year", "Year")], [("saved", "£ per resident saved")])
    bars = alt.Chart().mark_bar(cursor="default").encode(color=sign)
    figure = (
        alt.layer(bars, _nothing_up(), height=alt.Step(30), usermeta={"edge": EDGE_OF_NAMES}, params=[chosen.param])
        .transform_filter(alt.datum.year == chosen)
        .encode(y=agencies, x=saved, tooltip=told)
    )
    return figure, long


def _usual_beyond() -> alt.Chart:
    """Says how far the status quo lies from the second arm: as a mark it would leave no room for the difference."""
    least, most = (alt.expr.format(end, ",.3~r") for end in (alt.datum.least, alt.datum.most))
    return (
        alt.Chart()
        .mark_text(align="left", fontSize=LETTERS - 1, color=QUIET)
        .transform_aggregate(least="min(status_quo)", most="max(status_quo)")
        .transform_calculate(told=f"{baseline.NAME}: " + least + " to " + most)
        .encode(alt.XValue(4), alt.YValue(-8), alt.Text("told:N"), alt.TooltipValue(None))
    )


def gains_by_group(data: pd.DataFrame, results: Results) -> Figure:
    """The difference in every group, for the outcome that is chosen."""
    titles = list(dict.fromkeys(data["title"]))
    data = data.drop(columns=["small_cell"], errors="ignore").assign(
        group=[GROUPS.get(g, g).replace("\n", " ") for g in data["group"]],
        verdict=[str(v) if v in MARKS else "cannot tell" for v in data["verdict"]],
    )
    asked = alt.param(name="asked", value=titles[0], bind=alt.binding_select(options=titles, name="Outcome "))
    panels = [_by_group(part, results) for _, part in data.groupby("by", sort=False)]
    figure = alt.concat(*panels, columns=COLUMNS, params=[asked.param], resolve=alt.Resolve(scale={"y": "shared"}))
    return figure.transform_filter(alt.datum.title == asked), data


def _by_group(part: pd.DataFrame, results: Results) -> alt.LayerChart:
    """The panel of one way to divide people into groups."""
    kind = str(part["by"].iloc[0])
    first, second = (plain(arm) for arm in results.contrast)
    verdicts = [*MARKS, "cannot tell"]
    colours = [*(colour for colour, _ in MARKS.values()), UNSURE[0]]
    shapes = ["triangle-up", "triangle-down", "square", "circle"]
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=verdicts, range=colours))
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=verdicts, range=shapes))
    told = _told(
        [("title", "Outcome"), ("group", "Group"), ("verdict", "The group"), ("unit", "Unit")],
        [("value", "Difference"), ("lo", "95% interval from"), ("hi", "to")],
    )
    reach = alt.Y("lo:Q", title=f"{first} minus {second} (0 = as under {second})")
    groups = alt.X(
        "group:N", sort=list(dict.fromkeys(part["group"])), title=f"By {kind}", axis=alt.Axis(labelAngle=-35)
    )
    return (
        alt.layer(
            alt.Chart().mark_rule(strokeWidth=2, aria=False).encode(y=reach, y2=alt.Y2("hi"), color=colour),
            alt.Chart()
            .mark_point(filled=True, size=110)
            .encode(y=alt.Y("value:Q"), color=colour, shape=shape, tooltip=told),
            *([_usual_beyond()] if "status_quo" in part else []),
            _nothing_across(),
            height=HEIGHT + 40,
        )
        .transform_filter(alt.datum.by == kind)
        .encode(x=groups)
    )


def gain_and_cost(data: pd.DataFrame, results: Results) -> Figure:
    """A mark per pair of runs; touching one says which it is."""
    wide, high = (1.35 * max(float(data[name].abs().max()), 1e-9) for name in ("gain", "social_cost"))
    value = float(results.told("plane")["value_of_effect"].iloc[0]) / PER
    reach = min(wide, high / value) if value > 0 else wide
    zero = baseline.nothing(results.contrast[1])
    place = {
        "x": alt.X(
            "gain:Q", scale=alt.Scale(domain=[-wide, wide]), title=f"Gain per 1,000 residents (right is more); {zero}"
        ),
        "y": alt.Y(
            "social_cost:Q",
            scale=alt.Scale(domain=[-high, high]),
            title="Cost to society, £ per resident (down is cheaper)",
        ),
    }
    told = _told([("replication", "Pair of runs")], [("gain", "Gain per 1,000"), ("social_cost", "£ per resident")])
    average = _told([], [("gain", "Average gain per 1,000"), ("social_cost", "Average £ per resident")])
    worth = [{"gain": k * reach, "social_cost": k * reach * value} for k in (-1, 1)]
    means = _rows(data[["gain", "social_cost"]].mean().to_frame().T)
    axis = alt.Chart().mark_rule(color=INK, aria=False)
    dashed = _few(worth).mark_line(color=ORANGE, strokeDash=[6, 3], aria=False)
    diamond = _few(means).mark_point(shape="diamond", filled=True, size=260, color=DARK_BLUE, opacity=1, stroke="white")
    figure = alt.layer(
        axis.encode(alt.XDatum(0)),
        axis.encode(alt.YDatum(0)),
        alt.Chart().mark_point(filled=True, size=90, color=DARK_BLUE, opacity=0.65).encode(**place, tooltip=told),
        dashed.encode(**place),
        diamond.encode(**place, tooltip=average),
        height=380,
        title=alt.Title(
            f"Dashed: gain worth its cost (£{value * PER:,.0f} a unit); below it, worth more. Diamond: average",
            fontWeight="normal",
            subtitle=beyond(results),
        ),
    )
    return figure, data


def transition_dip(data: pd.DataFrame, results: Results) -> Figure:
    """The difference month by month and added up; touching the line says the value of a month."""
    panels = [_dip(part, results) for _, part in data.groupby(["outcome", "view"], sort=False)]
    return alt.concat(*panels, columns=COLUMNS), data


def _dip(part: pd.DataFrame, results: Results) -> alt.LayerChart:
    """The panel of one outcome, month by month or added up."""
    first, second = results.contrast
    outcome, view, unit = (str(part[name].iloc[0]) for name in ("outcome", "view", "unit"))
    extent = float(part[["difference", "ci_lo", "ci_hi"]].abs().max().max()) * 1.2 or 1.0
    scale = alt.Scale(domain=[-extent, extent])

    def up(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, title=None)

    beside, where = [], ""
    if "status_quo" in part:
        last = float(part["status_quo"].iloc[-1])
        where = f"{baseline.NAME} {amount(last, unit)} at the end{', off this scale' if abs(last) > extent else ''}"
        thin = alt.Chart().mark_line(color=QUIET, strokeWidth=1.3, strokeDash=[2, 3], clip=True)
        beside = [thin.encode(y=up("status_quo"))]
    values = [
        ("difference", f"{plain(first)} minus {plain(second)}, {unit}"),
        ("ci_lo", "95% interval from"),
        ("ci_hi", "to"),
    ]
    months = alt.X("month:Q", title="Months since the policy date", axis=alt.Axis(grid=False, format="d", tickCount=6))
    return (
        alt.layer(
            alt.Chart().mark_area(opacity=BAND, color=DARK_BLUE).encode(y=up("ci_lo"), y2=alt.Y2("ci_hi")),
            alt.Chart().mark_line(color=DARK_BLUE, strokeWidth=2).encode(y=up("difference")),
            *beside,
            _nothing_across(),
            alt.Chart()
            .mark_point(opacity=0, size=90)
            .encode(y=up("difference"), tooltip=_told([("month", "Month")], values)),
            height=HEIGHT,
            title=alt.Title(f"{outcome}, {view}", subtitle=[f"{unit}; {baseline.nothing(second)}", where]),
        )
        .transform_filter((alt.datum.outcome == outcome) & (alt.datum.view == view))
        .encode(x=months)
    )


FIGURES: Mapping[str, Callable[[pd.DataFrame, Results], Figure]] = {
    "outcomes_over_time": outcomes_over_time,
    "transition_dip": transition_dip,
    "agency_by_year": agency_by_year,
    "gains_by_group": gains_by_group,
    "gain_and_cost": gain_and_cost,
}
"""Every figure that answers, by name."""
