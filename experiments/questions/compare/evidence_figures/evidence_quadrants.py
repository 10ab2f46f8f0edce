"""Draws every set of plausible numbers by what it does to lives and to public money, with the share in each quarter."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.uncertainty.two_uncertainties import LIVES, MONEY
from experiments.report import baseline
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import DARK_BLUE, INK, ORANGE, QUIET, WIDTH

HEIGHT = 6.4
ROOM = 1.35
"""How far the axes reach beyond the outermost set, so that the quarters' words stand clear of the dots."""
QUARTERS = {
    (True, True): ("better lives, less money", "right", "bottom"),
    (True, False): ("better lives, money no less", "right", "top"),
    (False, True): ("lives no better, less money", "left", "bottom"),
    (False, False): ("lives no better, money no less", "left", "top"),
}
"""Words and corner by whether the first arm is better on lives and on money."""
INSET = 0.02


def draw(results: Results) -> Drawing:
    """Draws lives across and money upwards, both as the first arm minus the second."""
    if results.evidence is None:
        raise LeftOut("only luck was asked about; uncertainty=evidence asks about the numbers too")
    first, second = map(plain, results.contrast)
    sets = results.evidence.sets
    title = f"{first} minus {second} in year {results.years}: lives and money in {len(sets)} sets of plausible numbers"
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    axes.scatter(sets[LIVES], sets[MONEY], s=42, color=DARK_BLUE, edgecolor="white", lw=0.8, zorder=3)
    _as_used(axes, results)
    _frame(axes, results, sets)
    shares = _shares(sets)
    for words, across, up, count in shares:
        axes.annotate(
            f"{words}\n{count} of {len(sets)} sets ({100 * count / max(1, len(sets)):.0f}%)",
            (1 - INSET if across == "right" else INSET, 1 - INSET if up == "top" else INSET),
            xycoords="axes fraction",
            ha=across,
            va=up,
            color=QUIET,
        )
    return Drawing(
        title, _caption(results), figure, _alt(title, shares, len(sets), results), sets, results.evidence.shares
    )


def _as_used(axes: Axes, results: Results) -> None:
    """Marks where the numbers as used lie."""
    last = results.summary[results.summary["horizon"] == results.summary["horizon"].max()].set_index("outcome")
    axes.plot(
        last.loc[LIVES, "diff"],
        last.loc[MONEY, "diff"],
        "D",
        color=ORANGE,
        markersize=10,
        markeredgecolor="white",
        zorder=4,
        label="the numbers as used",
    )
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.07))


def _frame(axes: Axes, results: Results, sets: pd.DataFrame) -> None:
    """Draws the lines of no difference and names both axes."""
    axes.axhline(0, color=INK, lw=1.2)
    axes.axvline(0, color=INK, lw=1.2)
    axes.grid(visible=True, axis="both")
    for limit, name, line in ((axes.set_xlim, LIVES, axes.get_xlim()), (axes.set_ylim, MONEY, axes.get_ylim())):
        reach = ROOM * max(float(sets[name].abs().max()), *map(abs, line)) or 1.0
        limit(-reach, reach)
    lives, money = results.outcomes[LIVES], results.outcomes[MONEY]
    zero = baseline.nothing(results.contrast[1])
    axes.set_xlabel(f"{lives.title}, {lives.unit}: better to the right; {zero}")
    axes.set_ylabel(f"{money.title}, {money.unit}:\nless money below")


def _shares(sets: pd.DataFrame) -> list[tuple[str, str, str, int]]:
    """Words, corner and number of sets of each quarter."""
    lives, money = sets["better_on_outcomes"], sets["better_on_cost"]
    return [
        (words, across, up, int(((lives == on_lives) & (money == on_money)).sum()))
        for (on_lives, on_money), (words, across, up) in QUARTERS.items()
    ]


def _caption(results: Results) -> str:
    """Says what a dot is and what a share is not."""
    first, second = map(plain, results.contrast)
    return (
        f"Every dot is one whole set of plausible numbers with which {first} and {second} were both run, luck taken out. Lives "
        "are years lived weighted by their quality, which adds up all needs of all people. The shares are of the numbers "
        f"held plausible and are not probabilities. {baseline.TWO_ONLY}"
    )


def _alt(title: str, shares: list[tuple[str, str, str, int]], of: int, results: Results) -> str:
    """Tells how many sets lie in each quarter, and the intervals of the shares."""
    assert results.evidence is not None
    counted = "; ".join(f"{words}: {count} of {of}" for words, _, _, count in shares)
    intervals = "; ".join(
        f"{row['means']} {100 * row['share']:.0f}% (95% interval {100 * row['low']:.0f} to {100 * row['high']:.0f})"
        for row in results.evidence.shares.to_dict("records")
    )
    return f"Scatter of {title}. {counted}. {intervals}."
