"""Lists of citizens' needs that something may come of this month, whose draws are made together.

Most needs stay as they are in most months. So citizens are gone through some at a time: needs of which something may
come are marked without deciding anything on the way, the marked ones are listed, and draws are made for the whole list
at once. Every draw has a name and a date, so it is the same whoever else is on the list.
"""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import MARKS, inner, lowest_bit, marked, view
from simulation.draws import philox
from simulation.state.tally import BLOCKS

Longs = NDArray[np.int64]
CHUNK = 256  # citizens who are gone through together


class Listed(NamedTuple):
    """Room to mark and list the needs of CHUNK citizens, one for each block of rows: citizen after citizen, by challenge."""

    mark: NDArray[np.uint8]  # (blocks, CHUNK x challenges or a little more): whether something may come of it
    owner: Longs  # (CHUNK x challenges): whose need it is, counted from the first citizen
    of: Longs  # (CHUNK x challenges): its challenge
    row: Longs  # (blocks, CHUNK x challenges), as are the next three: of the marked needs, the owner's row
    challenge: Longs
    counter: Longs  # which draws: event code x 256 + index // 4
    lived: Longs  # how many lived in the row before
    words: NDArray[np.uint32]  # (blocks, 4, CHUNK x challenges): the words of chance that the counter names


def room_for_lists(challenges: int) -> Listed:
    """Room to make lists in."""
    needs = CHUNK * max(1, challenges)  # citizens themselves are listed too
    row, challenge, counter, lived = np.zeros((4, BLOCKS, needs), dtype=np.int64)
    return Listed(
        mark=np.zeros((BLOCKS, -(-needs // MARKS) * MARKS), dtype=np.uint8),
        owner=np.repeat(np.arange(CHUNK), challenges),
        of=np.tile(np.arange(challenges), CHUNK),
        row=row,
        challenge=challenge,
        counter=counter,
        lived=lived,
        words=np.zeros((BLOCKS, 4, needs), dtype=np.uint32),
    )


@view
def in_a_row(column, first, count):
    """A column that has an entry for each challenge, of citizens in a row of rows, as one row of needs."""
    return column[first : first + count].reshape(-1)


@inner
def find_marked(mark, size, place):
    """Write down which of the first so many marks are set, in their order. Returns how many are."""
    mark[size:] = 0
    length = 0
    for start in range(0, mark.size, MARKS):
        here = marked(mark, start)
        while here:
            place[length] = start + np.int64(lowest_bit(here))
            here &= here - uint64(1)
            length += 1
    return length


@inner
def list_marked(first, size, listed, block):
    """List the needs that are marked, of so many of citizens from a first row on. Returns how many there are."""
    row, challenge = listed.row[block], listed.challenge[block]
    length = find_marked(listed.mark[block], size, row)
    for k in range(length):
        need = row[k]
        row[k], challenge[k] = first + listed.owner[need], listed.of[need]
    return length


@inner
def draw_listed(length, listed, people, now, block):
    """This month's draws for every need on a block's list: the four words that its counter names."""
    row, counter, lived, words = listed.row[block], listed.counter[block], listed.lived[block], listed.words[block]
    month, k0, k1 = uint64(now.month) & uint64(0xFFFFFFFF), uint64(now.k0), uint64(now.k1)
    for k in range(length):
        lived[k] = people.generation[row[k]]
    for k in range(length):
        words[0, k], words[1, k], words[2, k], words[3, k] = philox(
            uint64(row[k]), uint64(lived[k]), month, uint64(counter[k]), k0, k1
        )
