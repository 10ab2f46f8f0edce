"""Draws two lives of one citizen under each other: needs by shade and pattern, help by a line, refusals by a cross."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from experiments import storage
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, DARK_PINK, FAINT, INK, ORANGE, QUIET, TURQUOISE, WIDTH, house_style

LEVELS = (("#FFFFFF", ""), ("#D5E3F0", ""), ("#8FB4D6", "///"), (DARK_BLUE, ""))
"""Shade and pattern of each level of need."""
LEVEL_WORDS = ("none", "emerging", "established", "crisis")
STRIP, GAP, LANE = 0.62, 1.0, 2.7
PARTING: dict[str, Any] = {"color": QUIET, "linewidth": 1.4, "linestyle": (0, (4, 2))}
"""How the moment is drawn in which lives part."""
"""Heights in the figure's own unit: a strip, from one arm's strip to the other's, from one challenge to the next."""
LANE_INCHES, FRAME_INCHES = 1.0, 2.1
CASES: dict[str, tuple[str, Any]] = {
    "waiting": (ORANGE, (0, (1.2, 1.2))),
    "served": (TURQUOISE, "-"),
    "ready": (TURQUOISE, (0, (3, 1.5))),
}
NOT_EVIDENCE = "An illustration, not evidence: individual differences depend on how luck is coupled."
FIRST_YEAR, FIRST_MONTHS = 2011, 9  # April 2011, nine months before the first January


def write_figures(out: Path) -> None:
    """Draws the timeline of a biography from its tables and saves the figure."""
    facts = json.loads((out / "biography.json").read_text(encoding="utf-8"))
    months = storage.read_csv(out / "biography.csv", keep_default_na=False)
    with house_style():
        save(draw(months, facts), out / "figures", "biography")


def draw(months: pd.DataFrame, facts: dict[str, Any]) -> Drawing:
    """Draws a lane for each challenge that plays a part in either life, with a strip for each arm."""
    challenges = [
        name
        for name in facts["titles"]
        if (about := months[months["challenge"] == name])["worst_level"].any() or (about["case"] != "none").any()
    ]
    last = int(months["month"].max()) + 1
    title = "Two lives under the same luck, month by month: needs and help"
    figure = Figure(figsize=(WIDTH, LANE_INCHES * max(len(challenges), 1) + FRAME_INCHES), layout="constrained")
    axes = figure.subplots()
    axes.set_title(f"{facts['who']}\n{NOT_EVIDENCE}", fontsize=10, fontweight="normal", fontstyle="italic", loc="left")
    ticks = []
    for place, challenge in enumerate(challenges):
        for step, arm in enumerate(facts["arms"]):
            height = -LANE * place - GAP * step
            rows = months[(months["arm"] == arm) & (months["challenge"] == challenge)]
            _strip(axes, rows, height, last)
            ticks.append((height + STRIP / 2, arm.replace("_", " ")))
        axes.text(
            0, -LANE * place + STRIP + 0.16, facts["titles"][challenge], fontweight="bold", va="bottom", ha="left"
        )
    _frame(axes, ticks, len(challenges), last, facts["parting"])
    figure.legend(handles=_key(facts["parting"]), loc="outside lower left", ncols=4, fontsize=10)
    caption = (
        f"{facts['caution']} The worst level of need in each month by shade and pattern; a line under a strip is a "
        "wait or a case."
    )
    data = months[months["challenge"].isin(challenges)]
    return Drawing(title, caption, figure, _alt(data, facts, challenges), data, finding=part_in(facts))


def part_in(facts: dict[str, Any]) -> str:
    """When the two lives part."""
    if facts["parting"] is None:
        return in_ten_words("the two lives never part")
    return in_ten_words(f"the two lives part in month {int(facts['parting']['month']) + 1}")


def _runs(rows: pd.DataFrame, column: str) -> Iterator[tuple[Any, int, int]]:
    """Stretches of months with the same value: the value, first month, and the month after the last."""
    values, months = rows[column].to_numpy(), rows["month"].to_numpy()
    if values.size == 0:
        return
    starts = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1)]
    for start, end in zip(starts, [*starts[1:], values.size], strict=True):
        yield values[start], int(months[start]), int(months[end - 1]) + 1


