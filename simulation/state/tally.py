"""Counting what happens, so that the sum is the same whoever counts and in whatever order.

People are counted in fixed blocks of rows, by deprivation fifth and reporting age. Everything is a whole
number: counts as they are, and quantities (life satisfaction, hours, tonnes) in ten-thousandths. Whole numbers
add up to the same total in any order, so threads and engines cannot change a digit.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.quantity import REPORTING_AGES

BLOCKS = 32
FIFTHS = 5
GROUPS = FIFTHS * len(REPORTING_AGES)
FINE = 10_000.0  # quantities are counted in ten-thousandths


class Count(IntEnum):
    """What is counted once per citizen."""

    CITIZENS = 0
    DEATHS = 1
    DEPARTURES = 2
    IN_NEED = 3
    REFUSED_AGAIN = 4  # failure demand after refusal
    ABANDONED_AGAIN = 5
    UNRESOLVED_AGAIN = 6
    RELAPSED_AGAIN = 7
    ADMITTED = 8
    WAITED = 9  # months waited by those admitted
    ABANDONED = 10
    TURNED_AWAY = 11
    LIFE = 12
    LIFE_IN_NEED = 13
    TRUST = 14
    CAPABILITY = 15
    QALY = 16
    CARBON = 17
    INFORMAL_CARE = 18
    SATISFACTION = 19
    USERS = 20
    VISITS = 21  # to emergency departments, at 65 and over
    DAYS_FOR_ASSESSMENT = 22  # days in hospital, ready to leave
    DAYS_FOR_NHS = 23


class Each(IntEnum):
    """What is counted per challenge."""

    EMERGING = 0
    ESTABLISHED = 1
    CRISIS = 2
    NEW = 3  # needs that began
    CRISES = 4  # crises that began
    VALUE = 5  # contacts that are value demand
    FAILURE = 6  # contacts that are failure demand
    REFUSED = 7
    WAITING = 8
    PREVENTION = 9  # being served
    CORE = 10
    ACUTE = 11
    DELAYED = 12
    RESOLVED = 13
    ROOT_REMOVED = 14
    CASES_OPENED = 15
    CASES_CLOSED = 16
    WELL_ENOUGH = 17  # whose acute stay is over but for what keeps them there


class AtService(IntEnum):
    """What is counted per service."""

    CONTACTS = 0
    CASELOAD = 1
    WAITING = 2
    RESOLVED = 3
    REFUSED = 4
    PACKAGES = 5  # hours of cases in hand, the hours at severity 2 being 1; of core alone
    PACKAGES_WANTED = 6  # ... of those who wait


PLAIN = len(Count)
EACH = len(Each)


class Tally(NamedTuple):
    """One month's counts by block."""

    people: NDArray[np.int64]  # (blocks, groups, PLAIN + EACH x challenges)
    services: NDArray[np.int64]  # (blocks, services, AtService)
    waiters: NDArray[np.int64]  # (blocks,): waiting or ready to leave


def empty_tally(challenges: int, services: int) -> Tally:
    """A clean sheet."""
    return Tally(
        np.zeros((BLOCKS, GROUPS, PLAIN + EACH * challenges), dtype=np.int64),
        np.zeros((BLOCKS, services, len(AtService)), dtype=np.int64),
        np.zeros(BLOCKS, dtype=np.int64),
    )


def block_edges(rows: int) -> NDArray[np.int64]:
    """First row of each block, and the end."""
    return np.linspace(0, rows, BLOCKS + 1).astype(np.int64)
