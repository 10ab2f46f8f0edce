"""The pictures of the lab: lines over time, differences run by run, and a prediction laid under them."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import bands, differences
from experiments.analysis.verdicts.sentence import signed
from experiments.lab.number_format import rounded, three

COLOURS = ("#12436D", "#F46A25")
DASHES = ([1, 0], [6, 3])
INK, QUIET, SHADE, DRAWN = "#1F1F1F", "#595959", "#A285D1", "#5B3A8E"
PAPER, PADDING = "#FFFFFF", {"left": 8, "top": 8, "right": 8, "bottom": 8}
SIZE, HEIGHT = 15, 260
ALMOST_FLAT = 0.15
"""An axis starts at 0 unless all that is drawn lies within this share of its top, as in the report."""


def style(chart: alt.Chart | alt.LayerChart, words: str) -> alt.Chart | alt.LayerChart:
    """Large dark text on white, on a dark page too; no frame, and what it shows in words."""
    axis = {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
    }
    return (
        chart.properties(height=HEIGHT, description=words, background=PAPER, padding=PADDING)
        .configure_view(strokeWidth=0)
        .configure_axis(**axis, gridColor="#E4E4E4")
        .configure_legend(
            labelFontSize=SIZE,
            titleFontSize=SIZE,
            labelColor=INK,
            orient="top",
            columns=1,
            labelLimit=330,
            title=None,
            symbolStrokeWidth=3,
        )
    )


def over_time(
    values: pd.DataFrame, titles: Mapping[str, str], outcome: Outcome, single: bool
) -> alt.Chart | alt.LayerChart:
    """One outcome over the years under each policy: every single run, or the average.

    Bands would overlap and say nothing of a difference under the same luck: that is drawn by `apart_over_time`.
    """
    names = list(titles.values())
    colour = alt.Color("policy:N", scale=alt.Scale(domain=names, range=list(COLOURS)), legend=alt.Legend())
    dash = alt.StrokeDash("policy:N", scale=alt.Scale(domain=names, range=list(DASHES)), legend=None)
    years = alt.X("year:Q", title="Year", axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    scale, unit = _from_nought(values["value"], outcome.unit)
    label = alt.Y("value:Q" if single else "mean:Q", title=unit, scale=scale)
    if single:
        frame = values.assign(policy=values["arm"].map(titles))
        drawn: alt.Chart | alt.LayerChart = (
            alt.Chart(frame)
            .mark_line(opacity=0.55, strokeWidth=1.5)
            .encode(
                years,
                label,
                colour,
                dash,
                detail="replication:N",
                tooltip=["policy:N", "replication:N", "year:Q", alt.Tooltip("value:Q", format=",.3r")],
            )
        )
    else:
        frame = bands(values)
        frame = frame.assign(policy=frame["arm"].map(titles))
        drawn = (
            alt.Chart(frame)
            .mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=45))
            .encode(years, label, colour, dash, tooltip=["policy:N", "year:Q", alt.Tooltip("mean:Q", format=",.3r")])
        )
    return style(drawn, told_over_time(values, titles, outcome))


def apart_over_time(values: pd.DataFrame, titles: Mapping[str, str], outcome: Outcome) -> alt.Chart | alt.LayerChart:
    """The second policy minus the first, year by year under the same luck, with the 95% interval of the average."""
    first, second = titles
    frame = differences(values, second, first)
    limit = float(frame[["mean", "low", "high"]].abs().max().max()) * 1.2 or 1.0
    scale, title = alt.Scale(domain=[-limit, limit]), f"second minus first, {outcome.unit}"
    years = alt.X("year:Q", title="Year", axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    told = ["year:Q", *(alt.Tooltip(f"{name}:Q", format="+.3r") for name in ("mean", "low", "high"))]
    base = alt.Chart(frame)
    band = base.mark_area(color=COLOURS[0], opacity=0.18)
    line = base.mark_line(color=COLOURS[0], strokeWidth=3, point=alt.OverlayMarkDef(size=45))
    nothing = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=INK).encode(alt.Y("y:Q", scale=scale))
    end = frame.iloc[-1]
    within = f", 95% interval {three(end['low'])} to {three(end['high'])}" if pd.notna(end["low"]) else ""
    return style(
        band.encode(years, alt.Y("low:Q", scale=scale, title=title), alt.Y2("high:Q"))
        + nothing
        + line.encode(years, alt.Y("mean:Q", scale=scale, title=title), tooltip=told),
        f"{outcome.title}, second policy minus first under the same luck: {three(end['mean'])} in the last year{within}.",
    )


def _from_nought(values: pd.Series, unit: str) -> tuple[alt.Scale, str]:
    """An axis from 0, or where that would make one flat line of everything another one that says so."""
    low, high = float(values.min()), float(values.max())
    if low < 0 or high - low > ALMOST_FLAT * high or not high > 0:
        return alt.Scale(zero=True), unit
    return alt.Scale(zero=False), f"{unit}; axis does not start at 0"


def to_come(titles: Mapping[str, str], years: int) -> alt.Chart | alt.LayerChart:
    """The empty frame in which the lines will appear: the browser has what it draws with before the first picture comes."""
    names = list(titles.values())
    frame = pd.DataFrame({"year": [1, years], "value": [0.0, 0.0], "policy": names})
    colour = alt.Color("policy:N", scale=alt.Scale(domain=names, range=list(COLOURS)), legend=alt.Legend())
    years_axis = alt.X("year:Q", title="Year", axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    nothing = alt.Y("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1]))
    drawn = alt.Chart(frame).mark_line(opacity=0).encode(years_axis, nothing, colour)
    return style(drawn, "An empty picture: one line for each policy and run will be drawn here.")


def told_over_time(values: pd.DataFrame, titles: Mapping[str, str], outcome: Outcome) -> str:
    """The same in words: where each policy begins and ends, on average."""
    means = values.groupby(["arm", "year"], sort=False)["value"].mean()
    first, last = int(values["year"].min()), int(values["year"].max())
    parts = [
        f"{title}: {three(means[arm, first])} in year {first}, {three(means[arm, last])} in year {last}"
        for arm, title in titles.items()
    ]
    return f"{outcome.title}, {outcome.unit}. " + "; ".join(parts) + "."


def difference_runs(values: pd.DataFrame, arms: tuple[str, str], same_luck: bool) -> pd.DataFrame:
    """The second policy minus the first, run by run and year by year.

    With the same luck each run is set against the other policy's run of the same people and luck; without, against
    the other policy's next run, whose luck is another.
    """
    wide = values.pivot(index=["replication", "year"], columns="arm", values="value").reset_index()
    first = wide[["replication", "year", arms[0]]]
    if not same_luck:
        count = int(wide["replication"].max()) + 1
        first = first.assign(replication=(first["replication"] + 1) % count)
    joined = wide[["replication", "year", arms[1]]].merge(first, on=["replication", "year"])
    return joined.assign(difference=joined[arms[1]] - joined[arms[0]])[["replication", "year", "difference"]]


def spread(runs: pd.DataFrame, outcome: Outcome, limit: float) -> alt.Chart | alt.LayerChart:
    """Each run's difference in the last year as a dot on one line, with nothing at 0."""
    last = runs[runs["year"] == runs["year"].max()]
    scale = alt.Scale(domain=[-limit, limit] if limit else [-1, 1])
    dots = (
        alt.Chart(last)
        .mark_circle(size=160, color=COLOURS[0], opacity=0.7)
        .encode(
            alt.X("difference:Q", title=f"second minus first, {outcome.unit}", scale=scale),
            tooltip=["replication", alt.Tooltip("difference:Q", format=",.3r")],
        )
    )
    nothing = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=INK, strokeWidth=2).encode(x="x:Q")
    told = (
        f"Differences of {len(last)} runs: from {three(last['difference'].min())} to {three(last['difference'].max())}."
    )
    return style(nothing + dots, told).properties(height=90)


