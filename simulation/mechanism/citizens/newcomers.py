"""Births and arrivals: who takes a vacant row.

A newborn joins the mother's household; an arrival takes a vacated dwelling with its ties. Arrivals resemble a
resident of the same area at the policy date and come at a rate of their own, whatever policy is in force.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import MARKS, inner, marked, rule
from simulation.draws import Event, draw, four
from simulation.mechanism.citizens.case import close, forget, group_of, uid_of
from simulation.mechanism.citizens.listed import CHUNK
from simulation.mechanism.citizens.vital import band_of
from simulation.state.codes import ESTABLISHED, EXPECTS, RELAPSED
from simulation.state.columns import People

BIRTH, ARRIVAL, RENEW = int(Event.BIRTH), int(Event.ARRIVAL), int(Event.RENEW)


class Newcomers(NamedTuple):
    """How many come, and whom arrivals resemble: residents as they were at the policy date."""

    female: float  # share of births
    arrivals: float  # expected arrivals a month
    birth_month: NDArray[np.int32]
    is_female: NDArray[np.uint8]
    was_alive: NDArray[np.uint8]
    level: NDArray[np.uint8]  # (rows, challenges)
    root: NDArray[np.uint8]
    luck: NDArray[np.float32]


def resembling(newcomers: Newcomers, people: People) -> Newcomers:
    """Newcomers of whom those who move in resemble the people there are now."""
    return newcomers._replace(
        birth_month=people.birth_month.copy(),
        is_female=people.female.copy(),
        was_alive=people.alive.copy(),
        level=people.level.copy(),
        root=people.root.copy(),
        luck=people.luck.copy(),
    )


@inner
def donor(i, area, band, u, people, first_row):
    """Somebody else of an age band who lives in an area, from a point of chance onwards; -1 if there is nobody."""
    size = first_row[area + 1] - first_row[area]
    start = int(u * size)
    for step in range(size):
        j = first_row[area] + (start + step) % size
        if people.alive[j] and people.band[j] == band and j != i:
            return j
    return -1


@rule
def renew(people, ground, rates, vital, yearly, now, edges, tally):
    """While a place stands still at its policy-date ages, people are replaced as fast as they would grow older, die or move.

    Whoever leaves an age band, or dies, gives way to somebody who has just entered the band: with the needs of a
    neighbour of the band below, nobody in crisis, or of a newborn. People in need die sooner here as they do later.
    Whoever moves away gives way to somebody with the needs of a neighbour of the same band. So needs come to rest as
    they would in a place whose people age, die and move, and whose age structure stays the same.
    """
    for block in range(edges.size - 1):
        for i in range(edges[block], edges[block + 1]):
            if people.alive[i] == 0:
                continue
            band = people.band[i]
            u, u_donor, _, _ = four(uid_of(i, people), now.month, RENEW, 0, now.k0, now.k1)
            excess = 1.0
            for c in range(people.level.shape[1]):
                excess += rates.mortality[c, people.level[i, c]]
            age = min(-people.birth_month[i] // 12, vital.death.shape[0] - 1)
            leaves = yearly[band] / 12.0 + vital.death[age, people.female[i]] / vital.usual[band] * excess
            if u < leaves:
                like = donor(i, people.area[i], band - 1, u_donor, people, ground.first_row) if band > 0 else -1
                take_after(i, like, people, tally, block, group_of(i, people, ground))
            elif u < leaves + vital.departure:
                like = donor(i, people.area[i], band, u_donor, people, ground.first_row)
                if like >= 0:
                    take_after(i, like, people, tally, block, group_of(i, people, ground))


@inner
def take_after(i, like, people, tally, block, group):
    """Give a citizen somebody else's needs, or none; no case is open and nobody is in crisis."""
    for c in range(people.level.shape[1]):
        close(i, c, people, tally, block, group)
        forget(i, c, people)
        if like >= 0:
            people.level[i, c] = min(people.level[like, c], ESTABLISHED)
            people.root[i, c] = people.root[like, c]
            people.luck[i, c] = people.luck[like, c]
            if people.level[i, c] == 0 and people.root[i, c]:
                people.cause[i, c] = RELAPSED


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
    people.open[i] = 0
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


@inner
def anybody_expects(first, last, people):
    """Whether any of the citizens in a row of rows gives birth this month."""
    marks = 0
    for i in range(first, last):
        marks |= people.open[i]
    return marks & EXPECTS != 0


@rule
def births(people, ground, newcomers, search_from, now):
    """Children are born to women of 15 to 44 and join their mothers' households. Returns how many.

    `search_from` is, by area, the row from which there may be vacant ones; it is moved on.
    """
    born = 0
    for first in range(0, people.alive.size, CHUNK):
        last = min(first + CHUNK, people.alive.size)
        if not anybody_expects(first, last, people):
            continue
        for i in range(first, last):
            if people.open[i] & EXPECTS == 0:
                continue
            j = vacant_row(people.area[i], people, ground.first_row, search_from)
            if j < 0:
                continue
            girl = draw(uid_of(i, people), now.month, BIRTH, 1, now.k0, now.k1) < newcomers.female
            enter(j, girl, now.month, now.month, people)
            people.household[j] = people.household[i]
            move_in(i, j, people)
            people.wellbeing[j] = ground.contentment[people.area[j]]
            born += 1
    return born


@rule
def arrivals(people, ground, newcomers, search_from, now):
    """People move in, as many as the month brings. Returns how many found a dwelling."""
    rows = people.alive.size
    expected = newcomers.arrivals + draw(0, now.month, ARRIVAL, 0, now.k0, now.k1)
    came = 0
    for k in range(int(expected)):
        like = int(draw(k + 1, now.month, ARRIVAL, 1, now.k0, now.k1) * rows)
        while newcomers.was_alive[like] == 0:
            like = (like + 1) % rows
        i = vacant_row(people.area[like], people, ground.first_row, search_from)
        if i < 0:
            continue
        enter(i, newcomers.is_female[like], newcomers.birth_month[like] + now.month, now.month, people)
        people.wellbeing[i] = ground.contentment[people.area[i]]
        for c in range(people.level.shape[1]):
            people.level[i, c] = min(newcomers.level[like, c], ESTABLISHED)
            people.root[i, c] = newcomers.root[like, c]
            people.luck[i, c] = newcomers.luck[like, c]
            if people.level[i, c] == 0 and people.root[i, c]:
                people.cause[i, c] = RELAPSED
            if people.level[i, c] or people.root[i, c]:
                people.open[i] |= 1 << c
        came += 1
    return came
