"""Writes the page: what happened, every figure with its words and numbers, and how to make them again.

The page is one file. It holds its own style, pictures and program, needs no network, and loses nothing without the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.statistics.summary import same_money_check
from experiments.questions.compare.sheet import POLICIES, made_of, sheet
from experiments.questions.compare.who_pays_section import accounts
from experiments.report import tables
from experiments.report.drawing import Drawing, ended
from experiments.report.folder_contents import Results, plain
from experiments.report.generic_page import assumed, command
from experiments.report.layout import Section, Shown, as_address, as_source, program
from experiments.report.sections import PARTS, TITLES, ordered
from experiments.report.templating import render
from experiments.text.numerals import exact
from experiments.text.purpose import NO_INTERVALS, TWO_UNCERTAINTIES

CHANCE_ONLY = (
    "Every interval on this page is about chance only: it says how far the result could move if luck fell "
    "otherwise. It says nothing about how well the model's numbers are known, which matters more. More runs "
    "make these intervals narrower and the model no truer."
)
AS_USED_ELSEWHERE = (
    f"{TWO_UNCERTAINTIES} The tables and the other figures of this page are about the numbers as used, and their intervals "
    "about chance."
)
HOW_TO_READ = {
    "Same luck": "Arms are run in pairs with the same people, the same network and the same luck, and the "
    "differences are between the two runs of a pair. “24 of 30” means that the first arm did better in 24 of "
    "30 such pairs.",
    "Gain from pairing": "How many times as many unpaired runs would be needed to be as sure (the "
    "variance-reduction factor). Under 1×, pairing did not help.",
    "What can be said": "“Could not tell apart” means that the 95% interval holds 0. “Too small to matter” "
    "means that the whole interval lies closer to 0 than the smallest difference worth acting on, which was "
    "fixed beforehand.",
    "Money": "Pounds at constant 2010-11 prices. Spending less is called lower and not better: whether it is "
    "better depends on what happened to people.",
    "Rounding": "Differences have at most three figures, because nothing here is known better. Differences are worked out "
    "first and rounded afterwards, so they need not be those of the rounded numbers beside them. Every figure is in "
    "summary.csv and in the tables beside this page.",
    "Per 1,000 people": "Rates let places and groups of different size be compared.",
}
FACTS = {
    "place_title": "Place",
    "small_areas": "Small areas",
    "people_simulated": "People simulated",
    "scale": "Simulated people for each real one",
    "arms": "Arms",
    "years": "Years",
    "seed": "Seed",
    "engine": "Engine",
    "git": "Source",
    "model_version": "Model",
    "versions": "Versions",
    "python": "Python",
    "platform": "Platform",
    "wall_seconds": "Seconds taken",
    "citizen_months_per_second": "Citizen-months a second",
}
"""What the page tells of the manifest, as far as it is there."""
FIRST = (("policies", POLICIES), ("differences", "The differences"))
LAST = ("making", "How to reproduce it")


@dataclass(frozen=True)
class Exhibit:
    """One figure on the page: its drawing, SVG text, that for a phone, the figure that answers, or why it is left out."""

    name: str
    drawing: Drawing | None
    svg: str
    narrow: str
    reason: str = ""
    spec: Mapping[str, Any] | None = None


def page(results: Results, exhibits: list[Exhibit], out: Path) -> str:
    """Writes the whole page of a folder, in the order in which a reader asks."""
    shown = {exhibit.name: _shown(exhibit, results) for exhibit in exhibits}
    sections = _sections(results, shown)
    told = sheet(results)
    first = [link for link in FIRST if told["policies"] or link[0] != "policies"]
    answers = any(each.spec for each in shown.values())
    return render(
        "report.html.j2",
        **told,
        cautions=[*_uncertainty(results), ("The same money?", _money(results))],
        links=[*first, *((section.name, section.heading) for section in sections), LAST],
        differences=[tables.comparison(results, horizon) for horizon in _horizons(results)],
        how_to_read=HOW_TO_READ,
        sections=sections,
        assumed=_assumed(results),
        command=command(results.manifest, out),
        made_with=_made_with(results),
        program=program(answers),
    )


def _sections(results: Results, shown: Mapping[str, Shown]) -> list[Section]:
    """The reader's questions that can be answered, and those of which it can be said where an answer is found."""
    figures = ordered(list(shown))
    return [
        Section(
            part.name,
            part.heading,
            [shown[name] for name in figures[part.name]],
            part.elsewhere,
            accounts(results, part.name),
        )
        for part in PARTS
        if figures[part.name] or part.elsewhere
    ]


def _assumed(results: Results) -> dict[str, str]:
    """What the numbers rest on, as far as the manifest says."""
    valued = results.manifest.get("valued_by")
    return assumed(results.manifest) | ({"Valued by": str(valued)} if valued else {})


def _uncertainty(results: Results) -> list[tuple[str, str]]:
    """Says what the intervals of the page are about, and what plausible numbers do where that was asked."""
    if results.evidence is None:
        known = results.replications >= FEWEST_FOR_INTERVAL
        return [("About chance only.", CHANCE_ONLY) if known else ("Too few runs.", NO_INTERVALS)]
    said = [("", str(words)) for words in results.manifest.get("evidence") or ()]
    return [("Two uncertainties.", AS_USED_ELSEWHERE), *said]


def _money(results: Results) -> str:
    """Says whether the arms that are compared spent the same."""
    try:
        return same_money_check(results.runs, results.contrast)
    except (KeyError, ValueError) as fault:
        return f"This could not be checked: {fault.args[0]}."


def _horizons(results: Results) -> list[int]:
    """The years after which differences were worked out, the last first."""
    return sorted((int(horizon) for horizon in results.summary["horizon"].unique()), reverse=True)


def _shown(exhibit: Exhibit, results: Results) -> Shown:
    """A figure with its caption, words and numbers, and the one that answers in its place; or why there is none."""
    name, drawing = exhibit.name, exhibit.drawing
    if drawing is None:
        return Shown(name, TITLES.get(name, plain(name)), left_out=exhibit.reason)
    return Shown(
        name,
        drawing.finding or TITLES.get(name, plain(name)),
        drawing.title,
        as_address(exhibit.svg),
        drawing.alt,
        tables.numbers(drawing.data if drawing.table is None else drawing.table, drawing.title),
        drawing.caption,
        exhibit.spec,
        narrow=as_source(exhibit.narrow),
        source=f"Measured: {ended(drawing.title)} Source: {made_of(results)} Numbers: figures/{name}.csv.",
    )


def _made_with(results: Results) -> dict[str, str]:
    """What the results were made with, as far as the manifest says."""
    found = {words: _worded(results.fact(name)) for name, words in FACTS.items() if results.fact(name) is not None}
    return found | {"Replications of each arm": str(results.replications)}


def _worded(value: Any) -> str:
    """Writes a fact of the manifest as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_worded(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return (
        exact(float(f"{value:.6g}"))
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )
