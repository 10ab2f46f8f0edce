"""Phase 5, serve: places are filled from queues, whose order is severity, then wait, then a draw.

A queue is bounded: whoever does not fit is turned away. Where hours are far too few, the least severe cases are let go.
How many places there are is reckoned in `hours`.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import maker, rule
from simulation.draws import Event, Now, draw
from simulation.mechanism.citizens.case import close, column, fail, group_of, severity, uid_of
from simulation.mechanism.citizens.feelings import Toll
from simulation.mechanism.citizens.listed import Listed
from simulation.mechanism.citizens.need import OPENED
from simulation.mechanism.citizens.triage import Line
from simulation.mechanism.services.hours import Capacity
from simulation.state.codes import CASE_SERVED, CASE_WAITING, CORE, EMERGING, ESTABLISHED, INVOLVED, REFUSED, UNRESOLVED
from simulation.state.columns import People, Services
from simulation.state.tables import CareRates, Conduct, Ground
from simulation.state.tally import Count, Tally

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
ORDER, STEP_DOWN = int(Event.ORDER), int(Event.STEP_DOWN)
ADMITTED, WAITED, TURNED_AWAY = int(Count.ADMITTED), int(Count.WAITED), int(Count.TURNED_AWAY)
LONGEST_WAIT = 60  # months in the record of waits; longer waits count as this
SHORTEST_QUEUE = 2.0  # a queue always has room for so many
MONTHS_SMOOTHED = 12.0


class CareContext(NamedTuple):
    """All that a citizen's month in a queue, in service and afterwards reads and writes."""

    people: People
    offer: Any  # an `Offer`
    ground: Ground
    rates: CareRates
    conduct: Conduct
    now: Now
    listed: Listed
    toll: Toll
    tally: Tally


def order_of(line: Line, chance: Doubles, order: str) -> Longs:
    """The order in which queues are taken: by service, then by the service's order; ties by chance, then by row.

    Those who wait come in the order of their rows, which sorting keeps. Chance is below 1, severity below 4 and months
    are below 256, so that two of them make one key: each key that is sorted by costs as much again.
    """
    if order == "chance":
        return np.lexsort((chance, line.wanted))
    if order == "wait":
        return np.lexsort((chance, -line.severity, 256 * line.wanted - line.waited))
    first, second = 4 * line.wanted - line.severity, chance - line.waited
    taken = np.argsort(first)
    break_ties(taken, first, second)
    return taken


@rule
def break_ties(order, first, second):
    """Put those with the same first key in the order of the second, then of their rows; they are few and together."""
    for n in range(1, order.size):
        one, j = order[n], n - 1
        while j >= 0 and first[order[j]] == first[one]:
            other = order[j]
            if second[other] < second[one] or (second[other] == second[one] and other < one):
                break
            order[j + 1] = other
            j -= 1
        order[j + 1] = one


@maker
def chances(uids, challenge, month, k0, k1):
    """Each waiting person's draw for the order of the queue."""
    out = np.empty(uids.size)
    for n in range(uids.size):
        out[n] = draw(uids[n], month, ORDER, challenge[n], k0, k1)
    return out


@maker
def fill_places(order, line, places, bound, edges, context, waits, taken):
    """Fill places from the head of each service's queue and turn away what its queue cannot hold.

    Whoever leaves acute care for a core place leaves at emerging or established need.
    """
    people, tally, now = context.people, context.tally, context.now
    current, rank, block = -1, 0, 0
    for n in order:
        i, c, s = line.row[n], line.challenge[n], line.wanted[n]
        if s != current:
            current, rank = s, 0
        rank += 1
        if places[s] < rank <= places[s] + bound[s]:
            continue  # waits on
        block = np.searchsorted(edges, i, side="right") - 1
        group = group_of(i, people, context.ground)
        waiting = people.state[i, c] == CASE_WAITING
        if rank <= places[s]:
            taken[s] += 1
            if waiting:
                tally.people[block, group, ADMITTED] += 1
                tally.people[block, group, WAITED] += people.months[i, c]
                waits[c, min(people.months[i, c], LONGEST_WAIT)] += 1
            else:
                u = draw(uid_of(i, people), now.month, STEP_DOWN, c, now.k0, now.k1)
                people.level[i, c] = EMERGING if u < context.rates.relief[c] else ESTABLISHED
                close(i, c, people, tally, block, group)
                tally.people[block, group, column(OPENED, c)] += 1
                people.tier[i, c] = CORE
            people.service[i, c] = s
            people.state[i, c] = CASE_SERVED
            people.months[i, c] = 0
            people.unmet[i, c] = 0
        elif waiting:
            tally.people[block, group, TURNED_AWAY] += 1
            close(i, c, people, tally, block, group)
            fail(i, c, REFUSED, people, context.conduct)


@maker
def discharge(count, listed, edges, context):
    """Services far too short of staff let their least severe cases go, unresolved: so many by service of `count`.

    `listed` is how many cases these services have in all.
    """
    people, conduct = context.people, context.conduct
    rows = np.empty(listed, dtype=np.int64)
    which = np.empty(listed, dtype=np.int64)
    bad = np.empty(listed)
    n = 0
    for i in range(people.alive.size):
        if people.open[i] & INVOLVED:
            for c in range(people.level.shape[1]):
                if people.state[i, c] == CASE_SERVED and count[people.service[i, c]] > 0:
                    rows[n], which[n], bad[n] = i, c, severity(i, c, people, conduct)
                    n += 1
    left = count.copy()
    for k in np.argsort(bad[:n], kind="mergesort"):
        i, c = rows[k], which[k]
        s = people.service[i, c]
        if left[s] > 0:
            left[s] -= 1
            block = np.searchsorted(edges, i, side="right") - 1
            close(i, c, people, context.tally, block, group_of(i, people, context.ground))
            fail(i, c, UNRESOLVED, people, conduct)


def remember(services: Services, capacity: Capacity, taken: Longs) -> None:
    """Services know their work of the last year or so: hours asked for, places filled, how stretched they were.

    Hours asked for are those of everybody in service or in the queue, whether or not there was room.
    """
    share = 1 / MONTHS_SMOOTHED
    asked_for = capacity.wanted + services.queue * capacity.per_case
    used = capacity.wanted + taken * capacity.per_case
    services.load[:] += share * (asked_for - services.load)
    services.admissions[:] += share * (taken - services.admissions)
    tight = np.clip(used / np.maximum(capacity.direct + capacity.assessment, 1e-9), 0.0, 2.0)
    services.workload[:] += share * (tight - services.workload)
