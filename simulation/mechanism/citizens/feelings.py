"""What needs take from lives, and how citizens feel: trust, capability and life satisfaction, which drift back to the usual."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import counted, inner, rule
from simulation.mechanism.citizens.case import column, reporting_group
from simulation.mechanism.citizens.listed import CHUNK, in_a_row, list_marked
from simulation.state.codes import EMERGING, ESTABLISHED, NO_NEED
from simulation.state.tables import Taken
from simulation.state.tally import BLOCKS, FINE, Count, Each

CITIZENS, TOLD_LIFE = int(Count.CITIZENS), int(Count.LIFE)
TOLD_TRUST, TOLD_CAPABILITY = int(Count.TRUST), int(Count.CAPABILITY)
LIFE, QUALITY, CARBON, CARE = (int(what) for what in Taken)
TRUST, CAPABILITY = len(Taken), len(Taken) + 1  # what citizens tell beyond what needs take
AT_EMERGING, INFORMAL_CARE, IN_NEED = int(Each.EMERGING), int(Count.INFORMAL_CARE), int(Count.IN_NEED)
LIFE_IN_NEED, QALY, TONNES = int(Count.LIFE_IN_NEED), int(Count.QALY), int(Count.CARBON)


class Toll(NamedTuple):
    """What needs take from the lives of CHUNK citizens this month, for each block of rows: all are (blocks, CHUNK)."""

    taken: NDArray[np.float64]  # (blocks, CHUNK, 4): by `Taken`; carbon in all
    told: NDArray[np.int64]  # (blocks, 6, CHUNK): that, trust and capability, as citizens tell them, in ten-thousandths
    content: NDArray[np.float64]  # life satisfaction to which the citizen adjusts
    group: NDArray[np.int64]  # the citizen's reporting group
    in_need: NDArray[np.uint8]  # is any need established, or a crisis?
    unmet: NDArray[np.uint8]  # is any need turned away or waiting?


def room_for_toll() -> Toll:
    """Room to add up in."""
    shape = (BLOCKS, CHUNK)
    return Toll(
        taken=np.zeros((*shape, len(Taken))),
        told=np.zeros((BLOCKS, CAPABILITY + 1, CHUNK), dtype=np.int64),
        content=np.zeros(shape),
        group=np.zeros(shape, dtype=np.int64),
        in_need=np.zeros(shape, dtype=np.uint8),
        unmet=np.zeros(shape, dtype=np.uint8),
    )


@rule
def towards(now, usual, share):
    """A feeling returns part of the way to what is usual."""
    return now + share * (usual - now)


@rule
def whole(quantity):
    """A quantity in ten-thousandths, rounded."""
    return np.int64(np.floor(quantity * FINE + 0.5))


@inner
def drift(feeling, usual, share, alive, told):
    """A feeling of citizens in a row of rows drifts back to what is usual for each; `told` is what they then tell of it."""
    for n in range(alive.size):
        now = np.float32(towards(float(feeling[n]), float(usual[n]), share))
        feeling[n] = now if alive[n] else feeling[n]
        told[n] = whole(float(feeling[n]))


@inner
def add_up(first, count, context, block):
    """Count every need of citizens in a row of rows, and add up what their needs take from each life this month."""
    people, rates, listed, tally, toll = context.people, context.rates, context.listed, context.tally, context.toll
    taken, group, in_need, unmet = toll.taken[block], toll.group[block], toll.in_need[block], toll.unmet[block]
    area, band = people.area[first : first + count], people.band[first : first + count]
    mark, level = listed.mark[block], in_a_row(people.level, first, count)
    for n in range(count):
        taken[n, LIFE], taken[n, QUALITY], taken[n, CARBON], taken[n, CARE] = 0.0, 0.0, rates.carbon_usual, 0.0
        group[n], in_need[n], unmet[n] = reporting_group(area[n], band[n], context.ground), False, False
    for k in range(level.size):
        mark[k] = level[k] != NO_NEED
    for k in range(list_marked(first, level.size, listed, block)):
        i, c = counted(listed.row[block, k]), counted(listed.challenge[block, k])
        n, how_far = counted(i - first), people.level[i, c]
        tally.people[block, group[n], column(AT_EMERGING + how_far - EMERGING, c)] += 1
        life, quality = (
            taken[n, LIFE] + rates.toll[c, how_far, LIFE],
            taken[n, QUALITY] + rates.toll[c, how_far, QUALITY],
        )
        carbon, care = taken[n, CARBON] + rates.toll[c, how_far, CARBON], taken[n, CARE] + rates.toll[c, how_far, CARE]
        taken[n, LIFE], taken[n, QUALITY], taken[n, CARBON], taken[n, CARE] = life, quality, carbon, care
        in_need[n] |= how_far >= ESTABLISHED
        unmet[n] |= people.unmet[i, c] > 0


@inner
def take_stock(first, count, context, block):
    """How citizens in a row of rows feel about lives that needs take so much from, told in ten-thousandths."""
    people, toll, conduct = context.people, context.toll, context.conduct
    taken, unmet, content, told = toll.taken[block], toll.unmet[block], toll.content[block], toll.told[block]
    alive, area = people.alive[first : first + count], people.area[first : first + count]
    for n in range(count):
        content[n] = context.ground.contentment[area[n]]
    for n in range(count):
        lost = taken[n, LIFE] + conduct.wellbeing_waiting if unmet[n] else taken[n, LIFE]
        content[n] = min(10.0, max(0.0, content[n] - lost))
    drift(people.wellbeing[first : first + count], content, conduct.wellbeing_adjust, alive, told[LIFE])
    trust, capability = people.trust[first : first + count], people.capability[first : first + count]
    drift(trust, people.trust_usual[first : first + count], conduct.trust_revert, alive, told[TRUST])
    usual = people.capability_usual[first : first + count]
    drift(capability, usual, conduct.capability_revert, alive, told[CAPABILITY])
    for n in range(count):
        told[QUALITY, n] = whole(max(0.0, 1.0 - taken[n, QUALITY]))
        told[CARBON, n] = whole(taken[n, CARBON])
        told[CARE, n] = whole(taken[n, CARE])


@inner
def count_lives(first, count, context, block):
    """Count citizens in a row of rows, and what they tell of their lives."""
    alive, toll, tally = context.people.alive[first : first + count], context.toll, context.tally
    told, groups, in_need = toll.told[block], toll.group[block], toll.in_need[block]
    for n in range(count):
        if alive[n]:
            group = groups[n]
            tally.people[block, group, CITIZENS] += 1
            tally.people[block, group, TOLD_LIFE] += told[LIFE, n]
            tally.people[block, group, TOLD_TRUST] += told[TRUST, n]
            tally.people[block, group, TOLD_CAPABILITY] += told[CAPABILITY, n]
            tally.people[block, group, QALY] += told[QUALITY, n]
            tally.people[block, group, TONNES] += told[CARBON, n]
            tally.people[block, group, INFORMAL_CARE] += told[CARE, n]
            tally.people[block, group, IN_NEED] += in_need[n]
            tally.people[block, group, LIFE_IN_NEED] += told[LIFE, n] * in_need[n]
