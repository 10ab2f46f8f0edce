"""The home of the site: what it is, what was found for Croydon, and where to go on by role."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kept_reports import Report
from kept_tables import Kept
from site_pages import ROOT, Frame, address_of, page

from experiments.analysis.verdicts.brief import COST, FEEL, SURE, WORSE, Brief, Line
from experiments.report.glossary import Glossary

SCREEN = ROOT / "docs" / "images" / "croydon_screen.txt"
SHEETS = ROOT / "docs" / "lessons"


class Lesson(NamedTuple):
    """A lesson of the site: its file, its title, and the teacher's sheet."""

    file: str
    title: str
    sheet: str


class Role(NamedTuple):
    """Somebody who comes to the site, and where to go on."""

    title: str
    words: str
    links: Sequence[tuple[str, str]]


def page_of(kept: Kept, frame: Frame, reports: Sequence[Report], watch: Mapping[str, str]) -> str:
    """Writes the home page."""
    brief, times = croydon(SCREEN.read_text(encoding="utf-8"))
    return page(
        "home.html.j2",
        frame,
        "index.html",
        title="Cut it, or build it anew?",
        croydon={"headline": brief.headline, "lines": brief.lines, "times": times},
        explain=Glossary(),
        roles=roles(kept, watch),
        lessons=lessons(kept),
        reports=reports,
        watch=list(watch.items()),
    )


def croydon(screen: str) -> tuple[Brief, int]:
    """The headline and the four lines of the README's comparison as its screen says them, and how often it was lived."""
    first, *rest = screen.split("\n\n", 1)[0].splitlines()
    parts = re.split(rf"({'|'.join(map(re.escape, (FEEL, WORSE, COST, SURE)))})\. ", " ".join(rest))
    lines = [Line(label, text.strip()) for label, text in zip(parts[1::2], parts[2::2], strict=True)]
    times = re.search(r"(\d+) replications", screen)
    if len(lines) != 4 or times is None:
        raise ValueError(f"{SCREEN.name} does not begin with a headline and four lines")
    return Brief(first.strip().rstrip("."), lines), int(times[1])


def lessons(kept: Kept) -> list[Lesson]:
    """Every lesson that is kept, by its title."""
    found = []
    for name, told in kept.lessons().items():
        sheet = SHEETS / f"{name.replace('_', '-')}.md"
        address = address_of(sheet.relative_to(ROOT)) if sheet.is_file() else ""
        found.append(Lesson(f"{name}.html", told["lesson"]["title"], address))
    return sorted(found, key=lambda each: each.title)


def roles(kept: Kept, watch: Mapping[str, str]) -> list[Role]:
    """A teacher, somebody who works on policy, a modeller: what each finds here."""
    tried = [("sliders.html", "What if? Four sliders, the answer at once")] if kept.sliders.is_file() else []
    country = [("map.html", "The map of England")] if kept.nation.is_file() else []
    return [
        Role(
            "I teach",
            "Lessons for pupils of 15 and up, with plans for 20, 50 and 100 minutes. No accounts, no network, no installing.",
            [
                ("#lessons", "The lessons"),
                *[(address, f"Watch: {words}") for address, words in watch.items()],
                (address_of(SHEETS.relative_to(ROOT) / "50-minutes.md"), "A plan for 50 minutes"),
                (_document("how-to/teach"), "How to teach with it"),
            ],
        ),
        Role(
            "I work on policy",
            "What the two ways do to people and to public money, where each does better, and how sure that is.",
            [
                *tried,
                *country,
                (_document("explanation/answer"), "Where redesign wins, and where it does not"),
                (_document("explanation/limits"), "What it cannot tell you"),
            ],
        ),
        Role(
            "I build models",
            "The rules in full, where every number comes from, and how to run it and change it.",
            [
                (_document("explanation/odd"), "The model in full"),
                (_document("reference/numbers"), "Every number and its source"),
                (address_of(Path("README.md")), "How to run it"),
                (address_of(Path("CONTRIBUTING.md")), "How to add to it"),
            ],
        ),
    ]


def _document(name: str) -> str:
    """The address of a page of the documentation."""
    return address_of(Path("docs") / f"{name}.md")
