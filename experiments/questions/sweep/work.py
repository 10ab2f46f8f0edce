"""What `redesign sweep` runs, and the tables that it makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.statistics import point_differences
from experiments.analysis.verdicts import valued
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.running.design_run import DesignRun

if TYPE_CHECKING:
    from experiments.questions.sweep.question import SweepSettings

TABLE = "sweep.parquet"


def run_of(own: SweepSettings, base: Plan, points: Sequence[Point], plans: Sequence[Plan]) -> DesignRun:
    """All points, and how they are run."""
    chosen = {"grid": own.grid, "ranges": own.ranges, "table": own.table}
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value} | {
        "record": own.record,
        "valuation": base.composed.data["valuation"],
    }
    if own.ranges:
        kept |= {"points": own.points, "design_seed": own.design_seed}
    totals_only, names = own.record == "totals", tuple(type(own).model_fields)
    return DesignRun("sweep", base, points, plans, kept, partial(tabulated, base), totals_only, names)


def tables(base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """Works out the paired differences at every point."""
    return tabulated(base, out)


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
        "caution": point_differences.HOWEVER_SMALL,
        "judged": valued.over_points(judged, base.valuation, settings.contrast),
        "valued_by": valued_by(base.valuation),
    }
