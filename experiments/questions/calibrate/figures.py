"""Draws a calibration: every number before and after, and how well the sets kept agree with what was observed."""

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments import storage
from experiments.questions.calibrate.outcome import FIGURES, PARAMETERS
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, FAINT, ORANGE, QUIET, WIDTH, house_style
from experiments.text.titles import called

MOST_DRAWN = 40  # numbers; the rest are in the table
ROW_INCHES, LETTERS = 0.4, 48
HALF = 0.5
"""Share of a number's variance that was taken away, from which its doubt is said to be halved."""
HEAD_INCHES = 1.5
LEARNED = "Numbers before and after calibration, as places in their own ranges"
AGREES = "What was observed before April 2011, and the model before and after calibration"


def write_figures(out: Path) -> None:
    """Draws what changed and how well it agrees, from the tables that were written."""
    with house_style():
        save(prior_and_posterior(storage.read_csv(out / PARAMETERS)), out / "figures", "prior_and_posterior")
        save(agreement(storage.read_csv(out / FIGURES)), out / "figures", "agreement")


def prior_and_posterior(parameters: pd.DataFrame) -> Drawing:
    """Draws the 90% intervals of the numbers of which most was learned, before and after."""
    table = parameters.sort_values("contraction", ascending=False).head(MOST_DRAWN).iloc[::-1]
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(table) + HEAD_INCHES), layout="constrained")
    axes = figure.subplots()
    low, width = table["prior_low"].to_numpy(), (table["prior_high"] - table["prior_low"]).to_numpy()

    def placed(column: str) -> np.ndarray:
        return np.asarray((table[column].to_numpy() - low) / width)

    rows = np.arange(len(table))
    axes.hlines(rows, 0, 1, color=FAINT, lw=7, label="prior, 90%")
    axes.hlines(rows, placed("posterior_low"), placed("posterior_high"), color=DARK_BLUE, lw=3, label="posterior, 90%")
    axes.plot(placed("posterior_median"), rows, "o", color=DARK_BLUE, ms=5, label="posterior, middle")
    axes.plot(placed("used"), rows, "|", color=ORANGE, ms=11, mew=2.4, label="used by default")
    taken = zip(table["key"], table["contraction"], strict=True)
    names = [textwrap.fill(f"{called(key)} ({100 * gone:.0f}%)", LETTERS) for key, gone in taken]
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.7, len(table) - 0.3)
    axes.set_xticks([0, 0.5, 1], ["low end of\nthe prior's 90%", "", "high end of\nthe prior's 90%"])
    axes.grid(visible=False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    more = len(parameters) - len(table)
    caption = (
        "Behind each name: the share of its variance that agreeing with the figures took away. "
        "Where little was taken away the figures say nothing of the number, and it keeps its range"
        + (f"; {more} more, narrowed less, are in parameters.csv." if more > 0 else ".")
    )
    best = table.iloc[::-1].head(3)
    alt = (
        "Interval chart. Narrowed most: "
        + "; ".join(
            f"{called(row.key)} from {row.prior_low:.3g}-{row.prior_high:.3g} to {row.posterior_low:.3g}-{row.posterior_high:.3g}"
            for row in best.itertuples()
        )
        + "."
    )
    return Drawing(LEARNED, caption, figure, alt, table.iloc[::-1].reset_index(drop=True), finding=learned(parameters))


def learned(parameters: pd.DataFrame) -> str:
    """How many numbers lost half of their variance or more."""
    half = int((parameters["contraction"] >= HALF).sum())
    return in_ten_words(f"figures halve the doubt on {half} of {len(parameters)} numbers")


def agreement(table: pd.DataFrame) -> Drawing:
    """Draws every figure as 1 and the model's as multiples of it, before and after."""
    table = table.iloc[::-1]
    figure = Figure(figsize=(WIDTH, ROW_INCHES * len(table) + HEAD_INCHES), layout="constrained")
    axes = figure.subplots()
    observed = table["observed"].to_numpy()
    allowed = 2 * np.sqrt(table["sd_observed"] ** 2 + table["sd_discrepancy"] ** 2).to_numpy() / observed
    rows = np.arange(len(table))

    def times(column: str) -> np.ndarray:
        return np.asarray(table[column].to_numpy() / observed)

    axes.hlines(rows, 1 - allowed, 1 + allowed, color=FAINT, lw=9, label="observed, give or take two sd")
    axes.hlines(rows - 0.17, times("prior_low"), times("prior_high"), color=QUIET, lw=1.4, label="prior, 90% of runs")
    axes.hlines(
        rows + 0.17,
        times("posterior_low"),
        times("posterior_high"),
        color=DARK_BLUE,
        lw=3,
        label="posterior, 90% of runs",
    )
    axes.plot(times("usual_mean"), rows, "|", color=ORANGE, ms=11, mew=2.4, label="with the default numbers")
    axes.axvline(1, color=QUIET, lw=1)
    held = table["role"].to_numpy() == "held out"
    axes.set_yticks(
        rows,
        [f"{plainly(name)}{' (held out)' if out else ''}" for name, out in zip(table["figure"], held, strict=True)],
    )
    axes.set_ylim(-0.7, len(table) - 0.3)
    top = max(2.5, float(np.nanmax(times("posterior_high"))) * 1.05)
    axes.set_xlim(0, top)
    axes.set_xlabel("times what was observed")
    axes.grid(visible=False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    caption = (
        "Each figure is 1; the grey bar is how far a right model may lie from it (error of the figure, other definitions, "
        "what the model leaves out). Figures held out steered nothing."
    )
    within = float(np.mean(table["posterior_away"] <= 2))
    alt = (
        f"Interval chart of {len(table)} figures. After calibration the mean lies within two standard deviations of "
        f"{100 * within:.0f}% of them; furthest away: {plainly(table.sort_values('posterior_away')['figure'].iloc[-1])}."
    )
    near = int((table["posterior_away"] <= 2).sum())
    said = in_ten_words(f"the model comes near {near} of {len(table)} real figures")
    return Drawing(AGREES, caption, figure, alt, table.iloc[::-1].reset_index(drop=True), finding=said)


def plainly(figure: str) -> str:
    """The name of a figure in words: the challenge, and what is measured."""
    return figure.replace(".", ": ").replace("_", " ")
