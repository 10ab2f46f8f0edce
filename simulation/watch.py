"""Watching one run from near: every service, every small area and a few people, month by month.

The lives are those that `simulation.run` lives; here somebody looks on and writes down more of what can be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.build import World, service_name
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.policy.policy import Policy
from simulation.run import NO_POLICY, Settled
from simulation.situation import Situation
from simulation.state.columns import Cause, People, State

Table = dict[str, NDArray[Any]]
ESTABLISHED = 2  # level of need from which services are meant
FOLLOWED = 24  # people


@dataclass(frozen=True)
class Watched:
    """What was seen of one replication.

    Attributes:
        people: who is followed: row, sex, age and area on the policy date.
        services: by arm, each service in each month.
        areas: by arm, each small area in each month: people, those in need, those turned away, those reached.
        lives: by arm, each followed person's standing in each challenge and month.
    """

    people: Table
    services: dict[str, Table]
    areas: dict[str, Table]
    lives: dict[str, Table]


def watch(
    settled: Settled, policies: Mapping[str, Policy], replication: int, years: int, threads: int = 1
) -> Watched:
    """Live one replication under each policy and look on.

    Args:
        settled: the place at rest.
        policies: by arm.
        replication: whose luck, 0 and up.
        years: how long.
        threads: threads for the kernels; the result does not depend on it.
    """
    world = settled.world
    key = key_of(world.config.seed, replication)
    before = PlaceModel(world, settled.situation.copy(), NO_POLICY, key, world.config.engine, threads)
    while before.month < 0:
        before.step()
    start = before.situation
    before.let_go()
    if world.config.population == "moving":
        start.vital = start.vital._replace(moving=1)
    rows = chosen(start.people)
    services, areas, lives = {}, {}, {}
    for arm, policy in policies.items():
        model = PlaceModel(world, start.copy(), policy, key, world.config.engine, threads)
        seen: tuple[list[Table], list[Table], list[Table]] = ([], [], [])
        for month in range(12 * years):
            model.step()
            looks = (
                of_services(model.situation, world),
                of_areas(model.situation.people, world),
                of_lives(model.situation.people, rows, start.people.generation[rows], world),
            )
            for book, look in zip(seen, looks, strict=True):
                book.append({"month": np.full(len(next(iter(look.values()))), month), **look})
        services[arm], areas[arm], lives[arm] = (bound(book) for book in seen)
        model.let_go()
    return Watched(described(start.people, rows, world), services, areas, lives)


def bound(book: list[Table]) -> Table:
    """The months' sheets as one table."""
    return {name: np.concatenate([sheet[name] for sheet in book]) for name in book[0]}


def chosen(people: People) -> NDArray[np.int64]:
    """A few of those in established need on the policy date, evenly spread over the rows: nobody is picked by hand."""
    in_need = np.flatnonzero((people.alive == 1) & (people.level >= ESTABLISHED).any(axis=1))
    count = min(FOLLOWED, in_need.size)
    return np.asarray(in_need[np.linspace(0, in_need.size - 1, count).astype(np.int64)] if count else in_need)


def described(people: People, rows: NDArray[np.int64], world: World) -> Table:
    """Who is followed, as they are on the policy date."""
    names = np.array([area.area for area in world.config.place.areas])
    return {
        "person": rows,
        "female": people.female[rows],
        "age": -people.birth_month[rows] // 12,
        "area": names[people.area[rows]],
    }


def of_services(s: Situation, world: World) -> Table:
    """Each service: who owns it, how many it serves and who waits, what way of working it uses."""
    services = s.services
    designs = np.array([*world.catalogue.names, "standard"])
    return {
        "service": np.array([service_name(world, services, k) for k in range(services.tier.size)]),
        "agency": np.array(AGENCIES)[services.owner],
        "challenge": np.array(world.challenges)[services.challenge],
        "tier": np.array(TIERS)[services.tier],
        "design": designs[services.design],
        "embedded": services.embedded.copy(),
        "queue": services.queue.copy(),
        "caseload": services.caseload.copy(),
        "staff": services.staff.copy(),
    }


def of_areas(people: People, world: World) -> Table:
    """Each small area: how many live there, are in established need, were turned away and still need, are served."""
    alive = people.alive == 1
    need = people.level >= ESTABLISHED
    served = (people.state == State.SERVED) | (people.state == State.READY)
    refused = (people.cause == Cause.REFUSED) & (people.level > 0)
    names = np.array([area.area for area in world.config.place.areas])

    def count(which: Any) -> NDArray[np.int64]:
        return np.bincount(people.area[alive & which], minlength=names.size)

    return {
        "area": names,
        "deprivation": np.asarray(world.ground.deprivation[: names.size], dtype=np.float64),
        "citizens": count(alive),
        "in_need": count(need.any(axis=1)),
        "turned_away": count(refused.any(axis=1)),
        "reached": count((need & served).any(axis=1)),
    }


def of_lives(people: People, rows: NDArray[np.int64], generation: NDArray[np.int32], world: World) -> Table:
    """Each followed person's standing in each challenge; somebody else may live in the row of one who is gone."""
    here = (people.alive[rows] == 1) & (people.generation[rows] == generation)
    wide = len(world.challenges)
    return {
        "person": np.repeat(rows, wide),
        "challenge": np.tile(np.array(world.challenges), rows.size),
        "here": np.repeat(here, wide),
        "level": people.level[rows].ravel().copy(),
        "state": people.state[rows].ravel().copy(),
        "turned_away": (people.cause[rows] == Cause.REFUSED).ravel(),
        "wellbeing": np.repeat(people.wellbeing[rows], wide),
    }
