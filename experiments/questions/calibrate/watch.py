"""A further year in a settled place, watched closely: who costs what, who waits how long, who leaves their post.

The record of the months does not say which person a cost belongs to, so the year is lived once more than settling takes
and looked at from outside after every month. No April plan is made and no policy is in force.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.mechanism.services import workforce
from simulation.mechanism.services.serve import LONGEST_WAIT
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.observe import Observer
from simulation.place import PlaceState
from simulation.settling.settled import NO_POLICY, Settled, Table
from simulation.state.codes import CaseState
from simulation.state.people import ADULT, SETTLING

Doubles = NDArray[np.float64]
MONTHS = 12
SETTLED_YEARS = 2  # of settling that count beside the year watched
HOURS_FLOOR = 1e-9
GENERATION = np.int64(2**32)


@dataclass(frozen=True)
class Watched:
    """A settled place and what its last years were like.

    Attributes:
        settled: the place before the year watched; its state is that after it.
        months: the record of the last settled years and the year watched.
        yearly_cost: pounds that services spent on each person served in the year watched.
        served_adult: whether each of them was grown up when last served.
        adults: people grown up, on average.
        people: people, on average.
        service_cost: pounds a year by service and paying agency, staff under their own agency.
        left: share of staff who left in the year watched.
        waits: people admitted in the year watched, by challenge and months waited.
    """

    settled: Settled
    months: Table
    yearly_cost: Doubles
    served_adult: NDArray[np.bool_]
    adults: float
    people: float
    service_cost: Doubles
    left: float
    waits: NDArray[np.int64]


class YearWatch(Observer):
    """Notes at each month's end who is served at what cost, who waits how long, and who leaves their post."""

    def __init__(self, price: Doubles, challenges: int) -> None:
        self.price = price
        self.notes: list[tuple[NDArray[np.int64], Doubles, NDArray[np.bool_]]] = []
        self.left = self.staff = self.adults = self.people = 0.0
        self.waits = np.zeros((challenges, LONGEST_WAIT + 1), dtype=np.int64)

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Note the month once its books are closed."""
        if phase.name != "account":
            return
        state = model.state
        self.notes.append(_served(state, self.price))
        self.left += _leaving(model)
        self.staff += float(state.services.staff.sum()) / MONTHS
        self.adults += float(_grown_up(state).sum()) / MONTHS
        self.people += float(state.people.alive.sum()) / MONTHS
        self.waits += model.waits


def watch(settled: Settled) -> Watched:
    """The place lives on for a year as it is, and everything that calibration looks at is noted."""
    world, key = settled.world, key_of(settled.world.config.seed, SETTLING)
    before = _spent(settled)
    model = PlaceModel(world, settled.state, NO_POLICY, key, world.config.engine, budgets="standing")
    year = YearWatch(_price_of_a_month(settled), len(world.challenges))
    model.observers.append(year)
    model.live(MONTHS)
    months = model.recorder.table()
    model.let_go()
    cost, grown = _by_person(year.notes)
    return Watched(
        settled,
        {n: np.concatenate([settled.months[n][-12 * SETTLED_YEARS :], months[n]]) for n in months},
        cost,
        grown,
        year.adults,
        year.people,
        _spent(settled) - before,
        year.left / max(year.staff, HOURS_FLOOR),
        year.waits,
    )


def _spent(settled: Settled) -> Doubles:
    """Pounds spent so far this year, as planners have seen them, by service and paying agency."""
    services, seen = settled.state.services, settled.state.seen
    spent = np.array(seen.payments, dtype=np.float64)
    spent[np.arange(services.tier.size), services.owner] += seen.pay
    return spent


def _price_of_a_month(settled: Settled) -> Doubles:
    """Pounds that a month in each service costs: staff hours at their price, and what is bought case by case."""
    services, how = settled.state.services, settled.world.config.behaviour.capacity
    usable = services.contracted * (1 - how.admin_share.number - how.inspection_share.number)
    hourly = services.staff_cost / 12 / np.maximum(usable, HOURS_FLOOR)
    return np.asarray(hourly * services.hours_per_case + settled.world.payment)


def _served(state: PlaceState, price: Doubles) -> tuple[NDArray[np.int64], Doubles, NDArray[np.bool_]]:
    """Everybody in service this month, who they are, what it costs, and whether they are grown up."""
    people = state.people
    here = ((people.state == CaseState.SERVED) | (people.state == CaseState.READY)) & (people.alive == 1)[:, None]
    cost = np.where(here, price[people.service], 0.0).sum(axis=1)
    rows = np.flatnonzero(cost > 0)
    who = rows + people.generation[rows].astype(np.int64) * GENERATION
    return who, cost[rows], _grown_up(state)[rows]


def _grown_up(state: PlaceState) -> NDArray[np.bool_]:
    """Who is alive and 18 or older."""
    people = state.people
    return np.asarray((people.alive == 1) & (people.band >= ADULT))


def _by_person(notes: list[tuple[NDArray[np.int64], Doubles, NDArray[np.bool_]]]) -> tuple[Doubles, NDArray[np.bool_]]:
    """The months' costs added up by person."""
    who = np.concatenate([note[0] for note in notes])
    people, place = np.unique(who, return_inverse=True)
    cost = np.zeros(people.size)
    np.add.at(cost, place, np.concatenate([note[1] for note in notes]))
    grown = np.zeros(people.size, dtype=np.bool_)
    np.logical_or.at(grown, place, np.concatenate([note[2] for note in notes]))
    return cost, grown


def _leaving(model: PlaceModel) -> float:
    """Whole-time staff who leave in a month like this one, by the rule that staff follow; nobody really leaves twice."""
    services = model.state.services.copy()
    moves = workforce.staff(services, model.work.conditions, model.world.rules.staff, model.work.frozen)
    return float(moves.left.sum())
