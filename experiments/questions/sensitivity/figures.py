"""Draws what the difference hangs on: shares of variance, and the tornado with its zero line."""

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments import storage
from experiments.analysis.uncertainty.screening import LUCK
from experiments.questions.sensitivity.tables import few_runs
from experiments.report import baseline
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, TURQUOISE, WIDTH, figures, house_style
from experiments.results.results_folder import read_manifest
from experiments.text.titles import called

ROW_INCHES, MOST, LETTERS = 0.5, 12, 40
SHARES = (-0.1, 1.1)
"""A share of variance lies between 0 and 1; what sets of numbers are too few to tell reaches beyond, and is cut there."""


def write_figures(out: Path) -> None:
    """Draws both figures for each response."""
    tables, contrast = storage.read_csvs(out, "indices", "tornado", "noise"), read_manifest(out)["contrast"]
    if "indices" not in tables:
        return
    with house_style():
        for response in dict.fromkeys(tables["indices"]["response"]):
            rows = {
                name: _with_titles(tables[name][tables[name]["response"] == response])
                for name in ("indices", "tornado")
            }
            save(_shares(rows["indices"].head(MOST), contrast), out / "figures", f"variance_{response}")
            save(
                _tornado(rows["tornado"].head(MOST), contrast, few_runs(tables["noise"])),
                out / "figures",
                f"tornado_{response}",
            )


def _with_titles(rows: pd.DataFrame) -> pd.DataFrame:
    """Inputs with what they are called."""
    return rows.assign(called=[called(name) for name in rows["input"]])


def _titled(rows: pd.DataFrame, contrast: Sequence[str], what: str) -> tuple[Figure, str]:
    """An empty figure with its title."""
    first, second = (arm.replace("_", " ") for arm in contrast)
    title = f"{what}\n{rows['title'].iloc[0]}: {first} minus {second}"
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(rows) + 1.8), layout="constrained")
    return figure, title.replace("\n", ". ")


def _shares(rows: pd.DataFrame, contrast: Sequence[str]) -> Drawing:
    """Draws each input's share of the variance, alone and with all it acts together with."""
    figure, title = _titled(rows, contrast, "What the difference hangs on")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    for index, colour, marker, shift, label in (
        ("ST", DARK_BLUE, "o", 0.12, "with all it acts together with (total)"),
        ("S1", ORANGE, "^", -0.12, "by itself"),
    ):
        value, low, high = (rows[c].to_numpy(dtype=float) for c in (index, f"{index}_lo", f"{index}_hi"))
        bars = np.clip(np.nan_to_num([value - low, high - value]), 0, None)
        axes.errorbar(value, places + shift, xerr=bars, fmt=marker, color=colour, markersize=6.5, label=label)
    axes.axvline(0, color=INK, lw=1.0)
    axes.set_xlim(*SHARES)
    axes.set_yticks(places, [textwrap.fill(each, LETTERS) for each in rows["called"]])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="x")
    axes.set_xlabel("share of the variance between sets of numbers; bars are 95% bootstrap intervals")
    figure.legend(loc="outside lower left", ncols=2)
    told = ", ".join(f"{row.called} {row.ST:.2f}" for row in rows.itertuples())
    return Drawing(
        title,
        "A share lies between 0 and 1; bars and marks that reach the edge go on: there are too few sets to tell. The input "
        f"that is luck shows what noise alone can fake. {baseline.TWO_ONLY}",
        figure,
        f"Total shares: {told}.",
        rows,
        finding=most_hangs_on(rows),
    )


def most_hangs_on(rows: pd.DataFrame) -> str:
    """The number with the largest share of the variance, where it stands out from what noise alone can fake."""
    own = rows[rows["input"] != LUCK].sort_values("ST", ascending=False)
    noise = rows.loc[rows["input"] == LUCK, "ST"].max()
    if own.empty or not own["ST_lo"].iloc[0] > (0 if np.isnan(noise) else max(noise, 0)):
        return in_ten_words("no number stands out from luck")
    return in_ten_words(
        f"most hangs on: {own['called'].iloc[0].lower()}", "one number stands out as what most hangs on"
    )


def can_turn(rows: pd.DataFrame, few: bool = False) -> str:
    """How many numbers can turn the answer round alone; nothing of the kind where luck hides what the answer is."""
    if "settled" in rows and not rows["settled"].all():
        return in_ten_words("too few runs to tell its sign" if few else "its sign as used is not told from luck")
    turning, of = int(rows["flips"].sum()), len(rows)
    return in_ten_words(f"{turning} of {of} numbers can turn it alone" if turning else "no number alone turns it round")


def _tornado(rows: pd.DataFrame, contrast: Sequence[str], few: bool) -> Drawing:
    """Draws how far each input alone moves the difference, and where the answer turns."""
    figure, title = _titled(rows, contrast, "One input at a time, from its 5th to its 95th percentile")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    base = float(rows["as_used"].iloc[0])
    for column, colour, label in (("low_end", ORANGE, "at the 5th percentile"), ("high_end", TURQUOISE, "at the 95th")):
        axes.barh(places, rows[column] - base, left=base, height=0.55, color=colour, label=label, alpha=0.9)
    if (rows["low_end"] == base).all() and (rows["high_end"] == base).all():
        axes.annotate("no input alone moves it", (0.5, 0.5), xycoords="axes fraction", ha="center", fontweight="bold")
    axes.axvline(base, color=QUIET, lw=1.2, linestyle=(0, (4, 2)), label="as used")
    axes.axvline(0, color=INK, lw=1.2)
    for place, row in zip(places, rows.itertuples(), strict=True):
        if row.flips:
            axes.annotate(
                f"turns at {figures(row.switching_value)}",
                (max(row.highest, base), place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
            )
    axes.set_yticks(places, [textwrap.fill(each, LETTERS) for each in rows["called"]])
    axes.margins(x=0.14)
    axes.grid(axis="x")
    axes.set_xlabel(f"{rows['unit'].iloc[0]}; {baseline.nothing(contrast[1])}")
    figure.legend(loc="outside lower left", ncols=3)
    ends = [(row.called, figures(row.low_end), figures(row.high_end)) for row in rows.itertuples()]
    told = ", ".join(f"{name} {low} to {high}" if low != high else f"{name} stays at {low}" for name, low, high in ends)
    caption = f"One at a time misses how inputs act together. {baseline.TWO_ONLY}"
    return Drawing(title, caption, figure, f"As used {figures(base)}. {told}.", rows, finding=can_turn(rows, few))
