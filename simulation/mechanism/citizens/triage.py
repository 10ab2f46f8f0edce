"""Phase 4, triage: everybody who asks is assessed, and is eligible or refused.

Eligible people wait for a place. A refused citizen is signposted to prevention, or not, loses trust and may ask
again. Assessment takes staff hours whatever the answer.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import counted, inner, mark_done, row, rule, take
from simulation.draws import Event, draw, unit
from simulation.mechanism.citizens.case import column, fail, group_of, package, severity, uid_of
from simulation.mechanism.citizens.feelings import whole
from simulation.mechanism.citizens.listed import CHUNK, draw_listed, in_a_row, list_marked
from simulation.mechanism.citizens.need import OPENED
from simulation.state.codes import CASE_NONE, CASE_READY, CASE_WAITING, CORE, PREVENTION, REFUSED
from simulation.state.tally import AtService, Each

SIGNPOST, ORDER = int(Event.SIGNPOST), int(Event.ORDER)
REFUSALS = int(Each.REFUSED)
AT_CONTACTS, AT_CASELOAD, AT_WAITING = (int(AtService.CONTACTS), int(AtService.CASELOAD), int(AtService.WAITING))
AT_REFUSED, PACKAGES, PACKAGES_WANTED = int(AtService.REFUSED), int(AtService.PACKAGES), int(AtService.PACKAGES_WANTED)


@inner
def join(i, c, tier, s, people, tally, block, group):
    """The citizen joins a service's queue."""
    people.state[i, c] = CASE_WAITING
    people.tier[i, c] = tier
    people.service[i, c] = s
    people.months[i, c] = 0
    tally.people[block, group, column(OPENED, c)] += 1


@inner
def assess(i, c, context, block):
    """A request is assessed: the citizen joins a queue, or is refused and perhaps signposted."""
    people, ground, conduct, now, tally = context.people, context.ground, context.conduct, context.now, context.tally
    tier = people.asked[i, c] - 1
    s = ground.service[people.area[i], c, tier]
    group = group_of(i, people, ground)
    tally.services[block, s, AT_CONTACTS] += 1
    if severity(i, c, people, conduct) >= context.offer.threshold[s]:
        join(i, c, tier, s, people, tally, block, group)
        return
    tally.people[block, group, column(REFUSALS, c)] += 1
    tally.services[block, s, AT_REFUSED] += 1
    fail(i, c, REFUSED, people, conduct)
    if tier == CORE and draw(uid_of(i, people), now.month, SIGNPOST, c, now.k0, now.k1) < context.rates.signposted[c]:
        join(i, c, PREVENTION, ground.service[people.area[i], c, PREVENTION], people, tally, block, group)


@inner
def weigh(i, c, where, people, conduct, tally, block):
    """A core case is known by how severe it is: the worse, the more hours it takes or would take."""
    if where != CASE_NONE and people.tier[i, c] == CORE:
        hours = whole(package(severity(i, c, people, conduct), conduct.package_growth))
        tally.services[block, people.service[i, c], PACKAGES_WANTED if where == CASE_WAITING else PACKAGES] += hours


@row
def triage_rows(first, count, context, block):
    """Assess what citizens in a row of rows, CHUNK at most, ask for, then count every case where it now is."""
    people, listed, tally = context.people, context.listed, context.tally
    mark, asked, state = listed.mark[block], in_a_row(people.asked, first, count), in_a_row(people.state, first, count)
    for k in range(state.size):
        mark[k] = asked[k] | state[k]
    for k in range(list_marked(first, state.size, listed, block)):
        i, c = counted(listed.row[block, k]), counted(listed.challenge[block, k])
        if people.asked[i, c]:
            assess(i, c, context, block)
        where = people.state[i, c]
        if where == CASE_WAITING:
            tally.services[block, people.service[i, c], AT_WAITING] += 1
        elif where != CASE_NONE:
            tally.services[block, people.service[i, c], AT_CASELOAD] += 1
        weigh(i, c, where, people, context.conduct, tally, block)
        tally.waiters[block] += (where == CASE_WAITING) | (where == CASE_READY)


@rule
def triage(turn, last_block, edges, context):
    """A month of triage for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            triage_rows(first, min(CHUNK, edges[block + 1] - first), context, block)
        mark_done(turn)
        block = take(turn)


class Line(NamedTuple):
    """Those who wait for a place, in the order of their rows."""

    row: NDArray[np.int64]
    challenge: NDArray[np.int64]
    wanted: NDArray[np.int64]  # the service
    severity: NDArray[np.float64]
    waited: NDArray[np.float64]  # months
    chance: NDArray[np.float64]  # the draw that decides between equals
    ready: NDArray[np.uint8]  # to leave acute care
    fate: NDArray[np.uint8]  # what comes of it this month, once that is known


@inner
def line_up_rows(first, count, n, context, line, block):
    """Write down who waits for a place among citizens in a row of rows, from entry n on. Returns the entry after them."""
    people, listed = context.people, context.listed
    mark, state = listed.mark[block], in_a_row(people.state, first, count)
    for k in range(state.size):
        mark[k] = (state[k] == CASE_WAITING) | (state[k] == CASE_READY)
    length = list_marked(first, state.size, listed, block)
    for k in range(length):
        listed.counter[block, k] = ORDER << 8 | listed.challenge[block, k] >> 2
    draw_listed(length, listed, people, context.now, block)
    for k in range(length):
        i, c = counted(listed.row[block, k]), counted(listed.challenge[block, k])
        line.row[n + k], line.challenge[n + k] = i, c
        line.chance[n + k] = unit(listed.words[block, c & 3, k])
        line.waited[n + k] = people.months[i, c]
        line.severity[n + k] = severity(i, c, people, context.conduct)
        line.wanted[n + k] = people.service[i, c]
        line.ready[n + k] = people.state[i, c] == CASE_READY
        if line.ready[n + k]:
            line.wanted[n + k] = context.ground.service[people.area[i], c, CORE]
    return n + length


@rule
def line_up(turn, last_block, edges, offsets, context, line):
    """Write down everybody who waits for a place, block by block in row order.

    Those ready to leave acute care wait for the core service of their area.
    """
    block = take(turn)
    while block < last_block:
        n = offsets[block]
        for first in range(edges[block], edges[block + 1], CHUNK):
            n = line_up_rows(first, min(CHUNK, edges[block + 1] - first), n, context, line, block)
        mark_done(turn)
        block = take(turn)


def empty_line(length: int) -> Line:
    """Room to write down those who wait."""
    rows, challenges, services = (np.empty(length, dtype=np.int64) for _ in range(3))
    ready, fate = (np.empty(length, dtype=np.uint8) for _ in range(2))
    return Line(rows, challenges, services, np.empty(length), np.empty(length), np.empty(length), ready, fate)
