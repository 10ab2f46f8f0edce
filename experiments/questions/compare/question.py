"""The question `redesign compare`: what do two policies do to one place, its people and its money, under the same luck?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import Question, found_in


class Compare(Question[Plan]):
    """Two policies, or more, on the same people with the same luck."""

    name = "compare"
    settings = Settings
    session = found_in("comparison", "session_of")
    analyse = found_in("comparison", "found_out")
    again = found_in("comparison", "tabulated_again")
    tables = found_in("comparison", "tables")
    figures = found_in("report", "write_report")
    page = found_in("report", "page_again")

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
        return int(self.part("comparison").profiled(asked)) if asked.settings.profile else None

    def show(self, out: Path, asked: Plan) -> None:
        """Prints one screen."""
        self.part("screen").show(out, asked.settings.outcomes)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """A comparison is one plan; points are of the lives beside it that tell more of its difference."""
        if not points:
            return [check(composed)]
        found: list[Plan] = self.part("further_lives.own_folder").plans_at(composed, points)
        return found

    def base_at(self, composed: Composed) -> Plan:
        """The plan."""
        return check(composed)


QUESTION = Compare()
