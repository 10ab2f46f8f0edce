"""Phase 6, outcome: what offer, waiting and need do to lives this month."""

from numba import uint64

from simulation.compile import inner, lowest_bit, mark_done, row, rule, take
from simulation.draws import Event, draw
from simulation.mechanism.citizens.case import close, column, fail, forget, group_of, open_of, uid_of
from simulation.mechanism.citizens.feelings import count_feelings, steady_feelings, towards, whole
from simulation.state.codes import (
    ABANDONED,
    ACUTE,
    CASE_NONE,
    CASE_READY,
    CASE_SERVED,
    CASE_WAITING,
    EMERGING,
    ESTABLISHED,
    NOTHING,
    RELAPSED,
    UNRESOLVED,
)
from simulation.state.tally import AtService, Count, Each

ABANDON, CARE, ROOT = int(Event.ABANDON), int(Event.CARE), int(Event.ROOT)
LEAVE, STEP_DOWN = int(Event.LEAVE), int(Event.STEP_DOWN)
GAVE_UP = int(Count.ABANDONED)
RESOLVED, ROOT_REMOVED, DELAYED = int(Each.RESOLVED), int(Each.ROOT_REMOVED), int(Each.DELAYED)
AT_EMERGING, WAITING, PREVENTION_USERS = int(Each.EMERGING), int(Each.WAITING), int(Each.PREVENTION)
AT_RESOLVED = int(AtService.RESOLVED)
IN_NEED, LIFE_IN_NEED, QALY, CARBON = (int(Count[n]) for n in ("IN_NEED", "LIFE_IN_NEED", "QALY", "CARBON"))
INFORMAL_CARE, SATISFACTION, USERS = (int(Count[n]) for n in ("INFORMAL_CARE", "SATISFACTION", "USERS"))
MOST_MONTHS = 250
YEAR_UNMET = 12
SECOND = 64  # second draw index of an event, apart from every challenge's first


@inner
def wait_on(i, c, context, block, group):
    """A month of waiting; some give up."""
    people, now = context.people, context.now
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    u = draw(uid_of(i, people), now.month, ABANDON, c, now.k0, now.k1)
    if u < context.rates.abandonment[c, people.tier[i, c]]:
        context.tally.people[block, group, GAVE_UP] += 1
        close(i, c, people, context.tally, block, group)
        fail(i, c, ABANDONED, people, context.conduct)


@inner
def resolve(i, c, context, block, group):
    """The need is met. Its root cause may be gone, or only be relieved and come back."""
    people, offer, rates, now, tally = context.people, context.offer, context.rates, context.now, context.tally
    s, tier = people.service[i, c], people.tier[i, c]
    tally.people[block, group, column(RESOLVED, c)] += 1
    tally.services[block, s, AT_RESOLVED] += 1
    close(i, c, people, tally, block, group)
    removed = min(1.0, rates.root_removed[c, tier] * offer.root[s])
    gone = draw(uid_of(i, people), now.month, ROOT, c, now.k0, now.k1) < removed
    forget(i, c, people)
    if gone:
        tally.people[block, group, column(ROOT_REMOVED, c)] += 1
    else:
        people.root[i, c] = 1
        people.cause[i, c] = RELAPSED
    gain = min(1.0, rates.gain[c, tier] * offer.gain[s])
    people.capability[i] = towards(float(people.capability[i]), 1.0, gain)
    people.trust[i] = min(1.0, float(people.trust[i]) + context.conduct.trust_resolved)


@inner
def be_served(i, c, context, block, group):
    """A month in prevention or core: resolved, still in service, or closed unresolved after long enough."""
    people, offer, rates, now = context.people, context.offer, context.rates, context.now
    s, tier = people.service[i, c], people.tier[i, c]
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    chance = min(0.95, rates.resolve[c, tier] * offer.resolve[s] * offer.intensity[s])
    if draw(uid_of(i, people), now.month, CARE, c, now.k0, now.k1) < chance:
        resolve(i, c, context, block, group)
    elif people.months[i, c] >= rates.longest[c, tier]:
        close(i, c, people, context.tally, block, group)
        fail(i, c, UNRESOLVED, people, context.conduct)


@inner
def leave_acute(i, c, relieved, context, block, group):
    """Somebody goes home from acute care without a core place: better, not cured unless the cause went too."""
    people, now, tally = context.people, context.now, context.tally
    s = people.service[i, c]
    close(i, c, people, tally, block, group)
    people.level[i, c] = EMERGING if relieved else ESTABLISHED
    removed = min(1.0, context.rates.root_removed[c, ACUTE] * context.offer.root[s])
    if draw(uid_of(i, people), now.month, ROOT, c, now.k0, now.k1) < removed:
        forget(i, c, people)
        tally.people[block, group, column(ROOT_REMOVED, c)] += 1
        tally.people[block, group, column(RESOLVED, c)] += 1
    else:
        people.cause[i, c] = RELAPSED
        people.since[i, c] = 0


