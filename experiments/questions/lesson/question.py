"""The question `redesign lesson`: a page for a classroom, on which a result is predicted before it is seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration import options
from experiments.configuration.compose import MAY_TAKE, TAKES_VALUE, Composed, Question
from experiments.configuration.parse import read
from experiments.configuration.points import plans_of
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, Stopped, nearest
from experiments.questions.compare import question as compare
from experiments.questions.lesson.plan import Grid, LessonSettings, grid_of
from experiments.questions.sweep.question import plan_beside, without
from experiments.running import design_run
from experiments.running.design_run import Many

OWN = ("lesson",)
DATA = "lesson.json"
"""What was found at every position, without the words around it."""


@dataclass(frozen=True)
class Listing:
    """No lesson was named: those that there are, to be shown.

    Attributes:
        found: the lessons' files by name.
    """

    found: dict[str, options.Option]


@dataclass(frozen=True)
class Asked:
    """A lesson that can be run.

    Attributes:
        name: of its file.
        words: what its page says; they change no number, so a page with other words needs no new runs.
        grid: the positions of its sliders.
        runs: what is simulated and stored.
    """

    name: str
    words: LessonSettings
    grid: Grid
    runs: Many


def named(words: Sequence[str]) -> list[str]:
    """Lets a lesson be named by itself: `redesign lesson obesity` for `redesign lesson lesson=obesity`.

    Raises:
        Refusal: there is no lesson of that name.
    """
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before in (*TAKES_VALUE, *MAY_TAKE) or not options.NAME.fullmatch(word):
            continue
        found = options.find("lesson", options.folders_in(words))
        if word not in found:
            close = nearest(word, found)
            raise ConfigurationError(
                Fault(
                    f"lesson {word}",
                    "there is no such lesson; redesign lesson lists them",
                    f"redesign lesson {close}" if close else "",
                )
            )
        return [*words[:place], f"lesson={word}", *words[place + 1 :]]
    return list(words)


def check(composed: Composed) -> Asked | Listing:
    """Makes the plans of all positions of the sliders; refuses with everything that is wrong before anything runs."""
    if composed.choices.get("lesson") is None:
        return Listing(options.find("lesson", composed.folders))
    return lesson_of(composed)


def lesson_of(composed: Composed, one_at_a_time: bool = False) -> Asked:
    """The lesson that was named, with all combinations of its sliders or with each slider moved by itself.

    Raises:
        Refusal: with everything that is wrong.
    """
    name = composed.choices["lesson"]
    rest, own = without(composed, OWN)
    faults: list[Fault] = []
    words = read(LessonSettings, own.get("lesson"), "lesson", faults)
    if words:
        faults += compare.unknown_outcomes(words.outcomes, "lesson.outcomes")
    base = plan_beside(rest, faults)
    assert words is not None
    if absent := _not_simulated(words.outcomes, base):
        raise ConfigurationError(*absent)
    grid = grid_of(words, base, rest.data)
    if one_at_a_time:
        grid = grid.one_at_a_time()
    plans = plans_of("lesson", rest, grid.points, lambda each: compare.check(without(each, OWN)[0]))
    kept = {"name": name, "outcomes": words.outcomes, "cells": grid.cells}
    runs = Many(
        "lesson",
        base,
        grid.points,
        plans,
        kept,
        lambda out: analyse(words.outcomes, grid, base, out),
        _nothing,
        own_names=OWN,
    )
    return Asked(name, words, grid, runs)


def _not_simulated(outcomes: Sequence[str], base: Plan) -> list[Fault]:
    """A fault for each outcome that is about a challenge that this lesson leaves out."""
    from experiments.analysis.statistics.catalogue import load_outcomes

    prefixes = [name.removesuffix("{challenge}") for name in load_outcomes() if name.endswith("_{challenge}")]
    simulated = list(base.world.challenges)
    known = [*load_outcomes(), *(prefix + name for prefix in prefixes for name in simulated)]
    about = {name: name.removeprefix(prefix) for name in outcomes for prefix in prefixes if name.startswith(prefix)}
    return [
        Fault(f"lesson.outcomes: {name}", f"{challenge} is not among challenges=[{','.join(simulated)}]")
        for name, challenge in about.items()
        if name not in known
    ]


def _nothing(out: Path) -> None:
    """A lesson is shown once its page is written."""


def answer(asked: Asked | Listing) -> int:
    """Runs what has not been run, writes the page, and says where it is; or lists the lessons."""
    from experiments.questions.lesson import screen

    if isinstance(asked, Listing):
        screen.show_all(asked.found)
        return 0
    told = told_of(asked)
    screen.show(told, written(asked, told))
    return 0


ask = Question(check, answer)


def analyse(outcomes: Sequence[str], grid: Grid, base: Plan, out: Path) -> dict[str, Any]:
    """Works out what the page shows of the runs and keeps it."""
    from experiments.questions.lesson import grid as lesson_grid

    try:
        found = lesson_grid.told(out, outcomes, grid.cells, base.settings.years)
    except (KeyError, ValueError) as error:
        raise Stopped(f"the page cannot be made: {error.args[0]}") from error
    storage.write_json(out / DATA, found)
    return {"replications_shown": found["replications"]}


def told_of(asked: Asked) -> dict[str, Any]:
    """Everything that the page of a lesson holds; runs what has not been run."""
    out = design_run.carried_out(asked.runs)
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
        "model": asked.runs.model,
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
        **json.loads((out / DATA).read_text(encoding="utf-8")),
    }


def written(asked: Asked, told: dict[str, Any]) -> Path:
    """Writes the page into the results folder."""
    from experiments.questions.lesson.page import page_of

    path, page = asked.runs.out / f"{asked.name}.html", page_of(told).encode()
    storage.write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def _write(path: Path, page: bytes) -> None:
    """Writes a page where it is told to."""
    path.write_bytes(page)
