"""The question `redesign lesson`: a page for a classroom, on which a result is predicted before it is seen."""

import json
import shlex
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from experiments import storage
from experiments.configuration import options
from experiments.configuration.command_line import MAY_TAKE, TAKES_VALUE, folders_in
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.question_settings import plan_beside, without
from experiments.configuration.words.outcome_names import unknown_outcomes
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import ConfigurationError, Fault, Stopped, nearest
from experiments.questions.base import Question
from experiments.questions.lesson import grid as lesson_grid
from experiments.questions.lesson import screen
from experiments.questions.lesson.page import page_of
from experiments.questions.lesson.plan import Grid, LessonSettings, grid_of
from experiments.results import manifest
from experiments.results.claim import locked
from experiments.results.open_results import Opened, opened
from experiments.running.design_run import DesignRun
from experiments.running.session import Session
from simulation.parameters.quantity import Strict

DATA = "lesson.json"
"""What was found at every position, without the words around it."""


class OwnSettings(Strict):
    """What a lesson has beside the settings of every comparison."""

    lesson: Annotated[LessonSettings, Setting("what is asked and told, and the sliders: redesign lesson", "results")]


OWN = tuple(OwnSettings.model_fields)
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
    runs: DesignRun


class Lesson(Question[Asked | Listing]):
    """A page on which a result is predicted before it is seen."""

    name = "lesson"
    settings = OwnSettings

    def words(self, typed: Sequence[str]) -> list[str]:
        """Lets a lesson be named by itself: `redesign lesson obesity` for `redesign lesson lesson=obesity`.

        Raises:
            ConfigurationError: there is no lesson of that name.
        """
        for place, word in enumerate(typed):
            before = typed[place - 1] if place else ""
            if before in (*TAKES_VALUE, *MAY_TAKE) or not options.NAME.fullmatch(word):
                continue
            found = options.find("lesson", folders_in(typed))
            if word not in found:
                close = nearest(word, found)
                hint = f"redesign lesson {close}" if close else ""
                raise ConfigurationError(
                    Fault(f"lesson {word}", "there is no such lesson; redesign lesson lists them", hint)
                )
            return [*typed[:place], f"lesson={word}", *typed[place + 1 :]]
        return list(typed)

    def plans(self, composed: Composed) -> Asked | Listing:
        """Makes the plans of all positions of the sliders; refuses with everything that is wrong before anything runs."""
        if composed.choices.get("lesson") is None:
            return Listing(options.find("lesson", composed.folders))
        return lesson_of(composed)

    def instead(self, asked: Asked | Listing) -> int | None:
        """Lists the lessons where none was named."""
        if isinstance(asked, Asked):
            return None
        screen.show_all(asked.found)
        return 0

    def figures(self, out: Path, artists: Executor | None = None) -> None:
        """Draws nothing: the page draws for itself."""

    def session(self, asked: Asked | Listing) -> Session:
        """The folder of a lesson."""
        assert isinstance(asked, Asked)
        return asked.runs.session

    def analyse(self, asked: Asked | Listing, session: Session) -> dict[str, Any]:
        """Runs every position of the sliders and works out what the page shows."""
        assert isinstance(asked, Asked)
        return asked.runs.live(session)

    def again(self, asked: Asked | Listing, opened: Opened) -> dict[str, Any] | None:
        """Works out again from the runs what the page shows."""
        assert isinstance(asked, Asked)
        return asked.runs.again(opened)

    def show(self, out: Path, asked: Asked | Listing) -> None:
        """Writes the page, in words that may have changed since the runs, and says where it is."""
        assert isinstance(asked, Asked)
        told = told_of(asked, out)
        page, content = out / f"{asked.name}.html", page_of(told).encode()
        if not page.is_file() or page.read_bytes() != content:
            with locked(out):
                found = opened(out)
                storage.write_atomically(page, partial(storage.write_bytes, content=content))
                manifest.write_again(found, [page.name])
        screen.show(told, page)


QUESTION = Lesson()


def lesson_of(composed: Composed, one_at_a_time: bool = False, only: Sequence[int] = ()) -> Asked:
    """The lesson that was named, with all combinations of its sliders, with each slider moved by itself, or with some.

    Args:
        composed: its configuration.
        one_at_a_time: whether each slider is moved by itself.
        only: numbers of the combinations; none for all.

    Raises:
        ConfigurationError: with everything that is wrong.
    """
    name = composed.choices["lesson"]
    rest, own = without(composed, OWN)
    faults: list[Fault] = []
    read_own = read(OwnSettings, own, "", faults)
    base = plan_beside(rest, faults)
    assert read_own is not None
    words = read_own.lesson
    if absent := unknown_outcomes(words.outcomes, base.world.challenges, "lesson.outcomes", single=True):
        raise ConfigurationError(*absent)
    grid = grid_of(words, base, rest.data)
    if one_at_a_time:
        grid = grid.one_at_a_time()
    if only:
        grid = grid.only(only)
    kept = {"name": name, "outcomes": words.outcomes, "cells": grid.cells}
    analyse = partial(worked_out, words.outcomes, grid, base.settings.years)
    plans = QUESTION.plans_at(rest, grid.points)
    runs = DesignRun("lesson", base, grid.points, plans, kept, analyse, own_names=OWN)
    return Asked(name, words, grid, runs)


def worked_out(outcomes: Sequence[str], grid: Grid, years: int, out: Path) -> dict[str, Any]:
    """Works out what the page shows of the runs and keeps it."""
    try:
        found = lesson_grid.told(out, outcomes, grid.cells, years)
    except (KeyError, ValueError) as error:
        raise Stopped(f"the page cannot be made: {error.args[0]}") from error
    storage.write_json(out / DATA, found)
    return {"replications_shown": found["replications"]}


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
