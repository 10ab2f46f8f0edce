"""Phase 3, seek: who asks for help, and whether for the first time about this need.

A first ask is value demand. Asking again about the same need within twelve months of being refused, giving up,
an unresolved case or a relapse is failure demand.
"""

from typing import Any, NamedTuple

from numba import uint64

from simulation.compile import lowest_bit, mark_done, row, rule, take
from simulation.draws import Event, Now, four
from simulation.mechanism.citizens.case import SEEN_TRUST, column, group_of, open_of, uid_of
from simulation.mechanism.citizens.need import AGAIN, FAILURE, VALUE
from simulation.mechanism.citizens.snapshot import circle
from simulation.parameters.structure import Failed
from simulation.state.codes import CASE_NONE, CORE, CRISIS, EMERGING, INVOLVED, NO_NEED, NOTHING, PREVENTION, RELAPSED
from simulation.state.columns import People
from simulation.state.tables import Conduct, Ground, SeekRates
from simulation.state.tally import Tally
from simulation.state.ties import Ties

SEEK = int(Event.SEEK)  # two draws per challenge: whether to ask, and which tier
SURE = 0.95  # nobody is surer than this to ask in a given month


class SeekContext(NamedTuple):
    """All that a citizen's month of seeking and triage reads and writes."""

    people: People
    offer: Any  # an `Offer`
    ties: Ties
    ground: Ground
    rates: SeekRates
    conduct: Conduct
    now: Now
    tally: Tally


@rule
def asking(rate, trust, trust_start, burden, peers, word_of_mouth):
    """Chance of asking this month: more with trust and good word of mouth, less with the effort it takes."""
    heard = max(0.0, 1.0 + word_of_mouth * 2.0 * (peers - trust_start))
    return min(SURE, rate * trust / trust_start * (1.0 - burden) * heard)


def asks_again(failed: Failed, rate: float) -> float:
    """Monthly chance of asking again after having been failed: none where people give up until they have forgotten."""
    return 0.0 if failed == "give_up" else rate


@row
def seek_row(i, context, block):
    """One citizen decides, challenge by challenge, whether to ask for help this month."""
    people, rates, conduct, now = context.people, context.rates, context.conduct, context.now
    if people.alive[i] == 0 or people.open[i] == 0:
        return
    peers = -1.0
    still_open = open_of(i, people)
    while still_open:
        c = lowest_bit(still_open)
        still_open &= still_open - uint64(1)
        level = people.level[i, c]
        people.asked[i, c] = 0
        if people.state[i, c] != CASE_NONE:
            people.open[i] |= INVOLVED
            continue
        if level == NO_NEED or level == CRISIS:  # noqa: SIM109, compiled
            continue
        u_ask, u_tier, _, _ = four(uid_of(i, people), now.month, SEEK, c, now.k0, now.k1)
        tier = PREVENTION if level == EMERGING and u_tier >= rates.core_first[c] else CORE
        cause = people.cause[i, c]
        rate = rates.seek[c, level - 1]
        if cause != NOTHING and cause != RELAPSED:
            rate = rates.ask_again[c]
        burden = context.offer.burden[context.ground.service[people.area[i], c, tier]]
        trust = float(people.trust[i])
        if u_ask >= asking(rate, trust, conduct.trust_start, burden, 1.0, conduct.word_of_mouth):
            continue  # would not ask even if everybody praised the service
        if peers < 0.0:
            total, met, _ = circle(i, people, context.ties)
            peers = float(total >> uint64(SEEN_TRUST)) / 15.0 / met if met else conduct.trust_start
        if u_ask < asking(rate, trust, conduct.trust_start, burden, peers, conduct.word_of_mouth):
            people.asked[i, c] = tier + 1
            people.open[i] |= INVOLVED
            group, tally = group_of(i, people, context.ground), context.tally
            if cause == NOTHING:
                tally.people[block, group, column(VALUE, c)] += 1
            else:
                tally.people[block, group, column(FAILURE, c)] += 1
                tally.people[block, group, AGAIN + cause] += 1


@rule
def seek(turn, last_block, edges, context):
    """A month of asking for help for every citizen of some blocks."""
    block = take(turn)
    while block < last_block:
        for i in range(edges[block], edges[block + 1]):
            seek_row(i, context, block)
        mark_done(turn)
        block = take(turn)
