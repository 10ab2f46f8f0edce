"""Phase 5, serve: staff hours become help, existing cases first, then the queue.

One identity gives the hours: posts filled x contracted hours x (1 - administration - inspection) x productivity,
less assessment. Cases in hand are served first, with fewer hours each when there are not enough; below a floor
the least severe are discharged. What is left opens places, filled by severity, then by wait, then by luck. The
queue is bounded: whoever does not fit is turned away. Acute services take everybody and buy the missing hours.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import maker, row, rule
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
LEAST_ACHIEVED = 0.05  # what an hour achieves at the very least
NEXT_TO_NO_HOURS = 1e-9
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


WHOLE = ("places", "discharged")  # counted in people, not in hours


class HoursRules(NamedTuple):
    """What an hour achieves and how it is shared out, as plain numbers."""

    cover: float  # share of vacant posts that is covered
    admin: float  # share of hours
    morale: float  # extra productivity per point of morale
    morale_start: float
    effort: float  # extra productivity at full pressure
    pressure_2010: float
    assessment_cap: float  # share of usable hours
    floor: float  # share of its hours below which a case is not spread thinner


def hours_rules(behaviour: BehaviourConfig) -> HoursRules:
    """The rules of hours as plain numbers."""
    how, about, work = behaviour.capacity, behaviour.accountability, behaviour.workforce
    return HoursRules(
        work.cover_share.number,
        how.admin_share.number,
        how.productivity_morale.number,
        work.morale_start.number,
        about.effort.number,
        about.pressure_2010.number,
        how.assessment_cap.number,
        least_share(behaviour.structure.shortage, how.dilution_floor.number),
    )


@row
def productivity(morale, pressure, how):
    """What an hour achieves: with morale and with the effort that targets press for. 1 as in 2010."""
    spirit = 1 + how.morale * (morale - how.morale_start)
    return max(LEAST_ACHIEVED, spirit * (1 + how.effort * (pressure - how.pressure_2010)))


def least_share(shortage: Shortage, dilution_floor: float) -> float:
    """The share of its hours below which a case is not spread thinner, but others are let go.

    `fewer_people` gives whoever is in service all of it, `thinner_help` next to nothing before it lets anybody go.
    """
    if shortage == "fewer_people":
        return 1.0
    return NEXT_TO_NOTHING if shortage == "thinner_help" else dilution_floor


def open_hours(
    services: Services, conditions: Conditions, behaviour: BehaviourConfig, withdrawn: Doubles, hiring: Doubles
) -> Capacity:
    """How many hours each service has this month, and how many places that opens.

    Args:
        services: staff in post, cases in hand, contacts of the month.
        conditions: inspection, pressure, efficiency.
        behaviour: administration, cover, dilution.
        withdrawn: share of hours an agency's spending freeze withholds, per service.
        hiring: 1 where vacancies may be covered, 0 where spending is frozen.
    """
    count = services.tier.size
    columns: list[Any] = [np.zeros(count, np.int64 if name in WHOLE else float) for name in Capacity._fields]
    capacity = Capacity(*columns)
    share_hours(services, conditions, hours_rules(behaviour), withdrawn, hiring, capacity)
    return capacity


@rule
def share_hours(services, conditions, how, withdrawn, hiring, capacity):
    """Each service's staff turn into hours, and hours into help for cases in hand and places for new ones."""
    for s in range(services.tier.size):
        acute = services.tier[s] == ACUTE
        vacant = max(0.0, services.funded[s] - services.staff[s])
        posts = services.staff[s] + how.cover * vacant * hiring[s]
        gross = posts * services.contracted[s] * (1 - withdrawn[s])
        usable = gross * max(0.0, 1 - how.admin - conditions.inspection[s])
        usable = usable * productivity(services.morale[s], conditions.pressure[s], how)
        asked = services.contacts[s] * services.assessment_hours[s]
        assessment = min(asked, how.assessment_cap * usable)
        direct = usable - assessment
        design = 1 + services.true_cost[s] * services.embedded[s]
        per_case = services.hours_per_case[s] * (1 - conditions.saved[s]) * design
        some_hours = max(per_case, SHORTEST_CASE)
        need = services.caseload[s] * per_case
        spare = direct + services.carried[s] - need
        places, carried, discharged, thin = 0.0, 0.0, 0.0, 1.0
        if spare > 0 and not acute:
            places = min(np.floor(spare / some_hours), MOST_PLACES)
            carried = min(spare - places * per_case, per_case)
        if need > 0 and not acute:
            thin = min(1.0, direct / max(need, NEXT_TO_NO_HOURS))
        if thin < how.floor and not acute:
            discharged = max(0.0, services.caseload[s] - np.floor(direct / (how.floor * some_hours)))
        services.carried[s], services.intensity[s] = carried, max(thin, how.floor)
        capacity.gross[s], capacity.direct[s], capacity.per_case[s] = gross, direct, per_case
        capacity.assessment[s], capacity.wanted[s] = assessment, need + asked
        capacity.bought[s] = max(0.0, need - direct) if acute else 0.0
        capacity.places[s], capacity.discharged[s] = np.int64(places), np.int64(discharged)


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
    order, row, challenge, wanted, places, bound, people, ground, rates, conduct, now, edges, tally, waits, taken
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
