"""What every question has in common: it is planned, run, analysed, drawn and shown."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from experiments.configuration.compose import Composed
from experiments.configuration.points import Point, plans_of
from experiments.configuration.question_settings import without
from experiments.configuration.validate import Plan, check
from experiments.text.streams import readable
from simulation.parameters.quantity import Strict

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from experiments.results.open_results import Opened
    from experiments.running.design_run import DesignRun
    from experiments.running.job import Reduce
    from experiments.running.session import Session

Asked = TypeVar("Asked")


class Command(ABC, Generic[Asked]):
    """What can be typed and has a configuration: it is planned, and carried out.

    Attributes:
        name: of its folder and of its configuration.
        settings: its own, beside those of every comparison.
    """

    name: ClassVar[str]
    settings: ClassVar[type[Strict]] = Strict

    def words(self, typed: Sequence[str]) -> list[str]:
        """What was typed after the question's name, as Hydra is to read it."""
        return list(typed)

    def at_once(self, words: Sequence[str]) -> Callable[[], int] | None:
        """What answers a line that needs no configuration for it, with the exit status; nothing for every other line."""
        return None

    @abstractmethod
    def plans(self, composed: Composed) -> Asked:
        """Makes the plans of all that is known beforehand; refuses everything that is wrong before anything runs."""

    @abstractmethod
    def answer(self, asked: Asked) -> int:
        """Does what was asked; returns the exit status."""


def found_in(module: str, name: str) -> Any:
    """A method that is a function of a module of the question's folder, which takes long to load: loaded when it is used."""
    return property(lambda question: getattr(question.part(module), name))


class Question(Command[Asked]):
    """What can be asked of the simulation: how it is planned, run, analysed, drawn and shown."""

    @abstractmethod
    def session(self, asked: Asked) -> Session:
        """The folder that results go to, and what determines them."""

    @abstractmethod
    def analyse(self, asked: Asked, session: Session) -> dict[str, Any]:
        """Runs what has not been run and writes the tables; returns what the manifest is to say."""

    def show(self, out: Path, asked: Asked) -> None:
        """Prints the answer from the files of a finished folder."""
        self.part("screen").show(out)

    def figures(self, out: Path, artists: Executor | None = None) -> None:
        """Draws the figures from the tables that were written, with the help of other processes where there are any."""
        self.part("figures").write_figures(out)

    def part(self, name: str) -> ModuleType:
        """A module of this question's folder; what shows and draws takes long to load, so it is loaded when it is used."""
        return import_module(f"experiments.questions.{self.name}.{name}")

    def page(self, out: Path) -> str:
        """The page of a finished folder, from its files."""
        from experiments.report import generic_page  # here, because it takes long to load and few commands write a page

        return generic_page.page(out)

    def instead(self, asked: Asked) -> int | None:
        """What is done in place of running anything, if that is what was asked; returns its exit status."""
        return None

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """The plans of points that were kept, so that their runs can be lived again."""
        return plans_of(self.name, composed, points, self.base_at, self.settings)

    def reduce(self, base: Plan) -> Reduce | None:
        """What is made of the months of a run before they are kept; nothing where they are kept as they are."""
        return None

    def base_at(self, composed: Composed) -> Plan:
        """The plan that all points of a configuration begin with."""
        return check(without(composed, tuple(self.settings.model_fields))[0])

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Works the tables of a folder out from its record and nothing else, to see whether they are what they should be.

        Args:
            base: the plan without any point.
            out: a folder with the record, in which the tables are written.
            said: what the manifest says.

        Returns:
            What the manifest should say of them; nothing where this question cannot tell.
        """
        return None

    def answer(self, asked: Asked) -> int:
        """Runs what has not been run, writes the results, and shows one screen; returns the exit status."""
        if (status := self.instead(asked)) is not None:
            return status
        session = self.session(asked)
        for note in session.notes:
            print(f"note: {readable(note)}", file=sys.stderr)
        if not session.is_finished():
            self.fill(asked, session)
        self.show(session.out, asked)
        return 0

    def fill(self, asked: Asked, session: Session) -> None:
        """Claims the folder, runs and analyses what is to be in it, draws it and signs it."""
        with session.unfilled(partial(self.again, asked)) as gap:
            if gap is not None:
                content = self.analyse(asked, session) if gap.content is None else gap.content
                session.sign(content, lambda: self._draw(session, gap.damaged), gap.besides)

    def again(self, asked: Asked, opened: Opened) -> dict[str, Any] | None:
        """Works the tables of a finished folder out again from its runs, where some are damaged and the runs are whole.

        Returns:
            What of the manifest that finds; nothing where the damaged cannot be made without running.
        """
        return None

    def _draw(self, session: Session, damaged: Collection[str]) -> None:
        """Draws the figures, and the page where there was one that is damaged."""
        self.figures(session.out, session.helpers.executor)
        session.keep_page(damaged, lambda: self.page(session.out))


class OfPoints(Question["DesignRun"]):
    """A question whose points are all known beforehand: they are lived, and tables are made of them."""

    def session(self, asked: DesignRun) -> Session:
        """The folder of the points."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Runs every point and writes the tables."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the runs."""
        return asked.again(opened)


class OfSteps(Question[Asked]):
    """A question of several steps, each of which needs what the one before found; what is asked holds its plan as `base`.

    Attributes:
        finder: module of its folder whose `found_out` runs the steps, and returns what the manifest is to say.
    """

    finder: ClassVar[str] = "steps"

    def analyse(self, asked: Any, session: Session) -> dict[str, Any]:
        """Runs the steps and writes the tables."""
        from experiments.results import manifest  # here, because it takes long to load and a refusal needs none

        return manifest.describe(asked.base, session.model, self.part(self.finder).found_out(asked, session.out))
