"""Prints one place, policy, challenge, design, lever or outcome in full."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.configuration import options, parse
from experiments.configuration.compose import compose
from experiments.configuration.consistency import applies, portfolio_of, services_of
from experiments.configuration.validate import Plan, check
from experiments.configuration.validation_errors import allowed, shown
from experiments.configuration.words.stars import CHOSEN_BY, taking_part
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.evidence import lever_ranges
from experiments.text.numerals import exact, figure
from experiments.text.terminal import table
from simulation.parameters import Quantity
from simulation.parameters.quantity import AGE_BANDS
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime

YEARS = (1, 2, 3, 5, 10)
QUESTION = "compare"
LISTS = {"policy": "policies", "challenge": "challenges", "design": "designs"}
OUTCOMES_OF_A_DESIGN = ("clear win", "modest gain", "no effect", "worse")


def heading(page: Console, about: Any) -> None:
    """Title, one line and source."""
    page.print(about.title, style="bold")
    page.print(about.summary)
    page.print(f"Source: {' '.join(about.source.split())}\n", style="dim")


def checked(group: str, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> Plan:
    """A comparison in which one option of a group takes part, as it is; what a comparison refuses is refused here.

    Raises:
        ConfigurationError: there is no such option, or something is wrong with the comparison.
    """
    composed = compose(QUESTION, overrides, folders)
    found = composed.data.get(group) or {}
    if name not in found:
        raise ConfigurationError(unknown(f"show {group}={name}", group, name, found, f"redesign list {LISTS[group]}"))
    if name in taking_part(composed.data)[group]:
        return check(composed)
    setting = CHOSEN_BY[group]
    named = composed.data[setting]
    with_it = [*named, name] if isinstance(named, list) else named
    return check(replace(composed, data={**composed.data, setting: with_it}))


def _refuse_overrides(kind: str, name: str, overrides: Sequence[str]) -> None:
    """Refuses overrides where what is shown hangs on no configuration."""
    if overrides:
        why = f"a {kind} is the same whatever is set"
        raise ConfigurationError(Fault(f"show {kind}={name} {overrides[0]}", why, f"redesign show {kind}={name}"))


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


def _quantity_table(page: Console, named: Iterable[tuple[str, Quantity]], words: Sequence[str] = ()) -> None:
    """Prints numbers, each with its range and unit, and its source beneath; a row of numbers takes a line each.

    Args:
        page: where to.
        named: the numbers by name.
        words: what the numbers of a row are for, where a row has as many.
    """
    rows = []
    for key, quantity in named:
        low, high = (quantity.model_copy(update={"value": end}).row for end in (quantity.low, quantity.high))
        values = [exact(value) for value in quantity.row]
        labels = next((each for each in (words, AGE_BANDS) if len(each) == len(values) > 1), [""] * len(values))
        rows.append(
            (
                key,
                "\n".join(labels),
                "\n".join(values),
                "\n".join(f"{exact(a)} to {exact(b)}" for a, b in zip(low, high, strict=True)),
                f"{quantity.unit}\n{quantity.source} [{quantity.grade}]{_sentence(quantity.note)}",
            )
        )
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    named_rows = any(row[1].strip() for row in rows)
    grid.add_column("number", overflow="fold", ratio=2)
    if named_rows:
        grid.add_column("", no_wrap=True)
    for title in ("value", "low to high"):
        grid.add_column(title, justify="right", no_wrap=True)
    grid.add_column("unit, then source and grade", ratio=3)
    for row in rows:
        grid.add_row(*(Text(cell) for place, cell in enumerate(row) if place != 1 or named_rows))
    page.print(grid)


def _sentence(note: str) -> str:
    """A note as a further sentence."""
    return f". {note[:1].upper()}{note[1:]}" if note else ""


def policy(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """The resolved levers of a policy, and what they make different from the status quo, year by year."""
    read = checked("policy", name, overrides, folders).policies[name]
    heading(page, read)
    rows = _lever_rows(read.levers)
    zones = read.zones
    if zones:
        rows += _lever_rows(zones.levers, "in zones: ")
    table(page, ("lever", "setting", "value"), rows or [("none", "", "")])
    _differences(page, read)


def _lever_rows(levers: Mapping[str, Lever], where: str = "") -> list[tuple[str, ...]]:
    """The settings of levers; what is left empty is left out."""
    rows: list[tuple[str, ...]] = []
    for name, settings in levers.items():
        data = {
            key: value
            for key, value in settings.model_dump(mode="json").items()
            if key != "levers" and value not in ("", None)
        }
        rows += [
            (where + name if place == 0 else "", key, wrapped(value)) for place, (key, value) in enumerate(data.items())
        ]
    return rows


def wrapped(value: Any) -> str:
    """A setting for people."""
    if isinstance(value, list | tuple):
        return ", ".join(wrapped(each) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {wrapped(each)}" for key, each in value.items()) or "none"
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
            table(page, headings, rows, right=range(1, len(headings)))
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
    return "-" if value is None else figure(value) if isinstance(value, float | int) else str(value)


def challenge(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A challenge: its levels, services and every number with its source."""
    world = checked("challenge", name, overrides, folders).world
    part = world.challenges[name]
    heading(page, part)
    table(page, ("level", "means"), [(str(level), words) for level, words in enumerate(part.levels)], right=(0,))
    page.print("")
    services = [
        (tier, s.title, s.owner, s.staff, "one" if s.whole_place else "per locality")
        for tier, s in services_of(part).items()
    ]
    table(page, ("tier", "service", "owner", "staff", "services"), services)
    fitting = [each for each, design in world.designs.items() if applies(design, [name])]
    page.print(f"\nDesigns that apply: {', '.join(fitting) or 'none'}\n")
    _quantity_table(page, quantities(part))


