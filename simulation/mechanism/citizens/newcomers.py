"""Births and arrivals: who takes a vacant row.

A newborn joins the mother's household; an arrival takes a vacated dwelling with its ties. An arrival's life is like that of
a resident of the same age and area: needs, cases under way and what came before. Elsewhere people fare as they do here.

While a place keeps its ages, as before the policy date, those come of whom it has too few. Afterwards as many come as it is
known for, of the ages that move, like residents at the policy date: no policy changes who comes from elsewhere.
"""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import MARKS, inner, marked, rule
from simulation.draws import Event, draw, four
from simulation.mechanism.citizens.case import column, group_of, uid_of
from simulation.mechanism.citizens.vital import BANDS, enter, move_in, vacant_row
from simulation.parameters.quantity import AGE_BAND_STARTS, AGE_BAND_YEARS
from simulation.state.codes import CASE_NONE
from simulation.state.columns import People
from simulation.state.tally import Each

BIRTH, ARRIVAL = int(Event.BIRTH), int(Event.ARRIVAL)
OPENED = int(Each.CASES_OPENED)
NOBODY = -1
STARTS, YEARS = np.array(AGE_BAND_STARTS), np.array(AGE_BAND_YEARS)


class Newcomers(NamedTuple):
    """How many come, and of what age."""

    female: float  # share of births
    arrivals: float  # expected arrivals a month from the policy date on
    moves: NDArray[np.float64]  # (age bands): how readily people of an age move
    wanted: NDArray[np.int64]  # (areas, age bands): people of 2010, whom a place keeps that keeps its ages


class Elsewhere(NamedTuple):
    """Those whom arrivals are like: residents at the policy date, who stand for people elsewhere."""

    people: People  # as they were; nobody lives on in it
    row: NDArray[np.int64]  # their rows, by age band
    first: NDArray[np.int64]  # (age bands + 1): where in `row` a band begins
    share: NDArray[np.float64]  # (age bands): of arrivals, those of this band or younger ones


def as_here(people: People, moves: NDArray[np.float64]) -> Elsewhere:
    """People elsewhere who are as those here are at the policy date, and move as readily as people of their age do."""
    living = np.flatnonzero(people.alive == 1)
    row = living[np.argsort(people.band[living], kind="stable")]
    size = np.bincount(people.band[living], minlength=BANDS)
    share = np.cumsum(size * moves)
    return Elsewhere(people, row, np.concatenate([[0], np.cumsum(size)]), share / share[-1] if share[-1] else share)


@inner
def take_after(i, j, them, people, ground, tally):
    """A newcomer's life until now has been like somebody's: needs, cases and queues, histories, trust, capability."""
    trust = people.trust_usual[i] + them.trust[j] - them.trust_usual[j]
    capability = people.capability_usual[i] + them.capability[j] - them.capability_usual[j]
    people.trust[i] = min(1.0, max(0.0, trust))
    people.capability[i] = min(1.0, max(0.0, capability))
    people.wellbeing[i] = them.wellbeing[j]
    for c in range(people.level.shape[1]):
        people.level[i, c] = them.level[j, c]
        people.root[i, c] = them.root[j, c]
        people.luck[i, c] = them.luck[j, c]
        people.state[i, c] = them.state[j, c]
        people.tier[i, c] = them.tier[j, c]
        people.months[i, c] = them.months[j, c]
        people.cause[i, c] = them.cause[j, c]
        people.since[i, c] = them.since[j, c]
        people.unmet[i, c] = them.unmet[j, c]
        if people.state[i, c] != CASE_NONE:
            people.service[i, c] = ground.service[people.area[i], c, people.tier[i, c]]
            tally.people[0, group_of(i, people, ground), column(OPENED, c)] += 1


@inner
def next_mother(i, people):
    """The row of the first citizen from row i on to whom a child is born this month; the number of rows if there is none."""
    last = people.alive.size
    while i + MARKS <= last and marked(people.expects, i) == 0:
        i += MARKS
    while i < last and not people.expects[i]:
        i += 1
    return i


