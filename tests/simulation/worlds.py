"""Places and policies to test with, made from the shipped configuration, and ways of living through their months."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import configs
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from simulation.draws import key_of
from simulation.mechanism.citizens.newcomers import as_here
from simulation.mechanism.citizens.vital import with_departures
from simulation.mechanism.services import hours
from simulation.model import PlaceModel
from simulation.parameters.place import AreaRow
from simulation.parameters.quantity import BUDGET_HOLDERS, Quantity
from simulation.parameters.world import BurnInConfig, WorldConfig
from simulation.policy.policy import Policy
from simulation.settling.settled import NO_POLICY, Settled, Table
from simulation.state.codes import ACUTE
from simulation.state.columns import Services

CONFIGS = Path(configs.__file__).parent
SHIPPED = sorted(path.stem for path in (CONFIGS / "policy").glob("*.yaml"))
PLACES = sorted(path.stem for path in (CONFIGS / "place").glob("*.yaml"))
TOWN_SEED = 2
BRIEF = BurnInConfig(searches=1, search=12, elastic=36, settling=12, planned=12, own=12)
EVERY_DESIGN = sorted(path.stem for path in (CONFIGS / "design").glob("*.yaml"))


@cache
def _plan(place: str) -> Any:
    scale = "1.0" if place == "teaching_town" else "0.1"
    words = [f"place={place}", f"scale={scale}", f"arms=[{','.join(SHIPPED)}]", "settling_luck=shared"]
    return check(compose("compare", words, []))


def world_of(place: str = "teaching_town", **changes: Any) -> WorldConfig:
    """A shipped place; `changes` are of the world's own settings (scale, seed, engine, population, ...)."""
    changes = {"seed": TOWN_SEED, **changes} if place == "teaching_town" else changes
    return _plan(place).world.model_copy(update=changes)


def shipped(*names: str) -> dict[str, Policy]:
    """Shipped policies by name; all of them without names."""
    known = _plan("teaching_town").policies
    return {name: known[name] for name in names or known}


def policy_of(levers: Mapping[str, Any] | None = None, **more: Any) -> Policy:
    """A policy of some levers, each given as its settings."""
    return Policy(title="Test", summary="of a test", source="none", levers={**(levers or {}), **more})