def design(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A design: where it can be used and what the evidence says it does."""
    plan = checked("design", name, overrides, folders)
    part, data = plan.world.designs[name], plan.composed.data
    heading(page, part)
    policies = parse.read_policies(data, data["policy"], [])
    users = [each for each, policy in policies.items() if name in portfolio_of(policy)]
    page.print(
        f"Can be used at: {', '.join(part.applies_to)}.  In the portfolio of: {', '.join(users) or 'no policy'}."
    )
    page.print("A place draws once which of four outcomes a design has there.\n")
    _quantity_table(page, quantities(part), OUTCOMES_OF_A_DESIGN)


def lever(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """A lever: what it does, what it can be set to, and what is known of its numbers."""
    if name not in LEVERS:
        raise ConfigurationError(unknown(f"show lever={name}", "lever", name, LEVERS, "redesign list levers"))
    _refuse_overrides("lever", name, overrides)
    kind = LEVERS[name]
    page.print(name, style="bold")
    page.print(f"{inspect.cleandoc(kind.__doc__ or '')}\n")
    page.print(f"Set with policy.<name>.levers.{name}.<key>")
    rows = []
    for key, field in kind.model_fields.items():
        default = "must be given" if field.is_required() else wrapped(field.get_default(call_default_factory=True))
        rows.append((key, default, allowed(kind, [key])))
    table(page, ("key", "default", "allowed"), rows)
    known = lever_ranges.of_levers().get(name)
    if known:
        page.print("\nWhat shipped policies set it to, and what is plausible", style="bold")
        _quantity_table(page, known.items())


def outcome(page: Console, name: str, overrides: Sequence[str], folders: Sequence[Path]) -> None:
    """An outcome: how it is worked out."""
    catalogue = options.Option("", "outcomes", options.shipped_root(), True).read()
    if name not in catalogue:
        raise ConfigurationError(unknown(f"show outcome={name}", "outcome", name, catalogue, "redesign list outcomes"))
    _refuse_overrides("outcome", name, overrides)
    page.print(name, style="bold")
    table(page, ("", ""), [(key, wrapped(value)) for key, value in catalogue[name].items()])
