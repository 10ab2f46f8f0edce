"""Prints a place: its people and money, and the baseline it settles at beside what was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments import options, reading, validate
from experiments.compose import Composed, compose
from experiments.faults import Fault, Refusal, unknown
from experiments.schema import Settings
from experiments.showing import QUESTION, heading, table, wrapped
from simulation.parameters import PlaceConfig
from simulation.parameters.quantity import AGE_BANDS, DOMAINS


def place(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A place: its people and budgets, and the baseline it settles at beside what was observed."""
    known = options.find("place", folders)
    if name not in known:
        raise Refusal(unknown(f"show place={name}", "place", name, known))
    composed = compose(QUESTION, [f"place={name}", *overrides], folders)
    world = _world(composed)
    heading(page, world.place)
    _facts(page, world.place)
    from experiments import engine

    with page.status("letting the place settle under the status quo ..."):
        rows = engine.baseline_report(engine.settle(world))
    page.print(
        f"\nThe baseline the model settles at (scale {world.scale:g}), beside what was observed", style="bold"
    )
    table(
        page,
        ("", "model", "observed", "unit", "source"),
        [[_cell(cell) for cell in row] for row in rows],
        right=(1, 2),
    )


def _world(composed: Composed) -> Any:
    """The world of a configuration, whatever its arms."""
    faults: list[Fault] = []
    settings = reading.read(
        Settings, {k: v for k, v in composed.data.items() if k in Settings.model_fields}, "", faults
    )
    names = {group: list(composed.data.get(group) or {}) for group in ("challenge", "design")}
    if settings and settings.challenges:
        names["challenge"] = [n for n in settings.challenges if n in names["challenge"]]
    parts = validate.read_parts(composed, names["challenge"], names["design"], faults)
    if faults or settings is None:
        raise Refusal(*faults)
    return validate.make_world(composed, parts, settings)


def _facts(page: Console, place: PlaceConfig) -> None:
    """Who lives there, how deprived, and the money."""
    people = [sum(area.people[band] for area in place.areas) for band in range(len(AGE_BANDS))]
    total = sum(people)
    page.print(
        f"{total:,} people in {len(place.areas)} small areas and {place.localities} localities, {place.nation}\n"
    )
    table(page, ("age", *AGE_BANDS), [("people", *(f"{count:,}" for count in people))], right=range(1, 10))
    weighted = [
        sum(a.deprivation[d] * sum(a.people) for a in place.areas) / max(total, 1)
        for d in range(len(DOMAINS))
    ]
    page.print("\nAverage deprivation, national percentile (1 = most deprived)")
    table(page, DOMAINS, [tuple(f"{value:.2f}" for value in weighted)], right=range(len(DOMAINS)))
    page.print("\nBudgets 2010-11")
    rows = [
        (agency, f"{q.number:,.0f}", f"{q.number / max(total, 1):,.0f}", f"{q.source} [{q.grade}]")
        for agency, q in place.budgets.items()
    ]
    table(page, ("agency", "pounds", "a head", "source [grade]"), rows, right=(1, 2))


def _cell(value: Any) -> str:
    """A cell of the baseline report."""
    if isinstance(value, Mapping):
        return wrapped(value)
    return (
        "-"
        if value is None
        else f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 1000
        else f"{value:,.0f}"
        if isinstance(value, float)
        else str(value)
    )