@cache
def toy(**changes: Any) -> WorldConfig:
    """A place of 800 people in four areas, poor to rich, with more money than it needs, that settles in no time."""
    config = world_of()
    bands = (48, 108, 19, 75, 219, 204, 70, 42, 15)  # a fictional town's 800
    areas = tuple(
        AreaRow(area=f"A{k}", people=tuple((n + k) // 4 for n in bands), deprivation=(0.9 - 0.25 * k,) * 7)
        for k in range(4)
    )
    budgets = {a: moved(config.place.budgets[a], 0.5 * config.place.budgets[a].number) for a in BUDGET_HOLDERS}
    place = config.place.model_copy(update={"title": "Toy", "areas": areas, "budgets": budgets})
    return config.model_copy(update={"place": place, "burn_in": BRIEF, "scale": 1.0, **changes})


def moved(quantity: Quantity, value: float | tuple[float, ...]) -> Quantity:
    """The same quantity with another value, its range widened where it must be."""
    return quantity.model_copy(update={"value": value, "low": value, "high": value})


def with_numbers(part: Any, changes: Mapping[str, Any]) -> Any:
    """A part of a configuration with other numbers: {"capacity.slack": 0.5}, quantities keep all but their value."""
    for path, value in changes.items():
        part = _with_number(part, path.split("."), value)
    return part


def _with_number(part: Any, path: list[str], value: Any) -> Any:
    first, rest = path[0], path[1:]
    inner = part[first] if isinstance(part, dict) else getattr(part, first)
    if rest:
        new = _with_number(inner, rest, value)
    else:
        new = moved(inner, value) if isinstance(inner, Quantity) and not isinstance(value, Quantity) else value
    return {**part, first: new} if isinstance(part, dict) else part.model_copy(update={first: new})


def with_number_at(config: WorldConfig, path: str, quantity: Quantity) -> WorldConfig:
    """A world with another quantity at one place: `with_number_at(toy(), "challenges.obesity.need.onset", ...)`."""
    return _with_number(config, path.split("."), quantity)


def with_behaviour(config: WorldConfig, **numbers: Any) -> WorldConfig:
    """A world that behaves otherwise: `with_behaviour(toy(), capacity__slack=0.5)`."""
    changes = {name.replace("__", "."): value for name, value in numbers.items()}
    return config.model_copy(update={"behaviour": with_numbers(config.behaviour, changes)})


EAGER_REDESIGN = {
    "redesign__attempts": 3.0,
    "redesign__months_discover": 2.0,
    "redesign__months_prototype": 3.0,
    "redesign__months_test": 3.0,
    "redesign__months_embed": 4.0,
}
"""Behaviour under which redesign is eager and quick enough to matter, and to be over, within a few years."""


def with_engine(settled: Settled, engine: str) -> Settled:
    """The same settled place, to be lived in by another engine."""
    config = settled.world.config.model_copy(update={"engine": engine})
    return replace(settled, world=replace(settled.world, config=config))


def start_of(settled: Settled, replication: int = 0) -> PlaceModel:
    """The place at the policy date, in the luck of a replication."""
    key = key_of(settled.world.config.seed, replication)
    model = PlaceModel(settled.world, settled.state.copy(), NO_POLICY, key)
    while model.month < 0:
        model.step()
    if settled.world.config.population == "moving":
        model.state.vital = with_departures(model.state.vital, settled.world.vital.departure)
        model.state.elsewhere = as_here(model.state.people.copy(), settled.world.newcomers.moves)
    return model


def under(model: PlaceModel, policy: Policy, **how: Any) -> PlaceModel:
    """A copy of a place, to live on under a policy."""
    return PlaceModel(model.world, model.state.copy(), policy, model.key, **how)


@contextmanager
def hours_watched() -> Iterator[list[list[str]]]:
    """What does not fit into the hours of the place, a list for every month that is lived inside the block."""
    original, misfits = hours.open_hours, []

    def watch(services: Services, *rest: Any) -> Any:
        carried = services.carried.copy()
        capacity = original(services, *rest)
        misfits.append(hours_misfit(services, capacity, carried))
        return capacity

    hours.open_hours = watch
    try:
        yield misfits
    finally:
        hours.open_hours = original


def hours_misfit(services: Services, capacity: Any, carried: np.ndarray) -> list[str]:
    """Whatever takes more hours than there are in a month, at any open service."""
    open_tier = services.tier != ACUTE
    cases = services.caseload - capacity.discharged
    used = services.intensity * cases * capacity.per_case
    placed = cases * capacity.per_case + capacity.places * capacity.per_place
    fits = {
        "cases served": (used <= capacity.direct + 1e-6)[open_tier],
        "places given": (placed <= capacity.direct + carried + 1e-6)[open_tier & (capacity.places > 0)],
        "help and assessment": capacity.direct + capacity.assessment <= capacity.gross * 1.5,
        "help": capacity.direct >= 0,
    }
    return [what for what, each in fits.items() if not each.all()]


def live(model: PlaceModel, months: int) -> PlaceModel:
    """The same place some months later."""
    for _ in range(months):
        model.step()
    return model


def differences(one: Table, other: Table, months: slice = slice(None)) -> list[str]:
    """The columns in which two records differ, bit by bit, over some months."""
    assert one.keys() == other.keys()
    return [
        name
        for name in one
        if one[name].dtype != other[name].dtype or one[name][months].tobytes() != other[name][months].tobytes()
    ]


def columns_differ(one: Any, other: Any, rows: Any = slice(None)) -> list[str]:
    """The columns of two tables of people or services that differ, bit by bit, in some rows."""
    return [
        name
        for name, a, b in zip(one._fields, one, other, strict=True)
        if np.asarray(a[rows]).tobytes() != np.asarray(b[rows]).tobytes()
    ]


EVERY_LEVER: dict[str, Any] = {
    "envelope": {"cut": 0.25, "path": [0.3, 0.7, 1.0], "others": {"police": 0.1}},
    "eligibility": {"rise": 0.1, "fit": 1.0},
    "efficiency": {"yearly": 0.02, "years": 3},
    "targets": {"pressure": 0.4, "inspection": 0.3, "ramp": 6},
    "pay": {"yearly": 0.02, "years": 6},
    "charges": {"share": 0.1},
    "reserves": {"share": 0.5, "years": 2},
    "protection": {"ring_fence": {"schools": 0.5}, "statutory_rise": 0.2},
    "freedom": {"strength": 0.5, "start": 3},
    "indicators": {"clarity": 0.5, "audited": 0.5, "ramp": 12},
    "pooling": {"agencies": ["adult_care", "children", "nhs", "police", "public_health"], "strength": 0.7},
    "support": {"per_head": 5.0, "ramp": 6},
    "portfolio": {"designs": EVERY_DESIGN},
    "transition": {"fund": 0.08, "double_running": 0.2, "decommission": 0.6, "redundancy": 1.5},
    "zones": {
        "count": 4,
        "without": ["eligibility", "targets"],
        "start": 6,
        "levers": {"freedom": {}, "support": {"per_head": 8.0}},
    },
}
