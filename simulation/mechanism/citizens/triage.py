"""Phase 4, triage: everybody who asks is assessed, and is eligible or refused.

Eligible people wait for a place. A refused citizen is signposted to prevention, or not, loses trust and may ask
again. Assessment takes staff hours whatever the answer.
"""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import inner, lowest_bit, mark_done, row, rule, take
from simulation.draws import Event, draw
from simulation.mechanism.citizens.case import column, fail, group_of, open_of, severity, uid_of
from simulation.mechanism.citizens.need import OPENED
from simulation.state.codes import CASE_READY, CASE_SERVED, CASE_WAITING, CORE, INVOLVED, PREVENTION, QUEUES, REFUSED
from simulation.state.tally import AtService, Each

SIGNPOST = int(Event.SIGNPOST)
REFUSALS = int(Each.REFUSED)
AT_CONTACTS, AT_CASELOAD, AT_WAITING = (int(AtService.CONTACTS), int(AtService.CASELOAD), int(AtService.WAITING))
AT_REFUSED = int(AtService.REFUSED)


@inner
def join(i, c, tier, s, people, tally, block, group):
    """The citizen joins a service's queue."""
    people.state[i, c] = CASE_WAITING
    people.tier[i, c] = tier
    people.service[i, c] = s
    people.months[i, c] = 0
    tally.people[block, group, column(OPENED, c)] += 1


@row
def triage_row(i, context, block):
    """Assess one citizen's requests, then count every case where it now is."""
    people, ground, conduct, now, tally = context.people, context.ground, context.conduct, context.now, context.tally
    if people.open[i] & INVOLVED == 0:
        return
    still_open = open_of(i, people)
    while still_open:
        c = lowest_bit(still_open)
        still_open &= still_open - uint64(1)
        if people.asked[i, c]:
            tier = people.asked[i, c] - 1
            s = ground.service[people.area[i], c, tier]
            group = group_of(i, people, ground)
            tally.services[block, s, AT_CONTACTS] += 1
            if severity(i, c, people, conduct) >= context.offer.threshold[s]:
                join(i, c, tier, s, people, tally, block, group)
            else:
                tally.people[block, group, column(REFUSALS, c)] += 1
                tally.services[block, s, AT_REFUSED] += 1
                fail(i, c, REFUSED, people, conduct)
                uid = uid_of(i, people)
                if tier == CORE and draw(uid, now.month, SIGNPOST, c, now.k0, now.k1) < context.rates.signposted[c]:
                    join(i, c, PREVENTION, ground.service[people.area[i], c, PREVENTION], people, tally, block, group)
        if people.state[i, c] == CASE_WAITING:
            tally.services[block, people.service[i, c], AT_WAITING] += 1
            tally.waiters[block] += 1
            people.open[i] |= QUEUES
        elif people.state[i, c] == CASE_SERVED:
            tally.services[block, people.service[i, c], AT_CASELOAD] += 1
        elif people.state[i, c] == CASE_READY:
            tally.services[block, people.service[i, c], AT_CASELOAD] += 1
            tally.waiters[block] += 1
            people.open[i] |= QUEUES


@rule
def triage(turn, last_block, edges, context):
    """A month of triage for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for i in range(edges[block], edges[block + 1]):
            triage_row(i, context, block)
        mark_done(turn)
        block = take(turn)


class Line(NamedTuple):
    """Those who wait for a place, in the order of their rows."""

    row: NDArray[np.int64]
    challenge: NDArray[np.int64]
    wanted: NDArray[np.int64]  # the service
    severity: NDArray[np.float64]
    waited: NDArray[np.float64]  # months


@rule
def line_up(turn, last_block, edges, offsets, context, line):
    """Write down everybody who waits for a place, block by block in row order.

    Those ready to leave acute care wait for the core service of their area.
    """
    people = context.people
    block = take(turn)
    while block < last_block:
        n = offsets[block]
        for i in range(edges[block], edges[block + 1]):
            if people.open[i] & QUEUES == 0:
                continue
            still_open = open_of(i, people)
            while still_open:
                c = lowest_bit(still_open)
                still_open &= still_open - uint64(1)
                state = people.state[i, c]
                if state == CASE_WAITING or state == CASE_READY:  # noqa: SIM109, compiled
                    line.row[n] = i
                    line.challenge[n] = c
                    line.waited[n] = people.months[i, c]
                    line.severity[n] = severity(i, c, people, context.conduct)
                    if state == CASE_WAITING:
                        line.wanted[n] = people.service[i, c]
                    else:
                        line.wanted[n] = context.ground.service[people.area[i], c, CORE]
                    n += 1
        mark_done(turn)
        block = take(turn)


def empty_line(length: int) -> Line:
    """Room to write down those who wait."""
    rows, challenges, services = (np.empty(length, dtype=np.int64) for _ in range(3))
    return Line(rows, challenges, services, np.empty(length), np.empty(length))
