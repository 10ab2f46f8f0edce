"""Phase 3, seek: who asks for help, and whether for the first time about this need.

A first ask is value demand. Asking again about the same need within twelve months of being refused, giving up,
an unresolved case or a relapse is failure demand.
"""

from typing import Any, NamedTuple

from numba import uint64

from simulation.compile import counted, fetch, inner, mark_done, row, rule, take
from simulation.draws import Event, Now, unit
from simulation.mechanism.citizens.case import SEEN_TRUST, column, group_of
from simulation.mechanism.citizens.listed import CHUNK, Listed, draw_listed, in_a_row, list_marked
from simulation.mechanism.citizens.need import AGAIN, FAILURE, VALUE
from simulation.mechanism.citizens.snapshot import circle, look_at_circle, look_for_circle
from simulation.parameters.structure import Failed
from simulation.state.codes import CASE_NONE, CORE, EMERGING, ESTABLISHED, NOTHING, PREVENTION, RELAPSED
from simulation.state.columns import People
from simulation.state.tables import NARROW, Conduct, Ground, SeekRates
from simulation.state.tally import Tally
from simulation.state.ties import Ties

SEEK = int(Event.SEEK)  # two draws per challenge: whether to ask, and which tier
SURE = 0.95  # nobody is surer than this to ask in a given month


class SeekContext(NamedTuple):
    """All that a citizen's month of seeking and triage reads and writes."""

    people: People
    offer: Any  # an `Offer`
    least_burden: float  # share of would-be askers put off by the service that puts off fewest
    ties: Ties
    ground: Ground
    rates: SeekRates
    conduct: Conduct
    now: Now
    listed: Listed
    tally: Tally


@rule
def eagerness(trust, trust_start, burden, peers, word_of_mouth):
    """How much readier to ask than usual: with trust and good word of mouth more, less with the effort it takes."""
    heard = max(0.0, 1.0 + word_of_mouth * 2.0 * (peers - trust_start))
    return trust / trust_start * (1.0 - burden) * heard


@rule
def asking(rate, trust, trust_start, burden, peers, word_of_mouth):
    """Chance of asking this month: more with trust and good word of mouth, less with the effort it takes."""
    heard = max(0.0, 1.0 + word_of_mouth * 2.0 * (peers - trust_start))
    return min(SURE, rate * trust / trust_start * (1.0 - burden) * heard)


def asks_again(failed: Failed, rate: float) -> float:
    """Monthly chance of asking again after having been failed: none where people give up until they have forgotten."""
    return 0.0 if failed == "give_up" else rate


@inner
def list_askers(first, count, context, block):
    """List the needs that citizens in a row of rows may ask about: emerging or established, without a case. Returns how many.

    Last month's requests are forgotten.
    """
    people, listed = context.people, context.listed
    mark = listed.mark[block]
    level, state = in_a_row(people.level, first, count), in_a_row(people.state, first, count)
    in_a_row(people.asked, first, count)[:] = 0
    for k in range(level.size):
        mark[k] = ((level[k] == EMERGING) | (level[k] == ESTABLISHED)) & (state[k] == CASE_NONE)
    return list_marked(first, level.size, listed, block)


@inner
def rate_of(i, c, people, rates):
    """How often somebody with this need asks in a month: as people with such a need do, or as those who were failed do."""
    if NOTHING < people.cause[i, c] < RELAPSED:
        return rates.ask_again[c]
    return rates.seek[c, people.level[i, c] - EMERGING]


@inner
def consider_asking(i, c, u_ask, u_tier, context, block):
    """A citizen decides whether to ask for help with one need this month, and whom."""
    people, rates, conduct = context.people, context.rates, context.conduct
    tier = PREVENTION if people.level[i, c] == EMERGING and u_tier >= rates.core_first[c] else CORE
    burden = context.offer.burden[context.ground.service[people.area[i], c, tier]]
    total, met, _ = circle(i, people, context.ties)
    peers = float(total >> uint64(SEEN_TRUST)) / 15.0 / met if met else conduct.trust_start
    rate, trust = rate_of(i, c, people, rates), float(people.trust[i])
    if u_ask < asking(rate, trust, conduct.trust_start, burden, peers, conduct.word_of_mouth):
        people.asked[i, c] = tier + 1
        cause, group, tally = people.cause[i, c], group_of(i, people, context.ground), context.tally
        if cause == NOTHING:
            tally.people[block, group, column(VALUE, c)] += 1
        else:
            tally.people[block, group, column(FAILURE, c)] += 1
            tally.people[block, group, AGAIN + cause] += 1


@row
def seek_rows(first, count, context, block):
    """Citizens in a row of rows, CHUNK at most, decide need by need whether to ask for help this month.

    Most draws are so high that the citizen would not ask even if everybody praised the service that is easiest to ask.
    """
    people, listed, conduct = context.people, context.listed, context.conduct
    row, challenge, counter, words = (
        listed.row[block],
        listed.challenge[block],
        listed.counter[block],
        listed.words[block],
    )
    length = list_askers(first, count, context, block)
    for k in range(length):
        counter[k] = SEEK << 8 | challenge[k]
    draw_listed(length, listed, people, context.now, block)
    praised = eagerness(1.0, conduct.trust_start, context.least_burden, 1.0, conduct.word_of_mouth) * (1 + NARROW)
    keen = 0
    for k in range(length):
        i, c, ask, tier = counted(row[k]), counted(challenge[k]), words[0, k], words[1, k]
        if unit(ask) < rate_of(i, c, people, context.rates) * float(people.trust[i]) * praised:
            row[keen], challenge[keen], words[0, keen], words[1, keen] = i, c, ask, tier
            keen += 1
            fetch(context.ties.start, i)
    look_for_circle(row, keen, context.ties)
    look_at_circle(row, keen, people, context.ties)
    for k in range(keen):
        consider_asking(counted(row[k]), counted(challenge[k]), unit(words[0, k]), unit(words[1, k]), context, block)


@rule
def seek(turn, last_block, edges, context):
    """A month of asking for help for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for first in range(edges[block], edges[block + 1], CHUNK):
            seek_rows(first, min(CHUNK, edges[block + 1] - first), context, block)
        mark_done(turn)
        block = take(turn)
