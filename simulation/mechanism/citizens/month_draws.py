"""The draws of a month of need, made for many citizens at a time, and a glance at what they may bring."""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import inner
from simulation.draws import Event, philox, words_below
from simulation.mechanism.citizens.listed import CHUNK, in_a_row
from simulation.mechanism.citizens.vital import BAND_AT, BANDS, HIGHEST_WORD, OLDEST, TWO_32, limits
from simulation.state.codes import Level
from simulation.state.tables import NeedRates, Unmoved
from simulation.state.tally import BLOCKS

MONTH, BIRTH = int(Event.MONTH), int(Event.BIRTH)
DRAWN = 6  # challenges whose draws come with those of death and departure
DEATH, DEPARTURE, BIRTH_DRAW = 6, 7, 8  # which of the month's draws they are
BIRTH_BIT, DEATH_BIT, DEPARTURE_BIT = 13, 14, 15  # of a glance, beyond those of the challenges
GIVES_BIRTH, MAY_DIE = 1 << BIRTH_BIT, 1 << DEATH_BIT
CHALLENGES = uint64(GIVES_BIRTH - 1)  # the bits below
YOUNGEST_MOTHER, OLDEST_MOTHER = 15, 44
STAGES = 1 + len(Level)  # of a need: nothing, a root cause alone, emerging, established, crisis
CRISIS_STAGE = STAGES - 1


def unmoved(rates: NeedRates, risk: NDArray[np.float64]) -> Unmoved:
    """Which words of chance leave a need as it is, from what is so whoever has it: the area's risk, the age, the stage.

    In a crisis nothing moves a need here. At an age that does not know the need it is looked at whatever is drawn.

    Args:
        rates: the challenges' numbers.
        risk: against the national average: (areas, challenges).
    """
    challenges, bands = rates.ceiling.shape
    known = min(DRAWN, challenges)
    least = np.zeros((risk.shape[0], bands, DRAWN, STAGES), dtype=np.uint32)
    most = np.full_like(least, HIGHEST_WORD)
    risk, worst, mend = risk[:, None, :known], rates.worst[:known], rates.mend[:known]
    least[:, :, :known, 0] = limits(risk * rates.ceiling.T[:, :known])
    least[:, :, :known, 1:CRISIS_STAGE] = limits(risk[..., None] * worst)
    most[:, :, :known, 1:CRISIS_STAGE] = np.clip(np.floor(mend * TWO_32) - 1, 0, HIGHEST_WORD)
    always = (rates.relative_risk.T[:, :known] == 0) | (mend.min(axis=1) <= 0)
    least[:, :, :known][:, always, 1:], most[:, :, :known][:, always, 1:] = HIGHEST_WORD, 0
    return Unmoved(least.ravel(), most.ravel())


def with_onset(rates: NeedRates, risk: NDArray[np.float64], times: float) -> NeedRates:
    """The challenges' numbers where needs begin so many times as readily; the very same where that is once.

    Args:
        rates: as on the policy date.
        risk: of each area against the national average: (areas, challenges).
        times: how many times as readily.
    """
    if times == 1.0:
        return rates
    more = rates._replace(onset=rates.onset * times, ceiling=rates.ceiling * times)
    return more._replace(unmoved=unmoved(more, risk))


class Draws(NamedTuple):
    """Room for the month's draws of some citizens at a time, one part for each block of rows."""

    words: NDArray[np.uint32]  # (blocks, 12, CHUNK): eight of the month, then four of birth
    glance: NDArray[np.uint16]  # (blocks, CHUNK): what this month's draws may bring, one bit each
    age: NDArray[np.uint32]  # (blocks, CHUNK): in years, as far as life tables go
    stage: NDArray[np.uint8]  # (blocks, CHUNK x challenges or a little more): which of the STAGES each need has reached


