"""Phase 6, outcome: what offer, waiting and need do to lives this month."""

from simulation.compile import counted, inner, mark_done, row, rule, take
from simulation.draws import Event, draw, unit
from simulation.mechanism.citizens.case import close, column, fail, fails_review, forget, group_of, uid_of
from simulation.mechanism.citizens.feelings import add_up, count_lives, take_stock, towards, whole
from simulation.mechanism.citizens.listed import CHUNK, draw_listed, in_a_row, list_marked
from simulation.state.codes import (
    ABANDONED,
    ACUTE,
    CASE_NONE,
    CASE_READY,
    CASE_SERVED,
    CASE_WAITING,
    EMERGING,
    ESTABLISHED,
    NO_NEED,
    NOTHING,
    RELAPSED,
    UNRESOLVED,
)
from simulation.state.tally import AtService, Count, Each

ABANDON, SERVED, ROOT = int(Event.ABANDON), int(Event.CARE), int(Event.ROOT)
LEAVE, STEP_DOWN = int(Event.LEAVE), int(Event.STEP_DOWN)
GAVE_UP = int(Count.ABANDONED)
RESOLVED, ROOT_REMOVED, DELAYED = int(Each.RESOLVED), int(Each.ROOT_REMOVED), int(Each.DELAYED)
WAITING, PREVENTION_USERS, WELL_ENOUGH = int(Each.WAITING), int(Each.PREVENTION), int(Each.WELL_ENOUGH)
AT_RESOLVED = int(AtService.RESOLVED)
SATISFACTION, USERS = int(Count.SATISFACTION), int(Count.USERS)
MOST_MONTHS = 250
YEAR_UNMET = 12
SECOND = 64  # second draw index of an event, apart from every challenge's first


@inner
def wait_on(i, c, u, context, block, group):
    """A month of waiting; some give up."""
    people = context.people
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
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
def be_served(i, c, u, context, block, group):
    """A month in prevention or core: resolved, still in service, or closed unresolved: after long, or at a review."""
    people, offer, rates = context.people, context.offer, context.rates
    s, tier = people.service[i, c], people.tier[i, c]
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    chance = min(0.95, rates.resolve[c, tier] * offer.resolve[s] * offer.intensity[s])
    if u < chance:
        resolve(i, c, context, block, group)
    elif people.months[i, c] >= rates.longest[c, tier] or fails_review(i, c, offer.review[s], people, context.conduct):
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
def stay_acute(i, c, u, context, block, group):
    """A month of acute care: still needed, ready for a core place, or over."""
    people, rates, now = context.people, context.rates, context.now
    s, uid = people.service[i, c], uid_of(i, people)
    people.months[i, c] = min(people.months[i, c] + 1, MOST_MONTHS)
    if u < min(0.95, rates.leave[c] * context.offer.leave[s]):
        context.tally.people[block, group, column(WELL_ENOUGH, c)] += 1
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
def be_satisfied(satisfied, tally, block, group):
    """One more user of services this month, so satisfied."""
    tally.people[block, group, SATISFACTION] += whole(satisfied)
    tally.people[block, group, USERS] += 1


@inner
def wait_without_help(i, c, people, conduct, tally, block, group):
    """One citizen's month after having been failed: who was turned away this month says how satisfied that leaves one."""
    people.unmet[i, c] = min(people.unmet[i, c] + 1, YEAR_UNMET)
    if people.since[i, c] == 0:
        be_satisfied(conduct.satisfaction_refused, tally, block, group)


@inner
def live_with(i, c, people, offer, conduct, tally, block, group):
    """One citizen's month in a queue or in service, once it has turned out, and how satisfied it leaves one."""
    state = people.state[i, c]
    if state == CASE_WAITING:
        tally.people[block, group, column(WAITING, c)] += 1
        people.unmet[i, c] = min(people.unmet[i, c] + 1, YEAR_UNMET)
        satisfied = conduct.satisfaction_served - conduct.satisfaction_wait * people.months[i, c]
        be_satisfied(max(0.0, satisfied), tally, block, group)
    elif state >= CASE_SERVED:  # served, or ready to leave
        tally.people[block, group, column(PREVENTION_USERS + people.tier[i, c], c)] += 1
        people.unmet[i, c] = 0
        be_satisfied(conduct.satisfaction_served * offer.intensity[people.service[i, c]], tally, block, group)
    elif people.level[i, c] and people.cause[i, c] != NOTHING and people.cause[i, c] != RELAPSED:
        wait_without_help(i, c, people, conduct, tally, block, group)


