"""The question `redesign sweep`: what happens to the difference between two policies when settings change?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base
from experiments.evidence import designs
from experiments.questions.base import Question, found_in

if TYPE_CHECKING:
    from experiments.results.open_results import Opened
    from experiments.running.design_run import DesignRun
    from experiments.running.session import Session


class SweepSettings(designs.DesignSettings):
    """What is varied, and what is kept of every run."""

    record: Annotated[
        Literal["totals", "all"], Setting("totals: measures of everybody; all: by age, fifth and gender too", "results")
    ] = "totals"


class Sweep(Question["DesignRun"]):
    """The paired difference at every point of a design."""

    name = "sweep"
    settings = SweepSettings
    tables = found_in("work", "tables")

    def plans(self, composed: Composed) -> DesignRun:
        """Makes the plans of all points."""
        own, base, rest = own_and_base(composed, SweepSettings)
        points = designs.points_of(own)
        plans = self.plans_at(rest, points)
        found: DesignRun = self.part("work").run_of(own, base, points, plans)
        return found

    def session(self, asked: DesignRun) -> Session:
        """The folder of the points."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Runs every point and writes the table of paired differences."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the runs."""
        return asked.again(opened)


QUESTION = Sweep()
