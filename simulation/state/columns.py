"""Citizens and services as columns: one row a citizen, one row a service.

Each column is declared once: its name, what it holds (as a type that knows its numbers) and what it means. Empty tables,
and what citizens meet at a service, are made from these declarations.

A row is a dwelling place for one citizen. When its citizen dies or moves away the row is vacant until a newborn
or an arrival takes it; `generation` then grows by one, so that the newcomer has luck of their own.
"""

from collections import namedtuple
from typing import Annotated, Any, NamedTuple, Self, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray


class Column(NamedTuple):
    """What a column holds.

    Attributes:
        dtype: its numbers.
        by_challenge: whether it has one for each challenge: (rows, challenges).
        met: whether citizens meet it at a service.
        start: what an empty row holds.
    """

    dtype: type[np.generic]
    by_challenge: bool = False
    met: bool = False
    start: int = 0


Bytes = Annotated[NDArray[np.uint8], Column(np.uint8)]
Ints = Annotated[NDArray[np.int32], Column(np.int32)]
Longs = Annotated[NDArray[np.int64], Column(np.int64)]
Words = Annotated[NDArray[np.uint64], Column(np.uint64)]
Floats = Annotated[NDArray[np.float32], Column(np.float32)]
Doubles = Annotated[NDArray[np.float64], Column(np.float64)]
Ones = Annotated[NDArray[np.float64], Column(np.float64, start=1)]
EachBytes = Annotated[NDArray[np.uint8], Column(np.uint8, by_challenge=True)]
EachShorts = Annotated[NDArray[np.int16], Column(np.int16, by_challenge=True)]
EachFloats = Annotated[NDArray[np.float32], Column(np.float32, by_challenge=True)]
Designs = Annotated[NDArray[np.int32], Column(np.int32, start=-1)]
Met = Annotated[NDArray[np.float64], Column(np.float64, met=True)]


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
    seen: Words  # start-of-month snapshot: what ties can see
    expects: Bytes  # whether a child is born to the citizen this month
    level: EachBytes  # (rows, challenges): 0 none, 1 emerging, 2 established, 3 crisis
    root: EachBytes  # (rows, challenges): is what produces the need still there?
    luck: EachFloats  # (rows, challenges): the episode's own severity, 0-1
    state: EachBytes  # (rows, challenges): CaseState
    tier: EachBytes  # (rows, challenges): tier of the service waited for or used
    service: EachShorts  # (rows, challenges): which one
    months: EachBytes  # (rows, challenges): months in this state, 255 at most
    cause: EachBytes  # (rows, challenges): Cause
    since: EachBytes  # (rows, challenges): months since that
    unmet: EachBytes  # (rows, challenges): months turned away or waiting, 12 at most
    asked: EachBytes  # (rows, challenges): this month's request, 0 none or tier + 1

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
    zone: Bytes  # number of the zone it lies in
    staff_cost: Doubles  # per whole-time post, at today's pay
    staff_cost_2010: Doubles  # ... at 2010's
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
    usual_package: Doubles  # mean hours of a case of its kind in 2010, those at severity 2 being 1
    package: Ones  # mean hours of its cases in hand against those of 2010
    next_package: Ones  # ... of those who wait for it
    intensity: Met  # share of a case's hours that it gets
    reported: Doubles  # performance as reported, for those it serves, 0-100
    true: Doubles  # ... as it is, 0-100
    care_each: (
        Doubles  # of acute services: hours of core care a month for each person of 65 and over, smoothed over a year
    )
    care_2010: Doubles  # ... on the policy date
    # rules of access
    threshold_2010: Doubles
    threshold: Met
    fitted: Doubles  # points by which the planner has raised it to fit the budget
    local: Doubles  # points by which the service itself has moved it
    panel: Doubles  # points by which its panel has raised it for want of hours
    review: Met  # severity below which a case is let go at its yearly review; 0 for none
    # redesign
    design: Designs  # -1 standard
    stage: Ints  # Stage
    stage_months: Ints
    capability: Doubles  # redesign capability, 0-1
    true_cost: Doubles  # change of hours per case the design makes here once embedded
    true_outcome: Doubles  # change of the resolve rate it makes here
    copied: Bytes  # taken from a peer rather than the catalogue
    adapted: Bytes  # sent back from its test once
    embedded: Doubles  # how far the new design is in use, 0-1
    old_open: Bytes  # the old service still runs beside the new
    both_months: Ints  # months for which both have run
    followed: Ints  # 1 + month of the last start on a date that it has followed; 0 for none
    # what citizens meet
    resolve: Met  # multipliers of the challenge's own numbers
    root: Met
    holding: Met
    gain: Met
    leave: Met
    burden: Met  # share of would-be askers put off
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


Table = TypeVar("Table", People, Services)


def columns_of(table: type[Table]) -> dict[str, Column]:
    """What each column of a table holds, by name, as declared."""
    hints = get_type_hints(table, include_extras=True)
    return {name: hints[name].__metadata__[0] for name in table._fields}


def empty(table: type[Table], rows: int, challenges: int = 0) -> Table:
    """A table of vacant rows."""
    columns: dict[str, Any] = {
        name: np.full((rows, challenges) if column.by_challenge else rows, column.start, dtype=column.dtype)
        for name, column in columns_of(table).items()
    }
    return table(**columns)


MET: list[str] = [name for name, column in columns_of(Services).items() if column.met]
Offer = namedtuple("Offer", MET)  # type: ignore[misc]
Offer.__doc__ = "What citizens meet at each service: those columns of `Services` that are declared so, the same arrays."


def offer_of(services: Services) -> Any:
    """The services as citizens meet them: an `Offer`."""
    return Offer(*(getattr(services, name) for name in MET))
