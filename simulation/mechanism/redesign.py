"""Phase 8, redesign: services try new designs, judge them by what they can see, keep, adapt or stop them.

The true effect of a design is drawn once for the design, the place and the service together (so that luck does not
average out over many services), from the design's own four outcomes: clear win, modest gain, no effect, worse.
Nobody sees it; a test shows it through noise. Effects last and savings of staff become possible when the new is
embedded; the money is saved only once the old is closed.
"""

from collections.abc import Callable
from enum import IntEnum
from hashlib import blake2b
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import rule
from simulation.draws import Event, Key, draw, many
from simulation.parameters import BehaviourConfig, DesignConfig
from simulation.parameters.structure import Demand, Gains, Spread
from simulation.state.agencies import Agencies
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
NORMAL = NormalDist()
Eager = tuple[dict[str, float], dict[str, float]]
SHORTEST_WORK = 1e-6  # workload below which a service counts as idle
SLOWEST_LEAVING = 0.05  # a multiplier: a design never keeps people in acute care for longer than this would
OUTCOMES = (3, 2, 1, 0)  # the four outcomes from worse to clear win, as columns of a design's shares


class Stage(IntEnum):
    """How far a service's redesign has come."""

    STANDARD = 0
    DISCOVER = 1
    PROTOTYPE = 2
    TEST = 3
    EMBED = 4
    EMBEDDED = 5


STANDARD, DISCOVER, PROTOTYPE, TEST, EMBED, EMBEDDED = (int(stage) for stage in Stage)


class Catalogue(NamedTuple):
    """The designs as the services know them."""

    names: tuple[str, ...]
    designs: tuple[DesignConfig, ...]
    applies: NDArray[np.bool_]  # (designs, services)
    names64: NDArray[np.int64]  # (designs,): names as numbers, for luck
    service64: NDArray[np.int64]  # (services,): challenge, tier and catchment as numbers, for luck
    peers: NDArray[np.bool_]  # (services, services): who learns from whom
    root_weight: Doubles
    holding_weight: Doubles
    relief: Doubles
    gain_weight: Doubles
    shortens_stay: Doubles  # 1 for designs with step-down places of their own


class Changes(NamedTuple):
    """A month of redesign: counts, and pounds by service."""

    begun: int
    embedded: int
    adapted: int
    stopped: int
    decommissioned: int
    set_up: Doubles
    double_running: Doubles


def as_number(*names: str) -> int:
    """A name as a 63-bit number, the same on every machine."""
    return int.from_bytes(blake2b("|".join(names).encode(), digest_size=8).digest(), "little") >> 1


def true_effect(design: DesignConfig, u: float) -> tuple[float, float]:
    """What a design does where luck is u: changes of hours per case and of the resolve rate.

    Low luck makes it worse, high luck a clear win, each as large as the design's evidence says.
    """
    below = 0.0
    shares = design.outcome_shares.row
    for column in OUTCOMES:
        share = shares[column]
        if u < below + share or column == OUTCOMES[-1]:
            return design.cost_change.row[column], design.outcome_change.row[column]
        below += share
    raise AssertionError("outcome shares add up to 1")


def effect_here(
    d: int, s: int, catalogue: Catalogue, place64: int, key: Key, behaviour: BehaviourConfig
) -> tuple[float, float]:
    """The true effect of design d at service s: the design's luck, its luck in this place, the service's own."""
    how = behaviour.redesign
    of_design, of_place = how.share_design.number, how.share_place.number
    name = int(catalogue.names64[d])
    both = (name ^ place64) & (2**63 - 1)
    own = (name ^ int(catalogue.service64[s])) & (2**63 - 1)
    z = (
        of_design**0.5 * NORMAL.inv_cdf(draw(name, 0, int(Event.DESIGN_EFFECT), 0, *key))
        + of_place**0.5 * NORMAL.inv_cdf(draw(both, 0, int(Event.PLACE_EFFECT), 0, *key))
        + max(0.0, 1 - of_design - of_place) ** 0.5 * NORMAL.inv_cdf(draw(own, 0, int(Event.SERVICE_EFFECT), 0, *key))
    )
    return true_effect(catalogue.designs[d], NORMAL.cdf(z))