def _strip(axes: Axes, rows: pd.DataFrame, height: float, last: int) -> None:
    """Draws one life with one challenge."""
    lived = rows[rows["alive"] == 1]
    end = int(lived["month"].max()) + 1 if len(lived) else 0
    axes.add_patch(Rectangle((0, height), end, STRIP, facecolor="white", edgecolor=FAINT, linewidth=0.8))
    for level, start, stop in _runs(lived, "worst_level"):
        if level:
            shade, pattern = LEVELS[level]
            axes.add_patch(
                Rectangle(
                    (start, height), stop - start, STRIP, facecolor=shade, hatch=pattern, edgecolor=INK, linewidth=0.5
                )
            )
    for state, start, stop in _runs(lived, "case"):
        if state in CASES:
            colour, dash = CASES[state]
            axes.plot(
                [start, stop], [height - 0.13] * 2, color=colour, linestyle=dash, linewidth=4, solid_capstyle="butt"
            )
    refused = lived[lived["refused"] == 1]["month"].to_numpy() + 0.5
    axes.plot(
        refused,
        np.full(refused.size, height + STRIP / 2),
        "X",
        color=DARK_PINK,
        markeredgecolor="white",
        markersize=8.5,
    )
    if end < last:
        ending = next(iter(rows[rows["alive"] == 0]["ending"]), "")
        axes.plot([end, end], [height - 0.1, height + STRIP + 0.1], color=INK, linewidth=2.5)
        late = end > 0.85 * last
        axes.text(
            end + (-0.8 if late else 0.8),
            height + STRIP / 2,
            ending,
            va="center",
            ha="right" if late else "left",
            fontsize=10,
            style="italic",
        )


def _frame(
    axes: Axes, ticks: Sequence[tuple[float, str]], lanes: int, last: int, parting: dict[str, Any] | None
) -> None:
    """Draws the axes and marks where the lives part."""
    axes.set_xlim(0, last)
    axes.set_ylim(-LANE * max(lanes - 1, 0) - GAP - 0.45, STRIP + 1.2)
    axes.set_yticks([height for height, _ in ticks], [words for _, words in ticks])
    years = range((last - FIRST_MONTHS) // 12 + 1) if last > FIRST_MONTHS else range(0)
    axes.set_xticks([FIRST_MONTHS + 12 * k for k in years], [str(FIRST_YEAR + 1 + k) for k in years])
    axes.set_xlabel("January of")
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    if parting is not None:
        axes.axvline(parting["month"], **PARTING)


def _key(parting: dict[str, Any] | None) -> list[Any]:
    """The legend; where lives part with the month and the rule."""
    parts = (
        [Line2D([], [], label=f"the lives part: {parting['date']}, {parting['rule']}", **PARTING)] if parting else []
    )
    levels = [
        Patch(facecolor=shade, hatch=pattern, edgecolor=INK, linewidth=0.5, label=f"need: {words}")
        for (shade, pattern), words in zip(LEVELS[1:], LEVEL_WORDS[1:], strict=True)
    ]
    lines = [
        Line2D([], [], color=CASES[state][0], linestyle=CASES[state][1], linewidth=4, label=words)
        for state, words in (("waiting", "waits"), ("served", "in service"), ("ready", "kept for want of a place"))
    ]
    return [
        *parts,
        *levels,
        *lines,
        Line2D(
            [],
            [],
            marker="X",
            color=DARK_PINK,
            linestyle="none",
            markersize=8.5,
            markeredgecolor="white",
            label="refused",
        ),
    ]


def _alt(data: pd.DataFrame, facts: dict[str, Any], challenges: Sequence[str]) -> str:
    """Tells who it is, where the lives part, and months of each level, waits and refusals in each arm."""
    parts = [facts["who"], *facts["told"]]
    for challenge in challenges:
        for arm in facts["arms"]:
            rows = data[(data["arm"] == arm) & (data["challenge"] == challenge) & (data["alive"] == 1)]
            counts = [f"{int((rows['worst_level'] == level).sum())} {LEVEL_WORDS[level]}" for level in (1, 2, 3)]
            served = int(rows["case"].isin(["served", "ready"]).sum())
            parts.append(
                f"{facts['titles'][challenge]} under {arm.replace('_', ' ')}: months {', '.join(counts)}; waiting "
                f"{int((rows['case'] == 'waiting').sum())}, in service {served}, "
                f"refused {int(rows['refused'].sum())} times."
            )
    return " ".join([*parts, facts["caution"]])
