"""The question `redesign sweep`: what happens to the difference between two policies when settings change?"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.statistics import point_differences
from experiments.analysis.verdicts import valued
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.evidence import designs
from experiments.questions.base import Question
from experiments.results.open_results import Opened
from experiments.running.design_run import DesignRun
from experiments.running.session import Session

TABLE = "sweep.parquet"


class SweepSettings(designs.DesignSettings):
    """What is varied, and what is kept of every run."""

    record: Annotated[
        Literal["totals", "all"], Setting("totals: measures of everybody; all: by age, fifth and gender too", "results")
    ] = "totals"


class Sweep(Question[DesignRun]):
    """The paired difference at every point of a design."""

    name = "sweep"
    settings = SweepSettings

    def plans(self, composed: Composed) -> DesignRun:
        """Makes the plans of all points."""
        own, base, rest = own_and_base(composed, SweepSettings)
        points = designs.points_of(own)
        plans = self.plans_at(rest, points)
        chosen = {"grid": own.grid, "ranges": own.ranges, "table": own.table}
        kept: dict[str, Any] = {name: value for name, value in chosen.items() if value} | {
            "record": own.record,
            "valuation": base.composed.data["valuation"],
        }
        if own.ranges:
            kept |= {"points": own.points, "design_seed": own.design_seed}
        totals_only, names = own.record == "totals", tuple(SweepSettings.model_fields)
        return DesignRun("sweep", base, points, plans, kept, partial(tabulated, base), totals_only, names)

    def session(self, asked: DesignRun) -> Session:
        """The folder of the points."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Runs every point and writes the table of paired differences."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the runs."""
        return asked.again(opened)

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
        """Works out the paired differences at every point."""
        return tabulated(base, out)


QUESTION = Sweep()


def tabulated(base: Plan, out: Path) -> dict[str, Any]:
    """Writes the table of paired differences at every point; returns what can be said of it."""
    settings = base.settings
    outcomes = point_differences.chosen(settings.outcomes)
    horizons = list(settings.horizons or [settings.years])
    table = point_differences.differences(out, outcomes, settings.contrast, horizons)
    storage.write_csv(out / "sweep.csv", table)
    storage.write_frame(out / TABLE, table)
    judged = valued.at_points(out, base.valuation, settings.years, settings.contrast)
    storage.write_csv(out / valued.TABLE, judged)
    return {
        "sentence": point_differences.sentence(table, next(iter(outcomes.values())), settings.contrast),
        "judged": valued.over_points(judged, base.valuation, settings.contrast),
        "valued_by": valued_by(base.valuation),
    }
