"""Draws what pilots find beside what is true, and how often a fair pilot is clear."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.questions.pilot.answer import ANSWER
from experiments.questions.pilot.words import FAIR, METHODS, WAYS, how_many, known_in, main_zones, shown_rows
from experiments.report.drawing import Drawing, in_ten_words, save
from experiments.report.style import DARK_BLUE, DARK_PINK, INK, ORANGE, QUIET, TURQUOISE, WIDTH, house_style

TWO_SPREADS = 1.96
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
        axes.errorbar(own["found"], height, xerr=TWO_SPREADS * own["spread"], fmt="o", color=DARK_BLUE, linewidth=1.4)
        axes.plot(own["sham_found"], height, "x", color=DARK_PINK)
        axes.set_yticks(list(height), [METHODS[method] for method in methods])
        axes.set_title(WAYS[way])
    panels[0].invert_yaxis()
    year = known_in(int(rows["year"].iloc[0]))
    figure.supxlabel(f"change in {outcome.title.lower()}, {outcome.unit}")
    title = f"What {main_zones(table)} zones would have been found to do, judged in {year}: {outcome.title.lower()}"
    caption = (
        "Each panel is a way of choosing zones. Green line: what being a zone really changed. Dots: what the method finds in the "
        "mean over pilots; whiskers hold 95% of pilots. Crosses: what it finds where zones change nothing, which ought to be 0. "
        f"{how_many(rows)}"
    )
    columns = ["chosen", "estimator", "true_effect", "found", "spread", "sham_found"]
    alt = "; ".join(
        f"{WAYS[row['chosen']]}, {METHODS[row['estimator']]}: true {row['true_effect']:.2g}, found {row['found']:.2g}"
        for row in rows.to_dict("records")
    )
    return Drawing(title, caption, figure, alt, rows[columns], finding=hits(rows))


def hits(rows: pd.DataFrame) -> str:
    """In how many ways of choosing and evaluating the truth lies where 95% of pilots find it."""
    known = rows.dropna(subset=["true_effect", "found", "spread"])
    near = ((known["true_effect"] - known["found"]).abs() <= TWO_SPREADS * known["spread"]).sum()
    return in_ten_words(f"in {int(near)} of {len(known)} ways, pilots span the truth")


def how_often_clear(table: pd.DataFrame, name: str, outcome: Outcome) -> Drawing:
    """How often pilots by lot find clearly better, by zones and year."""
    fair = table[(table["outcome"] == name) & (table["chosen"] == FAIR) & (table["estimator"] == "randomisation")]
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    axes = figure.subplots()
    for colour, (zones, own) in zip(COLOURS, fair.groupby("zones"), strict=False):
        years = [int(known_in(int(year))) for year in own["year"]]
        axes.plot(years, 100 * own["clear_better"], "o-", color=colour)
        axes.annotate(
            f"{zones} zones", (years[-1], 100 * own["clear_better"].iloc[-1]), (6, 0), textcoords="offset points"
        )
    axes.axhline(80, color=QUIET, linewidth=1, linestyle=":")
    axes.set_ylim(0, 103)
    axes.set_xticks(sorted({int(known_in(int(year))) for year in fair["year"]}))
    axes.set_ylabel("pilots, %")
    axes.margins(x=0.12)
    title = f"Pilots by lot that find clearly better {outcome.title.lower()}, by when they are judged, %"
    caption = (
        "Evaluated by randomisation inference. Dotted: four in five, what trials are usually planned for. "
        f"{how_many(shown_rows(fair, name))}"
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
