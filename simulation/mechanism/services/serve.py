"""Phase 5, serve: places are filled from queues, whose order is severity, then wait, then a draw.

A queue is bounded: whoever does not fit is turned away. Where hours are far too few, the least severe cases are let go.
How many places there are is reckoned in `hours`.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import counted, inner, mark_done, rule, take
from simulation.draws import Event, Now, draw
from simulation.mechanism.citizens.case import close, column, fail, group_of, severity, uid_of
from simulation.mechanism.citizens.feelings import Toll
from simulation.mechanism.citizens.listed import Listed
from simulation.mechanism.citizens.need import OPENED
from simulation.mechanism.citizens.triage import Line
from simulation.state.codes import CASE_SERVED, CASE_WAITING, CORE, EMERGING, ESTABLISHED, REFUSED, UNRESOLVED
from simulation.state.columns import People
from simulation.state.tables import CareRates, Conduct, Ground
from simulation.state.tally import Count, Tally

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
STEP_DOWN = int(Event.STEP_DOWN)
ADMITTED, WAITED, TURNED_AWAY = int(Count.ADMITTED), int(Count.WAITED), int(Count.TURNED_AWAY)
LONGEST_WAIT = 60  # months in the record of waits; longer waits count as this
WAITS_ON, GETS_A_PLACE, IS_TURNED_AWAY = 0, 1, 2  # what comes of waiting
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


def order_of(line: Line, order: str) -> Longs:
    """The order in which queues are taken: by service, then by the service's order; ties by chance, then by row.

    Those who wait come in the order of their rows, which sorting keeps. Chance is below 1, severity below 4 and months
    are below 256, so that two of them make one key: each key that is sorted by costs as much again.
    """
    if order == "chance":
        return np.lexsort((line.chance, line.wanted))
    if order == "wait":
        return np.lexsort((line.chance, -line.severity, 256 * line.wanted - line.waited))
    first, second = 4 * line.wanted - line.severity, line.chance - line.waited
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


@rule
def call_up(order, line, places, bound, waits, taken):
    """Settle from the head of each service's queue who gets a place, who waits on, and whom its queue cannot hold."""
    current, rank = -1, 0
    for n in order:
        s = line.wanted[n]
        if s != current:
            current, rank = s, 0
        rank += 1
        line.fate[n] = WAITS_ON
        if rank <= places[s]:
            line.fate[n] = GETS_A_PLACE
            taken[s] += 1
            if not line.ready[n]:
                waits[line.challenge[n], min(int(line.waited[n]), LONGEST_WAIT)] += 1
        elif rank > places[s] + bound[s] and not line.ready[n]:
            line.fate[n] = IS_TURNED_AWAY


@inner
def take_place(i, c, s, context, block):
    """Somebody gets a place. Whoever leaves acute care for it leaves at emerging or established need."""
    people, tally, now = context.people, context.tally, context.now
    group = group_of(i, people, context.ground)
    if people.state[i, c] == CASE_WAITING:
        tally.people[block, group, ADMITTED] += 1
        tally.people[block, group, WAITED] += people.months[i, c]
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


@rule
def fill_places(turn, last_block, edges, offsets, line, context):
    """Those who were called up take their places, and those whom no queue can hold are turned away."""
    people, tally = context.people, context.tally
    block = take(turn)
    while block < last_block:
        for n in range(offsets[block], offsets[block + 1]):
            i, c = counted(line.row[n]), counted(line.challenge[n])
            if line.fate[n] == GETS_A_PLACE:
                take_place(i, c, line.wanted[n], context, block)
            elif line.fate[n] == IS_TURNED_AWAY:
                group = group_of(i, people, context.ground)
                tally.people[block, group, TURNED_AWAY] += 1
                close(i, c, people, tally, block, group)
                fail(i, c, REFUSED, people, context.conduct)
        mark_done(turn)
        block = take(turn)


@inner
def is_short(area, count, ground):
    """Whether any of the services of an area must let cases go."""
    for c in range(ground.service.shape[1]):
        for tier in range(ground.service.shape[2]):
            if count[ground.service[area, c, tier]] > 0:
                return True
    return False


@rule
def cases_to_weigh(count, context, rows, which, bad):
    """List the cases of services that must let some go, and how severe they are. Returns how many there are."""
    people, ground, n = context.people, context.ground, 0
    for area in range(ground.first_row.size - 1):
        if not is_short(area, count, ground):
            continue
        for i in range(ground.first_row[area], ground.first_row[area + 1]):
            for c in range(people.level.shape[1]):
                if people.state[i, c] == CASE_SERVED and count[people.service[i, c]] > 0:
                    rows[n], which[n], bad[n] = i, c, severity(i, c, people, context.conduct)
                    n += 1
    return n


@rule
def let_cases_go(order, rows, which, left, edges, context):
    """Let cases go in an order, unresolved, until no service has any left that it must let go."""
    people = context.people
    for k in order:
        i, c = rows[k], which[k]
        s = people.service[i, c]
        if left[s] > 0:
            left[s] -= 1
            block = np.searchsorted(edges, i, side="right") - 1
            close(i, c, people, context.tally, block, group_of(i, people, context.ground))
            fail(i, c, UNRESOLVED, people, context.conduct)


def discharge(count: Longs, listed: int, edges: Longs, context: CareContext) -> None:
    """Services far too short of staff let their least severe cases go, unresolved: so many by service of `count`.

    `listed` is how many cases these services have in all.
    """
    rows, which, bad = np.empty(listed, dtype=np.int64), np.empty(listed, dtype=np.int64), np.empty(listed)
    n = cases_to_weigh(count, context, rows, which, bad)
    let_cases_go(np.argsort(bad[:n], kind="stable"), rows, which, count.copy(), edges, context)


@rule
def remember(services, capacity, taken):
    """Services know their work of the last year or so: hours asked for, places filled, how stretched they were.

    Hours asked for are those of everybody in service or in the queue, whether or not there was room.
    """
    share = 1 / MONTHS_SMOOTHED
    for s in range(services.tier.size):
        asked_for = capacity.wanted[s] + services.queue[s] * capacity.per_place[s]
        used = capacity.wanted[s] + taken[s] * capacity.per_place[s]
        services.load[s] += share * (asked_for - services.load[s])
        services.admissions[s] += share * (taken[s] - services.admissions[s])
        tight = min(max(used / max(capacity.direct[s] + capacity.assessment[s], 1e-9), 0.0), 2.0)
        services.workload[s] += share * (tight - services.workload[s])