@rule
def births(people, ground, newcomers, search_from, now):
    """Children are born to women of 15 to 44 and join their mothers' households. Returns how many.

    `search_from` is, by area, the row from which there may be vacant ones; it is moved on.
    """
    born, i = 0, next_mother(0, people)
    while i < people.alive.size:
        j = vacant_row(people.area[i], people, ground.first_row, search_from)
        if j >= 0:
            girl = draw(uid_of(i, people), now.month, BIRTH, 1, now.k0, now.k1) < newcomers.female
            enter(j, girl, now.month, now.month, people)
            people.household[j] = people.household[i]
            move_in(i, j, people)
            people.wellbeing[j] = ground.contentment[people.area[j]]
            born += 1
        i = next_mother(i + 1, people)
    return born


@inner
def band_at(u, share):
    """The age band that a point of chance falls in."""
    band = 0
    while band < BANDS - 1 and u >= share[band]:
        band += 1
    return band


@rule
def arrivals(people, ground, newcomers, elsewhere, search_from, now, tally):
    """People move in, as many as the month brings, of the ages at which people move. Returns how many found a dwelling."""
    expected = newcomers.arrivals + draw(0, now.month, ARRIVAL, 0, now.k0, now.k1)
    them, came = elsewhere.people, 0
    if elsewhere.share[BANDS - 1] == 0.0:
        return came
    for k in range(int(expected)):
        u_band, u_who, _, _ = four(k + 1, now.month, ARRIVAL, 0, now.k0, now.k1)
        band = band_at(u_band, elsewhere.share)
        size = elsewhere.first[band + 1] - elsewhere.first[band]
        j = elsewhere.row[elsewhere.first[band] + int(u_who * size)]
        i = vacant_row(people.area[j], people, ground.first_row, search_from)
        if i < 0:
            continue
        enter(i, them.female[j], them.birth_month[j] + now.month, now.month, people)
        take_after(i, j, them, people, ground, tally)
        came += 1
    return came


@inner
def count_bands(first, last, people, count):
    """Count those who live in some rows by age band."""
    count[:] = 0
    for i in range(first, last):
        if people.alive[i]:
            count[people.band[i]] += 1


@inner
def resident(which, band, first, last, people):
    """The row of one of those of an age band who live in some rows, counted from 0."""
    for i in range(first, last):
        if people.alive[i] and people.band[i] == band:
            if which == 0:
                return i
            which -= 1
    return NOBODY


@inner
def like_here(area, band, u, people, first_row, count):
    """Somebody of an age band who lives in an area, of whom there are `count`, or in the nearest on the list; or NOBODY."""
    areas = first_row.size - 1
    if count[band]:
        return resident(int(u * count[band]), band, first_row[area], first_row[area + 1], people)
    for step in range(1, areas):
        for there in (area - step, area + step):
            if 0 <= there < areas:
                j = resident(0, band, first_row[there], first_row[there + 1], people)
                if j >= 0:
                    return j
    return NOBODY


@inner
def most_lacking(area, wanted, count):
    """The age band of which an area has most too few, and how many people it has too few in all."""
    band, lacking = 0, 0
    for b in range(BANDS):
        lacking += wanted[area, b] - count[b]
        if wanted[area, b] - count[b] > wanted[area, band] - count[band]:
            band = b
    return band, lacking


@rule
def replacements(people, ground, newcomers, search_from, now, tally, count):
    """While a place keeps its ages, each area that has lost people gets as many, of the ages that it has most too few of.

    Each is like somebody of that age who lives there. Returns how many came; `count` is room for numbers by age band.
    """
    came = 0
    for area in range(ground.first_row.size - 1):
        count_bands(ground.first_row[area], ground.first_row[area + 1], people, count)
        band, lacking = most_lacking(area, newcomers.wanted, count)
        for k in range(lacking):
            place = uint64(area + 1) + (uint64(k >> 8) << uint64(32))
            u_who, u_age, u_sex, _ = four(place, now.month, ARRIVAL, k & 255, now.k0, now.k1)
            j = like_here(area, band, u_who, people, ground.first_row, count)
            i = vacant_row(area, people, ground.first_row, search_from)
            if i < 0:
                return came
            if j == NOBODY:
                born = now.month - int(12 * (STARTS[band] + u_age * YEARS[band]))
                enter(i, u_sex < newcomers.female, born, now.month, people)
                people.wellbeing[i] = ground.contentment[area]
            else:
                enter(i, people.female[j], people.birth_month[j], now.month, people)
                take_after(i, j, people, people, ground, tally)
            count[band] += 1
            band, _ = most_lacking(area, newcomers.wanted, count)
            came += 1
    return came
