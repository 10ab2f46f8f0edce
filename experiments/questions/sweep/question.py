"""The question `redesign sweep`: what happens to the difference between two policies when settings change?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from experiments.configuration import designs
from experiments.configuration.compose import Composed, Question
from experiments.configuration.parse import read
from experiments.configuration.points import plans_of
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault
from experiments.questions.compare import question as compare
from experiments.running import design_run
from experiments.running.design_run import Many
from simulation.parameters.quantity import Strict

Own = TypeVar("Own", bound=Strict)
OWN = tuple(designs.DesignSettings.model_fields)


def check(composed: Composed) -> Many:
    """Makes the plans of all points; refuses with everything that is wrong before anything runs."""
    design, base, rest = own_and_base(composed, OWN, designs.DesignSettings)
    points = designs.points_of(design)
    plans = plans_of("sweep", rest, points, lambda each: compare.check(without(each, OWN)[0]), designs.DesignSettings)
    chosen = {"grid": design.grid, "ranges": design.ranges, "table": design.table}
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value} | {"record": design.record}
    if design.ranges:
        kept |= {"points": design.points, "design_seed": design.design_seed}
    return Many(
        "sweep", base, points, plans, kept, lambda out: analyse(base, out), show, design.record == "totals", OWN
    )


def without(composed: Composed, names: Sequence[str]) -> tuple[Composed, dict[str, Any]]:
    """A configuration without a question's own settings, and those."""
    own = {name: composed.data[name] for name in names if name in composed.data}
    return replace(composed, data={k: v for k, v in composed.data.items() if k not in own}), own


def own_and_base(composed: Composed, names: Sequence[str], kind: type[Own]) -> tuple[Own, Plan, Composed]:
    """A question's own settings, the plan without them, and its configuration; refuses what is wrong with either at once."""
    rest, given = without(composed, names)
    faults: list[Fault] = []
    own = read(kind, given, "", faults)
    base = plan_beside(rest, faults)
    assert own is not None
    return own, base, rest


def plan_beside(rest: Composed, faults: Sequence[Fault]) -> Plan:
    """The plan of a configuration without a question's own settings; refuses it together with what is wrong with those."""
    try:
        base = compare.check(rest)
    except ConfigurationError as refusal:
        raise ConfigurationError(*faults, *refusal.faults) from None
    if faults:
        raise ConfigurationError(*faults)
    return base


def kept_with(own: Strict, base: Plan) -> dict[str, Any]:
    """What is kept beside results that are valued: a question's own settings, and what net benefit is worked out by."""
    return {**own.model_dump(mode="json"), "valuation": base.composed.data["valuation"]}


ask = Question(check, design_run.answer, designs.DesignSettings)


def analyse(base: Any, out: Path) -> dict[str, Any]:
    """Writes the table of paired differences at every point, and the figures."""
    import pyarrow as pa

    from experiments.analysis.statistics import point_differences
    from experiments.questions.sweep.figures import write_figures
    from experiments.results import store

    settings = base.settings
    outcomes = point_differences.chosen(settings.outcomes)
    horizons = list(settings.horizons or [settings.years])
    table = point_differences.differences(out, outcomes, settings.contrast, horizons)
    store.write_atomically(out / "sweep.csv", lambda temporary: table.to_csv(temporary, index=False))
    store.write_table(
        out / "sweep.parquet", pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata()
    )
    write_figures(out, table)
    return {"sentence": point_differences.sentence(table, next(iter(outcomes.values())), settings.contrast)}


def show(out: Path) -> None:
    """Prints the answer."""
    from experiments.questions.sweep import screen

    screen.show(out)
