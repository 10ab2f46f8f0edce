"""The first page of a report, which is a brief of its own: the headline, four lines, what the policies do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from experiments.analysis.verdicts.policies import FROM, Described, Does
from experiments.analysis.verdicts.sentence import listed
from experiments.report.folder_contents import Results, counted, plain, read_results
from experiments.report.glossary import Glossary
from experiments.report.layout import part_of_page
from experiments.report.office import office_files
from experiments.report.templating import render
from experiments.text.purpose import PURPOSE

POLICIES = "What the policies do"


class Policies(NamedTuple):
    """What policies do: what both that are compared do, what each of them does besides, the others, from when, and over it."""

    shared: Sequence[Does]
    compared: Sequence[Described]
    others: Sequence[Described]
    begins: str = FROM
    heading: str = POLICIES
    both: str = "Both"


def brief_files(out: Path) -> dict[str, bytes]:
    """The answer alone, by endings of files: a page that prints on one sheet of A4, and a document and slides of the same."""
    told = sheet(read_results(out))
    return {".html": render("brief.html.j2", **told).encode(), **office_files(told)}


def sheet(results: Results) -> dict[str, Any]:
    """What the first page tells, for the templates."""
    return {
        "title": title(results),
        "style": part_of_page("page.css"),
        "told": results.answer.brief,
        "policies": _policies(results),
        "purpose": str(results.manifest.get("purpose") or PURPOSE),
        "made": f"Source: {made_of(results)}",
        "explain": Glossary(),
    }


def title(results: Results) -> str:
    """Names the arms, the place and the years."""
    place = results.fact("place_title") or results.fact("place")
    where = f" in {place}" if place else ""
    years = "one year" if results.years == 1 else f"{results.years} years"
    return f"{listed([plain(arm) for arm in results.arms])} compared{where} over {years}"


def _policies(results: Results) -> Policies | None:
    """What the two that are compared do, the first first, and the others; None where their levers were not kept."""
    known = {each.arm: each for each in results.answer.policies}
    compared = [known[arm] for arm in results.contrast if arm in known]
    if not compared:
        return None
    shared = [line for line in compared[0].does if all(line in each.does for each in compared)] if compared[1:] else []
    apart = [each._replace(does=[line for line in each.does if line not in shared]) for each in compared]
    return Policies(shared, apart, [each for each in known.values() if each not in compared])


def made_of(results: Results) -> str:
    """Of how many people and runs the numbers are."""
    people, runs = results.fact("people_simulated"), counted(results.replications, "pair")
    of = f"{people:,} people simulated, " if isinstance(people, int) else ""
    return f"the model Redesign, {of}{runs} of runs from April 2011, pounds of 2010-11."
