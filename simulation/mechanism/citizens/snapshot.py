"""The start of the month: everybody is seen as they are, and what a citizen sees among ties and household."""

import numpy as np
from numba import uint64

from simulation.compile import fetch, inner, mark_done, row, rule, take
from simulation.mechanism.citizens.case import NEEDS_SEEN, SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, TIES_READ
from simulation.mechanism.citizens.listed import CHUNK, in_a_row, list_marked
from simulation.state.codes import ESTABLISHED


@row
def be_seen_rows(first, count, context, block):
    """What others can see of citizens in a row of rows at the start of the month: established needs, presence, trust."""
    people, listed = context.people, context.listed
    mark, row, challenge = listed.mark[block], listed.row[block], listed.challenge[block]
    level, seen = in_a_row(people.level, first, count), people.seen[first : first + count]
    alive, trust = people.alive[first : first + count], people.trust[first : first + count]
    people.expects[first : first + count] = 0
    for n in range(count):
        fifteenths = uint64(trust[n] * 15.0 + 0.5)
        seen[n] = (uint64(1) << uint64(SEEN_ALIVE) | fifteenths << uint64(SEEN_TRUST)) if alive[n] else uint64(0)
    for k in range(level.size):
        mark[k] = level[k] >= ESTABLISHED
    for k in range(list_marked(first, level.size, listed, block)):
        seen[row[k] - first] |= uint64(1) << uint64(SEEN_BITS) * uint64(challenge[k])


@inner
def meet(seen, total, met, able):
    """One more of a citizen's ties is looked at; whoever is not there shows nothing. Nothing hangs on what is seen but sums."""
    there = uint64(seen != 0)
    return total + seen, met + there, able + (there & uint64(seen & NEEDS_SEEN == 0))


@inner
def circle(i, people, ties):
    """What a citizen sees among ties and household: the sum of their snapshots, and how many need nothing."""
    total, met, able = uint64(0), uint64(0), uint64(0)
    for k in range(ties.start[i], ties.start[i + 1]):
        if met < TIES_READ:
            total, met, able = meet(people.seen[ties.other[k]], total, met, able)
    j = people.housemate[i]
    while j != i and met < TIES_READ:
        total, met, able = meet(people.seen[j], total, met, able)
        j = people.housemate[j]
    return total, met, able


@inner
def look_for_circle(rows, length, ties):
    """Begin to look for the ties of citizens who are about to ask what they see among them."""
    for k in range(length):
        fetch(ties.other, ties.start[rows[k]])


@inner
def look_at_circle(rows, length, people, ties):
    """Begin to look at the ties of citizens who all ask what they see among them."""
    for k in range(length):
        for tie in range(ties.start[rows[k]], ties.start[rows[k] + 1]):
            fetch(people.seen, np.int64(ties.other[tie]))


@rule
def be_seen(turn, last_block, edges, context):
    """Everybody in some blocks is seen as they are at the start of the month."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            be_seen_rows(first, min(CHUNK, edges[block + 1] - first), context, block)
        mark_done(turn)
        block = take(turn)
