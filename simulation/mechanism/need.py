"""Phase 2, need: it begins, worsens, mends and returns; people age, die, are born and move.

Every citizen meets each challenge as a chain of four levels in monthly steps. The chance of a step is the
challenge's own, times what the citizen's area, capability, ties, other needs and months without help make of it.
One draw settles a month: the lowest values bring the need on, the highest take it away, so a policy that changes
the chances never changes the luck.
"""

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from simulation.compile import inner, row, rule
from simulation.draws import Event, draw, four
from simulation.mechanism.case import (
    CASE_SERVED,
    NOTHING,
    SEEN_ALIVE,
    SEEN_BITS,
    SEEN_TRUST,
    TIES_READ,
    close,
    column,
    forget,
    group_of,
    luck_of,
    others_established,
)
from simulation.state.tally import Count, Each

MONTH = int(Event.MONTH)
EPISODE = int(Event.EPISODE)
DIED, LEFT = int(Count.DEATHS), int(Count.DEPARTURES)
NEW, CRISES, OPENED = int(Each.NEW), int(Each.CRISES), int(Each.CASES_OPENED)
VALUE, FAILURE = int(Each.VALUE), int(Each.FAILURE)
AGAIN = int(Count.REFUSED_AGAIN) - 1  # plus the cause
ABLE = 0.8  # share of ties without established need at which support is as usual
MOST = 0.5  # no monthly chance is larger
ACUTE = 2


class Vital(NamedTuple):
    """Ageing, death and moving away. `moving` is 0 while a place settles: nobody ages, dies or leaves."""

    moving: int
    death: NDArray[np.float64]  # (ages in years, 2): monthly chance, men and women
    usual: NDArray[
        np.float64
    ]  # (age bands): mean excess mortality of needs at the policy date, already in the table
    departure: float  # monthly chance
    most: float  # no needs multiply the chance of death by more


@rule
def onset(base, relative_risk, risk, exposure, contagion, co_needs, co_need):
    """Chance that a need begins this month."""
    return min(
        MOST, base * relative_risk * risk * (1.0 + contagion * exposure) * (1.0 + co_need * co_needs / 2.0)
    )


@rule
def escalation(base, risk, co_needs, co_need, unmet, unmet_harm, held):
    """Chance that a need worsens this month; `held` is the share of it that a service prevents."""
    harm = 1.0 + unmet_harm * unmet / 12.0
    return min(MOST, base * risk * (1.0 + co_need * co_needs / 2.0) * harm * (1.0 - held))


@rule
def recovery(base, able, support):
    """Chance that a need mends by itself this month; `able` is the share of ties able to help."""
    return min(MOST, base * max(0.0, 1.0 + support * (able - ABLE)))


@row
def snapshot(i, people):
    """What others can see of a citizen at the start of the month: established needs, presence, trust."""
    seen = uint64(0)
    if people.alive[i]:
        for c in range(people.level.shape[1]):
            if people.level[i, c] >= 2:
                seen |= uint64(1) << uint64(SEEN_BITS * c)
        fifteenths = uint64(people.trust[i] * 15.0 + 0.5)
        seen |= (uint64(1) << uint64(SEEN_ALIVE)) | (fifteenths << uint64(SEEN_TRUST))
    people.seen[i] = seen


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
def band_of(age):
    """The age band of an age in years."""
    if age < 25:
        if age < 5:
            return 0
        if age < 16:
            return 1
        return 2 if age < 18 else 3
    if age < 45:
        return 4
    if age < 65:
        return 5
    if age < 75:
        return 6
    return 7 if age < 85 else 8


@inner
def vacate(i, people, tally, block, group):
    """A citizen dies or moves away: every case is closed and the dwelling stands vacant."""
    for c in range(people.level.shape[1]):
        close(i, c, people, tally, block, group)
        forget(i, c, people)
    people.alive[i] = 0  # others still see them until the month is over


@inner
def begin_crisis(i, c, people, ground, tally, block, group):
    """A need becomes a crisis: whoever caused it, the acute service takes the case at once."""
    people.level[i, c] = 3
    if people.cause[i, c] == NOTHING or people.state[i, c] == CASE_SERVED:
        tally.people[block, group, column(VALUE, c)] += 1
    else:
        tally.people[block, group, column(FAILURE, c)] += 1
        tally.people[block, group, AGAIN + people.cause[i, c]] += 1
    close(i, c, people, tally, block, group)
    people.state[i, c] = CASE_SERVED
    people.tier[i, c] = ACUTE
    people.service[i, c] = ground.service[people.area[i], c, ACUTE]
    people.unmet[i, c] = 0
    tally.people[block, group, column(CRISES, c)] += 1
    tally.people[block, group, column(OPENED, c)] += 1


@inner
def begin_need(i, c, uid, people, now, tally, block, group):
    """A need begins anew, or comes back because its root cause was still there."""
    people.level[i, c] = 1
    people.luck[i, c] = draw(uid, now.month, EPISODE, c, now.k0, now.k1)
    people.since[i, c] = 0
    people.unmet[i, c] = 0
    if not people.root[i, c]:
        people.root[i, c] = 1
        people.cause[i, c] = NOTHING
        tally.people[block, group, column(NEW, c)] += 1


