"""The start of the month: everybody is seen as they are, and what a citizen sees among ties and household."""

from numba import uint64

from simulation.compile import fetch, inner, mark_done, row, rule, take
from simulation.mechanism.citizens.case import NEEDS_SEEN, SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, TIES_READ
from simulation.mechanism.citizens.listed import CHUNK, in_a_row, list_marked
from simulation.state.codes import ESTABLISHED


@row
def be_seen_rows(first, count, context, block):
    """What others can see of citizens in a row of rows at the start of the month (established needs, presence, trust).

    And which of their needs are open: only those who are here have any.
    """
    people, listed = context.people, context.listed
    mark, row, challenge = listed.mark[block], listed.row[block], listed.challenge[block]
    level, root = in_a_row(people.level, first, count), in_a_row(people.root, first, count)
    alive, trust = people.alive[first : first + count], people.trust[first : first + count]
    seen, still_open = people.seen[first : first + count], people.open[first : first + count]
    still_open[:] = 0
    for n in range(count):
        fifteenths = uint64(trust[n] * 15.0 + 0.5)
        seen[n] = (uint64(1) << uint64(SEEN_ALIVE) | fifteenths << uint64(SEEN_TRUST)) if alive[n] else uint64(0)
    for k in range(level.size):
        mark[k] = level[k] | root[k]
    for k in range(list_marked(first, level.size, listed, block)):
        n, c = row[k] - first, uint64(challenge[k])
        still_open[n] |= uint64(1) << c
        seen[n] |= uint64(people.level[row[k], challenge[k]] >= ESTABLISHED) << uint64(SEEN_BITS) * c


@inner
def circle(i, people, ties):
    """What a citizen sees among ties and household: the sum of their snapshots, and how many need nothing."""
    total = uint64(0)
    able = 0
    met = 0
    for k in range(ties.start[i], ties.start[i + 1]):
        seen = people.seen[ties.other[k]]
        if seen and met < TIES_READ:
            total += seen
            met += 1
            if seen & NEEDS_SEEN == 0:
                able += 1
    j = people.housemate[i]
    while j != i:
        if people.seen[j] and met < TIES_READ:
            total += people.seen[j]
            met += 1
            if people.seen[j] & NEEDS_SEEN == 0:
                able += 1
        j = people.housemate[j]
    return total, met, able


@inner
def look_for_circle(rows, length, ties):
    """Begin to look for the ties of citizens who are about to ask what they see among them."""
    for k in range(length):
        fetch(ties.other, ties.start[rows[k]])


@rule
def be_seen(turn, last_block, edges, context):
    """Everybody in some blocks is seen as they are at the start of the month."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            be_seen_rows(first, min(CHUNK, edges[block + 1] - first), context, block)
        mark_done(turn)
        block = take(turn)
