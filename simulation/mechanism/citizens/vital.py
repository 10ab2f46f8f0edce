"""Ageing, death and moving: life tables, the ages that they speak of, and how somebody new takes a vacant row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import MARKS, inner, marked
from simulation.parameters.quantity import AGE_BAND_YEARS

BANDS = len(AGE_BAND_YEARS)
OLDEST = 120
TWO_32 = 2.0**32
HIGHEST_WORD = TWO_32 - 1
BAND_AT = np.searchsorted(np.cumsum(AGE_BAND_YEARS[:-1]), np.arange(OLDEST + 1), side="right").astype(np.uint8)


def limits(chance: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Words of chance below which something with no more than these chances may happen; from there on it cannot."""
    return np.minimum(HIGHEST_WORD, np.floor(chance * TWO_32) + 1).astype(np.uint32)


class Vital(NamedTuple):
    """Birth, death and moving away."""

    death: NDArray[np.float64]  # (ages in years, 2): monthly chance, men and women
    usual: NDArray[np.float64]  # (age bands): mean excess mortality of needs at the policy date, already in the table
    departure: NDArray[np.float64]  # (age bands): monthly chance
    birth: float  # monthly chance for a woman of 15 to 44
    most: float  # no needs multiply the chance of death by more
    limit: NDArray[np.uint32]  # (ages in years, 2): words of chance from here on never mean death
    leaving: NDArray[np.uint32]  # (age bands): words of chance from here on never mean moving away


def with_usual(vital: Vital, usual: NDArray[np.float64]) -> Vital:
    """The same life tables, of a place whose needs already make deaths as many as these times."""
    bands = BAND_AT[np.minimum(np.arange(vital.death.shape[0]), OLDEST)]
    return vital._replace(usual=usual, limit=limits(vital.death / usual[bands][:, None] * vital.most))


def with_departures(vital: Vital, departure: NDArray[np.float64]) -> Vital:
    """The same life tables, of a place from which people move away with these monthly chances, by age band."""
    return vital._replace(departure=departure, leaving=limits(departure))


@inner
def band_of(age):
    """The age band of an age in years."""
    return BAND_AT[min(age, OLDEST)]


@inner
def age_of(i, people, vital, now):
    """Age in years, as far as life tables go."""
    return min((now.month - people.birth_month[i]) // 12, vital.death.shape[0] - 1)


@inner
def vacant_row(area, people, first_row, search_from):
    """The first vacant row of an area, or of the next area that has one; -1 if the place is full.

    Rows are only taken in this part of the month, so a search goes on where the last one of the area ended.
    """
    areas = first_row.size - 1
    for step in range(areas):
        here = (area + step) % areas
        i, last = search_from[here], first_row[here + 1]
        while i + MARKS <= last and ~marked(people.alive, i) == 0:
            i += MARKS  # everybody is at home in all of these
        while i < last and people.alive[i]:
            i += 1
        search_from[here] = i
        if i < last:
            return i
    return -1


@inner
def enter(i, female, birth_month, month, people):
    """Somebody new lives in a row, with draws of their own and nothing behind them."""
    people.generation[i] += 1
    people.seen[i] = 0
    people.expects[i] = 0
    people.alive[i] = 1
    people.female[i] = female
    people.birth_month[i] = birth_month
    people.band[i] = band_of((month - birth_month) // 12)
    people.trust[i] = people.trust_usual[i]
    people.capability[i] = people.capability_usual[i]


@inner
def move_in(i, j, people):
    """Row j leaves the household it stood vacant in and becomes part of row i's."""
    before = j
    while people.housemate[before] != j:
        before = people.housemate[before]
    people.housemate[before] = people.housemate[j]
    people.housemate[j] = people.housemate[i]
    people.housemate[i] = j
