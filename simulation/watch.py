"""Watching one run from near: every service, every small area and a few people, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.observe import Observer
from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.place import PlaceState, World, service_name
from simulation.policy.policy import Policy
from simulation.run import policy_date
from simulation.settling.settled import Settled, Table
from simulation.state.agencies import by_agency
from simulation.state.codes import ACUTE, CORE, ESTABLISHED, PREVENTION, CaseState, Cause
from simulation.state.columns import People

FOLLOWED = 24  # people
TREASURY, SHARED, ELSE = "treasury", "shared money", "everything else"
PENCE = 100


@dataclass(frozen=True)
class Watched:
    """What was seen of one replication.

    Attributes:
        people: who is followed: row, sex, age and area on the policy date.
        services: by arm, each service in each month.
        areas: by arm, each small area in each month: people, those in need, those turned away, those reached.
        flows: by arm, what went from where to where in each month: pounds, or people.
        lives: by arm, each followed person's standing in each challenge and month.
    """

    people: Table
    services: dict[str, Table]
    areas: dict[str, Table]
    flows: dict[str, Table]
    lives: dict[str, Table]


def watch(settled: Settled, policies: Mapping[str, Policy], replication: int, years: int, threads: int = 1) -> Watched:
    """Live one replication under each policy and look on.

    Args:
        settled: the settled place.
        policies: by arm.
        replication: whose draws, 0 and up.
        years: how long.
        threads: threads for the kernels; the result does not depend on it.
    """
    world = settled.world
    key = key_of(world.config.seed, replication, world.config.later_luck)
    start, _ = policy_date(settled, replication, threads)
    rows = chosen(start.people)
    books: dict[str, dict[str, Table]] = {name: {} for name in ("services", "areas", "flows", "lives")}
    for arm, policy in policies.items():
        model = PlaceModel(world, start.copy(), policy, key, world.config.engine, threads)
        onlooker = Onlooker(rows, start.people.generation[rows])
        model.observers.append(onlooker)
        model.live(12 * years)
        for name, book in onlooker.sheets.items():
            books[name][arm] = bound(book)
        model.let_go()
    return Watched(described(start.people, rows, world), **books)


class Onlooker(Observer):
    """Writes down every service, every small area, what moved, and a few people, at the end of each month."""

    def __init__(self, rows: NDArray[np.int64], generation: NDArray[np.int32]) -> None:
        self.rows, self.generation = rows, generation
        self.before: Before | None = None
        self.sheets: dict[str, list[Table]] = {name: [] for name in ("services", "areas", "flows", "lives")}

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Remember the month's beginning once it is planned; write down its end."""
        state, world = model.state, model.world
        if phase.name == "plan":
            self.before = Before.of(state)
        if phase.name != "account" or self.before is None:
            return
        looks = {
            "services": of_services(state, world),
            "areas": of_areas(state.people, world),
            "flows": of_flows(self.before, state, world),
            "lives": of_lives(state.people, self.rows, self.generation, world),
        }
        for name, look in looks.items():
            self.sheets[name].append({"month": np.full(len(next(iter(look.values()))), model.month), **look})


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


def of_services(s: PlaceState, world: World) -> Table:
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
    served = (people.state == CaseState.SERVED) | (people.state == CaseState.READY)
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


@dataclass(frozen=True)
class Before:
    """What has to be remembered of a month's beginning to see what moved in it.

    Attributes:
        generation: who lives in each row.
        service: the service each citizen waits for or uses, by challenge; -1 for none.
        pay, payments: pounds paid since April by service, and by service and agency.
    """

    generation: NDArray[np.int32]
    service: NDArray[np.int64]
    pay: NDArray[np.float64]
    payments: NDArray[np.float64]

    @classmethod
    def of(cls, s: PlaceState) -> "Before":
        """The beginning of a month that has been planned: in April planners have begun a new year's sheet."""
        return cls(s.people.generation.copy(), at_service(s.people), s.seen.pay.copy(), s.seen.payments.copy())


def at_service(people: People) -> NDArray[np.int64]:
    """Which service each citizen waits for or uses, by challenge; -1 for none."""
    return np.where(people.state > 0, people.service.astype(np.int64), -1)


def of_flows(before: Before, s: PlaceState, world: World) -> Table:
    """What went from where to where this month: pounds between treasury, agencies and services, people between services."""
    names = np.array([service_name(world, s.services, k) for k in range(s.services.tier.size)])
    rows = [*money_moved(before, s, names), *people_moved(before, s, world, names)]
    kinds, origins, ends, amounts = zip(*rows, strict=True)
    return {
        "kind": np.array(kinds),
        "origin": np.array(origins),
        "end": np.array(ends),
        "amount": np.array(amounts, dtype=np.float64),
    }


def money_moved(before: Before, s: PlaceState, names: NDArray[Any]) -> list[tuple[str, str, str, float]]:
    """Grants, what agencies paid for services, what they gave one another, and all else they paid for; pounds.

    What is paid for services is staff and cover by the owner, and crises case by case by whoever pays for them. All else is
    work outside the modelled services, support, setting up and running redesigns, and redundancy.
    """
    ledger, holders = s.ledger, AGENCIES[:-2]
    paid = s.seen.payments - before.payments
    paid[np.arange(names.size), s.services.owner] += s.seen.pay - before.pay
    out = np.zeros(len(AGENCIES))
    np.add.at(out, ledger.payer, ledger.month / PENCE)
    gives = ledger.month[ledger.of_agency["transfer"]] / PENCE
    rows = [("grant", TREASURY, name, float(by_agency(ledger.income)[a]) / PENCE) for a, name in enumerate(holders)]
    for service, a in zip(*np.nonzero(paid), strict=True):
        rows.append(("pays", AGENCIES[a], str(names[service]), float(paid[service, a])))
    for a, name in enumerate(holders):
        if gives[a]:
            way = (name, SHARED) if gives[a] > 0 else (SHARED, name)
            rows.append(("shares", *way, abs(float(gives[a]))))
        rows.append(("else", name, ELSE, float(out[a] - gives[a] - paid[:, a].sum())))
    return rows


def people_moved(before: Before, s: PlaceState, world: World, names: NDArray[Any]) -> list[tuple[str, str, str, float]]:
    """Who went from one service to another: signposted after being turned away, into crisis, out of acute care; people."""
    people, tier = s.people, s.services.tier
    now = at_service(people)
    same = ((people.alive == 1) & (people.generation == before.generation))[:, None]
    core = world.ground.service[people.area, :, CORE].astype(np.int64)
    signposted = (people.asked == CORE + 1) & (people.tier == PREVENTION) & (before.service < 0)
    origin = np.where(signposted, core, before.service)
    moved = same & (now >= 0) & (origin >= 0) & (now != origin)
    pairs, counts = np.unique(np.stack([origin[moved], now[moved]]), axis=1, return_counts=True)
    rows = []
    for (a, b), count in zip(pairs.T, counts, strict=True):
        kind = "into crisis" if tier[b] == ACUTE else "out of acute care" if tier[a] == ACUTE else "sent on"
        rows.append((kind, str(names[a]), str(names[b]), float(count)))
    return rows


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
