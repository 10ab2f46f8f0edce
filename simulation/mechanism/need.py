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

from simulation.compile import inner, lowest_bit, mark_done, row, rule, take
from simulation.draws import Event, draw, philox, unit
from simulation.mechanism.case import (
    CASE_SERVED,
    CHALLENGES,
    EXPECTS,
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
from simulation.parameters.quantity import AGE_BAND_YEARS
from simulation.state.tables import ABLE
from simulation.state.tally import BLOCKS, Count, Each

MONTH, BIRTH = int(Event.MONTH), int(Event.BIRTH)
EPISODE = int(Event.EPISODE)
DIED, LEFT = int(Count.DEATHS), int(Count.DEPARTURES)
NEW, CRISES, OPENED = int(Each.NEW), int(Each.CRISES), int(Each.CASES_OPENED)
VALUE, FAILURE = int(Each.VALUE), int(Each.FAILURE)
AGAIN = int(Count.REFUSED_AGAIN) - 1  # plus the cause
MOST = 0.5  # no monthly chance is larger
ACUTE = 2
DRAWN = 6  # challenges whose draws come with those of death and departure
CHUNK = 128  # citizens whose luck is drawn together
DEATH, DEPARTURE, BIRTH_DRAW = 6, 7, 8  # which of the month's draws they are
BIRTH_BIT, DEATH_BIT, DEPARTURE_BIT = 13, 14, 15  # of a glance, beyond those of the challenges
GIVES_BIRTH, MAY_DIE = 1 << BIRTH_BIT, 1 << DEATH_BIT
YOUNGEST_MOTHER, OLDEST_MOTHER = 15, 44
BANDS = len(AGE_BAND_YEARS)
OLDEST = 120
TWO_32 = 2.0**32
ALL_LUCK = TWO_32 - 1
BAND_AT = np.searchsorted(np.cumsum(AGE_BAND_YEARS[:-1]), np.arange(OLDEST + 1), side="right").astype(np.uint8)


class Luck(NamedTuple):
    """Room for the month's draws of some citizens at a time, one part for each block of rows."""

    words: NDArray[np.uint32]  # (blocks, 12, CHUNK): eight of the month, then four of birth
    glance: NDArray[np.uint16]  # (blocks, CHUNK): what this month's draws may bring, one bit each


def room_for_luck() -> Luck:
    """Room to draw luck in."""
    return Luck(np.zeros((BLOCKS, 12, CHUNK), dtype=np.uint32), np.zeros((BLOCKS, CHUNK), dtype=np.uint16))


def limits(chance: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Words of luck below which something with no more than these chances may happen; from there on it cannot."""
    return np.minimum(ALL_LUCK, np.floor(chance * TWO_32) + 1).astype(np.uint32)


class Vital(NamedTuple):
    """Ageing, death and moving away. `moving` is 0 while a place settles: nobody ages, dies or leaves."""

    moving: int
    death: NDArray[np.float64]  # (ages in years, 2): monthly chance, men and women
    usual: NDArray[np.float64]  # (age bands): mean excess mortality of needs at the policy date, already in the table
    departure: float  # monthly chance
    birth: float  # monthly chance for a woman of 15 to 44
    most: float  # no needs multiply the chance of death by more
    limit: NDArray[np.uint32]  # (ages in years, 2): words of luck from here on never mean death


def with_usual(vital: Vital, usual: NDArray[np.float64]) -> Vital:
    """The same life tables, of a place whose needs already make deaths as many as these times."""
    bands = BAND_AT[np.minimum(np.arange(vital.death.shape[0]), OLDEST)]
    return vital._replace(usual=usual, limit=limits(vital.death / usual[bands][:, None] * vital.most))


@rule
def onset(base, relative_risk, risk, exposure, contagion, co_needs, co_need):
    """Chance that a need begins this month."""
    return min(MOST, base * relative_risk * risk * (1.0 + contagion * exposure) * (1.0 + co_need * co_needs / 2.0))


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
    """What others can see of a citizen at the start of the month (established needs, presence, trust), and what is open."""
    seen, still_open = uint64(0), uint64(0)
    if people.alive[i]:
        for c in range(people.level.shape[1]):
            if people.level[i, c] >= 2:
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


@inner
def band_of(age):
    """The age band of an age in years."""
    return BAND_AT[min(age, OLDEST)]


@inner
def vacate(i, people, tally, block, group):
    """A citizen dies or moves away: every case is closed and the dwelling stands vacant."""
    for c in range(people.level.shape[1]):
        close(i, c, people, tally, block, group)
        forget(i, c, people)
    people.open[i] = 0
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
def risk_of(i, c, people, ground, rates):
    """How much riskier life is for a citizen than for the average: area and capability."""
    capability = 1.0 + rates.vulnerability[c] * (0.5 - float(people.capability[i]))
    return max(0.0, ground.risk[people.area[i], c] * capability)


@inner
def worsening(i, c, level, co_needs, people, offer, ground, rates):
    """A citizen's own chance that an emerging or established need worsens this month."""
    held = 0.0
    if people.state[i, c] == CASE_SERVED:
        s = people.service[i, c]
        held = min(1.0, rates.holding[c, people.tier[i, c]] * offer.holding[s] * offer.intensity[s])
    return escalation(
        rates.escalation[c, level - 1],
        risk_of(i, c, people, ground, rates),
        co_needs,
        rates.co_need[c],
        float(people.unmet[i, c]),
        rates.unmet_harm[c],
        held,
    )


@inner
def beginning(i, c, exposure, co_needs, people, ground, rates):
    """A citizen's own chance that a need begins this month."""
    return onset(
        rates.onset[c],
        rates.relative_risk[c, people.band[i]],
        risk_of(i, c, people, ground, rates),
        exposure,
        rates.contagion[c],
        co_needs,
        rates.co_need[c],
    )


@inner
def ties_matter(i, c, u, people, offer, ground, rates):
    """Whether what becomes of a need this month hangs on the citizen's ties: most draws are far from where it would."""
    level, co_needs = people.level[i, c], others_established(i, c, people)
    if level == 0:
        if people.root[i, c] or u >= beginning(i, c, 1.0, co_needs, people, ground, rates):
            return False
        return u >= beginning(i, c, 0.0, co_needs, people, ground, rates)
    if u < worsening(i, c, level, co_needs, people, offer, ground, rates):
        return False
    base, support = rates.recovery[c, level - 1], rates.support[c]
    return 1.0 - recovery(base, 1.0, support) < u <= 1.0 - recovery(base, 0.0, support)


@inner
def move_level(i, c, u, uid, able, exposure, people, offer, ground, rates, now, tally, block, group):
    """One month of one need."""
    level = people.level[i, c]
    co_needs = others_established(i, c, people)
    if level == 0:
        if people.root[i, c]:
            if u < min(MOST, rates.relapse[c] * risk_of(i, c, people, ground, rates)):
                begin_need(i, c, uid, people, now, tally, block, group)
            elif u > 1.0 - rates.latent_fade[c]:
                forget(i, c, people)
        elif u < beginning(i, c, exposure, co_needs, people, ground, rates):
            begin_need(i, c, uid, people, now, tally, block, group)
    elif level < 3:
        if u < worsening(i, c, level, co_needs, people, offer, ground, rates):
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
    """Death and moving away; true if the citizen is still here."""
    chance = vital.death[age_of(i, people, vital, now), people.female[i]] / vital.usual[people.band[i]]
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


@inner
def draw_luck(first, count, moving, people, now, luck, block):
    """The draws of a month for citizens in a row of rows; of births only where people move on in life."""
    words, month = luck.words[block], uint64(now.month) & uint64(0xFFFFFFFF)
    k0, k1 = uint64(now.k0), uint64(now.k1)
    for n in range(count):
        lived = uint64(people.generation[first + n])
        words[0, n], words[1, n], words[2, n], words[3, n] = philox(
            uint64(first + n), lived, month, uint64(MONTH << 8), k0, k1
        )
    for n in range(count):
        lived = uint64(people.generation[first + n])
        words[4, n], words[5, n], words[6, n], words[7, n] = philox(
            uint64(first + n), lived, month, uint64((MONTH << 8) | 1), k0, k1
        )
    if moving:
        for n in range(count):
            lived = uint64(people.generation[first + n])
            words[8, n], words[9, n], words[10, n], words[11, n] = philox(
                uint64(first + n), lived, month, uint64(BIRTH << 8), k0, k1
            )


@inner
def glance_at(first, count, people, rates, vital, now, luck, block):
    """What the month's draws may bring to citizens in a row of rows: what begins, who may die or leave.

    For most citizens that is nothing, and a glance at the highest chance anybody can have settles their month.
    """
    words, glance, limit = luck.words[block], luck.glance[block], rates.limit
    beyond = np.uint16(((1 << people.level.shape[1]) - 1) & ~((1 << DRAWN) - 1))
    for n in range(count):
        code = uint64(people.area[first + n]) * uint64(BANDS) + uint64(people.band[first + n])
        glance[n] = (
            beyond
            | np.uint16(words[0, n] < limit[0, code])
            | np.uint16(words[1, n] < limit[1, code]) << 1
            | np.uint16(words[2, n] < limit[2, code]) << 2
            | np.uint16(words[3, n] < limit[3, code]) << 3
            | np.uint16(words[4, n] < limit[4, code]) << 4
            | np.uint16(words[5, n] < limit[5, code]) << 5
        )
    if vital.moving:
        leaving = np.uint32(min(ALL_LUCK, vital.departure * TWO_32 + 1.0))
        for n in range(count):
            i = first + n
            age = uint64(age_of(i, people, vital, now))
            mother = people.female[i] & (age >= YOUNGEST_MOTHER) & (age <= OLDEST_MOTHER)
            birth = unit(words[BIRTH_DRAW, n]) < vital.birth
            glance[n] |= (
                np.uint16(mother & birth) << BIRTH_BIT
                | np.uint16(words[DEATH, n] < vital.limit[age, people.female[i]]) << DEATH_BIT
                | np.uint16(words[DEPARTURE, n] < leaving) << DEPARTURE_BIT
            )


@inner
def age_of(i, people, vital, now):
    """Age in years, as far as life tables go."""
    return min((now.month - people.birth_month[i]) // 12, vital.death.shape[0] - 1)


@inner
def live(i, n, people, offer, ties, ground, rates, vital, now, luck, tally, block):
    """One citizen's month of need, if it may bring anything at all."""
    if (
        vital.moving
        and luck.glance[block, n] >= MAY_DIE
        and not survives(
            i,
            people,
            vital,
            rates,
            unit(luck.words[block, DEATH, n]),
            unit(luck.words[block, DEPARTURE, n]),
            now,
            tally,
            block,
            group_of(i, people, ground),
        )
    ):
        return
    band, area = people.band[i], people.area[i]
    to_look_at, still_open = uint64(luck.glance[block, n] | people.open[i]), uint64(0)
    if luck.glance[block, n] & GIVES_BIRTH:
        still_open = uint64(EXPECTS)
    total, met, able, looked = uint64(0), 0, 0.0, False
    to_look_at &= CHALLENGES
    while to_look_at:
        c = lowest_bit(to_look_at)
        to_look_at &= to_look_at - uint64(1)
        level, root = people.level[i, c], people.root[i, c]
        if c < DRAWN:
            u = unit(luck.words[block, c, n])
        else:
            u = draw(luck_of(i, people), now.month, MONTH, c + 2, now.k0, now.k1)
        risk = ground.risk[area, c]
        if level == 0 and root == 0:
            if u >= rates.ceiling[c, band] * risk:
                continue
        elif rates.relative_risk[c, band] == 0.0:
            close(i, c, people, tally, block, group_of(i, people, ground))
            forget(i, c, people)
            continue
        elif level == 3 or rates.worst[c, level] * risk <= u <= rates.mend[c, level]:
            still_open |= uint64(1) << uint64(c)
            continue
        if not looked and ties_matter(i, c, u, people, offer, ground, rates):
            total, met, able_count = circle(i, people, ties)
            able = able_count / met if met else 0.0
            looked = True
        exposure = float((total >> uint64(SEEN_BITS * c)) & uint64(31)) / met if met else 0.0
        uid, group = luck_of(i, people), group_of(i, people, ground)
        move_level(i, c, u, uid, able, exposure, people, offer, ground, rates, now, tally, block, group)
        if people.level[i, c] or people.root[i, c]:
            still_open |= uint64(1) << uint64(c)
    people.open[i] = still_open


@row
def evolve_rows(first, count, people, offer, ties, ground, rates, vital, now, luck, tally, block):
    """A month of need for citizens in a row of rows, CHUNK at most: they age, and what may happen to them is lived."""
    if vital.moving:
        for n in range(count):
            i = first + n
            people.band[i] = band_of((now.month - people.birth_month[i]) // 12)
    draw_luck(first, count, vital.moving, people, now, luck, block)
    glance_at(first, count, people, rates, vital, now, luck, block)
    for n in range(count):
        i = first + n
        if people.alive[i] and luck.glance[block, n] | people.open[i]:
            live(i, n, people, offer, ties, ground, rates, vital, now, luck, tally, block)


@rule
def look(turn, last_block, edges, people):
    """Everybody in some blocks is seen as they are at the start of the month."""
    block = take(turn)
    while block < last_block:
        for i in range(edges[block], edges[block + 1]):
            snapshot(i, people)
        mark_done(turn)
        block = take(turn)


@rule
def evolve(turn, last_block, edges, people, offer, ties, ground, rates, vital, now, luck, tally):
    """A month of need for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            count = min(CHUNK, edges[block + 1] - first)
            evolve_rows(first, count, people, offer, ties, ground, rates, vital, now, luck, tally, block)
        mark_done(turn)
        block = take(turn)