@inner
def stay_acute(i, c, context, block, group):
    """A month of acute care: still needed, ready for a core place, or over."""
    people, rates, now = context.people, context.rates, context.now
    s, uid = people.service[i, c], uid_of(i, people)
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    if draw(uid, now.month, LEAVE, c, now.k0, now.k1) < min(0.95, rates.leave[c] * context.offer.leave[s]):
        if draw(uid, now.month, LEAVE, SECOND + c, now.k0, now.k1) < rates.step_down[c]:
            people.state[i, c] = CASE_READY
            people.months[i, c] = 0
        else:
            relieved = draw(uid, now.month, STEP_DOWN, c, now.k0, now.k1) < rates.relief[c]
            leave_acute(i, c, relieved, context, block, group)


@inner
def stay_delayed(i, c, context, block, group):
    """A month in an acute bed for want of a core place; after too long, home without one."""
    people, tally = context.people, context.tally
    tally.people[block, group, column(DELAYED, c)] += 1
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    if people.months[i, c] >= context.rates.longest_delay[c]:
        close(i, c, people, tally, block, group)
        people.level[i, c] = ESTABLISHED
        fail(i, c, UNRESOLVED, people, context.conduct)


@inner
def live_with(i, c, people, offer, conduct, tally, block, group):
    """Count one citizen's month with one challenge; the satisfaction of a user, or -1."""
    level, state = people.level[i, c], people.state[i, c]
    if level:
        tally.people[block, group, column(AT_EMERGING + level - 1, c)] += 1
    turned_away = people.cause[i, c] != NOTHING and people.cause[i, c] != RELAPSED and level > 0
    if state == CASE_WAITING:
        tally.people[block, group, column(WAITING, c)] += 1
        people.unmet[i, c] = min(people.unmet[i, c] + 1, YEAR_UNMET)
        return max(0.0, conduct.satisfaction_served - conduct.satisfaction_wait * people.months[i, c])
    if state >= CASE_SERVED:  # served, or ready to leave
        tally.people[block, group, column(PREVENTION_USERS + people.tier[i, c], c)] += 1
        people.unmet[i, c] = 0
        return conduct.satisfaction_served * offer.intensity[people.service[i, c]]
    if turned_away:
        people.unmet[i, c] = min(people.unmet[i, c] + 1, YEAR_UNMET)
        if people.since[i, c] == 0:
            return conduct.satisfaction_refused
    return -1.0


@inner
def remember(i, c, people, conduct):
    """Failures and relapses are remembered for a year while the need lasts."""
    if people.cause[i, c] != NOTHING and people.level[i, c] > 0:
        people.since[i, c] = min(people.since[i, c] + 1, MOST_MONTHS)
        if people.since[i, c] > conduct.memory_months:
            people.cause[i, c] = NOTHING
            people.unmet[i, c] = 0


@row
def outcome_row(i, context, block):
    """One citizen's month as it turns out."""
    people, ground, rates, conduct, tally = (
        context.people,
        context.ground,
        context.rates,
        context.conduct,
        context.tally,
    )
    if people.alive[i] == 0:
        return
    group = group_of(i, people, ground)
    if people.open[i] == 0:
        steady_feelings(i, 0.0, people, ground, conduct)
        count_feelings(i, people, tally, block, group)
        tally.people[block, group, QALY] += whole(1.0)
        tally.people[block, group, CARBON] += whole(rates.carbon_usual)
        return
    lost = quality_lost = care = 0.0
    carbon = rates.carbon_usual
    in_need = unmet = False
    still_open = open_of(i, people)
    while still_open:
        c = lowest_bit(still_open)
        still_open &= still_open - uint64(1)
        state = people.state[i, c]
        if state == CASE_WAITING:
            wait_on(i, c, context, block, group)
        elif state == CASE_READY:
            stay_delayed(i, c, context, block, group)
        elif state == CASE_SERVED and people.tier[i, c] == ACUTE:
            people.capability[i] = float(people.capability[i]) * (1.0 - rates.loss[c, ACUTE])
            stay_acute(i, c, context, block, group)
        elif state == CASE_SERVED:
            people.capability[i] = float(people.capability[i]) * (1.0 - rates.loss[c, people.tier[i, c]])
            be_served(i, c, context, block, group)
        if people.level[i, c] or people.state[i, c] != CASE_NONE:
            satisfied = live_with(i, c, people, context.offer, conduct, tally, block, group)
            if satisfied >= 0.0:
                tally.people[block, group, SATISFACTION] += whole(satisfied)
                tally.people[block, group, USERS] += 1
            remember(i, c, people, conduct)
        level = people.level[i, c]
        if level:
            carbon += rates.carbon[c, level]
            lost += rates.life_satisfaction[c, level]
            quality_lost += rates.qaly[c, level]
            care += rates.informal_care[c, level]
            in_need = in_need or level >= ESTABLISHED
            unmet = unmet or people.unmet[i, c] > 0
    if unmet:
        lost += conduct.wellbeing_waiting
    steady_feelings(i, lost, people, ground, conduct)
    count_feelings(i, people, tally, block, group)
    tally.people[block, group, QALY] += whole(max(0.0, 1.0 - quality_lost))
    tally.people[block, group, CARBON] += whole(carbon)
    tally.people[block, group, INFORMAL_CARE] += whole(care)
    if in_need:
        tally.people[block, group, IN_NEED] += 1
        tally.people[block, group, LIFE_IN_NEED] += whole(float(people.wellbeing[i]))


@rule
def outcome(turn, last_block, edges, context):
    """A month of outcomes for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for i in range(edges[block], edges[block + 1]):
            outcome_row(i, context, block)
        mark_done(turn)
        block = take(turn)
