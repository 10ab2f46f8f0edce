"""Writes the page on which two towns can be watched: one file with all that was recorded, its style and its program."""

from pathlib import Path
from typing import Any

from experiments.analysis.verdicts.lever_words import CALLED
from experiments.analysis.verdicts.policies import FROM
from experiments.questions.watch.question import ILLUSTRATION, RECORD, record_of
from experiments.report.generic_page import command
from experiments.report.templating import own, render
from experiments.results.open_results import PAGE
from experiments.results.results_folder import read_manifest
from experiments.storage import write_whole
from experiments.text.purpose import PURPOSE
from experiments.text.titles import words
from simulation.month import phase_named

MEASURES = (
    "Asked for help this month",
    "Turned away this month",
    "Waiting at the month's end",
    "In early help",
    "In main help",
    "In crisis care",
    "Crises that began this month",
)
"""What is counted, in the order in which the program counts it."""
SPEEDS = {
    1: "slow: a month a second",
    2: "two months a second",
    4: "four months a second",
    8: "fast: eight months a second",
}
AGES = {"0-999": "everyone", "0-17": "under 18", "18-64": "18 to 64", "65-999": "65 and over"}
LOOKS = {
    "well": "at home, no need or a slight one",
    "need": "at home with a real need and no help",
    "asks": "asks for help",
    "refused": "turned away this month",
    "waits": "waits for a place",
    "early": "gets early help",
    "main": "gets main help",
    "crisis": "in crisis care, such as a hospital",
    "others": "not of the age chosen",
}
"""How a dot looks, by the name of its colour."""
LAMPS = {
    "old": "works as in 2010",
    "trying": "tries a new way of working",
    "new": "works in a new way",
    "broken": "is broken: it lets people go, or its money is frozen",
}
"""How a service looks, by the name of its colour."""


def write_page(out: Path, artists: Any = None) -> None:
    """Writes the page of a finished folder."""
    write_whole(out / PAGE, page_of(out).encode())


def page_of(out: Path) -> str:
    """The page of a finished folder, from its files."""
    told, manifest = record_of(out), read_manifest(out)
    town = told.pop("town")
    agencies = [_capital(CALLED.get(name, words(name))) for name in told["agencies"]]
    settles = [phase_named(name).settles for name in told["phases"]]
    return render(
        "watch.html.j2",
        title=f"Watch two towns: {town['place']}",
        town=town,
        dates=FROM,
        people=told["people"],
        months=told["months"],
        last_year=2011 + (3 + told["months"] - 1) // 12,
        rows=told["rows"],
        challenges=[each["title"] for each in told["challenges"]],
        measures=MEASURES,
        speeds=SPEEDS,
        ages=AGES,
        looks=LOOKS,
        lamps=LAMPS,
        purpose=PURPOSE,
        caution=ILLUSTRATION,
        model=manifest.get("model_version"),
        command=command(manifest, out),
        source=f"{RECORD} in the same folder",
        style=own(Path(__file__).with_name("page.css")),
        program=own(Path(__file__).with_name("page.js")),
        record={**told, "agencies": agencies, "phases": settles},
    )


def _capital(name: str) -> str:
    """A name as it stands alone."""
    return name[:1].upper() + name[1:]