def room_for_draws(challenges: int) -> Draws:
    """Room to make the month's draws in."""
    return Draws(
        np.zeros((BLOCKS, 12, CHUNK), dtype=np.uint32),
        np.zeros((BLOCKS, CHUNK), dtype=np.uint16),
        np.zeros((BLOCKS, CHUNK), dtype=np.uint32),
        np.zeros((BLOCKS, CHUNK * challenges + DRAWN), dtype=np.uint8),
    )


@inner
def grow_older(first, count, context, block):
    """Citizens in a row of rows are as old as this month makes them."""
    people, ages = context.people, context.draws.age[block]
    born, band = people.birth_month[first : first + count], people.band[first : first + count]
    month, oldest = np.int32(context.now.month), np.uint32(context.vital.death.shape[0] - 1)
    for n in range(count):
        age = np.uint32(month - born[n]) // np.uint32(12)
        band[n] = BAND_AT[min(age, np.uint32(OLDEST))]
        ages[n] = min(age, oldest)


@inner
def draw_month(first, count, context, block):
    """The draws of a month for citizens in a row of rows."""
    people, now = context.people, context.now
    words, month = context.draws.words[block], uint64(now.month) & uint64(0xFFFFFFFF)
    k0, k1 = uint64(now.k0), uint64(now.k1)
    generation = people.generation[first : first + count]
    for n in range(count):
        lived = uint64(generation[n])
        words[0, n], words[1, n], words[2, n], words[3, n] = philox(
            uint64(first + n), lived, month, uint64(MONTH << 8), k0, k1
        )
    for n in range(count):
        lived = uint64(generation[n])
        words[4, n], words[5, n], words[6, n], words[7, n] = philox(
            uint64(first + n), lived, month, uint64((MONTH << 8) | 1), k0, k1
        )
    for n in range(count):
        lived = uint64(generation[n])
        words[8, n], words[9, n], words[10, n], words[11, n] = philox(
            uint64(first + n), lived, month, uint64(BIRTH << 8), k0, k1
        )


@inner
def glance_at(first, count, context, block):
    """What the month's draws may bring to citizens in a row of rows: what begins, worsens or mends, who may die or leave.

    For most citizens that is nothing: their draws lie where no need moves, whatever else is true of its owner.
    """
    people, vital, draws, unmoved = context.people, context.vital, context.draws, context.rates.unmoved
    words, glance, ages, stage = draws.words[block], draws.glance[block], draws.age[block], draws.stage[block]
    area, band = people.area[first : first + count], people.band[first : first + count]
    female = people.female[first : first + count]
    level, root = in_a_row(people.level, first, count), in_a_row(people.root, first, count)
    for k in range(level.size):
        stage[k] = level[k] + np.uint8((level[k] | root[k]) != 0)
    challenges = uint64(people.level.shape[1])
    beyond = np.uint16(((1 << people.level.shape[1]) - 1) & ~((1 << DRAWN) - 1))
    for n in range(count):
        bounds = (uint64(area[n]) * uint64(BANDS) + uint64(band[n])) * uint64(DRAWN * STAGES)
        moves, need = beyond, uint64(n) * challenges
        for c in range(DRAWN):
            word, bound = words[c, n], bounds + uint64(c * STAGES) + uint64(stage[need + uint64(c)])
            moves |= np.uint16((word < unmoved.least[bound]) | (word > unmoved.most[bound])) << np.uint16(c)
        glance[n] = moves
    births = np.uint32(words_below(vital.birth))
    for n in range(count):
        age = ages[n]
        mother = female[n] & (age >= YOUNGEST_MOTHER) & (age <= OLDEST_MOTHER)
        birth = words[BIRTH_DRAW, n] < births
        glance[n] |= (
            np.uint16(mother & birth) << BIRTH_BIT
            | np.uint16(words[DEATH, n] < vital.limit[age, female[n]]) << DEATH_BIT
            | np.uint16(words[DEPARTURE, n] < vital.leaving[band[n]]) << DEPARTURE_BIT
        )
