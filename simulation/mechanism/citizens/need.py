"""Phase 2, need: it begins, worsens, mends and returns; people age, die, are born and move.

Every citizen meets each challenge as a chain of four levels in monthly steps. The chance of a step is the
challenge's own, times what the citizen's area, capability, ties, other needs and months without help make of it.
One draw settles a month: the lowest values bring the need on, the highest take it away, so a policy that changes
the chances never changes the draws.
"""

from typing import Any, NamedTuple

from numba import uint64

from simulation.compile import counted, fetch, inner, lowest_bit, mark_done, row, rule, take
from simulation.draws import Event, Now, draw, unit
from simulation.mechanism.citizens.case import SEEN_BITS, close, column, forget, group_of, others_established, uid_of
from simulation.mechanism.citizens.chances import MOST, beginning, recovery, risk_of, worsening
from simulation.mechanism.citizens.listed import CHUNK, Listed, find_marked
from simulation.mechanism.citizens.month_draws import (
    CHALLENGES,
    DEATH,
    DEPARTURE,
    DRAWN,
    GIVES_BIRTH,
    MAY_DIE,
    Draws,
    draw_month,
    glance_at,
    grow_older,
)
from simulation.mechanism.citizens.snapshot import circle, look_for_circle
from simulation.mechanism.citizens.vital import Vital, age_of
from simulation.state.codes import ACUTE, CASE_SERVED, CRISIS, EMERGING, ESTABLISHED, NO_NEED, NOTHING
from simulation.state.columns import People
from simulation.state.tables import Ground, NeedRates
from simulation.state.tally import Count, Each, Tally
from simulation.state.ties import Ties

MONTH, EPISODE = int(Event.MONTH), int(Event.EPISODE)
DIED, LEFT = int(Count.DEATHS), int(Count.DEPARTURES)
NEW, CRISES, OPENED = int(Each.NEW), int(Each.CRISES), int(Each.CASES_OPENED)
VALUE, FAILURE = int(Each.VALUE), int(Each.FAILURE)
AGAIN = int(Count.REFUSED_AGAIN) - 1  # plus the cause


class NeedContext(NamedTuple):
    """All that a citizen's month of need reads and writes."""

    people: People
    offer: Any  # an `Offer`
    ties: Ties
    ground: Ground
    rates: NeedRates
    vital: Vital
    now: Now
    draws: Draws
    listed: Listed
    tally: Tally


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
    people.level[i, c] = CRISIS
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
def begin_need(i, c, people, now, tally, block, group):
    """A need begins anew, or comes back because its root cause was still there."""
    people.level[i, c] = EMERGING
    people.luck[i, c] = draw(uid_of(i, people), now.month, EPISODE, c, now.k0, now.k1)
    people.since[i, c] = 0
    people.unmet[i, c] = 0
    if not people.root[i, c]:
        people.root[i, c] = 1
        people.cause[i, c] = NOTHING
        tally.people[block, group, column(NEW, c)] += 1


@inner
def catches_on(i, c, u, context):
    """Whether a need begins for somebody who has not even its root cause.

    Ties are only looked at if it hangs on them: most draws begin a need whoever the ties are, or would not whatever they have.
    """
    people, ground, rates = context.people, context.ground, context.rates
    co_needs = others_established(i, c, people)
    if u >= beginning(i, c, 1.0, co_needs, people, ground, rates):
        return False
    if u < beginning(i, c, 0.0, co_needs, people, ground, rates):
        return True
    total, met, _ = circle(i, people, context.ties)
    exposure = float((total >> uint64(SEEN_BITS) * uint64(c)) & uint64(31)) / met if met else 0.0
    return u < beginning(i, c, exposure, co_needs, people, ground, rates)


@inner
def mends(i, c, level, u, context):
    """Whether a need gets better by itself: ties who are able to help make it likelier, and are looked at if it hangs on them."""
    people, rates = context.people, context.rates
    base, support = rates.recovery[c, level - 1], rates.support[c]
    if u <= 1.0 - recovery(base, 1.0, support):
        return False
    if u > 1.0 - recovery(base, 0.0, support):
        return True
    _, met, able = circle(i, people, context.ties)
    return u > 1.0 - recovery(base, able / met if met else 0.0, support)


