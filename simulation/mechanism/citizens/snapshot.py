"""The start of the month: everybody is seen as they are, and what a citizen sees among ties and household."""

from numba import uint64

from simulation.compile import inner, mark_done, row, rule, take
from simulation.mechanism.citizens.case import SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, TIES_READ
from simulation.state.codes import ESTABLISHED


@row
def be_seen_row(i, people):
    """What others can see of a citizen at the start of the month (established needs, presence, trust), and what is open."""
    seen, still_open = uint64(0), uint64(0)
    if people.alive[i]:
        for c in range(people.level.shape[1]):
            if people.level[i, c] >= ESTABLISHED:
                seen |= uint64(1) << uint64(SEEN_BITS * c)
            if people.level[i, c] | people.root[i, c]:
                still_open |= uint64(1) << uint64(c)
        fifteenths = uint64(people.trust[i] * 15.0 + 0.5)
        seen |= (uint64(1) << uint64(SEEN_ALIVE)) | (fifteenths << uint64(SEEN_TRUST))
    people.seen[i] = seen
    people.open[i] = still_open


@inner
def circle(i, people, ties):
    """What a citizen sees among ties and household: the sum of their snapshots, and how many need nothing."""
    total = uint64(0)
    able = 0
    met = 0
    needs = (uint64(1) << uint64(SEEN_ALIVE)) - uint64(1)
    for k in range(ties.start[i], ties.start[i + 1]):
        seen = people.seen[ties.other[k]]
        if seen and met < TIES_READ:
            total += seen
            met += 1
            if seen & needs == 0:
                able += 1
    j = people.housemate[i]
    while j != i:
        if people.seen[j] and met < TIES_READ:
            total += people.seen[j]
            met += 1
            if people.seen[j] & needs == 0:
                able += 1
        j = people.housemate[j]
    return total, met, able


@rule
def be_seen(turn, last_block, edges, people):
    """Everybody in some blocks is seen as they are at the start of the month."""
    block = take(turn)
    while block < last_block:
        for i in range(edges[block], edges[block + 1]):
            be_seen_row(i, people)
        mark_done(turn)
        block = take(turn)