@inner
def move_level(i, c, u, uid, able, exposure, people, offer, ground, rates, now, tally, block, group):
    """One month of one need."""
    level = people.level[i, c]
    capability = 1.0 + rates.vulnerability[c] * (0.5 - float(people.capability[i]))
    risk = max(0.0, ground.risk[people.area[i], c] * capability)
    co_needs = others_established(i, c, people)
    if level == 0:
        if people.root[i, c]:
            if u < min(MOST, rates.relapse[c] * risk):
                begin_need(i, c, uid, people, now, tally, block, group)
            elif u > 1.0 - rates.latent_fade[c]:
                forget(i, c, people)
        elif u < onset(
            rates.onset[c], rates.relative_risk[c, people.band[i]], risk, exposure,
            rates.contagion[c], co_needs, rates.co_need[c],
        ):  # fmt: skip
            begin_need(i, c, uid, people, now, tally, block, group)
    elif level < 3:
        held = 0.0
        if people.state[i, c] == CASE_SERVED:
            s = people.service[i, c]
            held = min(1.0, rates.holding[c, people.tier[i, c]] * offer.holding[s] * offer.intensity[s])
        worse = escalation(
            rates.escalation[c, level - 1], risk, co_needs, rates.co_need[c],
            float(people.unmet[i, c]), rates.unmet_harm[c], held,
        )  # fmt: skip
        if u < worse:
            if level == 2:
                begin_crisis(i, c, people, ground, tally, block, group)
            else:
                people.level[i, c] = 2
        elif u > 1.0 - recovery(rates.recovery[c, level - 1], able, rates.support[c]):
            if level == 2:
                people.level[i, c] = 1
            else:
                close(i, c, people, tally, block, group)
                forget(i, c, people)


@inner
def survives(i, people, vital, rates, u_death, u_leave, now, tally, block, group):
    """Ageing, death and moving away; true if the citizen is still here."""
    age = (now.month - people.birth_month[i]) // 12
    people.band[i] = band_of(age)
    chance = vital.death[min(age, vital.death.shape[0] - 1), people.female[i]] / vital.usual[people.band[i]]
    if u_death < chance * vital.most:
        excess = 1.0
        for c in range(people.level.shape[1]):
            excess += rates.mortality[c, people.level[i, c]]
        if u_death < min(1.0, chance * excess):
            tally.people[block, group, DIED] += 1
            vacate(i, people, tally, block, group)
            return False
    if u_leave < vital.departure:
        tally.people[block, group, LEFT] += 1
        vacate(i, people, tally, block, group)
        return False
    return True


@row
def evolve_row(i, people, offer, ties, ground, rates, vital, now, tally, block):
    """One citizen's month of need."""
    if people.alive[i] == 0:
        return
    uid = luck_of(i, people)
    group = group_of(i, people, ground)
    u0, u1, u2, u3 = four(uid, now.month, MONTH, 0, now.k0, now.k1)
    u4, u5, u_death, u_leave = four(uid, now.month, MONTH, 1, now.k0, now.k1)
    if vital.moving and not survives(i, people, vital, rates, u_death, u_leave, now, tally, block, group):
        return
    total, met, able, looked = uint64(0), 0, 0.0, False
    for c in range(people.level.shape[1]):
        if rates.relative_risk[c, people.band[i]] == 0.0:
            if people.level[i, c] or people.root[i, c]:
                close(i, c, people, tally, block, group)
                forget(i, c, people)
            continue
        if c == 0:
            u = u0
        elif c == 1:
            u = u1
        elif c == 2:
            u = u2
        elif c == 3:
            u = u3
        elif c == 4:
            u = u4
        elif c == 5:
            u = u5
        else:
            u = draw(uid, now.month, MONTH, c + 2, now.k0, now.k1)
        well = people.level[i, c] == 0 and people.root[i, c] == 0
        if well and u >= rates.ceiling[c, people.band[i]] * ground.risk[people.area[i], c]:
            continue
        if not looked:
            total, met, able_count = circle(i, people, ties)
            able = able_count / met if met else 0.0
            looked = True
        exposure = float((total >> uint64(SEEN_BITS * c)) & uint64(31)) / met if met else 0.0
        move_level(i, c, u, uid, able, exposure, people, offer, ground, rates, now, tally, block, group)


@rule
def look(first_block, last_block, edges, people):
    """Everybody in some blocks is seen as they are at the start of the month."""
    for i in range(edges[first_block], edges[last_block]):
        snapshot(i, people)


@rule
def evolve(first_block, last_block, edges, people, offer, ties, ground, rates, vital, now, tally):
    """A month of need for every citizen of some blocks."""
    for block in range(first_block, last_block):
        for i in range(edges[block], edges[block + 1]):
            evolve_row(i, people, offer, ties, ground, rates, vital, now, tally, block)
