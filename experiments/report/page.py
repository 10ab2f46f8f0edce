"""Writes the page: what happened, every figure with its words and numbers, and how to make them again.

The page is one file. It holds its own style and pictures, needs no network and runs no program.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from experiments.analysis.sentence import listed, plain_sentence
from experiments.analysis.summary import same_money_check
from experiments.numerals import exact
from experiments.purpose import PURPOSE, TWO_UNCERTAINTIES
from experiments.report import tables
from experiments.report.drawing import Drawing
from experiments.report.results import Results, plain
from experiments.report.who_pays import who_pays

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
HEADINGS = {
    "two_intervals": "What is chance, and what is evidence",
    "evidence_quadrants": "Lives and money across the evidence",
    "choice_across_evidence": "The choice across the evidence",
    "outcomes_over_time": "Lives, services and money over time",
    "transition_dip": "The transition, month by month",
    "cost_per_head_by_agency": "Who spends what",
    "agency_by_year": "Who pays and who gains, agency by agency",
    "money_back": "When the money comes back",
    "ladder_to_cash": "From demand avoided to cash",
    "gain_and_cost": "What is gained for what it costs",
    "gains_by_group": "Who gains and who loses, group by group",
    "served_and_turned_away": "Who is served and who is turned away",
    "failure_demand": "Failure demand: asking again",
    "service_network": "The services and what they run",
    "burn_in": "Steady before it starts?",
}
"""Headings of the page's parts; fixed beforehand, they say nothing of what was found."""


@dataclass(frozen=True)
class Exhibit:
    """One figure on the page: its drawing and SVG text, or the reason why it is left out."""

    name: str
    drawing: Drawing | None
    svg: str
    reason: str = ""


def page(results: Results, exhibits: list[Exhibit]) -> str:
    """Writes the whole page."""
    name = title(results)
    style = resources.files("experiments.report").joinpath("page.css").read_text(encoding="utf-8")
    parts = [
        _happened(results),
        _differences(results),
        who_pays(results),
        *map(_figure, exhibits),
        _making(results),
    ]
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(name)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#results">Skip to the results</a>\n'
        f"<header>\n<h1>{html.escape(name)}</h1>\n{_purpose(results)}\n</header>\n{_contents(exhibits)}\n"
        f'<main id="results">\n{body}\n</main>\n</body>\n</html>\n'
    )


def title(results: Results) -> str:
    """Names the arms, the place and the years."""
    place = results.fact("place_title") or results.fact("place")
    where = f" in {place}" if place else ""
    years = "one year" if results.years == 1 else f"{results.years} years"
    verb = " compared" if len(results.arms) > 1 else ""
    return f"{listed([plain(arm) for arm in results.arms])}{verb}{where} over {years}"


def _contents(exhibits: list[Exhibit]) -> str:
    """Links to the page's parts."""
    links = [
        ("happened", "What happened"),
        ("differences", "The differences"),
        ("who_pays", "Who pays, who gains"),
    ]
    links += [(exhibit.name, heading(exhibit)) for exhibit in exhibits] + [("making", "How this was made")]
    items = "".join(f'<li><a href="#{name}">{html.escape(words)}</a></li>\n' for name, words in links)
    return f'<nav aria-label="On this page">\n<ul>\n{items}</ul>\n</nav>'


def heading(exhibit: Exhibit) -> str:
    """Gives the heading of a figure's part of the page."""
    return HEADINGS.get(exhibit.name, plain(exhibit.name))


def _purpose(results: Results) -> str:
    """Says what the model is for."""
    words = html.escape(str(results.manifest.get("purpose") or PURPOSE))
    return f'<p class="purpose"><strong>Purpose of the model.</strong> {words}</p>'


def _happened(results: Results) -> str:
    """Says what happened, what an interval means and whether the money was the same."""
    parts = [
        '<h2 id="happened">What happened</h2>',
        f'<p class="said">{html.escape(_sentence(results))}</p>',
        *_uncertainty(results),
        f"<p><strong>The same money?</strong> {html.escape(_money(results))}</p>",
    ]
    return "\n".join(parts)


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
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd></div>\n"
        for name, text in HOW_TO_READ.items()
    )
    parts.append(
        f"<details open>\n<summary>How to read these numbers</summary>\n<dl>\n{said}</dl>\n</details>"
    )
    return "\n".join(parts)


def _figure(exhibit: Exhibit) -> str:
    """Shows a figure with its caption, words and numbers, or says why there is none."""
    head = f'<h2 id="{exhibit.name}">{html.escape(heading(exhibit))}</h2>'
    drawing = exhibit.drawing
    if drawing is None:
        return f"{head}\n<p>This figure is left out: {html.escape(exhibit.reason)}.</p>"
    picture = base64.b64encode(exhibit.svg.encode()).decode()
    alt = html.escape(drawing.alt, quote=True)
    numbers = tables.frame(drawing.data if drawing.table is None else drawing.table, drawing.title)
    return (
        f"{head}\n<figure>\n"
        f'<div class="wide" role="region" tabindex="0" aria-label="{html.escape(drawing.title, quote=True)}">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{alt}"></div>\n'
        f"<figcaption>{html.escape(drawing.caption)}</figcaption>\n</figure>\n"
        f"<details>\n<summary>The figure in words</summary>\n<p>{html.escape(drawing.alt)}</p>\n</details>\n"
        f'<details class="numbers">\n<summary>The numbers in the figure</summary>\n{numbers}\n'
        f"<p>Also in figures/{exhibit.name}.csv.</p>\n</details>"
    )


def _making(results: Results) -> str:
    """Says how to make the same results again and what they were made with."""
    facts = {
        words: _worded(results.fact(name)) for name, words in FACTS.items() if results.fact(name) is not None
    }
    facts["Replications of each arm"] = str(results.replications)
    parts = [
        '<h2 id="making">How this was made</h2>',
        "<p>The same command with the same version gives the same numbers to the last digit:</p>",
        f"<pre><code>{html.escape(command(results))}</code></pre>",
        tables.facts(facts),
        "<p>The whole configuration and every file's fingerprint are in manifest.json beside this page.</p>",
    ]
    return "\n".join(parts)


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
    words = [
        f"arms=[{','.join(results.arms)}]",
        f"years={results.years}",
        f"replicates={results.replications}",
    ]
    if results.contrast:
        words.append(f"contrast=[{','.join(results.contrast)}]")
    words += [
        f"{name}={results.fact(name)}"
        for name in ("place", "scale", "seed", "engine")
        if results.fact(name) is not None
    ]
    return " ".join(["redesign compare", *words])
