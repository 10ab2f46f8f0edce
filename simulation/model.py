"""The model: a place that lives month by month, as a Mesa model."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from simulation.accounts.measures import Recorder, percentile_wait
from simulation.agents import Agency, Citizen, Service
from simulation.build import World
from simulation.draws import Key
from simulation.mechanism import need, newcomers, outcome, plan, redesign, seek, serve, triage, workforce
from simulation.mechanism.need import ACUTE
from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime
from simulation.situation import Situation, nothing_seen
from simulation.state.agencies import GROUPS
from simulation.state.conditions import Conditions, efficiency_of, pressure_of
from simulation.state.tally import BLOCKS, AtService, Each, PLAIN, EACH, empty_tally

Doubles = NDArray[np.float64]


class Now(NamedTuple):
    """The month, and the luck of the replication."""

    month: int
    k0: int
    k1: int


def conditions_of(outside: Regime, inside: Regime, world: World, zone: NDArray[np.uint8]) -> Conditions:
    """What two regimes mean for each service, outside and inside the zones."""
    behaviour = world.config.behaviour

    def of(regime: Regime) -> list[float]:
        pressure = pressure_of(regime.pressure, regime.freedom, behaviour)
        before = behaviour.accountability.pressure_2010.number
        compared = min(1.0, pressure / before) if before > 0 else 1.0
        saved, skimped = efficiency_of(
            regime.efficiency, behaviour.planning.efficiency_slack.number, behaviour.planning.efficiency_quality.number
        )
        inspection = behaviour.capacity.inspection_share.number * (1 + regime.inspection) * (1 - regime.freedom)
        return [
            pressure, inspection, regime.freedom, regime.indicator, regime.audited, regime.support,
            1 - max(compared, regime.indicator), saved, skimped, regime.threshold_rise, regime.threshold_fit,
            regime.decommission, regime.double_running, regime.redundancy, regime.fund, regime.pool_share,
        ]  # fmt: skip

    both = np.array([of(outside), of(inside)])
    return Conditions(*(both[zone.astype(np.int64), k] for k in range(both.shape[1])))


class PlaceModel(mesa.Model):
    """A place under a policy.

    Attributes:
        world: what does not change.
        situation: what does.
        policy: the levers in force.
        key: luck.
        tally: this month's counts.
        recorder: the record of months.
    """

    def __init__(
        self, world: World, situation: Situation, policy: Policy, key: Key, engine: str = "fast",
        threads: int = 1, elastic: bool = False, planning: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(rng=0)
        self.world, self.situation, self.policy, self.key = world, situation, policy, key
        self.engine, self.elastic, self.planning = engine, elastic, planning
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self.threads = threads
        self.planner = plan.Planner(
            world.config.behaviour, world.rates.root_removed[:, 0], world.config.costs.redundancy_months.number
        )
        self.redesigning = redesign.Redesigning(world.catalogue, world.config.place.title, world.config.behaviour)
        self.tally = empty_tally(len(world.challenges), situation.services.tier.size)
        self.recorder = Recorder(world.challenges, situation.ledger.lines, world.catalogue.names)
        self.waits = np.zeros((len(world.challenges), serve.LONGEST_WAIT + 1), dtype=np.int64)
        if policy.zones is not None:
            chosen = policy.zones.chosen(list(world.locality_deprivation))
            whole = np.bincount(situation.services.challenge * 3 + situation.services.tier)
            single = whole[situation.services.challenge * 3 + situation.services.tier] == 1
            inside = np.isin(situation.services.catchment, chosen) & ~single
            situation.services.zone[:] = inside
        self._citizens: dict[int, Citizen] = {}
        for s in range(situation.services.tier.size):
            Service(self, s)
        for a in range(len(AGENCIES)):
            Agency(self, a)
        self._in_force: tuple[Regime, Regime, Conditions] | None = None

    # -- agents ------------------------------------------------------------------------------------------------

    def _call_roll(self) -> None:
        """Make a Mesa agent of every citizen who is here and has none; let those who are gone go."""
        alive = self.situation.people.alive
        for row in np.flatnonzero(alive):
            if int(row) not in self._citizens:
                self._citizens[int(row)] = Citizen(self, int(row))
        for row in [r for r in self._citizens if not alive[r]]:
            self._citizens.pop(row).remove()

    @property
    def agents(self) -> AgentSet:
        """All agents; citizens are made now if nobody has asked for them before."""
        self._call_roll()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Agents by kind; citizens are made now if nobody has asked for them before."""
        self._call_roll()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The kinds of agent."""
        return [Citizen, Service, Agency]

    @property
    def month(self) -> int:
        """Months since the policy date."""
        return self.situation.month

    @property
    def now(self) -> Now:
        """The month, and the luck of the replication."""
        return Now(self.situation.month, *self.key)

    @property
    def vital(self) -> need.Vital:
        """Ageing, death and departure in force."""
        return self.situation.vital

    # -- the month ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month in the place."""
        s, w, now = self.situation, self.world, self.now
        outside, inside, conditions = self.in_force()
        self.open_books()
        if now.month % 12 == 0 and self.planning:
            self.plan_year(outside, inside, conditions)
        redesign.refresh(s.services, w.catalogue, conditions, w.config.behaviour)
        if not self.elastic:
            plan.set_thresholds(s.services, conditions, self.queue_bound(), w.config.behaviour)
        self.citizens(need.look, "be_seen", s.people, by_row=True)
        self.citizens(need.evolve, "evolve", s.people, s.offer, w.ties, s.ground, w.need, s.vital, now, self.tally)
        born, came = self.welcome()
        self.citizens(seek.ask, "ask", s.people, s.offer, w.ties, s.ground, w.seek, w.conduct, now, self.tally)
        self.citizens(triage.admit, "be_assessed", s.people, s.offer, s.ground, w.seek, w.conduct, now, self.tally)
        capacity, taken = self.deliver(conditions)
        self.citizens(outcome.settle, "settle", s.people, s.offer, s.ground, w.care, w.conduct, now, self.tally)
        serve.remember(s.services, capacity, taken)
        moves = workforce.staff(s.services, conditions, w.config.behaviour, self.hiring())
        changes = self.try_redesigns(outside, inside, conditions)
        self.account(conditions, capacity, moves, changes, born, came)
        s.month += 1

    def citizens(self, kernel: Callable[..., None], method: str, *columns: Any, by_row: bool = False) -> None:
        """Every citizen does something: as compiled blocks of rows, or agent by agent."""
        if self.engine == "agents":
            self.agents_by_type[Citizen].do(method)
            return
        edges = self.world.edges
        steps = np.linspace(0, BLOCKS, self.threads + 1).astype(np.int64)
        runs = [(int(edges[a]), int(edges[b])) if by_row else (int(a), int(b), edges)
                for a, b in zip(steps, steps[1:], strict=False)]  # fmt: skip
        if self.pool is None:
            kernel(*runs[0], *columns)
        else:
            for done in [self.pool.submit(kernel, *run, *columns) for run in runs]:
                done.result()

    def in_force(self) -> tuple[Regime, Regime, Conditions]:
        """The regimes of this month, and what they mean for each service."""
        outside = self.policy.regime_at(self.month)
        inside = self.policy.regime_at(self.month, in_zone=True) if self.policy.zones is not None else outside
        if self._in_force is None or (outside, inside) != self._in_force[:2]:
            self._in_force = outside, inside, conditions_of(outside, inside, self.world, self.situation.services.zone)
        return self._in_force

    def open_books(self) -> None:
        """A clean sheet for the month's counts and postings."""
        for sheet in (*self.tally, self.waits):
            sheet[...] = 0
        self.situation.ledger.begin_month()
        self.situation.redundancy = np.zeros(self.situation.services.tier.size)

    def plan_year(self, outside: Regime, inside: Regime, conditions: Conditions) -> None:
        """April: the envelope arrives and is shared out."""
        s = self.situation
        s.seen.population = float(s.people.alive.sum())
        planned = self.planner.april(
            s.services, s.agencies, conditions, (outside, inside), s.ledger.cash / 100, s.seen, s.month, self.key
        )
        s.redundancy = planned.redundancy
        s.jobs_lost += float(planned.posts_lost.sum()) if s.month >= 0 else 0.0
        s.seen = nothing_seen(s.services.tier.size, len(self.world.challenges), s.seen.population)

    def welcome(self) -> tuple[int, int]:
        """Births and arrivals."""
        s = self.situation
        if not s.vital.moving:
            return 0, 0
        born = newcomers.births(s.people, s.ground, s.newcomers, self.now)
        return int(born), int(newcomers.arrivals(s.people, s.ground, s.newcomers, self.now))

    def queue_bound(self) -> Doubles:
        """How many each queue holds: some months of ordinary admissions."""
        months = self.world.config.behaviour.capacity.queue_months.number
        return np.maximum(serve.SHORTEST_QUEUE, np.ceil(months * self.situation.services.admissions))

    def hiring(self) -> Doubles:
        """1 at services that may recruit, 0 at those whose agency has frozen its spending."""
        return (self.situation.agencies.frozen[self.situation.services.owner] == 0).astype(np.float64)

    def deliver(self, conditions: Conditions) -> tuple[serve.Capacity, NDArray[np.int64]]:
        """Hours become help: cases in hand, then the queues."""
        s, w = self.situation, self.world
        counts = self.tally.services.sum(axis=0)
        s.services.contacts[:] = counts[:, AtService.CONTACTS]
        s.services.caseload[:] = counts[:, AtService.CASELOAD]
        s.services.queue[:] = counts[:, AtService.WAITING]
        open_tier = s.services.tier != ACUTE
        halted = (s.agencies.frozen[s.services.owner] == 2) & open_tier
        withdrawn = np.where(halted, w.config.behaviour.planning.freeze_release.number, 0.0)
        capacity = serve.open_hours(s.services, conditions, w.config.behaviour, withdrawn)
        bound = self.queue_bound().astype(np.int64)
        if self.elastic:
            s.services.intensity[:] = 1.0
            capacity = capacity._replace(places=np.full(bound.size, 10**9), discharged=np.zeros_like(bound))
        if capacity.discharged.any():
            serve.discharge(np.flatnonzero(capacity.discharged), capacity.discharged, s.people, s.ground, w.conduct,
                            w.edges, self.tally)  # fmt: skip
        taken = np.zeros(bound.size, dtype=np.int64)
        line = triage.empty_line(int(self.tally.waiters.sum()))
        offsets = np.concatenate([[0], np.cumsum(self.tally.waiters)])
        triage.line_up(0, BLOCKS, w.edges, offsets, s.people, s.ground, w.conduct, *line)
        row, challenge, wanted, severities, waited = line
        uids = row.astype(np.uint64) + (s.people.generation[row].astype(np.uint64) << np.uint64(32))
        chance = serve.chances(uids, challenge, *self.now)
        order = serve.order_of(wanted, severities, waited, chance, row, w.config.behaviour.capacity.queue_order)
        serve.fill_places(order, row, challenge, wanted, capacity.places, bound, s.people, s.ground, w.care, w.conduct,
                          self.now, w.edges, self.tally, self.waits, taken)  # fmt: skip
        return capacity, taken

    def try_redesigns(self, outside: Regime, inside: Regime, conditions: Conditions) -> redesign.Changes:
        """A month of trying, judging, keeping and closing."""
        s = self.situation
        if not (outside.designs or inside.designs or (s.services.stage > 0).any()):
            nothing = np.zeros(s.services.tier.size)
            self.redesigning.learn(s.services, conditions)
            return redesign.Changes(0, 0, 0, 0, 0, nothing, nothing)
        eager = [inside.designs if z else outside.designs for z in s.services.zone]

        def value() -> Doubles:
            own, pool = plan.counted_shares(s.services, self.planner.shares, inside if s.services.zone.any() else outside)
            return redesign.counted(s.services, conditions, own, pool)

        halted = s.agencies.frozen[s.services.owner] > 0
        return self.redesigning.month(s.services, s.agencies, conditions, eager, halted, value, s.month, self.key)

    # -- accounts ----------------------------------------------------------------------------------------------

    def account(
        self, conditions: Conditions, capacity: serve.Capacity, moves: workforce.Moves, changes: redesign.Changes,
        born: int, came: int,
    ) -> None:  # fmt: skip
        """Everything that happened becomes postings and measures."""
        s, costs, behaviour = self.situation, self.world.config.costs, self.world.config.behaviour
        monthly = s.services.staff_cost / 12
        halted = (s.agencies.frozen[s.services.owner] == 2) & (s.services.tier != ACUTE)
        kept = 1 - np.where(halted, behaviour.planning.freeze_release.number, 0.0)
        pay = s.services.staff * monthly * kept + moves.left * s.services.staff_cost * behaviour.workforce.replacement_cost.number
        inspected = s.services.staff * monthly * kept * conditions.inspection
        vacant = np.maximum(0.0, s.services.funded - s.services.staff) * behaviour.workforce.cover_share.number
        usable = s.services.contracted * (1 - behaviour.capacity.admin_share.number - conditions.inspection)
        bought = capacity.bought / np.maximum(usable, 1e-9)
        covering = np.where(s.agencies.frozen[s.services.owner] > 0, 0.0, vacant)
        cover = (covering + bought) * monthly * (1 + costs.cover_premium.number)
        closed = np.where(s.services.old_open == 1, np.maximum(0.0, s.services.true_cost), s.services.true_cost)
        cases = s.services.caseload * self.world.payment * (1 + closed * s.services.embedded)
        ledger = s.ledger
        ledger.grant(s.agencies.income / 12)
        for kind, pounds in (("staff", pay - inspected), ("inspection", inspected), ("cover", cover), ("redesign", changes.set_up),
                             ("double_running", changes.double_running), ("redundancy", s.redundancy)):  # fmt: skip
            ledger.spend_on_services(kind, s.services.owner, pounds)
        parts = ledger.pay_case_by_case(cases, self.world.payer)
        frozen_other = np.where(s.agencies.frozen == 2, 1 - behaviour.planning.freeze_release.number, 1.0)
        ledger.spend_by_agencies("other_services", s.agencies.other / 12 * frozen_other)
        ledger.spend_by_agencies("support", s.agencies.support / 12)
        ledger.transfer(s.agencies.gives / 12, s.agencies.takes / 12)
        ledger.sweep()
        ledger.check()
        self._remember_year(pay + cover, parts / 100, changes.double_running)
        deficit = self._watch_cash()
        self.record(conditions, capacity, changes, born, came, deficit)

    def _remember_year(self, pay: Doubles, payments: Doubles, double_running: Doubles) -> None:
        """Planners see the year go by."""
        s = self.situation
        people = self.tally.people.sum(axis=(0, 1))[PLAIN:].reshape(-1, EACH)
        in_prevention = np.zeros(len(self.world.challenges))
        resolved = self.tally.services.sum(axis=0)[:, AtService.RESOLVED]
        prevention = s.services.tier == 0
        np.add.at(in_prevention, s.services.challenge[prevention], resolved[prevention])
        s.seen.pay += pay
        s.seen.payments += payments
        s.seen.double_running[:] = double_running * 12
        s.seen.resolved += in_prevention
        s.seen.crises += people[:, Each.CRISES]
        s.seen.new_needs += people[:, Each.NEW]

    def _watch_cash(self) -> NDArray[np.int64]:
        """Freeze spending where the money is running out. Returns this month's new deficit by agency, in pence."""
        s = self.situation
        cash, before = s.ledger.cash, s.ledger.opening
        if not self.planning:
            return np.zeros(cash.size, dtype=np.int64)
        for _, members in GROUPS:
            here = list(members)
            left, target = cash[here].sum() / 100, s.agencies.reserve_target[here].sum()
            s.agencies.frozen[here] = 2 if left < 0 else 1 if left < target / 4 else 0
        return np.maximum(0, -cash) - np.maximum(0, -np.minimum(before, 0))

    def record(
        self, conditions: Conditions, capacity: serve.Capacity, changes: redesign.Changes, born: int, came: int,
        deficit: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Write the month down."""
        s, w = self.situation, self.world
        about = w.config.behaviour.accountability
        waited = s.services.queue / np.maximum(s.services.admissions, 0.1)
        true = 100 * about.performance_2010.number * s.services.resolve * s.services.intensity / (1 + waited / 12)
        s.services.true[:] = np.clip(true, 0, 100)
        gap = about.reporting_gap.number * conditions.pressure * (1 - conditions.audited)
        s.services.reported[:] = np.clip(s.services.true + gap, 0, 100)
        weight = np.maximum(s.services.caseload, 1)
        open_tier = s.services.tier != ACUTE
        other: dict[str, float] = {
            "births": born,
            "arrivals": came,
            "waiting_p90": percentile_wait(self.waits.sum(axis=0)),
            **{f"waiting_p90.{c}": percentile_wait(self.waits[k]) for k, c in enumerate(w.challenges)},
            "staff": float(s.services.staff.sum()),
            "staff_funded": float(s.services.funded.sum()),
            "vacancies": float(np.maximum(0, s.services.funded - s.services.staff).sum()),
            "morale": float(np.average(s.services.morale, weights=np.maximum(s.services.staff, 1e-9))),
            "jobs_lost": s.jobs_lost,
            "true_performance": float(np.average(s.services.true[open_tier], weights=weight[open_tier])),
            "reported_performance": float(np.average(s.services.reported[open_tier], weights=weight[open_tier])),
            "threshold": float(np.average(s.services.threshold[s.services.tier == 1])),
            "services.total": float(s.services.tier.size),
            "redesigns.begun": changes.begun,
            "redesigns.embedded": changes.embedded,
            "redesigns.adapted": changes.adapted,
            "redesigns.stopped": changes.stopped,
            "redesigns.decommissioned": changes.decommissioned,
            "hours_available": float((capacity.direct + capacity.assessment).sum()),
            "hours_wanted": float(capacity.wanted.sum()),
        }
        running = s.services.stage >= redesign.Stage.EMBED
        other |= {f"services.{name}": int((running & (s.services.design == d)).sum()) for d, name in enumerate(w.catalogue.names)}
        for a, name in enumerate(AGENCIES[:-2]):
            other[f"envelope.{name}"] = int(s.ledger.income[a])
            other[f"reserves.{name}"] = int(s.ledger.cash[a])
            other[f"deficit.{name}"] = int(deficit[a])
            other[f"frozen.{name}"] = int(s.agencies.frozen[a] == 2)
        care = self.tally.people.sum(axis=(0, 1))[int(outcome.INFORMAL_CARE)] / 10_000
        other["informal_care_pence"] = int(care * w.config.costs.informal_care_hour.number * 100 + 0.5)
        self.recorder.add(self.tally, s.ledger.month, other)

    def describe_services(self) -> list[dict[str, Any]]:
        """Each service as it stands, for the record at a year's end."""
        rows = []
        s = self.situation
        for service in self.agents_by_type_without_citizens(Service):
            rows.append({
                "service": service.row, "challenge": service.challenge_name, "tier": service.tier_name,
                "agency": service.agency, "catchment": int(service.catchment),
                "design": service.design_name if service.stage >= redesign.Stage.EMBED else "standard",
                "trying": service.design_name, "stage": redesign.Stage(service.stage).name.lower(),
                "zone": int(service.zone), "staff": float(service.staff), "morale": float(service.morale),
                "queue": int(service.queue), "caseload": int(service.caseload), "threshold": float(service.threshold),
                "spend_pence": int(round(100 * (s.seen.pay[service.row] + s.seen.payments[service.row].sum()))),
                "reported": float(service.reported), "true": float(service.true),
            })  # fmt: skip
        return rows

    def agents_by_type_without_citizens(self, kind: type[mesa.Agent]) -> AgentSet:
        """Agents of a kind, without making citizens."""
        return super().agents_by_type[kind]
