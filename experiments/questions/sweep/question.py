"""The question `redesign sweep`: what happens to the difference between two policies when settings change?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base
from experiments.evidence import designs
from experiments.questions.base import OfPoints, found_in

if TYPE_CHECKING:
    from experiments.running.design_run import DesignRun


class SweepSettings(designs.DesignSettings):
    """What is varied, and what is kept of every run."""

    record: Annotated[
        Literal["totals", "all"], Setting("totals: measures of everybody; all: by age, fifth and gender too", "results")
    ] = "totals"


class Sweep(OfPoints):
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


QUESTION = Sweep()
