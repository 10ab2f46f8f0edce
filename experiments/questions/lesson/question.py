"""The question `redesign lesson`: a page for a classroom, on which a result is predicted before it is seen.

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from experiments.configuration import options
from experiments.configuration.command_line import MAY_TAKE, TAKES_VALUE, folders_in
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.question_settings import plan_beside, without
from experiments.configuration.words.outcome_names import unknown_outcomes
from experiments.errors import ConfigurationError, Fault, nearest, unknown
from experiments.questions.base import Question, found_in
from experiments.questions.lesson.plan import Grid, LessonSettings, grid_of
from simulation.parameters.quantity import Strict

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from experiments.results.open_results import Opened
    from experiments.running.design_run import DesignRun
    from experiments.running.session import Session


class OwnSettings(Strict):
    """What a lesson has beside the settings of every comparison."""

    lesson: Annotated[LessonSettings, Setting("what is asked and told, and the sliders: redesign lesson", "results")]


OWN = tuple(OwnSettings.model_fields)


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
    show = found_in("work", "show")

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
                fault = unknown(
                    f"lesson {word}", "lesson", word, found, "redesign lesson lists them, with what each asks"
                )
                close = nearest(word, found)
                raise ConfigurationError(replace(fault, fix=f"redesign lesson {close}") if close else fault)
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
        self.part("screen").show_all(asked.found)
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


QUESTION = Lesson()


def lesson_of(composed: Composed, only: Sequence[int] = ()) -> Asked:
    """The lesson that was named, with all combinations of its sliders, or with some.

    Args:
        composed: its configuration.
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
    if only:
        grid = grid.only(only)
    plans = QUESTION.plans_at(rest, grid.points)
    return Asked(name, words, grid, QUESTION.part("work").run_of(name, words, base, grid, plans))
