"""The draws of a month of need, made for many citizens at a time, and a glance at what they may bring."""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import inner
from simulation.draws import Event, philox, unit
from simulation.mechanism.citizens.vital import BANDS, age_of
from simulation.state.tally import BLOCKS

MONTH, BIRTH = int(Event.MONTH), int(Event.BIRTH)
DRAWN = 6  # challenges whose draws come with those of death and departure
CHUNK = 128  # citizens whose draws are made together
DEATH, DEPARTURE, BIRTH_DRAW = 6, 7, 8  # which of the month's draws they are
BIRTH_BIT, DEATH_BIT, DEPARTURE_BIT = 13, 14, 15  # of a glance, beyond those of the challenges
GIVES_BIRTH, MAY_DIE = 1 << BIRTH_BIT, 1 << DEATH_BIT
YOUNGEST_MOTHER, OLDEST_MOTHER = 15, 44


class Draws(NamedTuple):
    """Room for the month's draws of some citizens at a time, one part for each block of rows."""

    words: NDArray[np.uint32]  # (blocks, 12, CHUNK): eight of the month, then four of birth
    glance: NDArray[np.uint16]  # (blocks, CHUNK): what this month's draws may bring, one bit each


def room_for_draws() -> Draws:
    """Room to make the month's draws in."""
    return Draws(np.zeros((BLOCKS, 12, CHUNK), dtype=np.uint32), np.zeros((BLOCKS, CHUNK), dtype=np.uint16))


@inner
def draw_month(first, count, context, block):
    """The draws of a month for citizens in a row of rows."""
    people, now = context.people, context.now
    words, month = context.draws.words[block], uint64(now.month) & uint64(0xFFFFFFFF)
    k0, k1 = uint64(now.k0), uint64(now.k1)
    for n in range(count):
        lived = uint64(people.generation[first + n])
        words[0, n], words[1, n], words[2, n], words[3, n] = philox(
            uint64(first + n), lived, month, uint64(MONTH << 8), k0, k1
        )
    for n in range(count):
        lived = uint64(people.generation[first + n])
        words[4, n], words[5, n], words[6, n], words[7, n] = philox(
            uint64(first + n), lived, month, uint64((MONTH << 8) | 1), k0, k1
        )
    for n in range(count):
        lived = uint64(people.generation[first + n])
        words[8, n], words[9, n], words[10, n], words[11, n] = philox(
            uint64(first + n), lived, month, uint64(BIRTH << 8), k0, k1
        )


@inner
def glance_at(first, count, context, block):
    """What the month's draws may bring to citizens in a row of rows: what begins, who may die or leave.

    For most citizens that is nothing, and a glance at the highest chance anybody can have settles their month.
    """
    people, vital, now = context.people, context.vital, context.now
    words, glance, limit = context.draws.words[block], context.draws.glance[block], context.rates.limit
    beyond = np.uint16(((1 << people.level.shape[1]) - 1) & ~((1 << DRAWN) - 1))
    for n in range(count):
        code = uint64(people.area[first + n]) * uint64(BANDS) + uint64(people.band[first + n])
        glance[n] = (
            beyond
            | np.uint16(words[0, n] < limit[0, code])
            | np.uint16(words[1, n] < limit[1, code]) << 1
            | np.uint16(words[2, n] < limit[2, code]) << 2
            | np.uint16(words[3, n] < limit[3, code]) << 3
            | np.uint16(words[4, n] < limit[4, code]) << 4
            | np.uint16(words[5, n] < limit[5, code]) << 5
        )
    for n in range(count):
        i = first + n
        age = uint64(age_of(i, people, vital, now))
        mother = people.female[i] & (age >= YOUNGEST_MOTHER) & (age <= OLDEST_MOTHER)
        birth = unit(words[BIRTH_DRAW, n]) < vital.birth
        glance[n] |= (
            np.uint16(mother & birth) << BIRTH_BIT
            | np.uint16(words[DEATH, n] < vital.limit[age, people.female[i]]) << DEATH_BIT
            | np.uint16(words[DEPARTURE, n] < vital.leaving[people.band[i]]) << DEPARTURE_BIT
        )
