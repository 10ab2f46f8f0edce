"""Phase 5, serve: staff hours become help, existing cases first, then the queue.

One identity gives the hours: posts filled x contracted hours x (1 - administration - inspection) x productivity,
less assessment. Cases in hand are served first, with fewer hours each when there are not enough; below a floor
the least severe are discharged. What is left opens places, filled by severity, then by wait, then by luck. The
queue is bounded: whoever does not fit is turned away. Acute services take everybody and buy the missing hours.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import maker, rule
from simulation.draws import Event, draw
from simulation.mechanism.case import (
    CASE_SERVED,
    CASE_WAITING,
    INVOLVED,
    close,
    column,
    fail,
    group_of,
    luck_of,
    severity,
)
from simulation.mechanism.need import ACUTE, OPENED
from simulation.mechanism.seek import CORE
from simulation.parameters import BehaviourConfig
from simulation.parameters.structure import Shortage
from simulation.state.columns import Cause, Services
from simulation.state.conditions import Conditions
from simulation.state.tally import Count

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
ORDER, STEP_DOWN = int(Event.ORDER), int(Event.STEP_DOWN)
REFUSED_CAUSE, UNRESOLVED_CAUSE = int(Cause.REFUSED), int(Cause.UNRESOLVED)
ADMITTED, WAITED, TURNED_AWAY = int(Count.ADMITTED), int(Count.WAITED), int(Count.TURNED_AWAY)
LONGEST_WAIT = 60  # months in the record of waits; longer waits count as this
SHORTEST_QUEUE = 2.0  # a queue always has room for so many
MONTHS_SMOOTHED = 12.0
SHORTEST_CASE = 1e-6  # hours: a case that takes none is taken as taking so many
MOST_PLACES = 1e9
NEXT_TO_NOTHING = 1e-3  # share of a case's hours that help may be spread down to where nobody is let go


class Capacity(NamedTuple):
    """A month's hours at each service."""

    gross: Doubles  # contracted hours of staff in post and cover
    direct: Doubles  # hours left for cases
    per_case: Doubles  # hours a case takes in full
    assessment: Doubles
    wanted: Doubles  # hours that cases in hand and assessments would take in full
    bought: Doubles  # hours bought by acute services beyond their own
    places: Longs  # new cases that can be taken
    discharged: Longs  # cases that must be let go


def productivity(morale: Doubles, pressure: Doubles, behaviour: BehaviourConfig) -> Doubles:
    """What an hour achieves: with morale and with the effort that targets press for. 1 as in 2010."""
    about = behaviour.accountability
    spirit = 1 + behaviour.capacity.productivity_morale.number * (
        morale - behaviour.workforce.morale_start.number
    )
    return np.maximum(0.05, spirit * (1 + about.effort.number * (pressure - about.pressure_2010.number)))


def least_share(shortage: Shortage, dilution_floor: float) -> float:
    """The share of its hours below which a case is not spread thinner, but others are let go.

    `fewer_people` gives whoever is in service all of it, `thinner_help` next to nothing before it lets anybody go.
    """
    if shortage == "fewer_people":
        return 1.0
    return NEXT_TO_NOTHING if shortage == "thinner_help" else dilution_floor


