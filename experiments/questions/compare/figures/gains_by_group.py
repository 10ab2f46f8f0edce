"""Draws who gains and who loses as groups: the difference in each deprivation fifth and age, with its interval."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.style import DARK_BLUE, DARK_GREY, INK, ORANGE, QUIET, WIDTH, amount, figures

SHOWN = ("life_satisfaction", "need_share", "crises", "refused")
GROUPS = {
    "fifth_1": "most\ndeprived", "fifth_2": "2nd", "fifth_3": "3rd", "fifth_4": "4th",
    "fifth_5": "least\ndeprived", "age_0_17": "0-17", "age_18_44": "18-44", "age_45_64": "45-64",
    "age_65_74": "65-74", "age_75plus": "75 and\nover",
}  # fmt: skip
MARKS = {"gains": (DARK_BLUE, "^"), "loses": (ORANGE, "v"), "too small to matter": (DARK_GREY, "s")}
UNSURE = (DARK_GREY, "o")
ROW_INCHES = 2.5


def draw(results: Results) -> Drawing:
    """Draws one row per outcome, fifths on the left and ages on the right."""
    everything = results.told("equity")
    told = everything[(everything["measure"] == "difference") & everything["outcome"].isin(SHOWN)]
    told = told.assign(status_quo=_usual(everything, told, results))
    first, second = (plain(arm) for arm in results.contrast)
    outcomes = [name for name in SHOWN if name in set(told["outcome"])]
    kinds = list(dict.fromkeys(told["by"]))
    title = f"{first} minus {second} in year {results.years}: who gains, who loses"
    title += f" (◇ {baseline.NAME} minus {second})" * baseline.apart(results)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(outcomes) + 0.8), layout="constrained")
    grid = figure.subplots(len(outcomes), len(kinds), squeeze=False, sharey="row")
    for row, outcome in zip(grid, outcomes, strict=True):
        if not told.loc[told["outcome"] == outcome, ["value", "lo", "hi"]].fillna(0.0).to_numpy().any():
            row[0].set_ylim(-1, 1)
        for axes, kind in zip(row, kinds, strict=True):
            part = told[(told["outcome"] == outcome) & (told["by"] == kind)]
            better = results.outcomes[outcome].better if outcome in results.outcomes else "neither"
            _panel(axes, part, kind, "" if better == "neither" else f"{better} is better, ")
        if baseline.apart(results):
            _beside(list(row), told[told["outcome"] == outcome], kinds)
    data = told[["title", "unit", "by", "group", "value", "lo", "hi", "verdict", "small_cell", "status_quo"]]
    data = data if baseline.apart(results) else data.drop(columns="status_quo")
    return Drawing(title, _caption(results), figure, _alt(results, told), data.reset_index(drop=True))


def _usual(everything: pd.DataFrame, told: pd.DataFrame, results: Results) -> np.ndarray:
    """The status quo less the second arm in every group that is drawn; nothing where it was not run."""
    if not baseline.apart(results):
        return np.full(len(told), np.nan)
    second = results.contrast[1]
    keys = ["by", "outcome", "group"]
    levels = everything[everything["measure"] == "level"].set_index("comparison")
    usual, other = (levels.loc[arm].set_index(keys)["value"] for arm in (baseline.USUAL, second))
    return (usual - other).reindex(pd.MultiIndex.from_frame(told[keys])).to_numpy()


def _beside(row: list[Axes], told: pd.DataFrame, kinds: list[str]) -> None:
    """Draws the status quo of every group as a hollow mark where the scale reaches, else says how far it lies."""
    low, high = row[0].get_ylim()
    beyond = (told["status_quo"].min() < low) or (told["status_quo"].max() > high)
    room = baseline.LINE * (high - low)
    row[0].set_ylim(low - room * beyond, high + 2 * room * beyond)
    for axes, kind in zip(row, kinds, strict=True):
        usual = told.loc[told["by"] == kind, "status_quo"].to_numpy(dtype=float)
        inside = (usual >= low) & (usual <= high)
        axes.plot(np.flatnonzero(inside) + 0.22, usual[inside], "D", mfc="white", mec=QUIET, ms=6)
        if not inside.all():
            ends = dict.fromkeys(map(figures, (usual[~inside].min(), usual[~inside].max())))
            axes.annotate(
                f"{baseline.NAME} {' to '.join(ends)}, off this scale",
                (0.02, 0.98),
                xycoords="axes fraction",
                color=QUIET,
                va="top",
                bbox=baseline.PAPER,
            )


def _panel(axes: Axes, part: pd.DataFrame, kind: str, better: str) -> None:
    """Draws one outcome by one kind of group."""
    axes.axhline(0, color=INK, lw=1.2)
    for place, row in enumerate(part.to_dict("records")):
        colour, marker = MARKS.get(str(row["verdict"]), UNSURE)
        if np.isfinite(row["lo"]):
            axes.plot([place, place], [row["lo"], row["hi"]], color=colour, lw=2)
        axes.plot(place, row["value"], marker, color=colour, ms=9, mfc="white" if row["small_cell"] else colour)
    axes.set_xticks(range(len(part)), [GROUPS.get(group, plain(group)) for group in part["group"]])
    axes.set_xlim(-0.5, len(part) - 0.5)
    axes.set_title(f"{part['title'].iloc[0]}\n")
    unit = str(part["unit"].iloc[0]).replace("%", "percentage points", 1)
    axes.text(0, 1.02, f"{unit}; {better}by {kind}", transform=axes.transAxes, color=QUIET, va="bottom")


def _caption(results: Results) -> str:
    """Says what the marks mean."""
    first = plain(results.contrast[0])
    return (
        f"Marks are averages over {results.replications} pairs of runs with 95% intervals (chance only). ▲ blue: the group gains "
        f"under {first}; ▼ orange: it loses; ■ grey: too small to matter; ● grey: cannot be told from chance, the groups of a "
        f"panel looked at together (Holm's correction; intervals are each group's own). Hollow: fewer than ten events in a run. "
        f"{baseline.words(results)}"
    )


def _alt(results: Results, told: pd.DataFrame) -> str:
    """Tells who gains and who loses in each outcome."""
    parts = []
    for (title, unit, by), part in told.groupby(["title", "unit", "by"], sort=False):
        said = [
            f"{GROUPS.get(str(row['group']), plain(str(row['group']))).replace(chr(10), ' ')} "
            f"{amount(float(row['value']), unit)} ({row['verdict']})"
            for row in part.to_dict("records")
        ]
        parts.append(f"{title} ({unit}) by {by}: {', '.join(said)}.")
    first, second = (plain(arm) for arm in results.contrast)
    return f"Differences {first} minus {second} by group. " + " ".join(parts)
