"""Phase 8, redesign: services try new designs, judge them by what they can see, keep, adapt or stop them.

The true effect of a design is drawn once for the design, the place and the service together (so that chance does not
average out over many services), from the design's own four outcomes: clear win, modest gain, no effect, worse.
Nobody sees it; a test shows it through noise. Effects last and savings of staff become possible when the new is
embedded; the money is saved only once the old is closed.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import rule
from simulation.draws import Event, Key, Now, draw, many
from simulation.mechanism.services.designs import (
    NORMAL,
    Catalogue,
    OtherCouncils,
    as_number,
    choose,
    eagerness,
    effect_here,
    go_standard,
    is_copied,
    take_up,
)
from simulation.mechanism.services.purses import draw_on_funds
from simulation.parameters import BehaviourConfig
from simulation.policy.regime import Regime
from simulation.state.agencies import Agencies, purse_of
from simulation.state.codes import Stage
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]
Regimes = tuple[Regime, Regime]
ATTEMPT, CHOICE, SIGNAL = int(Event.ATTEMPT), int(Event.CHOICE), int(Event.SIGNAL)
DECOMMISSION, CLOSURE = int(Event.DECOMMISSION), int(Event.CLOSURE)
STANDARD, DISCOVER, PROTOTYPE, TEST, EMBED, EMBEDDED = (int(stage) for stage in Stage)


class Changes(NamedTuple):
    """A month of redesign: counts, and pounds by service."""

    begun: int
    embedded: int
    adapted: int
    stopped: int
    decommissioned: int
    set_up: Doubles
    double_running: Doubles


class RedesignRules(NamedTuple):
    """What makes services try something new, as plain numbers."""

    growth: float  # share of the way to where capability is heading that it goes in a month
    capability_2010: float
    constrained: float  # share of attempts that are made where the centre leaves no freedom
    attempts: float  # a year, of a service that is as capable, free and eager as can be


@rule
def learn(capability, support, how):
    """Redesign capability of each service grows with support and fades without it."""
    for s in range(capability.size):
        goal = how.capability_2010 + support[s] * (1 - how.capability_2010)
        capability[s] += how.growth * (goal - capability[s])


@rule
def be_moved(stage, capability, freedom, eager, how, now, moved):
    """Which standard services are moved to try something this month, given how eager policy is where each lies."""
    for s in range(stage.size):
        allowed = how.constrained + (1 - how.constrained) * freedom[s]
        chance = how.attempts / 12 * capability[s] * allowed * eager[s]
        moved[s] = stage[s] == STANDARD and draw(s, now.month, ATTEMPT, 0, now.k0, now.k1) < chance


class Redesigning:
    """The month of redesign for all services of a place.

    Attributes:
        catalogue: what may be known of designs.
        place64: the place's name as a number.
        others: what is seen of other councils; nothing unless the place lives beside others.
    """

    def __init__(self, catalogue: Catalogue, place: str, behaviour: BehaviourConfig) -> None:
        self.catalogue, self.place64, self.behaviour = catalogue, as_number(place), behaviour
        self.others = OtherCouncils()
        self.hosted = np.array([*(d.needs_host for d in catalogue.designs), False])
        self.set_up = np.array([d.set_up.number for d in catalogue.designs])
        self.uids = np.arange(catalogue.service64.size)
        how = behaviour.redesign
        self.rules = RedesignRules(
            how.capability_growth.number, how.capability_2010.number, how.constrained.number, how.attempts.number
        )
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
        regimes: Regimes,
        halted: NDArray[np.bool_],
        value: Callable[[], Doubles],
        now: Now,
    ) -> Changes:
        """One month: attempts begin, move on, are judged, embed, close the old.

        Args:
            services: changed in place.
            agencies: their set-up funds are drawn on.
            conditions: what is in force at each service.
            regimes: what is in force outside and inside the zones: designs that may be tried, that are begun, that are kept.
            halted: services whose agency's spending is frozen.
            value: asked when a test is judged: share of a better outcome's value that each service's owner counts.
            now: the month, and the key of its draws.
        """
        counts = dict.fromkeys(("begun", "embedded", "adapted", "stopped", "decommissioned"), 0)
        self.learn(services, conditions)
        set_up = np.zeros(services.stage.size)
        if any(regime.designs for regime in regimes) or (services.stage != STANDARD).any():
            yearly = services.funded * services.staff_cost
            under_way = np.flatnonzero((services.stage != STANDARD) & ~self._at_rest(services, now.month))
            due = self._due(services, regimes, Key(now.k0, now.k1))
            moved = (due >= 0) | self._moved(services, conditions, regimes, now)
            wanted = [eagerness(self.catalogue, regime.designs) for regime in regimes]
            for s in map(int, np.flatnonzero(moved & ~halted)):
                zone, d = min(1, int(services.zone[s])), int(due[s])
                if d < 0:
                    d = self._choice(s, wanted[zone], services, now)
                begins = self._begin(s, d, services, agencies, yearly[s], now)
                counts["begun"] += begins
                if begins and due[s] >= 0:
                    services.followed[s] = 1 + next(
                        start.month for start in regimes[zone].starts if start.design == self.catalogue.names[d]
                    )
            stage = services.stage[under_way]
            stopped = halted[under_way] & (stage < EMBED)
            being_set_up = under_way[((stage == PROTOTYPE) | (stage == TEST)) & ~stopped]
            set_up[being_set_up] = self._pay_set_up(being_set_up, services, agencies, yearly)
            services.stage_months[under_way] += ~stopped
            closes = (services.stage >= EMBED) & self._loses_host(services, conditions, now)
            kept = self._kept_untested(services, regimes)
            may_move = closes | self._may_move(services, now.month)
            counts["embedded"] += self._embed(services, closes)
            for s in map(int, under_way[may_move[under_way]]):
                if kept[s] and not closes[s]:
                    take_up(services, s)
                    continue
                done = self._move_on(s, services, conditions, closes[s], value, now)
                if done:
                    counts[done] += 1
        return Changes(**counts, set_up=set_up, double_running=self._run_double(services, conditions))

    def _run_double(self, services: Services, conditions: Conditions) -> Doubles:
        """What it costs to run old and new side by side this month: until the old is closed, and for a time at most.

        An old service that is never closed costs no more after that, but nothing is saved by the new one either.
        """
        both = services.old_open == 1
        paid = both & (services.both_months < self.behaviour.redesign.months_double.number)
        services.both_months[:] = np.where(both, services.both_months + 1, 0)
        return np.where(paid, conditions.double_running * services.funded * services.staff_cost / 12, 0.0)

    def learn(self, services: Services, conditions: Conditions) -> None:
        """Redesign capability grows with support and fades without it."""
        learn(services.capability, conditions.support, self.rules)

    def _at_rest(self, services: Services, month: int) -> NDArray[np.bool_]:
        """Embedded redesigns of which nothing can come this month: no host to lose, no old service to close."""
        rests = (services.stage == EMBEDDED) & ~self.hosted[services.design]
        return rests & (services.old_open == 0) if month % 12 == 0 else rests

    def _may_move(self, services: Services, month: int) -> NDArray[np.bool_]:
        """Which redesigns under way have come to the end of a stage, or may close the old service."""
        ends = services.stage_months >= self.lasts[services.stage]
        if month % 12 == 0:
            ends |= (services.stage == EMBEDDED) & (services.old_open == 1)
        return ends

    def _loses_host(self, services: Services, conditions: Conditions, now: Now) -> NDArray[np.bool_]:
        """Redesigns that live from a host whose support is gone."""
        hosted = self.hosted[services.design]
        if not hosted.any():
            return hosted
        yearly = self.behaviour.redesign.host_closure.number * (1 - conditions.support)
        return hosted & (many(self.uids, now.month, CLOSURE, 0, now.k0, now.k1) < 1 - (1 - yearly) ** (1 / 12))

    def _moved(self, services: Services, conditions: Conditions, regimes: Regimes, now: Now) -> NDArray[np.bool_]:
        """Which standard services are moved to try something this month."""
        eager = np.array([max(regime.designs.values(), default=0.0) for regime in regimes])[
            np.minimum(services.zone, 1)
        ]
        moved = np.empty(services.stage.size, dtype=np.bool_)
        be_moved(services.stage, services.capability, conditions.freedom, eager, self.rules, now, moved)
        return moved

    def _due(self, services: Services, regimes: Regimes, key: Key) -> NDArray[np.int64]:
        """The design that each standard service is to begin by now, and has not begun yet; -1 where there is none."""
        due = np.full(services.stage.size, -1)
        for zone, regime in ((zone, regime) for zone, regime in enumerate(regimes) if regime.starts):
            here = (services.stage == STANDARD) & (np.minimum(services.zone, 1) == zone)
            for start in regime.starts:
                d = self.catalogue.names.index(start.design)
                fits = self.catalogue.applies[d] & np.isin(self.catalogue.kinds, start.services or self.catalogue.kinds)
                taken = many(self.uids, start.month, int(Event.BEGIN), d, *key) < start.share
                due[here & fits & taken & (due < 0) & (services.followed <= start.month)] = d
        return due

    def to_begin(self, services: Services, regimes: Regimes, key: Key) -> Doubles:
        """What redesigns that services are to begin by now may need to be set up, as far as services grow, pounds by service."""
        due = self._due(services, regimes, key)
        most = services.funded * (1 + self.behaviour.planning.largest_change.number)
        cost = np.append(self.set_up, 0.0)[due] * most * services.staff_cost
        return np.where(due >= 0, cost, 0.0)

    def _kept_untested(self, services: Services, regimes: Regimes) -> NDArray[np.bool_]:
        """Where a test has come to its end whose design is kept whatever it shows."""
        ended = (services.stage == TEST) & (services.stage_months >= self.lasts[TEST])
        if not any(regime.mandated for regime in regimes):
            return np.zeros_like(ended)
        mandated = [np.isin(self.catalogue.names, regime.mandated) for regime in regimes]
        return ended & np.stack(mandated)[np.minimum(services.zone, 1), services.design]

    def _choice(self, s: int, eager: Doubles, services: Services, now: Now) -> int:
        """The design that a service comes upon; -1 if none fits."""
        how, spread = self.behaviour.redesign, self.behaviour.structure.spread
        u = draw(s, now.month, CHOICE, 0, now.k0, now.k1)
        elsewhere = self.others.using(self.catalogue.kinds[s], now.month), self.others.number
        return choose(s, eager, services, self.catalogue, how.copy_weight.number, u, spread, elsewhere)

    def _begin(self, s: int, d: int, services: Services, agencies: Agencies, yearly: float, now: Now) -> bool:
        """A service begins an attempt, if a design fits and there is money to set it up."""
        how, spread = self.behaviour.redesign, self.behaviour.structure.spread
        if d < 0 or agencies.fund[purse_of(services)[s]] < self.catalogue.designs[d].set_up.number * yearly:
            return False
        by_a_peer = self.catalogue.peers[s] & (services.design == d) & (services.stage == EMBEDDED)
        elsewhere = np.broadcast_to(self.others.using(self.catalogue.kinds[s], now.month), len(self.catalogue.names))
        copied = is_copied(spread, bool(by_a_peer.any() or elsewhere[d] > 0))
        cost, outcome = effect_here(d, s, self.catalogue, self.place64, Key(now.k0, now.k1), self.behaviour)
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
        return draw_on_funds(agencies, purse_of(services)[rows], bills)

    def committed(self, services: Services) -> Doubles:
        """What redesigns under way still need to be set up, pounds by service."""
        how = self.behaviour.redesign
        prototype, test = how.months_prototype.number, how.months_test.number
        done = services.stage_months + np.where(services.stage == TEST, prototype, 0.0)
        left = np.clip(1 - np.where(services.stage == DISCOVER, 0.0, done) / max(1.0, prototype + test), 0.0, 1.0)
        trying = np.isin(services.stage, (DISCOVER, PROTOTYPE, TEST))
        cost = np.append(self.set_up, 0.0)[services.design] * services.funded * services.staff_cost
        return np.where(trying, left * cost, 0.0)

    def _move_on(
        self, s: int, services: Services, conditions: Conditions, closes: bool, value: Callable[[], Doubles], now: Now
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
            return self._judge(s, services, conditions, value()[s], now)
        elif (
            stage == EMBEDDED
            and services.old_open[s]
            and now.month % 12 == 0
            and draw(s, now.month, DECOMMISSION, 0, now.k0, now.k1) < conditions.decommission[s]
        ):
            services.old_open[s] = 0
            services.to_cash[s] = 1
            return "decommissioned"
        return ""

    def _embed(self, services: Services, closes: NDArray[np.bool_]) -> int:
        """New designs that nobody closes come into use by and by; how many have come into use everywhere."""
        rows = np.flatnonzero((services.stage == EMBED) & ~closes)
        a_month = 1 / max(1.0, self.behaviour.redesign.months_embed.number)
        services.embedded[rows] = np.minimum(1.0, services.embedded[rows] + a_month)
        ready = rows[services.embedded[rows] >= 1.0]
        services.stage[ready], services.stage_months[ready] = EMBEDDED, 0
        return ready.size

    def _judge(self, s: int, services: Services, conditions: Conditions, value: float, now: Now) -> str:
        """The test is over: embed what looks good enough, adapt once what nearly does, stop the rest."""
        about, how = self.behaviour.accountability, self.behaviour.redesign
        noise = (
            about.indicator_noise.number * (1 - conditions.indicator[s])
            + about.target_noise.number * conditions.pressure[s]
        )
        gain = value * services.true_outcome[s] - services.true_cost[s]
        seen = gain + noise * NORMAL.inv_cdf(draw(s, now.month, SIGNAL, 0, now.k0, now.k1))
        if seen > how.hurdle.number:
            take_up(services, s)
            return ""
        services.stage_months[s] = 0
        if seen > how.hurdle.number - noise and not services.adapted[s]:
            services.stage[s] = PROTOTYPE
            services.adapted[s] = 1
            return "adapted"
        go_standard(services, s)
        return "stopped"
