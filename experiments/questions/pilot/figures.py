"""Draws what pilots find beside what is true, and how often a fair pilot is clear."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.questions.pilot.answer import ANSWER
from experiments.questions.pilot.words import (
    FAIR,
    METHODS,
    WAYS,
    every_fair,
    how_many,
    known_in,
    main_zones,
    shown_rows,
)
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, DARK_PINK, INK, ORANGE, QUIET, TURQUOISE, WIDTH, house_style, label_ends

COLOURS = (TURQUOISE, ORANGE, DARK_BLUE, DARK_PINK, INK, QUIET)


def write_figures(out: Path) -> None:
    """Draws and saves the figures of a finished run, from its table."""
    table, outcomes = storage.read_csv(out / ANSWER), load_outcomes()
    with house_style():
        for name in dict.fromkeys(table["outcome"]):
            save(found_and_true(table, name, outcomes[name]), out / "figures", f"found_and_true_{name}")
            if (table["chosen"] == FAIR).any() and (table["estimator"] == "randomisation").any():
                save(how_often_clear(table, name, outcomes[name]), out / "figures", f"how_often_clear_{name}")


def found_and_true(table: pd.DataFrame, name: str, outcome: Outcome) -> Drawing:
    """One panel for each way of choosing: what each method finds, where the truth lies, and what it finds of nothing."""
    rows = shown_rows(table, name)
    ways = [way for way in WAYS if (rows["chosen"] == way).any()]
    methods = [method for method in METHODS if (rows["estimator"] == method).any()]
    figure = Figure(figsize=(WIDTH, 1.6 + 0.4 * len(methods) * -(-len(ways) // 2)), layout="constrained")
    panels = figure.subplots(-(-len(ways) // 2), 2, sharex=True, sharey=True, squeeze=False).ravel()
    for axes in panels[len(ways) :]:
        axes.set_axis_off()
    for axes, way in zip(panels, ways, strict=False):
        own = rows[rows["chosen"] == way].set_index("estimator").reindex(methods)
        height = range(len(methods))
        axes.axvline(0, color=QUIET, linewidth=1)
        axes.axvline(own["true_effect"].mean(), color=TURQUOISE, linewidth=2.5)
        axes.hlines(height, own["found_low"], own["found_high"], color=DARK_BLUE, linewidth=1.4)
        axes.plot(own["found"], height, "o", color=DARK_BLUE)
        axes.set_yticks(list(height), [METHODS[method] for method in methods])
        axes.set_title(WAYS[way])
    panels[0].invert_yaxis()
    year = known_in(int(rows["year"].iloc[0]))
    figure.supxlabel(f"change in {outcome.title.lower()}, {outcome.unit}")
    title = f"What {main_zones(table)} zones would have been found to do, judged in {year}: {outcome.title.lower()}"
    caption = (
        "Each panel is a way of choosing zones. Green line: what being a zone really changed. Dots: what the method finds in the "
        "mean over pilots; lines hold the middle 95% of pilots. How far a dot lies from the green line is what the method finds "
        "where zones change nothing. "
        f"{how_many(rows)}"
    )
    columns = ["chosen", "estimator", "true_effect", "found", "found_low", "found_high"]
    alt = "; ".join(
        f"{WAYS[row['chosen']]}, {METHODS[row['estimator']]}: true {row['true_effect']:.2g}, found {row['found']:.2g}"
        for row in rows.to_dict("records")
    )
    return Drawing(title, caption, figure, alt, rows[columns])


def how_often_clear(table: pd.DataFrame, name: str, outcome: Outcome) -> Drawing:
    """How often pilots by lot find clearly better, by zones and year."""
    fair = every_fair(table, name)
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    axes = figure.subplots()
    ends = []
    for colour, (zones, own) in zip(COLOURS, fair.groupby("zones"), strict=False):
        years = [int(known_in(int(year))) for year in own["year"]]
        axes.plot(years, 100 * own["clear_better"], "o-", color=colour)
        ends.append((100 * float(own["clear_better"].iloc[-1]), f"{zones} zones", colour))
    axes.axhline(80, color=QUIET, linewidth=1, linestyle=":")
    axes.set_ylim(0, 103)
    axes.set_xticks(sorted({int(known_in(int(year))) for year in fair["year"]}))
    axes.set_ylabel("pilots, %")
    axes.margins(x=0.02)
    label_ends(axes, ends)
    title = f"Pilots by lot that find clearly better {outcome.title.lower()}, by when they are judged, %"
    caption = (
        "Evaluated by randomisation inference. Dotted: four in five, what trials are usually planned for. "
        f"{how_many(fair)}"
    )
    alt = "; ".join(
        f"{row['zones']} zones in {known_in(int(row['year']))}: {row['clear_better']:.0%}"
        for row in fair.to_dict("records")
    )
    best = fair["clear_better"].max()
    reached = sorted(set(fair.loc[fair["clear_better"] == best, "zones"]))
    more = len(reached) > 1 and reached == sorted(set(fair.loc[fair["zones"] >= reached[0], "zones"]))
    zones = f"from {reached[0]} zones on" if more else f"with {reached[0]} zones"
    told = f"{best:.0%} find it clearly better {zones}"
    found = in_ten_words(f"at best {told}", told)
    return Drawing(title, caption, figure, alt, fair[["zones", "year", "clear_better", "clear_worse"]], finding=found)
