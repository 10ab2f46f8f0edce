"""Agencies' purses as columns: one row a purse. Pounds a year at the simulated scale.

Every agency has a purse; where a policy has zones, it has another for each of them. An agency's first purse has the
agency's own number, that of zone z comes z times the number of agencies later.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.quantity import AGENCIES, BUDGET_HOLDERS, COUNCIL
from simulation.state.codes import CORE
from simulation.state.columns import Services

Doubles = NDArray[np.float64]

INDEX = {name: k for k, name in enumerate(AGENCIES)}
GROUPS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("council", tuple(INDEX[a] for a in COUNCIL)),
    *((a, (INDEX[a],)) for a in BUDGET_HOLDERS if a not in COUNCIL),
)
"""Agencies that live from one envelope, next to each other: the council's departments together, every other agency by itself."""
AGENCY_COUNT = len(AGENCIES)


OF_TIME = ("fund_years", "frozen")
"""Columns that hold for every purse of an agency alike."""
OUTSIDE = ("other_opening", "other", "care_opening", "care", "windfall")
"""Columns of what is not simulated."""
OF_PEOPLE = ("people", "budgeted", "in_need", "planned_for", "of_age", "other_for", "cared_for", "care_for", *OUTSIDE)
"""Columns that go with the people who live in a zone."""


class Envelope(NamedTuple):
    """Purses that live from one envelope.

    Attributes:
        purses: whose money is shared out together.
        agencies: whose they are.
        zone: what they are for; 0 is all that lies in no zone.
    """

    purses: list[int]
    agencies: list[int]
    zone: int


@lru_cache
def envelopes(purses: int) -> tuple[Envelope, ...]:
    """All envelopes of a place with so many purses: those outside the zones, then zone by zone."""
    zones = range(purses // AGENCY_COUNT)
    return tuple(Envelope([AGENCY_COUNT * z + a for a in each], list(each), z) for z in zones for _, each in GROUPS)


def merged(found: Sequence[Envelope], members: set[int]) -> list[Envelope]:
    """Some envelopes, those of the members of a pool as one."""
    one = [each for each in found if members.intersection(each.agencies)]
    if len(one) < 2:
        return list(found)
    purses, agencies = ([row for each in one for row in getattr(each, name)] for name in ("purses", "agencies"))
    return [Envelope(purses, agencies, one[0].zone), *(each for each in found if each not in one)]


def one_of(rows: Sequence[int], size: int) -> NDArray[np.bool_]:
    """Which of so many purses or agencies are among some."""
    found = np.zeros(size, dtype=bool)
    found[rows] = True
    return found


def purse_of(services: Services) -> NDArray[np.int64]:
    """The purse that each service is paid from: its owner's, for the zone it lies in."""
    return services.owner + AGENCY_COUNT * services.zone.astype(np.int64)


def charges_users(services: Services) -> NDArray[np.bool_]:
    """The services whose users may be asked to pay: core services of adult care."""
    return np.asarray((services.owner == INDEX["adult_care"]) & (services.tier == CORE))


def by_agency(purses: NDArray[Any]) -> NDArray[Any]:
    """What all purses of an agency hold together."""
    return np.asarray(purses.reshape(-1, AGENCY_COUNT).sum(axis=0))


class Agencies(NamedTuple):
    """The agencies' purses. Arrays over all of `AGENCIES`, the centre and households included, and again for each zone."""

    people: Doubles  # whom it is for, counted last April
    budgeted: Doubles  # for how many people the budget below is
    in_need: Doubles  # whom its services are for, counted last April; of care those with established need
    planned_for: Doubles  # for how many of them services are planned
    of_age: Doubles  # whom its other services are for, counted last April
    other_for: Doubles  # for how many of them other services are planned
    cared_for: Doubles  # whom care of working age and placements are for, counted last April
    care_for: Doubles  # for how many of them that is planned
    opening: Doubles  # yearly budget as at the policy date
    income: Doubles  # this year's envelope
    other_opening: Doubles  # yearly spending outside the modelled services, care below apart, as at the policy date
    other: Doubles  # ... as planned this year
    care_opening: (
        Doubles  # the same on adults of working age and on children's placements, apart from all other spending
    )
    care: Doubles  # ... as planned this year
    windfall: Doubles  # what was left over this April when all had been restored that could be; for this year alone
    reserve_target: Doubles
    fund: Doubles  # set aside for setting redesigns up, not yet spent
    fund_years: Doubles  # Aprils in a row in which it has been set aside
    drawn: Doubles  # spent from it in these years
    support: Doubles  # this year's bill for support
    gives: Doubles  # this year's payments to other pool members
    takes: Doubles  # ... from them
    frozen: Doubles  # 0 no, 1 no recruitment and no cover, 2 statutory duties only

    def copy(self) -> Self:
        """The same agencies, to be planned otherwise."""
        return type(self)(*(column.copy() for column in self))

    def divided(self, share: Doubles, people: Doubles) -> Self:
        """The same money in more purses.

        Args:
            share: of each agency's purse that goes to each zone: (zones, agencies).
            people: of everybody who lives in each zone, in the same shape; so much of the services that are not modelled.
        """
        found = {}
        for name, column in self._asdict().items():
            part = np.zeros_like(share) if name in OF_TIME else people if name in OF_PEOPLE else share
            zoned = np.broadcast_to(column, share.shape) if name in OF_TIME else part * column
            found[name] = np.concatenate([column - (part * column).sum(axis=0), zoned.ravel()])
        return type(self)(**found)


def empty_agencies() -> Agencies:
    """Agencies without money."""
    return Agencies(*(np.zeros(len(AGENCIES)) for _ in Agencies._fields))