@inner
def move_level(i, c, u, context, block, group):
    """One month of one need."""
    people, ground, rates, tally = context.people, context.ground, context.rates, context.tally
    level = people.level[i, c]
    if level == NO_NEED and people.root[i, c]:
        if u < min(MOST, rates.relapse[c] * risk_of(i, c, people, ground, rates)):
            begin_need(i, c, people, context.now, tally, block, group)
        elif u > 1.0 - rates.latent_fade[c]:
            forget(i, c, people)
    elif level == NO_NEED:
        if catches_on(i, c, u, context):
            begin_need(i, c, people, context.now, tally, block, group)
    elif level < CRISIS:
        co_needs = others_established(i, c, people)
        if u < worsening(i, c, level, co_needs, people, context.offer, ground, rates):
            if level == ESTABLISHED:
                begin_crisis(i, c, people, ground, tally, block, group)
            else:
                people.level[i, c] = ESTABLISHED
        elif mends(i, c, level, u, context):
            if level == ESTABLISHED:
                people.level[i, c] = EMERGING
            else:
                close(i, c, people, tally, block, group)
                forget(i, c, people)


@inner
def survives(i, u_death, u_leave, context, block, group):
    """Death and moving away; true if the citizen is still here."""
    people, vital, rates, tally = context.people, context.vital, context.rates, context.tally
    chance = vital.death[age_of(i, people, vital, context.now), people.female[i]] / vital.usual[people.band[i]]
    if u_death < chance * vital.most:
        excess = 1.0
        for c in range(people.level.shape[1]):
            excess += rates.mortality[c, people.level[i, c]]
        if u_death < min(1.0, chance * excess):
            tally.people[block, group, DIED] += 1
            vacate(i, people, tally, block, group)
            return False
    if u_leave < vital.departure[people.band[i]]:
        tally.people[block, group, LEFT] += 1
        vacate(i, people, tally, block, group)
        return False
    return True


@inner
def live(i, n, context, block):
    """One citizen's month of need, where a glance at the draws says that it may bring something."""
    people, group = context.people, group_of(i, context.people, context.ground)
    words, glance = context.draws.words[block], context.draws.glance[block, n]
    if glance >= MAY_DIE and not survives(i, unit(words[DEATH, n]), unit(words[DEPARTURE, n]), context, block, group):
        return
    to_look_at = uint64(glance) & CHALLENGES
    if glance & GIVES_BIRTH:
        people.expects[i] = 1
    while to_look_at:
        c = lowest_bit(to_look_at)
        to_look_at &= to_look_at - uint64(1)
        if c < DRAWN:
            u = unit(words[c, n])
        else:
            u = draw(uid_of(i, people), context.now.month, MONTH, c + 2, context.now.k0, context.now.k1)
        if context.rates.relative_risk[c, people.band[i]] > 0.0:
            move_level(i, c, u, context, block, group)
        elif people.level[i, c] or people.root[i, c]:
            close(i, c, people, context.tally, block, group)
            forget(i, c, people)


@row
def evolve_rows(first, count, context, block):
    """A month of need for citizens in a row of rows, CHUNK at most: they age, and what may happen to them is lived."""
    alive, glance = context.people.alive[first : first + count], context.draws.glance[block]
    row, mark, ties = context.listed.row[block], context.listed.mark[block], context.ties
    grow_older(first, count, context, block)
    draw_month(first, count, context, block)
    glance_at(first, count, context, block)
    for n in range(count):
        mark[n] = alive[n] & (glance[n] != 0)
    length = find_marked(mark, count, row)
    for k in range(length):
        row[k] += first
        fetch(ties.start, row[k])
    look_for_circle(row, length, ties)
    for k in range(length):
        i = counted(row[k])
        live(i, i - first, context, block)


@rule
def evolve(turn, last_block, edges, context):
    """A month of need for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            count = min(CHUNK, edges[block + 1] - first)
            evolve_rows(first, count, context, block)
        mark_done(turn)
        block = take(turn)
