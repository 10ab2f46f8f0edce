"""Citizens and services as columns: one row a citizen, one row a service.

A row is a dwelling place for one citizen. When its citizen dies or moves away the row is vacant until a newborn
or an arrival takes it; `generation` then grows by one, so that the newcomer has luck of their own.
"""

from enum import IntEnum
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class State(IntEnum):
    """Where a citizen stands with a challenge's services."""

    NONE = 0
    WAITING = 1
    SERVED = 2
    READY = 3  # ready to leave acute care, kept for want of a core place


class Flag(IntEnum):
    """What else is marked in `People.open`, above the bits of the challenges."""

    INVOLVED = 1 << 13  # asked for help, waits, or is in service
    EXPECTS = 1 << 14  # gives birth this month
    QUEUES = 1 << 15  # waits for a place


class Cause(IntEnum):
    """Why a further contact about the same need would be failure demand."""

    NOTHING = 0
    REFUSED = 1
    ABANDONED = 2
    UNRESOLVED = 3
    RELAPSED = 4


class People(NamedTuple):
    """The citizens. Arrays of length `rows`, or (rows, challenges) where said."""

    alive: Bytes
    female: Bytes
    band: Bytes  # age band
    birth_month: Ints  # month of birth, policy date = 0
    area: Ints
    household: Ints
    housemate: Ints  # the next row of the household, round a ring; oneself if there is no other
    generation: Ints
    trust: Floats  # in services, 0-1
    trust_usual: Floats
    capability: Floats  # 0-1
    capability_usual: Floats
    wellbeing: Floats  # life satisfaction, 0-10
    seen: NDArray[np.uint64]  # start-of-month snapshot: what ties can see
    open: NDArray[np.uint16]  # one bit a challenge: is there a need, a root cause or a case? And `Flag`s of this month
    level: Bytes  # (rows, challenges): 0 none, 1 emerging, 2 established, 3 crisis
    root: Bytes  # (rows, challenges): is what produces the need still there?
    luck: Floats  # (rows, challenges): the episode's own severity, 0-1
    state: Bytes  # (rows, challenges): State
    tier: Bytes  # (rows, challenges): tier of the service waited for or used
    service: NDArray[np.int16]  # (rows, challenges): which one
    months: Bytes  # (rows, challenges): months in this state, 255 at most
    cause: Bytes  # (rows, challenges): Cause
    since: Bytes  # (rows, challenges): months since that
    unmet: Bytes  # (rows, challenges): months turned away or waiting, 12 at most
    asked: Bytes  # (rows, challenges): this month's request, 0 none or tier + 1

    def copy(self) -> Self:
        """The same people, to live another life."""
        columns: list[Any] = [column.copy() for column in self]
        return type(self)(*columns)


class Services(NamedTuple):
    """The services. Arrays of length `services`; money in pounds a year at the simulated scale."""

    challenge: Ints
    tier: Ints
    owner: Ints  # agency
    catchment: Ints
    zone: Bytes  # in a zone?
    staff_cost: Doubles  # per whole-time post
    contracted: Doubles  # hours a month per post
    hours_per_case: Doubles  # standard design, 2010
    assessment_hours: Doubles
    management: Doubles  # the service's own management quality, -1 to 1
    # posts and people
    funded: Doubles  # whole-time posts paid for
    staff: Doubles  # whole-time staff in post
    morale: Doubles  # 0-1
    cut_shock: Doubles  # share of posts lost, fading over twelve months
    workload: Doubles  # hours wanted / hours available, smoothed
    # work
    caseload: Longs
    queue: Longs
    contacts: Longs  # this month
    admissions: Doubles  # a month, smoothed
    load: Doubles  # hours wanted a month, smoothed over twelve months
    carried: Doubles  # hours left over after whole places were filled
    intensity: Doubles  # share of a case's hours that it gets
    reported: Doubles  # performance as reported, 0-100
    true: Doubles  # performance as it is, 0-100
    # rules of access
    threshold_2010: Doubles
    threshold: Doubles
    fitted: Doubles  # points by which the planner has raised it to fit the budget
    local: Doubles  # points by which the service itself has moved it
    # redesign
    design: Ints  # -1 standard
    stage: Ints  # see mechanism.redesign
    stage_months: Ints
    capability: Doubles  # redesign capability, 0-1
    true_cost: Doubles  # change of hours per case the design makes here once embedded
    true_outcome: Doubles  # change of the resolve rate it makes here
    copied: Bytes  # taken from a peer rather than the catalogue
    adapted: Bytes  # sent back from its test once
    embedded: Doubles  # how far the new design is in use, 0-1
    old_open: Bytes  # the old service still runs beside the new
    # what citizens meet
    resolve: Doubles  # multipliers of the challenge's own numbers
    root: Doubles
    holding: Doubles
    gain: Doubles
    leave: Doubles
    burden: Doubles  # share of would-be askers put off
    # the plan
    statutory: Doubles  # share of the standstill budget that the law protects
    baseline_funded: Doubles  # posts for the work of 2010 in today's way of working
    invested: Doubles  # growth of a prevention service paid for by its pool, share of what it would else have
    saved_before: Doubles  # share of hours per case already taken out by earlier plans
    to_cash: Bytes  # an old service was closed and its posts have not been withdrawn yet

    def copy(self) -> Self:
        """The same services, to be planned otherwise."""
        columns: list[Any] = [column.copy() for column in self]
        return type(self)(*columns)


class Offer(NamedTuple):
    """What citizens meet at each service: some of the columns of `Services`, the same arrays."""

    threshold: Doubles
    intensity: Doubles
    resolve: Doubles
    root: Doubles
    holding: Doubles
    gain: Doubles
    leave: Doubles
    burden: Doubles


def offer_of(services: Services) -> Offer:
    """The services as citizens meet them."""
    return Offer(*(getattr(services, name) for name in Offer._fields))


def empty_people(rows: int, challenges: int) -> People:
    """Vacant rows."""
    wide = {"level", "root", "luck", "state", "tier", "service", "months", "cause", "since", "unmet", "asked"}
    kinds: dict[str, type] = dict.fromkeys(("birth_month", "area", "household", "housemate", "generation"), np.int32)
    kinds |= dict.fromkeys(("trust", "trust_usual", "capability", "capability_usual", "wellbeing", "luck"), np.float32)
    kinds |= {"seen": np.uint64, "open": np.uint16, "service": np.int16}
    columns: dict[str, Any] = {
        name: np.zeros((rows, challenges) if name in wide else rows, dtype=kinds.get(name, np.uint8))
        for name in People._fields
    }
    return People(**columns)


def empty_services(count: int) -> Services:
    """Services with nothing in them."""
    ints = {"challenge", "tier", "owner", "catchment", "design", "stage", "stage_months"}
    longs = {"caseload", "queue", "contacts"}
    small = {"zone", "to_cash", "copied", "adapted", "old_open"}
    columns: dict[str, Any] = {}
    for name in Services._fields:
        kind = np.int32 if name in ints else np.int64 if name in longs else np.uint8 if name in small else np.float64
        columns[name] = np.zeros(count, dtype=kind)
    columns["design"][:] = -1
    return Services(**columns)
