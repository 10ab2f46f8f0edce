"""The question `redesign compare`: what do two policies do to one place, its people and its money, under the same luck?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `comparison`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import Question

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from experiments.results.open_results import Opened
    from experiments.running.session import Session


class Compare(Question[Plan]):
    """Two policies, or more, on the same people with the same luck."""

    name = "compare"
    settings = Settings

    def plans(self, composed: Composed) -> Plan:
        """Makes the plan."""
        plan = check(composed)
        if plan.settings.runner != "local":
            runner, instead = plan.settings.runner, "redesign sweep 'grid={seed:[1]}' runner=dask scheduler=..."
            why = "is for questions that run many points at once, as sweep"
            raise ConfigurationError(Fault(f"runner={runner}", why, instead))
        return plan

    def instead(self, asked: Plan) -> int | None:
        """Shows where one month's time goes, and writes nothing."""
        return int(self._part("comparison").profiled(asked)) if asked.settings.profile else None

    def session(self, asked: Plan) -> Session:
        """The folder of a comparison."""
        found: Session = self._part("comparison").session_of(asked)
        return found

    def analyse(self, asked: Plan, session: Session) -> dict[str, Any]:
        """Lives every replication, or every set of plausible numbers, and works out what differs."""
        found: dict[str, Any] = self._part("comparison").found_out(asked, session)
        return found

    def again(self, asked: Plan, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the record of every month, where that is whole."""
        found: dict[str, Any] | None = self._part("comparison").tabulated_again(asked, opened)
        return found

    def figures(self, out: Path, artists: Executor | None = None) -> None:
        """Draws the figures and writes the page."""
        self._part("report").write_report(out, artists)

    def page(self, out: Path) -> str:
        """The page of a comparison."""
        return str(self._part("report").page_again(out))

    def show(self, out: Path, asked: Plan) -> None:
        """Prints one screen."""
        self._part("screen").show(out, asked.settings.outcomes)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """A comparison is one plan; points are of the lives beside it that tell more of its difference."""
        if not points:
            return [check(composed)]
        found: list[Plan] = self._part("further_lives.own_folder").plans_at(composed, points)
        return found

    def base_at(self, composed: Composed) -> Plan:
        """The plan."""
        return check(composed)

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Works out the summary, the pairs and who pays."""
        found: dict[str, Any] | None = self._part("comparison").tables(base, out, said)
        return found


QUESTION = Compare()
