"""One citizen's case with one challenge: which draws are theirs, how severe it is, how it is dropped or failed."""

from numba import uint64

from simulation.compile import inner, row, rule
from simulation.parameters.quantity import REPORTING_AGE_OF_BAND, REPORTING_AGES
from simulation.state.codes import CASE_NONE, ESTABLISHED, NOTHING
from simulation.state.tally import EACH, PLAIN, Each

CLOSED = int(Each.CASES_CLOSED)
AGES = len(REPORTING_AGES)
OLD = 7  # first age band counted as old age in severity (75-84)
SEEN_BITS = 5  # bits of the snapshot for each challenge
SEEN_ALIVE = 50  # where the snapshot says that somebody is there
NEEDS_SEEN = uint64((1 << SEEN_ALIVE) - 1)  # where it keeps established needs
SEEN_TRUST = 55  # where it keeps trust, in fifteenths
YEAR = 12  # months between reviews of a case
TIES_READ = 31  # ties that fit the snapshot's sums


@inner
def uid_of(i, people):
    """The number by which draws know the citizen of a row: the row and how many lived there before."""
    return uint64(i) + (uint64(people.generation[i]) << uint64(32))


@inner
def reporting_group(area, band, ground):
    """The reporting group of those of an age band in an area: fifth by fifth of deprivation, the reporting ages of each."""
    return ground.fifth[area] * AGES + REPORTING_AGE_OF_BAND[band]


@inner
def group_of(i, people, ground):
    """The reporting group of a citizen."""
    return reporting_group(people.area[i], people.band[i], ground)


@inner
def column(measure, challenge):
    """Where a per-challenge measure is counted."""
    return PLAIN + EACH * challenge + measure


@inner
def others_established(i, c, people):
    """How many other established needs the citizen had at the start of the month, two at most."""
    others = people.seen[i] & NEEDS_SEEN & ~(uint64(1) << uint64(SEEN_BITS) * uint64(c))
    return int(others != 0) + int(others & (others - uint64(1)) != 0)


@row
def lives_alone(i, people):
    """Whether nobody else is left in a citizen's household."""
    j = people.housemate[i]
    while j != i:
        if people.alive[j]:
            return False
        j = people.housemate[j]
    return True


@rule
def severity(i, c, people, conduct):
    """How bad it is now: the level, the episode's own severity, and the citizen's circumstances. Between 1 and 4."""
    within = conduct.severity_draw * float(people.luck[i, c])
    if lives_alone(i, people):
        within += conduct.severity_alone
    if people.band[i] >= OLD:
        within += conduct.severity_old
    within += conduct.severity_co_need * others_established(i, c, people) / 2.0
    return float(people.level[i, c]) + min(within, 0.999)


@rule
def package(bad, growth):
    """How many times the hours of a case of severity 2 one of another severity takes: so many times more for each point."""
    return growth ** (bad - ESTABLISHED)


@rule
def fails_review(i, c, least, people, conduct):
    """Whether a case comes up for its yearly review and is milder than the least severity asked for; 0 asks for nothing."""
    return least > 0.0 and people.months[i, c] % YEAR == 0 and severity(i, c, people, conduct) < least


@inner
def close(i, c, people, tally, block, group):
    """The case is over: nobody is waiting for it or working on it."""
    if people.state[i, c] != CASE_NONE:
        tally.people[block, group, column(CLOSED, c)] += 1
    people.state[i, c] = CASE_NONE
    people.months[i, c] = 0


@inner
def forget(i, c, people):
    """The need and everything about it are gone."""
    people.level[i, c] = 0
    people.root[i, c] = 0
    people.cause[i, c] = NOTHING
    people.since[i, c] = 0
    people.unmet[i, c] = 0
    people.asked[i, c] = 0


@inner
def fail(i, c, cause, people, conduct):
    """The citizen was failed: the next contact about this need will be failure demand, and trust falls."""
    people.cause[i, c] = cause
    people.since[i, c] = 0
    people.trust[i] = max(0.0, people.trust[i] - conduct.trust_refused)