@inner
def remember(i, c, people, conduct):
    """Failures and relapses are remembered for a year while the need lasts."""
    if people.cause[i, c] != NOTHING and people.level[i, c] > 0:
        people.since[i, c] = min(people.since[i, c] + 1, MOST_MONTHS)
        if people.since[i, c] > conduct.memory_months:
            people.cause[i, c] = NOTHING
            people.unmet[i, c] = 0


@inner
def live_without_help(first, count, context, block):
    """Citizens in a row of rows who were failed, or whose need came back, and who have no case: they live on and remember."""
    people, conduct, listed, tally = context.people, context.conduct, context.listed, context.tally
    mark, level = listed.mark[block], in_a_row(people.level, first, count)
    cause, state = in_a_row(people.cause, first, count), in_a_row(people.state, first, count)
    for k in range(level.size):
        mark[k] = (cause[k] != NOTHING) & (state[k] == CASE_NONE) & (level[k] != NO_NEED)
    for k in range(list_marked(first, level.size, listed, block)):
        i, c = counted(listed.row[block, k]), counted(listed.challenge[block, k])
        if people.cause[i, c] != RELAPSED:
            wait_without_help(i, c, people, conduct, tally, block, group_of(i, people, context.ground))
        remember(i, c, people, conduct)


@inner
def list_cases(first, count, context, block):
    """List the cases of citizens in a row of rows, and which draw decides about each. Returns how many."""
    people, listed = context.people, context.listed
    mark, row, challenge, counter = (
        listed.mark[block],
        listed.row[block],
        listed.challenge[block],
        listed.counter[block],
    )
    state = in_a_row(people.state, first, count)
    for k in range(state.size):
        mark[k] = state[k] != CASE_NONE
    length = list_marked(first, state.size, listed, block)
    for k in range(length):
        i, c = counted(row[k]), counted(challenge[k])
        event = LEAVE if people.tier[i, c] == ACUTE else SERVED
        if people.state[i, c] == CASE_WAITING:
            event = ABANDON
        counter[k] = event << 8 | c >> 2
    return length


@inner
def turn_out(i, c, u, context, block):
    """How a month in a queue or in service turns out, and what is remembered of it."""
    people, rates, conduct, tally = context.people, context.rates, context.conduct, context.tally
    group, state, tier = group_of(i, people, context.ground), people.state[i, c], people.tier[i, c]
    if state == CASE_WAITING:
        wait_on(i, c, u, context, block, group)
    elif state == CASE_READY:
        stay_delayed(i, c, context, block, group)
    else:
        people.capability[i] = float(people.capability[i]) * (1.0 - rates.loss[c, tier])
        if tier == ACUTE:
            stay_acute(i, c, u, context, block, group)
        else:
            be_served(i, c, u, context, block, group)
    live_with(i, c, people, context.offer, conduct, tally, block, group)
    remember(i, c, people, conduct)


@row
def outcome_rows(first, count, context, block):
    """The month as it turns out for citizens in a row of rows, CHUNK at most."""
    people, listed = context.people, context.listed
    live_without_help(first, count, context, block)
    length = list_cases(first, count, context, block)
    draw_listed(length, listed, people, context.now, block)
    for k in range(length):
        i, c = counted(listed.row[block, k]), counted(listed.challenge[block, k])
        turn_out(i, c, unit(listed.words[block, c & 3, k]), context, block)
    add_up(first, count, context, block)
    take_stock(first, count, context, block)
    count_lives(first, count, context, block)


@rule
def outcome(turn, last_block, edges, context):
    """A month of outcomes for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            outcome_rows(first, min(CHUNK, edges[block + 1] - first), context, block)
        mark_done(turn)
        block = take(turn)
