"""Draws a sweep: the paired difference of an outcome against each setting that was varied."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.statistics.point_differences import HOWEVER_SMALL, keys_of, verdicts
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH, figures, house_style
from experiments.text.numerals import SMALLEST
from experiments.text.titles import called

ROW_INCHES, COLUMNS, MOST_KEYS = 3.2, 2, 8
SURE = "sure"
"""Whether a point was run until it was sure, which is found and not set."""
SHOWN = ("crises", "life_satisfaction_in_need", "public_spend_total")
LOOK = {
    "better": (DARK_BLUE, "o"),
    "worse": (ORANGE, "s"),
    "toss-up": (QUIET, "x"),
    "unknown": (QUIET, "+"),
    "neither": (QUIET, "x"),
}


def write_figures(out: Path) -> None:
    """Draws up to three outcomes and saves each in `figures/`."""
    table = pd.read_parquet(out / "sweep.parquet")
    last = table[table["horizon"] == table.groupby("point")["horizon"].transform("max")]
    found = list(dict.fromkeys(last["outcome"]))
    names = [name for name in SHOWN if name in found] or found[:1]
    with house_style():
        for name in names:
            save(draw(last[last["outcome"] == name]), out / "figures", f"sweep_{name}")


def draw(rows: pd.DataFrame) -> Drawing:
    """Draws the difference against each setting, one panel a setting."""
    keys = [key for key in keys_of(rows) if key != SURE][:MOST_KEYS]
    first = rows.iloc[0]
    title = f"{first['title']}: {first['contrast'].replace('_', ' ')}, {first['unit']}"
    count = math.ceil(len(keys) / COLUMNS)
    figure = Figure(figsize=(WIDTH, ROW_INCHES * count + 1.0), layout="constrained")
    grid = figure.subplots(count, min(COLUMNS, len(keys)), squeeze=False).ravel()
    words = verdicts(rows)
    for axes, key in zip(grid, keys, strict=False):
        _panel(axes, rows, key, words)
    for axes in grid[len(keys) :]:
        axes.set_visible(False)
    handles = [
        grid[0].plot([], [], color=LOOK[w][0], marker=LOOK[w][1], linestyle="none", label=_told(w, first))[0]
        for w in dict.fromkeys(words)
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3)
    kept = rows[["point", *keys, "outcome", "diff", "ci_lo", "ci_hi"]].assign(verdict=words)
    return Drawing(
        title,
        "Each mark is a point of the design, its bar the 95% interval for luck. Points with the same value of a setting stand "
        f"side by side. {HOWEVER_SMALL} {baseline.TWO_ONLY}",
        figure,
        _alt(rows, words),
        kept,
        finding=won_and_lost(words, first),
    )


def won_and_lost(words: pd.Series, first: pd.Series) -> str:
    """At how many points the first arm is better, and at how many worse."""
    counts, arm = words.value_counts(), str(first["contrast"]).split(" minus ")[0].replace("_", " ")
    won, lost = counts.get("better", 0), counts.get("worse", 0)
    if counts.get("unknown", 0) == len(words):
        return in_ten_words(f"too few runs to say at all {len(words)} points")
    if not won + lost:
        return in_ten_words(f"luck hides any difference at all {len(words)} points")
    above, below = ("cheaper", "dearer") if str(first["unit"]).startswith("£") else ("better", "worse")
    told = f"at {won} of {len(words)} points, {below} at {lost}"
    return in_ten_words(f"{arm} {above} {told}", f"{above} {told}")


def _told(word: str, first: pd.Series) -> str:
    """What a mark says about the first arm."""
    arm = str(first["contrast"]).split(" minus ")[0].replace("_", " ")
    words = ("costs less", "costs more") if str(first["unit"]).startswith("£") else ("better", "worse")
    told = {"better": f"{arm} {words[0]}", "worse": f"{arm} {words[1]}", "unknown": "too few runs to say"}
    return told.get(word, "too close to call")


def _panel(axes: Axes, rows: pd.DataFrame, key: str, words: pd.Series) -> None:
    """Draws one setting."""
    values = rows[key]
    if pd.api.types.is_numeric_dtype(values):
        places = values.to_numpy(dtype=float)
        axes.locator_params(axis="x", nbins=6)
    else:
        named = list(dict.fromkeys(values.astype(str)))
        places = np.array([named.index(str(value)) for value in values], dtype=float)
        axes.set_xticks(range(len(named)), named)
    places = _apart(places)
    for word in dict.fromkeys(words):
        at = (words == word).to_numpy()
        chosen = rows[at]
        below, above = chosen["diff"] - chosen["ci_lo"], chosen["ci_hi"] - chosen["diff"]
        colour, marker = LOOK[word]
        axes.errorbar(
            places[at],
            chosen["diff"],
            yerr=np.clip(np.nan_to_num([below, above]), 0, None),
            fmt=marker,
            color=colour,
            elinewidth=1.2,
            markersize=5.5,
            alpha=0.85,
        )
    axes.axhline(0, color=INK, lw=1.0)
    if not rows[["diff", "ci_lo", "ci_hi"]].abs().gt(SMALLEST).to_numpy().any():
        axes.set_ylim(-1, 1)
    axes.set_ylabel(baseline.nothing(str(rows["contrast"].iloc[0]).partition(" minus ")[2]))
    axes.set_xlabel(called(key))


def _apart(places: np.ndarray) -> np.ndarray:
    """Moves marks that stand at one place side by side, within a third of the way to the next place."""
    distinct, of, count = np.unique(places, return_inverse=True, return_counts=True)
    room = (np.diff(distinct).min() if len(distinct) > 1 else 1.0) / 3
    rank = np.zeros(len(places))
    for k in range(len(distinct)):
        rank[of == k] = np.arange(count[k]) - (count[k] - 1) / 2
    return np.asarray(places + room * rank / np.maximum(count[of], 1))


def _alt(rows: pd.DataFrame, words: pd.Series) -> str:
    """Tells how many points fall on which side, and the smallest and largest difference."""
    counts = ", ".join(f"{_told(str(w), rows.iloc[0])} at {n}" for w, n in words.value_counts().items())
    low, high, unit = figures(rows["diff"].min()), figures(rows["diff"].max()), rows["unit"].iloc[0]
    runs = f"runs from {low} to {high}" if low != high else f"is {low}"
    return f"{len(rows)} points: {counts}. The difference {runs} {unit}."
