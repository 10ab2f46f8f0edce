"""Writes the page: what happened, every figure with its words and numbers, and how to make them again.

The page is one file. It holds its own style, pictures and program, needs no network, and loses nothing without the program.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.analysis.statistics.sentence import listed, plain_sentence
from experiments.analysis.statistics.summary import same_money_check
from experiments.questions.compare import interactive
from experiments.questions.compare.plain_language import in_plain_words
from experiments.questions.compare.who_pays_section import judgements, pays_back, unequal, who_pays
from experiments.report import tables
from experiments.report.drawing import Drawing
from experiments.report.folder_contents import Results, plain
from experiments.report.layout import document, figure, making, section
from experiments.report.sections import PARTS, TITLES, Part, ordered
from experiments.text.numerals import exact
from experiments.text.purpose import PURPOSE, TWO_UNCERTAINTIES

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
    "Rounding": "Numbers have at most three figures, because nothing here is known better. Differences are worked out "
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
SETTINGS = ("place", "scale", "seed", "engine")
"""What the command must say besides arms, years and replications."""
FIRST = (("happened", "What happened"), ("plainly", "In plain words"), ("differences", "The differences"))
LAST = (("making", "How to reproduce it"),)
ASSUMED = (
    "Every number of the model has a range, a source and a grade; where there is no evidence it says assumption. "
    "redesign evidence lists them all. People, illness and public money are those of the place as it was in 2010-11; what "
    "redesign does to services is drawn anew in every run, from doing harm to doing much good, with the same draw for "
    "all arms of a pair. Prices are constant."
)
MORE_ON_FLIPS = (
    "To see which uncertain numbers turn the answer round: redesign sensitivity; where on a map of two of them: redesign "
    "discover; with all of them drawn at once: redesign compare uncertainty=evidence."
)


@dataclass(frozen=True)
class Exhibit:
    """One figure on the page: its drawing and SVG text, or the reason why it is left out."""

    name: str
    drawing: Drawing | None
    svg: str
    reason: str = ""


def page(results: Results, exhibits: list[Exhibit]) -> str:
    """Writes the whole page, in the order in which a reader asks."""
    shown = {exhibit.name: exhibit for exhibit in exhibits}
    specs = {
        name: interactive.specify(name, exhibit.drawing.data, exhibit.drawing.alt, results)
        for name, exhibit in shown.items()
        if exhibit.drawing is not None
    }
    by_part = ordered(list(shown))
    parts = [part for part in PARTS if by_part[part.name] or part.elsewhere]
    body = [
        section(*FIRST[1], [in_plain_words(results)]) if results.contrast else "",
        _differences(results),
        *(_part(part, [shown[name] for name in by_part[part.name]], specs, results) for part in parts),
        _making(results),
    ]
    first = [link for link in FIRST[1:] if results.contrast or link[0] != "plainly"]
    links = [*first, *((part.name, part.heading) for part in parts), *LAST]
    return document(title(results), _head(results), links, "\n".join(body), any(specs.values()))


def _part(part: Part, exhibits: list[Exhibit], specs: Mapping[str, Any], results: Results) -> str:
    """One question of the reader: the figures that answer it, and the tables that belong to it."""
    said = []
    if part.name == "assumed":
        said += [f"<p>{ASSUMED}</p>", tables.facts(_assumed(results))]
    if not exhibits and part.elsewhere:
        said.append(f"<p>{html.escape(part.elsewhere)}</p>")
    said += [_figure(exhibit, specs.get(exhibit.name)) for exhibit in exhibits]
    if part.name in TABLES:
        said.append(TABLES[part.name](results))
    if part.name == "flips":
        said.append(f"<p>{MORE_ON_FLIPS}</p>")
    return section(part.name, part.heading, said)


TABLES = {"cost": who_pays, "pays_back": pays_back, "gains": unequal, "flips": judgements}
"""Tables of who pays and who gains, under the question that they answer."""


def _assumed(results: Results) -> dict[str, str]:
    """What the numbers rest on, as far as the manifest says."""
    vintage = results.manifest.get("vintage")
    found = {plain(str(name)): str(words) for name, words in vintage.items()} if isinstance(vintage, Mapping) else {}
    valued = results.manifest.get("valued_by")
    return found | ({"Valued by": str(valued)} if valued else {})


def title(results: Results) -> str:
    """Names the arms, the place and the years."""
    place = results.fact("place_title") or results.fact("place")
    where = f" in {place}" if place else ""
    years = "one year" if results.years == 1 else f"{results.years} years"
    verb = " compared" if len(results.arms) > 1 else ""
    return f"{listed([plain(arm) for arm in results.arms])}{verb}{where} over {years}"


def heading(exhibit: Exhibit) -> str:
    """Gives the heading of a figure."""
    return TITLES.get(exhibit.name, plain(exhibit.name))


def _head(results: Results) -> str:
    """The answer in one sentence, then what it is no answer to, and whether the money was the same."""
    words = html.escape(str(results.manifest.get("purpose") or PURPOSE))
    return "\n".join(
        [
            f'<p class="said" id="happened">{html.escape(_sentence(results))}</p>',
            f'<div class="purpose"><p><strong>Purpose of the model.</strong> {words}</p>',
            *_uncertainty(results),
            f"<p><strong>The same money?</strong> {html.escape(_money(results))}</p></div>",
        ]
    )


def _uncertainty(results: Results) -> list[str]:
    """Says what the intervals of the page are about, and what plausible numbers do where that was asked."""
    if results.evidence is None:
        return [f"<p><strong>About chance only.</strong> {html.escape(CHANCE_ONLY)}</p>"]
    said = [str(words) for words in results.manifest.get("evidence") or ()]
    across = "".join(f"<p>{html.escape(words)}</p>" for words in said)
    return [f"<p><strong>Two uncertainties.</strong> {html.escape(AS_USED_ELSEWHERE)}</p>{across}"]


def _sentence(results: Results) -> str:
    """Says in one sentence what happened, or why nothing can be compared."""
    if results.contrast is None:
        return "There is only one arm, so nothing is compared; the figures show how it went."
    try:
        return plain_sentence(results.summary, results.outcomes, results.contrast)
    except (KeyError, ValueError) as fault:
        return f"The results cannot be put into a sentence: {fault.args[0]}."


def _money(results: Results) -> str:
    """Says whether the arms that are compared spent the same."""
    if results.contrast is None:
        return "There is only one arm, so there is no other to spend the same as."
    try:
        return same_money_check(results.runs, results.contrast).words
    except (KeyError, ValueError) as fault:
        return f"This could not be checked: {fault.args[0]}."


def _differences(results: Results) -> str:
    """Shows the headline table at the last horizon, and the others folded away."""
    horizons = sorted((int(h) for h in results.summary["horizon"].unique()), reverse=True)
    parts = ['<h2 id="differences">The differences</h2>']
    for place, horizon in enumerate(horizons):
        words = f"Headline outcomes in year {horizon}"
        made = tables.comparison(results, horizon, words)
        parts.append(made if place == 0 else f"<details>\n<summary>{words}</summary>\n{made}\n</details>")
    said = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd></div>\n" for name, text in HOW_TO_READ.items()
    )
    parts.append(f"<details open>\n<summary>How to read these numbers</summary>\n<dl>\n{said}</dl>\n</details>")
    return "\n".join(parts)


def _figure(exhibit: Exhibit, spec: Mapping[str, Any] | None) -> str:
    """Shows a figure with its caption, words and numbers, or says why there is none."""
    head = f'<h3 id="{exhibit.name}">{html.escape(heading(exhibit))}</h3>'
    drawing = exhibit.drawing
    if drawing is None:
        return f"{head}\n<p>This figure is left out: {html.escape(exhibit.reason)}.</p>"
    numbers = tables.frame(drawing.data if drawing.table is None else drawing.table, drawing.title)
    shown = figure(exhibit.name, drawing.title, exhibit.svg, drawing.alt, numbers, drawing.caption, spec)
    return f"{head}\n{shown}"


def _making(results: Results) -> str:
    """Says how to make the same results again and what they were made with."""
    facts = {words: _worded(results.fact(name)) for name, words in FACTS.items() if results.fact(name) is not None}
    facts["Replications of each arm"] = str(results.replications)
    return making(command(results), facts)


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


def command(results: Results) -> str:
    """Gives the command that makes the same results, as recorded or as the configuration implies."""
    recorded = results.manifest.get("command")
    if recorded:
        return " ".join(map(str, recorded)) if isinstance(recorded, list) else str(recorded)
    words = [f"arms=[{','.join(results.arms)}]", f"years={results.years}", f"replicates={results.replications}"]
    if results.contrast:
        words.append(f"contrast=[{','.join(results.contrast)}]")
    words += [
        f"{name}={results.fact(name)}"
        for name in ("place", "scale", "seed", "engine")
        if results.fact(name) is not None
    ]
    return " ".join(["redesign compare", *words])