def counted(services: Services, conditions: Conditions, own_share: Doubles, pool_part: Doubles) -> Doubles:
    """How much of a better outcome's value a service's owner counts: its own share, and what falls in its pool."""
    return own_share + conditions.pool_share * pool_part


class MeetRules(NamedTuple):
    """What makes services differ as citizens meet them, as plain numbers."""

    weak_decline: float
    quality_spread: float
    root_neglect: float
    pressure_2010: float
    asking_burden: float


class Weights(NamedTuple):
    """How much of a design's better outcome each part of what citizens meet takes up, by design."""

    root: Doubles
    holding: Doubles
    gain: Doubles
    relief: Doubles
    shortens_stay: Doubles


def weights_of(catalogue: Catalogue) -> Weights:
    """The weights of a catalogue's designs; where there is none, those of one that changes nothing."""
    columns = (
        catalogue.root_weight,
        catalogue.holding_weight,
        catalogue.gain_weight,
        catalogue.relief,
        catalogue.shortens_stay,
    )
    return Weights(*columns) if catalogue.names else Weights(*(np.zeros(1) for _ in columns))


def refresh(services: Services, catalogue: Catalogue, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """What citizens meet at each service this month, given its design, its management and what is in force."""
    about, structure = behaviour.accountability, behaviour.structure
    rules = MeetRules(
        about.weak_decline.number,
        about.quality_spread.number,
        about.root_neglect.number,
        about.pressure_2010.number,
        behaviour.citizens.asking_burden.number,
    )
    at_work = services.true_outcome * services.embedded * lasting(structure.gains, services.capability)
    meet(services, at_work, weights_of(catalogue), conditions, rules)
    if structure.demand != "fixed":
        usual = 1 / (1 + behaviour.capacity.slack.number)
        services.burden[:] = put_off(structure.demand, services.burden, services, usual)


@rule
def meet(services, at_work, weights, conditions, how):
    """Each service's effectiveness, and the effort that asking takes, before demand answers to room."""
    for s in range(services.tier.size):
        d, better = max(services.design[s], 0), at_work[s]
        weak = how.weak_decline * max(0.0, -services.management[s]) * conditions.unseen[s]
        managed = 1 + how.quality_spread * services.management[s]
        quality = managed * (1 - weak) * (1 - conditions.skimped[s])
        neglect = 1 - how.root_neglect * (conditions.pressure[s] - how.pressure_2010)
        services.resolve[s] = max(0.0, quality * (1 + better))
        services.root[s] = max(0.0, neglect * (1 + weights.root[d] * better))
        services.holding[s] = max(0.0, quality * (1 + weights.holding[d] * better))
        services.gain[s] = max(0.0, 1 + weights.gain[d] * better)
        services.leave[s] = max(SLOWEST_LEAVING, 1 + better * weights.shortens_stay[d])
        eased = (services.embedded[s] if services.true_outcome[s] > 0 else 0.0) * weights.relief[d]
        services.burden[s] = how.asking_burden * (1 - eased)


def lasting(gains: Gains, capability: Doubles) -> Doubles | float:
    """How much of an embedded design's better outcome is at work: all of it, or as much as the service is capable of now."""
    return capability if gains == "need_capability" else 1.0


def put_off(demand: Demand, standard: Doubles, services: Services, usual: float) -> Doubles:
    """The share of would-be askers whom the effort of asking puts off.

    Where demand is `induced`, room draws people: a service with less work than usual is asked by as many more, until nobody
    is put off. There is no room to speak of before capacity has been set.
    """
    if demand == "fixed":
        return standard
    open_for_business = services.baseline_funded > 0
    room = np.where(open_for_business, usual / np.maximum(services.workload, SHORTEST_WORK), 1.0)
    return np.clip(1 - (1 - standard) * np.maximum(1.0, room), 0.0, 1.0)


def go_standard(services: Services, s: int) -> None:
    """The service is what it was before."""
    services.design[s] = -1
    services.stage[s] = STANDARD
    for column in (services.stage_months, services.true_cost, services.true_outcome, services.embedded):
        column[s] = 0
    services.copied[s] = services.adapted[s] = services.old_open[s] = 0


def pull(spread: Spread, eager: Doubles, users: Longs, peers: int, weight: float, everywhere: Longs) -> Doubles:
    """How strongly a service is drawn to each design.

    Args:
        spread: `neighbours` looks at peers, `alone` at nobody, `mandate` takes what the centre rolls out.
        eager: how readily policy has each design tried here; 0 where it does not fit.
        users: how many of the service's peers have each in use.
        peers: how many peers it has, at least 1.
        weight: of all peers' example.
        everywhere: how many services of the place have each in use.
    """
    if spread == "mandate":
        rolled_out = np.argmax(np.where(eager > 0, everywhere, -1))  # the catalogue's first of several
        return np.where(np.arange(eager.size) == rolled_out, eager, 0.0)
    return eager * (1 + weight * users / peers) if spread == "neighbours" else eager


def choose(
    s: int,
    eager: dict[str, float],
    services: Services,
    catalogue: Catalogue,
    weight: float,
    u: float,
    spread: Spread = "neighbours",
) -> int:
    """Which design a service tries, of those that apply. -1 if none."""
    peers, size = np.flatnonzero(catalogue.peers[s]), len(catalogue.names)
    users = np.bincount(services.design[peers[services.stage[peers] >= EMBED]], minlength=size)
    everywhere = np.bincount(services.design[services.stage >= EMBED], minlength=size)
    own = np.array([max(0.0, eager.get(name, 0.0)) for name in catalogue.names])
    own = np.where(catalogue.applies[:, s], own, 0.0)
    if own.sum() == 0:
        return -1
    weights = pull(spread, own, users, max(1, peers.size), weight, everywhere)
    return int(np.searchsorted(np.cumsum(weights) / weights.sum(), u, side="right").clip(0, weights.size - 1))


def is_copied(spread: Spread, by_a_peer: bool) -> bool:
    """Whether a design comes from elsewhere and loses in the adapting: a peer's, anything mandated, nothing made at home."""
    return spread == "mandate" or (spread == "neighbours" and by_a_peer)


class Redesigning:
    """The month of redesign for all services of a place.

    Attributes:
        catalogue: what may be known of designs.
        place64: the place's name as a number.
    """

    def __init__(self, catalogue: Catalogue, place: str, behaviour: BehaviourConfig) -> None:
        self.catalogue = catalogue
        self.place64 = as_number(place)
        self.behaviour = behaviour
        self.hosted = np.array([*(d.needs_host for d in catalogue.designs), False])
        self.set_up = np.array([d.set_up.number for d in catalogue.designs])
        self.uids = np.arange(catalogue.service64.size)
        how = behaviour.redesign
        self.lasts = np.full(EMBEDDED + 1, np.inf)  # months, by stage
        self.lasts[[DISCOVER, PROTOTYPE, TEST]] = (
            how.months_discover.number,
            how.months_prototype.number,
            how.months_test.number,
        )

    def month(
        self,
        services: Services,
        agencies: Agencies,
        conditions: Conditions,
        eager: Eager,
        halted: NDArray[np.bool_],
        value: Callable[[], Doubles],
        month: int,
        key: Key,
    ) -> Changes:
        """One month: attempts begin, move on, are judged, embed, close the old.

        Args:
            services: changed in place.
            agencies: their set-up funds are drawn on.
            conditions: what is in force at each service.
            eager: designs that may be tried, and how eagerly, outside and inside the zones.
            halted: services whose agency's spending is frozen.
            value: asked when a test is judged: share of a better outcome's value that each service's owner counts.
            month: months since the policy date.
            key: luck.
        """
        how = self.behaviour.redesign
        counts = dict.fromkeys(("begun", "embedded", "adapted", "stopped", "decommissioned"), 0)
        self.learn(services, conditions)
        set_up = np.zeros(services.stage.size)
        if any(eager) or (services.stage != STANDARD).any():
            luck = {
                e: many(self.uids, month, int(e), 0, *key)
                for e in (Event.ATTEMPT, Event.CHOICE, Event.SIGNAL, Event.DECOMMISSION, Event.CLOSURE)
            }
            yearly = services.funded * services.staff_cost
            under_way = np.flatnonzero((services.stage != STANDARD) & ~self._at_rest(services, month))
            moved = self._moved(services, conditions, eager, luck[Event.ATTEMPT]) & ~halted
            for s in map(int, np.flatnonzero(moved)):
                wanted = eager[services.zone[s]]
                counts["begun"] += self._begin(s, services, agencies, wanted, luck, yearly[s], key)
            stage = services.stage[under_way]
            stopped = halted[under_way] & (stage < EMBED)
            being_set_up = under_way[((stage == PROTOTYPE) | (stage == TEST)) & ~stopped]
            set_up[being_set_up] = self._pay_set_up(being_set_up, services, agencies, yearly)
            services.stage_months[under_way] += ~stopped
            closes = (services.stage >= EMBED) & self._loses_host(services, conditions, luck[Event.CLOSURE])
            may_move = closes | self._may_move(services, month)
            for s in map(int, under_way[may_move[under_way]]):
                done = self._move_on(s, services, conditions, closes[s], value, luck, month)
                if done:
                    counts[done] += 1
        both = services.old_open == 1
        rate = np.where(both, conditions.double_running, 0.0)
        rate += np.where(both & (services.stage == EMBEDDED), how.residual_cost.number, 0.0)
        double = rate * services.funded * services.staff_cost / 12
        return Changes(**counts, set_up=set_up, double_running=double)

    def learn(self, services: Services, conditions: Conditions) -> None:
        """Redesign capability grows with support and fades without it."""
        how = self.behaviour.redesign
        rate = how.capability_growth.number
        goal = how.capability_2010.number + conditions.support * (1 - how.capability_2010.number)
        services.capability[:] += rate * (goal - services.capability)

    def _at_rest(self, services: Services, month: int) -> NDArray[np.bool_]:
        """Embedded redesigns of which nothing can come this month: no host to lose, no old service to close."""
        rests = (services.stage == EMBEDDED) & ~self.hosted[services.design]
        return rests & (services.old_open == 0) if month % 12 == 0 else rests

    def _may_move(self, services: Services, month: int) -> NDArray[np.bool_]:
        """Which redesigns under way have come to the end of a stage, come into use, or may close the old service."""
        ends = (services.stage_months >= self.lasts[services.stage]) | (services.stage == EMBED)
        if month % 12 == 0:
            ends |= (services.stage == EMBEDDED) & (services.old_open == 1)
        return ends

    def _loses_host(self, services: Services, conditions: Conditions, luck: Doubles) -> NDArray[np.bool_]:
        """Redesigns that live from a host whose support is gone."""
        hosted = self.hosted[services.design]
        if not hosted.any():
            return hosted
        yearly = self.behaviour.redesign.host_closure.number * (1 - conditions.support)
        return hosted & (luck < 1 - (1 - yearly) ** (1 / 12))

    def _moved(self, services: Services, conditions: Conditions, eager: Eager, luck: Doubles) -> NDArray[np.bool_]:
        """Which standard services are moved to try something this month."""
        how = self.behaviour.redesign
        allowed = how.constrained.number + (1 - how.constrained.number) * conditions.freedom
        most = np.array([max(designs.values(), default=0.0) for designs in eager])[services.zone]
        chance = how.attempts.number / 12 * services.capability * allowed * most
        return (services.stage == STANDARD) & (luck < chance)

    def _begin(
        self,
        s: int,
        services: Services,
        agencies: Agencies,
        eager: dict[str, float],
        luck: dict[Event, Doubles],
        yearly: float,
        key: Key,
    ) -> bool:
        """A service begins an attempt, if a design fits and there is money to set it up."""
        how = self.behaviour.redesign
        spread = self.behaviour.structure.spread
        d = choose(s, eager, services, self.catalogue, how.copy_weight.number, luck[Event.CHOICE][s], spread)
        if d < 0 or agencies.fund[services.owner[s]] < self.catalogue.designs[d].set_up.number * yearly:
            return False
        by_a_peer = self.catalogue.peers[s] & (services.design == d) & (services.stage == EMBEDDED)
        copied = is_copied(spread, bool(by_a_peer.any()))
        cost, outcome = effect_here(d, s, self.catalogue, self.place64, key, self.behaviour)
        kept = 1 - how.adaptation_loss.number if copied else 1.0
        services.design[s], services.stage[s], services.stage_months[s] = d, DISCOVER, 0
        services.true_cost[s], services.true_outcome[s] = cost * kept, outcome * kept
        services.copied[s] = copied
        return True

    def _pay_set_up(
        self, rows: NDArray[np.int64], services: Services, agencies: Agencies, yearly: Doubles
    ) -> list[float]:
        """Set-up money is spent evenly over prototype and test, from each agency's fund while there is any."""
        if not rows.size:
            return []
        how = self.behaviour.redesign
        months = how.months_prototype.number + how.months_test.number
        bills = self.set_up[services.design[rows]] * yearly[rows] / max(1.0, months)
        paid = []
        for owner, bill in zip(services.owner[rows], bills.tolist(), strict=True):
            paid.append(min(bill, max(0.0, float(agencies.fund[owner]))))
            agencies.fund[owner] -= paid[-1]
        return paid

    def _move_on(
        self,
        s: int,
        services: Services,
        conditions: Conditions,
        closes: bool,
        value: Callable[[], Doubles],
        luck: dict[Event, Doubles],
        month: int,
    ) -> str:
        """The next step of a redesign under way; what was done, if anything that counts."""
        how = self.behaviour.redesign
        stage, months = services.stage[s], services.stage_months[s]
        if closes:
            go_standard(services, s)
            return "stopped"
        if stage == DISCOVER and months >= how.months_discover.number:
            services.stage[s], services.stage_months[s] = PROTOTYPE, 0
        elif stage == PROTOTYPE and months >= how.months_prototype.number:
            services.stage[s], services.stage_months[s] = TEST, 0
        elif stage == TEST and months >= how.months_test.number:
            return self._judge(s, services, conditions, value()[s], luck)
        elif stage == EMBED:
            services.embedded[s] = min(1.0, services.embedded[s] + 1 / max(1.0, how.months_embed.number))
            if services.embedded[s] >= 1.0:
                services.stage[s], services.stage_months[s] = EMBEDDED, 0
                return "embedded"
        elif (
            stage == EMBEDDED
            and services.old_open[s]
            and month % 12 == 0
            and luck[Event.DECOMMISSION][s] < conditions.decommission[s]
        ):
            services.old_open[s] = 0
            services.to_cash[s] = 1
            return "decommissioned"
        return ""

    def _judge(
        self, s: int, services: Services, conditions: Conditions, value: float, luck: dict[Event, Doubles]
    ) -> str:
        """The test is over: embed what looks good enough, adapt once what nearly does, stop the rest."""
        about, how = self.behaviour.accountability, self.behaviour.redesign
        noise = (
            about.indicator_noise.number * (1 - conditions.indicator[s])
            + about.target_noise.number * conditions.pressure[s]
        )
        gain = value * services.true_outcome[s] - services.true_cost[s]
        seen = gain + noise * NORMAL.inv_cdf(float(luck[Event.SIGNAL][s]))
        services.stage_months[s] = 0
        if seen > how.hurdle.number:
            services.stage[s] = EMBED
            services.old_open[s] = 1
            return ""
        if seen > how.hurdle.number - noise and not services.adapted[s]:
            services.stage[s] = PROTOTYPE
            services.adapted[s] = 1
            return "adapted"
        go_standard(services, s)
        return "stopped"