def predicted(runs: pd.DataFrame, outcome: Outcome, prediction: str, same: float) -> alt.Chart | alt.LayerChart:
    """The difference over the years with every run behind it, laid over the side on which it was predicted to be."""
    limit = float(runs["difference"].abs().max()) * 1.1 or 1.0
    same = min(same, limit)
    sides = {"lower": (-limit, -same), "same": (-same, same), "higher": (same, limit)}
    low, high = sides[prediction]
    scale = alt.Scale(domain=[-limit, limit])
    shade = (
        alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
        .mark_rect(color=SHADE, opacity=0.35)
        .encode(alt.Y("low:Q", scale=scale, title=f"difference, {outcome.unit}"), alt.Y2("high:Q"))
    )
    years = alt.X("year:Q", title="Year", axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    thin = (
        alt.Chart(runs)
        .mark_line(color=QUIET, opacity=0.4, strokeWidth=1)
        .encode(years, alt.Y("difference:Q", scale=scale), detail="replication:N")
    )
    mean = runs.groupby("year", as_index=False)["difference"].mean()
    thick = (
        alt.Chart(mean)
        .mark_line(color=COLOURS[0], strokeWidth=4, point=alt.OverlayMarkDef(size=60))
        .encode(years, alt.Y("difference:Q", scale=scale))
    )
    nothing = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=INK).encode(alt.Y("y:Q", scale=scale))
    end = float(mean["difference"].iloc[-1])
    told = f"Predicted: {prediction}. In the last year the average difference is {signed(rounded(end), outcome.unit)}."
    return style(shade + nothing + thin + thick, told)


def over_a_line(runs: pd.DataFrame, line: Sequence[tuple[int, float]], outcome: Outcome) -> alt.Chart | alt.LayerChart:
    """The difference in per cent over the years with every run behind it, and the line that was drawn beforehand."""
    years = alt.X("year:Q", title="Year", axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    thin = (
        alt.Chart(runs)
        .mark_line(color=QUIET, opacity=0.4, strokeWidth=1)
        .encode(years, alt.Y("difference:Q", title="difference, %"), detail="replication:N")
    )
    mean = runs.groupby("year", as_index=False)["average"].first()
    thick = (
        alt.Chart(mean)
        .mark_line(color=COLOURS[0], strokeWidth=4, point=alt.OverlayMarkDef(size=60))
        .encode(
            years, alt.Y("average:Q"), tooltip=["year:Q", alt.Tooltip("average:Q", format="+.2g", title="average, %")]
        )
    )
    given = pd.DataFrame([(0, 0.0), *line], columns=["year", "drawn"])
    drawn = (
        alt.Chart(given)
        .mark_line(color=DRAWN, strokeWidth=4, strokeDash=[8, 5], point=alt.OverlayMarkDef(size=90, color=DRAWN))
        .encode(years, alt.Y("drawn:Q"))
    )
    nothing = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=INK).encode(alt.Y("y:Q"))
    told = (
        f"{outcome.title}, difference in per cent. Drawn for the last year: {line[-1][1]:+.0f}. "
        f"It came out {float(mean['average'].iloc[-1]):+.2g} on average."
    )
    return style(nothing + thin + drawn + thick, told)
