"""Prints one place, policy, challenge, design, lever or outcome in full."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from experiments import options, validate
from experiments.compose import Composed, compose
from experiments.consistency import services_of
from experiments.faults import Fault, Refusal, unknown
from experiments.schema import Settings
from experiments.wording import allowed, shown
from simulation.parameters import ChallengeConfig, DesignConfig, PlaceConfig, Quantity
from simulation.parameters.quantity import AGE_BANDS, DOMAINS
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime

YEARS = (1, 2, 3, 5, 10)
QUESTION = "compare"
Rows = Sequence[Sequence[str]]


def _table(page: Console, headings: Sequence[str], rows: Rows, right: Sequence[int] = ()) -> None:
    """Prints a plain table."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    page.print(table)


def _head(page: Console, about: Any) -> None:
    """Title, one line and source."""
    page.print(about.title, style="bold")
    page.print(about.summary)
    page.print(f"Source: {' '.join(about.source.split())}\n", style="dim")


def _one(group: str, model: Any, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> tuple[Any, Composed]:
    """One option of a group of which all are composed at once."""
    composed = compose(QUESTION, overrides, folders)
    found = composed.data.get(group) or {}
    if name not in found:
        raise Refusal(unknown(f"show {group}={name}", group, name, found))
    faults: list[Fault] = []
    part = validate.read(model, found[name], f"{group}.{name}", faults)
    if faults:
        raise Refusal(*faults)
    return part, composed


def number(quantity: Quantity) -> str:
    """A quantity's value, or values."""
    return ", ".join(f"{value:,g}" for value in quantity.row)


def quantities(part: BaseModel, prefix: str = "") -> list[tuple[str, Quantity]]:
    """Every quantity inside a part of the configuration, by dotted key."""
    found: list[tuple[str, Quantity]] = []
    for name in type(part).model_fields:
        value, key = getattr(part, name), f"{prefix}{name}"
        if isinstance(value, Quantity):
            found.append((key, value))
        elif isinstance(value, BaseModel):
            found += quantities(value, f"{key}.")
    return found


def _quantity_table(page: Console, part: BaseModel) -> None:
    """Prints every number of a part with its range, unit, source and grade."""
    rows = []
    for key, quantity in quantities(part):
        low, high = (quantity.model_copy(update={"value": end}) for end in (quantity.low, quantity.high))
        rows.append((key, number(quantity), f"{number(low)} to {number(high)}", quantity.unit, f"{quantity.source} [{quantity.grade}]"))
    _table(page, ("number", "value", "low to high", "unit", "source [grade]"), rows)


def policy(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """The resolved levers of a policy, and what they make different from the status quo, year by year."""
    composed = compose(QUESTION, overrides, folders)
    found = composed.data.get("policy") or {}
    if name not in found:
        raise Refusal(unknown(f"show policy={name}", "policy", name, found))
    faults: list[Fault] = []
    read = validate.read_policies(composed.data, [name], faults)
    if faults:
        raise Refusal(*faults)
    _head(page, read[name])
    rows = []
    for lever, settings in read[name].levers.items():
        data = settings.model_dump(mode="json")
        for place, (key, value) in enumerate(data.items()):
            rows.append((lever if place == 0 else "", key, _wrapped(value)))
    _table(page, ("lever", "setting", "value"), rows or [("none", "", "")])
    _differences(page, read[name])


def _wrapped(value: Any) -> str:
    """A setting for people."""
    if isinstance(value, list):
        return ", ".join(_wrapped(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_wrapped(each)}" for key, each in value.items()) or "none"
    return shown(value) if not isinstance(value, str) else value


def _differences(page: Console, read: Policy) -> None:
    """What is in force in the first month of some years, where it differs from the place as it was."""
    plain = Regime()
    for inside in [False, True] if read.zones else [False]:
        regimes = [read.regime_at(12 * (year - 1), in_zone=inside) for year in YEARS]
        rows: list[tuple[str, ...]] = []
        for field in Regime.__dataclass_fields__:
            rows += _field_rows(field, getattr(plain, field), [getattr(regime, field) for regime in regimes])
        where = " inside the zones" if inside else " outside the zones" if read.zones else ""
        page.print(f"\nDifferent from the status quo{where}, in April of each year", style="bold")
        headings = ("in force", "status quo", *(f"year {year}" for year in YEARS))
        if rows:
            _table(page, headings, rows, right=range(1, len(headings)))
        else:
            page.print("nothing: this is the place as it was")


def _field_rows(field: str, before: Any, values: Sequence[Any]) -> list[tuple[str, ...]]:
    """The rows of one part of the regime; none where nothing changes."""
    if not isinstance(before, dict):
        return [(field, _short(before), *map(_short, values))] if any(value != before for value in values) else []
    keys = list(dict.fromkeys([*before, *(key for value in values for key in value)]))
    rows = [(key, before.get(key), [value.get(key) for value in values]) for key in keys]
    rows = [row for row in rows if any(value != row[1] for value in row[2])]
    return [(f"{field}.{key}", _short(old), *map(_short, new)) for key, old, new in rows]


def _short(value: Any) -> str:
    """A value of a regime for people."""
    return "-" if value is None else f"{value:.3g}" if isinstance(value, float | int) else str(value)


def challenge(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A challenge: its levels, services and every number with its source."""
    part, composed = _one("challenge", ChallengeConfig, name, overrides, folders)
    _head(page, part)
    _table(page, ("level", "means"), [(str(level), words) for level, words in enumerate(part.levels)], right=(0,))
    page.print("")
    services = [(tier, s.title, s.owner, s.staff, "one" if s.whole_place else "per locality") for tier, s in services_of(part).items()]
    _table(page, ("tier", "service", "owner", "staff", "services"), services)
    designs = {n: d for n, d in (composed.data.get("design") or {}).items() if isinstance(d, dict)}
    fitting = [n for n, d in designs.items() if {str(t).partition(".")[0] for t in d.get("applies_to") or ()} & {"*", name}]
    page.print(f"\nDesigns that apply: {', '.join(fitting) or 'none'}\n")
    _quantity_table(page, part)


def design(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A design: where it can be used and what the evidence says it does."""
    part, composed = _one("design", DesignConfig, name, overrides, folders)
    _head(page, part)
    users = [
        each for each, data in (composed.data.get("policy") or {}).items()
        if name in (((data or {}).get("levers") or {}).get("portfolio") or {}).get("designs", ())
    ]  # fmt: skip
    page.print(f"Can be used at: {', '.join(part.applies_to)}.  In the portfolio of: {', '.join(users) or 'no policy'}.")
    page.print("Lists are for a clear win, a modest gain, no effect, and worse.\n")
    _quantity_table(page, part)


def lever(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A lever: what it does and what it can be set to."""
    if name not in LEVERS:
        raise Refusal(unknown(f"show lever={name}", "lever", name, LEVERS))
    kind = LEVERS[name]
    page.print(name, style="bold")
    page.print(f"{inspect.cleandoc(kind.__doc__ or '')}\n")
    page.print(f"Set with policy.<name>.levers.{name}.<key>", markup=False)
    rows = []
    for key, field in kind.model_fields.items():
        default = "must be given" if field.is_required() else _wrapped(field.get_default(call_default_factory=True))
        rows.append((key, default, allowed(kind, [key])))
    _table(page, ("key", "default", "allowed"), rows)


def outcome(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """An outcome: how it is worked out."""
    catalogue = options.Option("", "outcomes", options.shipped_root(), True).read()
    if name not in catalogue:
        raise Refusal(unknown(f"show outcome={name}", "outcome", name, catalogue))
    page.print(name, style="bold")
    _table(page, ("", ""), [(key, _wrapped(value)) for key, value in catalogue[name].items()])


def place(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A place: its people and budgets, and the baseline it settles at beside what was observed."""
    known = options.find("place", folders)
    if name not in known:
        raise Refusal(unknown(f"show place={name}", "place", name, known))
    composed = compose(QUESTION, [f"place={name}", *overrides], folders)
    world = _world(composed)
    _head(page, world.place)
    _facts(page, world.place)
    from experiments import engine

    with page.status("letting the place settle under the status quo ..."):
        rows = engine.baseline_report(engine.settle(world))
    page.print(f"\nThe baseline the model settles at (scale {world.scale:g}), beside what was observed", style="bold")
    _table(page, ("", "model", "observed", "unit", "source"), [[_cell(cell) for cell in row] for row in rows], right=(1, 2))


def _world(composed: Composed) -> Any:
    """The world of a configuration, whatever its arms."""
    faults: list[Fault] = []
    settings = validate.read(Settings, {k: v for k, v in composed.data.items() if k in Settings.model_fields}, "", faults)
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
    page.print(f"{total:,} people in {len(place.areas)} small areas and {place.localities} localities, {place.nation}\n")
    _table(page, ("age", *AGE_BANDS), [("people", *(f"{count:,}" for count in people))], right=range(1, 10))
    weighted = [sum(a.deprivation[d] * sum(a.people) for a in place.areas) / max(total, 1) for d in range(len(DOMAINS))]
    page.print("\nAverage deprivation, national percentile (1 = most deprived)")
    _table(page, DOMAINS, [tuple(f"{value:.2f}" for value in weighted)], right=range(len(DOMAINS)))
    page.print("\nBudgets 2010-11")
    rows = [(agency, f"{q.number:,.0f}", f"{q.number / max(total, 1):,.0f}", f"{q.source} [{q.grade}]") for agency, q in place.budgets.items()]
    _table(page, ("agency", "pounds", "a head", "source [grade]"), rows, right=(1, 2))


def _cell(value: Any) -> str:
    """A cell of the baseline report."""
    if isinstance(value, Mapping):
        return _wrapped(value)
    return "-" if value is None else f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}" if isinstance(value, float) else str(value)