def open_hours(
    services: Services,
    conditions: Conditions,
    behaviour: BehaviourConfig,
    withdrawn: Doubles,
    hiring: Doubles,
) -> Capacity:
    """How many hours each service has this month, and how many places that opens.

    Args:
        services: staff in post, cases in hand, contacts of the month.
        conditions: inspection, pressure, efficiency.
        behaviour: administration, cover, dilution.
        withdrawn: share of hours an agency's spending freeze withholds, per service.
        hiring: 1 where vacancies may be covered, 0 where spending is frozen.
    """
    how = behaviour.capacity
    vacant = np.maximum(0.0, services.funded - services.staff)
    posts = services.staff + behaviour.workforce.cover_share.number * vacant * hiring
    gross = posts * services.contracted * (1 - withdrawn)
    usable = gross * np.maximum(0.0, 1 - how.admin_share.number - conditions.inspection)
    usable = usable * productivity(services.morale, conditions.pressure, behaviour)
    asked = services.contacts * services.assessment_hours
    assessment = np.minimum(asked, how.assessment_cap.number * usable)
    direct = usable - assessment
    per_case = services.hours_per_case * (1 - conditions.saved) * (1 + services.true_cost * services.embedded)
    need = services.caseload * per_case
    acute = services.tier == ACUTE
    spare = direct + services.carried - need
    room = np.floor(spare / np.maximum(per_case, SHORTEST_CASE))
    places = np.where(acute | (spare <= 0), 0, np.minimum(room, MOST_PLACES)).astype(np.int64)
    services.carried[:] = np.where(acute | (spare <= 0), 0.0, np.minimum(spare - places * per_case, per_case))
    thin = np.where((need > 0) & ~acute, np.minimum(1.0, (direct + 0.0) / np.maximum(need, 1e-9)), 1.0)
    floor = least_share(behaviour.structure.shortage, how.dilution_floor.number)
    services.intensity[:] = np.maximum(thin, floor)
    kept = np.floor(direct / (floor * np.maximum(per_case, SHORTEST_CASE)))
    discharged = np.where(~acute & (thin < floor), np.maximum(0, services.caseload - kept), 0).astype(
        np.int64
    )
    bought = np.where(acute, np.maximum(0.0, need - direct), 0.0)
    return Capacity(gross, direct, per_case, assessment, need + asked, bought, places, discharged)


def order_of(wanted: Longs, severities: Doubles, waited: Doubles, chance: Doubles, order: str) -> Longs:
    """The order in which queues are taken: by service, then by the service's order; ties by luck, then by row.

    Those who wait come in the order of their rows, which sorting keeps. Luck is below 1, severity below 4 and months
    are below 256, so that two of them make one key: each key that is sorted by costs as much again.
    """
    if order == "chance":
        return np.lexsort((chance, wanted))
    if order == "wait":
        return np.lexsort((chance, -severities, 256 * wanted - waited))
    first, second = 4 * wanted - severities, chance - waited
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
    """Each waiting person's luck in the order of the queue."""
    out = np.empty(uids.size)
    for n in range(uids.size):
        out[n] = draw(uids[n], month, ORDER, challenge[n], k0, k1)
    return out


@maker
def fill_places(
    order,
    row,
    challenge,
    wanted,
    places,
    bound,
    people,
    ground,
    rates,
    conduct,
    now,
    edges,
    tally,
    waits,
    taken,
):
    """Fill places from the head of each service's queue and turn away what its queue cannot hold.

    Whoever leaves acute care for a core place leaves at emerging or established need.
    """
    current, rank, block = -1, 0, 0
    for n in order:
        i, c, s = row[n], challenge[n], wanted[n]
        if s != current:
            current, rank = s, 0
        rank += 1
        if places[s] < rank <= places[s] + bound[s]:
            continue  # waits on
        block = np.searchsorted(edges, i, side="right") - 1
        group = group_of(i, people, ground)
        waiting = people.state[i, c] == CASE_WAITING
        if rank <= places[s]:
            taken[s] += 1
            if waiting:
                tally.people[block, group, ADMITTED] += 1
                tally.people[block, group, WAITED] += people.months[i, c]
                waits[c, min(people.months[i, c], LONGEST_WAIT)] += 1
            else:
                uid = luck_of(i, people)
                relieved = draw(uid, now.month, STEP_DOWN, c, now.k0, now.k1) < rates.relief[c]
                people.level[i, c] = 1 if relieved else 2
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
            fail(i, c, REFUSED_CAUSE, people, conduct)


@maker
def discharge(count, listed, people, ground, conduct, edges, tally):
    """Services far too short of staff let their least severe cases go, unresolved: so many by service of `count`.

    `listed` is how many cases these services have in all.
    """
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
            close(i, c, people, tally, block, group_of(i, people, ground))
            fail(i, c, UNRESOLVED_CAUSE, people, conduct)


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
