"""What `redesign lesson` runs, and the page that it makes of it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.validate import Plan
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import Stopped
from experiments.questions.lesson import grid as lesson_grid
from experiments.questions.lesson import screen
from experiments.questions.lesson.page import page_of
from experiments.questions.lesson.plan import Grid, LessonSettings
from experiments.questions.lesson.question import OWN, Asked, Listing
from experiments.results import manifest
from experiments.results.claim import locked
from experiments.results.open_results import opened
from experiments.running.design_run import DesignRun

DATA = "lesson.json"
"""What was found at every position, without the words around it."""
OF_A_TOWN = {
    "place",
    "scale",
    "years",
    "seed",
    "arms",
    "contrast",
    "policy",
    "behaviour",
    "challenge",
    "challenges",
    "design",
    "designs",
    "costs",
    "demography",
    "burn_in",
}
"""Settings that change what one town looks like, and not how often it is lived or what is told of it."""


def run_of(name: str, words: LessonSettings, base: Plan, grid: Grid, plans: Sequence[Plan]) -> DesignRun:
    """All positions of the sliders, and how they are run."""
    kept = {"name": name, "outcomes": words.outcomes, "cells": grid.cells}
    analyse = partial(worked_out, words.outcomes, grid, base.settings.years)
    return DesignRun("lesson", base, grid.points, plans, kept, analyse, own_names=OWN)


def worked_out(outcomes: Sequence[str], grid: Grid, years: int, out: Path) -> dict[str, Any]:
    """Works out what the page shows of the runs and keeps it."""
    try:
        found = lesson_grid.told(out, outcomes, grid.cells, years)
    except (KeyError, ValueError) as error:
        raise Stopped(f"the page cannot be made: {error.args[0]}") from error
    storage.write_json(out / DATA, found)
    return {"replications_shown": found["replications"]}


def show(out: Path, asked: Asked | Listing) -> None:
    """Writes the page, in words that may have changed since the runs, and says where it is."""
    assert isinstance(asked, Asked)
    told = told_of(asked, out)
    page, content = out / f"{asked.name}.html", page_of(told).encode()
    if not page.is_file() or page.read_bytes() != content:
        with locked(out):
            found = opened(out)
            storage.write_whole(page, content)
            manifest.write_again(found, [page.name])
    screen.show(told, page)


def _is_seen(word: str) -> bool:
    """Whether what was typed changes what one town looks like."""
    return key_of(word).partition(".")[0] in OF_A_TOWN


def told_of(asked: Asked, out: Path) -> dict[str, Any]:
    """Everything that the page of a lesson holds, from its words and the files of a finished folder."""
    base, words, grid = asked.runs.base, asked.words, asked.grid
    second, first = base.settings.contrast
    said = [word for word in base.composed.overrides if not word.startswith(("lesson=", "out="))]
    return {
        "name": asked.name,
        "lesson": words.model_dump(mode="json"),
        "place": base.world.place.title,
        "people": round(base.world.place.population.number * base.settings.scale),
        "years": base.settings.years,
        "seed": base.settings.seed,
        "model": asked.runs.session.model,
        "arms": [
            {"name": arm, "title": base.policies[arm].title, "summary": base.policies[arm].summary}
            for arm in (first, second)
        ],
        "labels": [[slider.label(value) for value in slider.values] for slider in words.sliders],
        "used": list(grid.used),
        "base": grid.base,
        "positions": [list(positions) for positions, _, _ in grid.cells],
        "runs_of": [[a, b] for _, a, b in grid.cells],
        "command": " ".join(["redesign lesson", asked.name, *said]),
        "watch": shlex.join(["redesign", "watch", f"lesson={asked.name}", *filter(_is_seen, said)]),
        **json.loads((out / DATA).read_text(encoding="utf-8")),
    }
