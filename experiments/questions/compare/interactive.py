"""Specifies the figures that answer to the reader: arms switched on and off, a year chosen, values on touching a mark.

Each is a Vega-Lite specification with the same numbers, colours and dashes as the picture that stands in its place on
paper. Choices are boxes and sliders of the browser itself, so that a keyboard reaches them and a reader aloud names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.questions.compare.economics_figures.gain_and_cost import PER, beyond
from experiments.questions.compare.figures.gains_by_group import GROUPS, MARKS, UNSURE
from experiments.report import baseline
from experiments.report.folder_contents import Results, plain
from experiments.report.style import ALMOST_FLAT, BAND, DARK_BLUE, INK, LOOKS, ORANGE, QUIET, amount, looks, push_apart

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COLUMNS, HEIGHT = 2, 190
EDGE_OF_NAMES = 230
LETTERS = 14
APART = 16 / HEIGHT
"""Least distance of two names at the ends of lines, as a share of a panel's height."""
MEANS = {"gains": "gains", "loses": "loses"}
DASHES = ([1, 0], [6, 2], [5, 2, 1, 2], [2, 2], [9, 2, 2, 2, 2, 2], [3, 1, 3, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")


LINE = {"type": "rule", "color": INK, "aria": False}
NOTHING_ACROSS: Spec = {
    "mark": LINE,
    "encoding": {"y": {"datum": 0}, "x": {"value": 0}, "x2": {"value": "width"}, "tooltip": {"value": None}},
}
NOTHING_UP: Spec = {
    "mark": LINE,
    "encoding": {"x": {"datum": 0}, "y": {"value": 0}, "y2": {"value": "height"}, "tooltip": {"value": None}},
}
"""The line of no difference, level or upright; it is told in words elsewhere."""


def specify(name: str, data: pd.DataFrame, alt: str, results: Results) -> Spec | None:
    """Specifies a figure by its name, from the numbers that it draws; None for one that is a picture only."""
    make = FIGURES.get(name)
    if make is None or data.empty:
        return None
    return {"$schema": SCHEMA, "description": alt, "config": CONFIG} | make(data, results)


CONFIG: Spec = {
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


def _rows(data: pd.DataFrame) -> list[dict[str, Any]]:
    """The numbers with four figures, which is more than is ever shown; what is not known is left empty."""
    rows = data.to_dict("records")
    return [
        {str(k): (None if v != v else float(f"{v:.4g}") if isinstance(v, float) else v) for k, v in row.items()}
        for row in rows
    ]


def _domain(low: float, high: float) -> list[float]:
    """The ends of an axis, by the rule of the pictures: from 0 unless that would make everything one flat line."""
    if low < 0 or high - low > ALMOST_FLAT * high or high == 0:
        return [min(0.0, low * 1.08), high * 1.12 if high > 0 else 1.0]
    room = max((high - low) * 0.35, abs(high) * 0.005)
    return [low - room, high + room]


def _switches(arms: Sequence[str]) -> tuple[list[Spec], str]:
    """A box for each arm, and what of the numbers is shown."""
    boxes = [
        {"name": f"shows_{k}", "value": True, "bind": {"input": "checkbox", "name": f"Show {plain(arm)} "}}
        for k, arm in enumerate(arms)
    ]
    shown = " || ".join(f"(shows_{k} && datum.arm == '{plain(arm)}')" for k, arm in enumerate(arms))
    return boxes, shown


def _scales(arms: Sequence[str]) -> dict[str, Spec]:
    """Colour, dash and marker of every arm, as in the pictures."""
    names, chosen = [plain(arm) for arm in arms], [LOOKS.index(look) for look in looks(arms).values()]
    return {
        "color": {
            "field": "arm",
            "type": "nominal",
            "scale": {"domain": names, "range": [LOOKS[k].colour for k in chosen]},
        },
        "strokeDash": {
            "field": "arm",
            "type": "nominal",
            "scale": {"domain": names, "range": [DASHES[k] for k in chosen]},
        },
        "shape": {"field": "arm", "type": "nominal", "scale": {"domain": names, "range": [SHAPES[k] for k in chosen]}},
    }


def outcomes_over_time(data: pd.DataFrame, results: Results) -> Spec:
    """One panel per outcome, a line and a band per arm; arms can be switched off, marks say their values."""
    boxes, shown = _switches(results.arms)
    scales = _scales(results.arms)
    data = data.assign(arm=data["arm"].map(plain))
    views = []
    for outcome in dict.fromkeys(data["outcome"]):
        part = data[data["outcome"] == outcome]
        ends = _domain(float(part["low"].min()), float(part["high"].max()))
        unit = str(part["unit"].iloc[0])
        across = {
            "field": "year",
            "type": "quantitative",
            "title": "Years since the policy date",
            "axis": {"tickMinStep": 1, "grid": False, "format": "d"},
        }
        up = {
            "type": "quantitative",
            "scale": {"domain": ends, "nice": False, "zero": False},
            "title": None,
            "axis": {"tickCount": 5},
        }
        from_zero = "" if ends[0] <= 0 else "; axis does not start at 0"
        views.append(
            {
                "title": {"text": outcome, "subtitle": unit + from_zero},
                "height": HEIGHT,
                "transform": [{"filter": {"field": "outcome", "equal": outcome}}],
                "encoding": {"x": across},
                "layer": [
                    {
                        "mark": {"type": "area", "opacity": BAND},
                        "encoding": {"y": up | {"field": "low"}, "y2": {"field": "high"}, "color": scales["color"]},
                    },
                    {
                        "mark": {"type": "line", "strokeWidth": 2.2},
                        "encoding": {
                            "y": up | {"field": "mean"},
                            "color": scales["color"],
                            "strokeDash": scales["strokeDash"],
                        },
                    },
                    {
                        "mark": {"type": "point", "filled": True, "size": 70},
                        "encoding": {
                            "y": up | {"field": "mean"},
                            "color": scales["color"],
                            "shape": scales["shape"],
                            "tooltip": _told(
                                [("arm", "Arm"), ("year", "Year")],
                                [("mean", unit), ("low", "95 in 100 runs from"), ("high", "to")],
                            ),
                        },
                    },
                    {
                        "data": {"values": _rows(_at_ends(part, ends, results))},
                        "transform": [{"filter": shown}],
                        "mark": {
                            "type": "text",
                            "align": "left",
                            "dx": 9,
                            "fontSize": LETTERS - 1,
                            "color": INK,
                            "aria": False,
                        },
                        "encoding": {"y": up | {"field": "place"}, "text": {"field": "words"}},
                    },
                ],
            }
        )
    return {
        "usermeta": {"names": True},
        "data": {"values": _rows(data)},
        "params": boxes,
        "transform": [{"filter": shown}],
        "columns": COLUMNS,
        "concat": views,
    }


def _at_ends(part: pd.DataFrame, ends: Sequence[float], results: Results) -> pd.DataFrame:
    """The name of every arm at the end of its line, moved apart where two would overlap."""
    last = part[part["year"] == part["year"].max()]
    low, high = ends
    places = push_apart((last["mean"].to_numpy() - low) / (high - low), APART)
    outcome, year = part["outcome"].iloc[0], part["year"].max()
    words = [
        f"{arm} {amount(float(mean), str(part['unit'].iloc[0]))}"
        for arm, mean in zip(last["arm"], last["mean"], strict=True)
    ]
    return pd.DataFrame(
        {
            "arm": last["arm"].to_numpy(),
            "outcome": outcome,
            "year": year,
            "words": words,
            "place": low + places * (high - low),
        }
    )


def _told(names: Sequence[tuple[str, str]], values: Sequence[tuple[str, str]]) -> list[Spec]:
    """What is shown on touching a mark: names as they are, numbers with three figures."""
    return [{"field": field, "title": title} for field, title in names] + [
        {"field": field, "title": title, "format": ",.3~r"} for field, title in values
    ]


def agency_by_year(data: pd.DataFrame, results: Results) -> Spec:
    """A bar per agency for the year on the slider."""
    first, second = (plain(arm) for arm in results.contrast or ("", ""))
    years = [column for column in data.columns if str(column).startswith("year ")]
    long = data.melt("agency", years, "year", "saved")
    long["year"] = long["year"].str.removeprefix("year ").astype(int)
    extent = float(long["saved"].abs().max()) * 1.1 or 1.0
    sign = {"condition": {"test": "datum.saved < 0", "value": ORANGE}, "value": DARK_BLUE}
    return {
        "usermeta": {"edge": EDGE_OF_NAMES},
        "data": {"values": _rows(long)},
        "params": [
            {
                "name": "chosen",
                "value": int(long["year"].max()),
                "bind": {"input": "range", "min": 1, "max": int(long["year"].max()), "step": 1, "name": "Year "},
            }
        ],
        "transform": [{"filter": "datum.year == chosen"}],
        "height": {"step": 30},
        "encoding": {
            "y": {
                "field": "agency",
                "type": "nominal",
                "sort": list(data["agency"]),
                "title": None,
                "axis": {"labelLimit": EDGE_OF_NAMES - 30},
            },
            "x": {
                "field": "saved",
                "type": "quantitative",
                "scale": {"domain": [-extent, extent]},
                "title": f"£ per resident: right, it pays less under {first}; left, less under {second}",
            },
            "tooltip": _told([("agency", "Who"), ("year", "Year")], [("saved", "£ per resident saved")]),
        },
        "layer": [{"mark": {"type": "bar", "cursor": "default"}, "encoding": {"color": sign}}, NOTHING_UP],
    }


USUAL_BEYOND: Spec = {
    "transform": [
        {
            "aggregate": [
                {"op": "min", "field": "status_quo", "as": "least"},
                {"op": "max", "field": "status_quo", "as": "most"},
            ]
        },
        {
            "calculate": f"'{baseline.NAME}: ' + format(datum.least, ',.3~r') + ' to ' + format(datum.most, ',.3~r')",
            "as": "told",
        },
    ],
    "mark": {"type": "text", "align": "left", "fontSize": LETTERS - 1, "color": QUIET},
    "encoding": {"x": {"value": 4}, "y": {"value": -8}, "text": {"field": "told"}, "tooltip": {"value": None}},
}
"""Says how far the status quo lies from the second arm: as a mark it would leave no room for the difference."""


def gains_by_group(data: pd.DataFrame, results: Results) -> Spec:
    """The difference in every group, for the outcome that is chosen."""
    titles = list(dict.fromkeys(data["title"]))
    data = data.assign(
        group=[GROUPS.get(g, g).replace("\n", " ") for g in data["group"]],
        verdict=[MEANS.get(str(v), "cannot tell") for v in data["verdict"]],
    )
    known = {"domain": ["gains", "loses", "cannot tell"], "range": [MARKS["gains"][0], MARKS["loses"][0], UNSURE[0]]}
    first, second = (plain(arm) for arm in results.contrast or ("", ""))
    beside = [USUAL_BEYOND] if "status_quo" in data else []
    zero = f"{first} minus {second} (0 = as under {second})"
    views = []
    for kind in dict.fromkeys(data["by"]):
        names = list(dict.fromkeys(data.loc[data["by"] == kind, "group"]))
        across = {
            "field": "group",
            "type": "nominal",
            "sort": names,
            "title": f"By {kind}",
            "axis": {"labelAngle": -35},
        }
        views.append(
            {
                "height": HEIGHT + 40,
                "transform": [{"filter": {"field": "by", "equal": kind}}],
                "encoding": {"x": across},
                "layer": [
                    {
                        "mark": {"type": "rule", "strokeWidth": 2},
                        "encoding": {
                            "y": {"field": "lo", "type": "quantitative", "title": zero},
                            "y2": {"field": "hi"},
                            "color": {"field": "verdict", "type": "nominal", "scale": known},
                        },
                    },
                    {
                        "mark": {"type": "point", "filled": True, "size": 110},
                        "encoding": {
                            "y": {"field": "value", "type": "quantitative"},
                            "color": {"field": "verdict", "type": "nominal", "scale": known},
                            "shape": {
                                "field": "verdict",
                                "type": "nominal",
                                "scale": {
                                    "domain": known["domain"],
                                    "range": ["triangle-up", "triangle-down", "circle"],
                                },
                            },
                            "tooltip": _told(
                                [("title", "Outcome"), ("group", "Group"), ("verdict", "The group"), ("unit", "Unit")],
                                [("value", "Difference"), ("lo", "95% interval from"), ("hi", "to")],
                            ),
                        },
                    },
                    *beside,
                    NOTHING_ACROSS,
                ],
            }
        )
    return {
        "data": {"values": _rows(data.drop(columns=["small_cell"], errors="ignore"))},
        "params": [
            {"name": "asked", "value": titles[0], "bind": {"input": "select", "options": titles, "name": "Outcome "}}
        ],
        "transform": [{"filter": "datum.title == asked"}],
        "columns": COLUMNS,
        "concat": views,
        "resolve": {"scale": {"y": "shared"}},
    }


def gain_and_cost(data: pd.DataFrame, results: Results) -> Spec:
    """A mark per pair of runs; touching one says which it is."""
    wide, high = (1.35 * max(float(data[name].abs().max()), 1e-9) for name in ("gain", "public_cost"))
    value = float(results.told("plane")["value_of_effect"].iloc[0]) / PER
    reach = min(wide, high / value) if value > 0 else wide
    usual = beyond(results)
    point = {
        "x": {
            "field": "gain",
            "type": "quantitative",
            "scale": {"domain": [-wide, wide]},
            "title": f"Gain per 1,000 residents (right is more); {baseline.nothing((results.contrast or ('', ''))[1])}",
        },
        "y": {
            "field": "public_cost",
            "type": "quantitative",
            "scale": {"domain": [-high, high]},
            "title": "Public cost, £ per resident (down is cheaper)",
        },
    }
    told = _told([("replication", "Pair of runs")], [("gain", "Gain per 1,000"), ("public_cost", "£ per resident")])
    return {
        "data": {"values": _rows(data)},
        "height": 380,
        "title": {
            "text": f"Dashed: gain worth its cost (£{value * PER:,.0f} a unit); below it, worth more. Diamond: average",
            "fontWeight": "normal",
            "subtitle": usual,
        },
        "layer": [
            {"mark": {"type": "rule", "color": INK, "aria": False}, "encoding": {"x": {"datum": 0}}},
            {"mark": {"type": "rule", "color": INK, "aria": False}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": DARK_BLUE, "opacity": 0.65},
                "encoding": point | {"tooltip": told},
            },
            {
                "data": {"values": [{"gain": k * reach, "public_cost": k * reach * value} for k in (-1, 1)]},
                "mark": {"type": "line", "color": ORANGE, "strokeDash": [6, 3], "aria": False},
                "encoding": point,
            },
            {
                "data": {"values": _rows(data[["gain", "public_cost"]].mean().to_frame().T)},
                "encoding": point
                | {
                    "tooltip": _told(
                        [], [("gain", "Average gain per 1,000"), ("public_cost", "Average £ per resident")]
                    )
                },
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "filled": True,
                    "size": 260,
                    "color": DARK_BLUE,
                    "opacity": 1,
                    "stroke": "white",
                },
            },
        ],
    }


def transition_dip(data: pd.DataFrame, results: Results) -> Spec:
    """The difference month by month and added up; touching the line says the value of a month."""
    views = []
    first, second = results.contrast or ("", "")
    for (outcome, view), part in data.groupby(["outcome", "view"], sort=False):
        extent = float(part[["difference", "ci_lo", "ci_hi"]].abs().max().max()) * 1.2 or 1.0
        unit = str(part["unit"].iloc[0])
        up = {"type": "quantitative", "scale": {"domain": [-extent, extent]}, "title": None}
        beside, told = [], ""
        if "status_quo" in part:
            last = float(part["status_quo"].iloc[-1])
            told = f"{baseline.NAME} {amount(last, unit)} at the end{', off this scale' if abs(last) > extent else ''}"
            beside = [
                {
                    "mark": {"type": "line", "color": QUIET, "strokeWidth": 1.3, "strokeDash": [2, 3], "clip": True},
                    "encoding": {"y": up | {"field": "status_quo"}},
                }
            ]
        views.append(
            {
                "title": {"text": f"{outcome}, {view}", "subtitle": [f"{unit}; {baseline.nothing(second)}", told]},
                "height": HEIGHT,
                "transform": [{"filter": f"datum.outcome == '{outcome}' && datum.view == '{view}'"}],
                "encoding": {
                    "x": {
                        "field": "month",
                        "type": "quantitative",
                        "title": "Months since the policy date",
                        "axis": {"grid": False, "format": "d", "tickCount": 6},
                    }
                },
                "layer": [
                    {
                        "mark": {"type": "area", "opacity": BAND, "color": DARK_BLUE},
                        "encoding": {"y": up | {"field": "ci_lo"}, "y2": {"field": "ci_hi"}},
                    },
                    {
                        "mark": {"type": "line", "color": DARK_BLUE, "strokeWidth": 2},
                        "encoding": {"y": up | {"field": "difference"}},
                    },
                    *beside,
                    NOTHING_ACROSS,
                    {
                        "mark": {"type": "point", "opacity": 0, "size": 90},
                        "encoding": {
                            "y": up | {"field": "difference"},
                            "tooltip": _told(
                                [("month", "Month")],
                                [
                                    ("difference", f"{plain(first)} minus {plain(second)}, {unit}"),
                                    ("ci_lo", "95% interval from"),
                                    ("ci_hi", "to"),
                                ],
                            ),
                        },
                    },
                ],
            }
        )
    return {"data": {"values": _rows(data)}, "columns": COLUMNS, "concat": views}


FIGURES: Mapping[str, Callable[[pd.DataFrame, Results], Spec]] = {
    "outcomes_over_time": outcomes_over_time,
    "transition_dip": transition_dip,
    "agency_by_year": agency_by_year,
    "gains_by_group": gains_by_group,
    "gain_and_cost": gain_and_cost,
}
"""Every figure that answers, by name."""
