"""The model: a place that lives month by month, as a Mesa model."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from simulation.accounts import month
from simulation.accounts.measures import Recorder
from simulation.agents import Agency, Citizen, Service
from simulation.build import World
from simulation.compile import turn_at, wait_until
from simulation.draws import Key
from simulation.mechanism import need, newcomers, outcome, plan, redesign, seek, serve, triage, workforce
from simulation.mechanism.need import ACUTE
from simulation.parameters.quantity import AGE_BAND_YEARS, AGENCIES, TIERS
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime
from simulation.situation import Situation, nothing_seen
from simulation.state.conditions import Conditions, efficiency_of, pressure_of
from simulation.state.tally import BLOCKS, FINE, AtService, Count, empty_tally

Doubles = NDArray[np.float64]

WORTH_SHARING = 10_000  # rows; fewer are lived sooner than another thread has woken
RENEWAL = np.array([*(1 / np.array(AGE_BAND_YEARS[:-1])), 0.0])  # a year, by age band; nobody grows out of the last


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
            pressure,
            inspection,
            regime.freedom,
            regime.indicator,
            regime.audited,
            regime.support,
            1 - max(compared, regime.indicator),
            saved,
            skimped,
            regime.threshold_rise,
            regime.threshold_fit,
            regime.decommission,
            regime.double_running,
            regime.redundancy,
            regime.fund,
            regime.pool_share,
        ]

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
        self,
        world: World,
        situation: Situation,
        policy: Policy,
        key: Key,
        engine: str = "fast",
        threads: int = 1,
        elastic: bool = False,
        planning: bool = True,
    ) -> None:
        super().__init__(rng=0)
        self.world, self.situation, self.policy, self.key = world, situation, policy, key
        self.engine, self.elastic, self.planning = engine, elastic, planning
        self.pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self.threads = threads
        self.planner = plan.Planner(
            world.config.behaviour, world.rates.root_removed[:, 0], world.config.costs.redundancy_months.number
        )
        self.redesigning = redesign.Redesigning(world.catalogue, world.config.place.title, world.config.behaviour)
        self.tally = empty_tally(len(world.challenges), situation.services.tier.size)
        self.luck = need.room_for_luck()
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
        self._counted: tuple[Conditions, Doubles] | None = None

    def let_go(self) -> None:
        """Give back the memory of a model that has lived: Mesa's own cross-references would keep it for long."""
        for name in ("situation", "recorder", "tally", "waits", "_citizens"):
            delattr(self, name)
        if self.pool is not None:
            self.pool.shutdown()

    # -- agents ------------------------------------------------------------------------------------------------

    def _call_roll(self) -> None:
        """Make a Mesa agent of every citizen who is here and has none; let those who are gone go."""
        alive = self.situation.people.alive
        generation = self.situation.people.generation
        for row in [r for r, c in self._citizens.items() if not alive[r] or generation[r] != c.generation]:
            self._citizens.pop(row).remove()
        for row in map(int, np.flatnonzero(alive)):
            if row not in self._citizens:
                self._citizens[row] = Citizen(self, row)

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
        self.open_services(conditions)
        if not s.vital.moving:
            newcomers.renew(s.people, s.ground, w.need, s.vital, RENEWAL, now, w.edges, self.tally)
        if self.engine == "agents":  # nobody plays those who are gone, so nobody would say that they are
            s.people.seen[s.people.alive == 0] = 0
        self.citizens(need.look, "be_seen", s.people)
        self.citizens(
            need.evolve, "evolve", s.people, s.offer, w.ties, s.ground, w.need, s.vital, now, self.luck, self.tally
        )
        born, came = self.welcome()
        self.citizens(seek.ask, "ask", s.people, s.offer, w.ties, s.ground, w.seek, w.conduct, now, self.tally)
        self.citizens(triage.admit, "be_assessed", s.people, s.offer, s.ground, w.seek, w.conduct, now, self.tally)
        capacity, taken = self.deliver(conditions)
        self.citizens(outcome.settle, "settle", s.people, s.offer, s.ground, w.care, w.conduct, now, self.tally)
        moves = self.employ(conditions, capacity, taken)
        changes = self.try_redesigns(outside, inside, conditions)
        self.account(conditions, capacity, moves, changes, born, came)
        s.month += 1

    def citizens(self, kernel: Callable[..., None], method: str, *columns: Any) -> None:
        """Every citizen does something: as compiled blocks of rows, or agent by agent."""
        if self.engine == "agents":
            self.agents_by_type[Citizen].do(method)
        else:
            self.by_blocks(kernel, *columns)

    def by_blocks(self, kernel: Callable[..., None], *columns: Any) -> None:
        """Run a kernel over the blocks of rows; each thread takes the next block as it has done its last."""
        turn = turn_at(0)
        if self.pool is not None and self.situation.people.alive.size >= WORTH_SHARING:
            for _ in range(self.threads - 1):
                self.pool.submit(kernel, turn, BLOCKS, self.world.edges, *columns)
        kernel(turn, BLOCKS, self.world.edges, *columns)
        wait_until(BLOCKS, turn)

    def in_force(self) -> tuple[Regime, Regime, Conditions]:
        """The regimes of this month, and what they mean for each service."""
        outside = self.policy.regime_at(self.month)
        inside = self.policy.regime_at(self.month, in_zone=True) if self.policy.zones is not None else outside
        if self._in_force is None or (outside, inside) != self._in_force[:2]:
            self._in_force = (outside, inside, conditions_of(outside, inside, self.world, self.situation.services.zone))
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
        self._counted = None
        s.seen.population = float(s.people.alive.sum())
        planned = self.planner.april(
            s.services, s.agencies, conditions, (outside, inside), s.ledger.cash / 100, s.seen, s.month, self.key
        )
        s.redundancy = planned.redundancy
        s.jobs_lost += float(planned.posts_lost.sum()) if s.month >= 0 else 0.0
        s.seen = nothing_seen(s.services.tier.size, len(self.world.challenges), s.seen.population)

    def open_services(self, conditions: Conditions) -> None:
        """Services take on the design they run, and set how badly off one must be to get in."""
        services, behaviour = self.situation.services, self.world.config.behaviour
        redesign.refresh(services, self.world.catalogue, conditions, behaviour)
        if not self.elastic:
            plan.set_thresholds(services, conditions, self.queue_bound(), behaviour)

    def welcome(self) -> tuple[int, int]:
        """Births and arrivals."""
        s = self.situation
        if not s.vital.moving:
            return 0, 0
        search_from = s.ground.first_row[:-1].copy()
        born = newcomers.births(s.people, s.ground, s.newcomers, search_from, self.now)
        came = newcomers.arrivals(s.people, s.ground, s.newcomers, search_from, self.now)
        return int(born), int(came)

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
        capacity = serve.open_hours(s.services, conditions, w.config.behaviour, withdrawn, self.hiring())
        bound = self.queue_bound().astype(np.int64)
        if self.elastic:
            s.services.intensity[:] = 1.0
            capacity = capacity._replace(places=np.full(bound.size, 10**9), discharged=np.zeros_like(bound))
        if capacity.discharged.any():
            listed = int(s.services.caseload[capacity.discharged > 0].sum())
            serve.discharge(capacity.discharged, listed, s.people, s.ground, w.conduct, w.edges, self.tally)
        taken = np.zeros(bound.size, dtype=np.int64)
        line = triage.empty_line(int(self.tally.waiters.sum()))
        offsets = np.concatenate([[0], np.cumsum(self.tally.waiters)])
        self.by_blocks(triage.line_up, offsets, s.people, s.ground, w.conduct, *line)
        row, challenge, wanted, severities, waited = line
        uids = row.astype(np.uint64) + (s.people.generation[row].astype(np.uint64) << np.uint64(32))
        chance = serve.chances(uids, challenge, *self.now)
        order = serve.order_of(wanted, severities, waited, chance, w.config.behaviour.capacity.queue_order)
        serve.fill_places(
            order,
            row,
            challenge,
            wanted,
            capacity.places,
            bound,
            s.people,
            s.ground,
            w.care,
            w.conduct,
            self.now,
            w.edges,
            self.tally,
            self.waits,
            taken,
        )
        return capacity, taken

    def employ(self, conditions: Conditions, capacity: serve.Capacity, taken: NDArray[np.int64]) -> workforce.Moves:
        """Services remember how busy the month was; people join them and leave them."""
        services = self.situation.services
        serve.remember(services, capacity, taken)
        return workforce.staff(services, conditions, self.world.config.behaviour, self.hiring())

    def try_redesigns(self, outside: Regime, inside: Regime, conditions: Conditions) -> redesign.Changes:
        """A month of trying, judging, keeping and closing."""
        s = self.situation
        if not (outside.designs or inside.designs or (s.services.stage > 0).any()):
            nothing = np.zeros(s.services.tier.size)
            self.redesigning.learn(s.services, conditions)
            return redesign.Changes(0, 0, 0, 0, 0, nothing, nothing)
        eager = (outside.designs, inside.designs)
        value = partial(self.counted_value, outside, inside, conditions)
        halted = s.agencies.frozen[s.services.owner] > 0
        return self.redesigning.month(s.services, s.agencies, conditions, eager, halted, value, s.month, self.key)

    def counted_value(self, outside: Regime, inside: Regime, conditions: Conditions) -> Doubles:
        """Share of a better outcome's value that each service's owner counts: the same until April or a new regime."""
        if self._counted is None or self._counted[0] is not conditions:
            services = self.situation.services
            own, pool = plan.counted_shares(services, self.planner.shares, outside)
            pool_inside = plan.counted_shares(services, self.planner.shares, inside)[1]
            pool = np.where(services.zone == 1, pool_inside, pool)
            self._counted = conditions, redesign.counted(services, conditions, own, pool)
        return self._counted[1]

    def account(
        self,
        conditions: Conditions,
        capacity: serve.Capacity,
        moves: workforce.Moves,
        changes: redesign.Changes,
        born: int,
        came: int,
    ) -> None:
        """Everything that happened becomes postings and measures."""
        s, w = self.situation, self.world
        counts = self.tally.people.sum(axis=0)
        care = int(counts[:, Count.INFORMAL_CARE].sum()) / FINE
        pay, payments = month.post(
            s.services, s.agencies, s.ledger, w, conditions, capacity, moves, changes, s.redundancy, care
        )
        s.ledger.check()
        month.remember(s.seen, s.services, counts, self.tally, pay, payments, changes)
        deficit = month.watch_cash(s.agencies, s.ledger) if self.planning else np.zeros(len(AGENCIES), dtype=np.int64)
        month.perform(s.services, conditions, w.config.behaviour)
        other = {"births": born, "arrivals": came, "jobs_lost": s.jobs_lost}
        other |= month.of_waits(self.waits, w.challenges) | month.of_services(s.services, capacity)
        other |= month.of_redesign(s.services, changes, w.catalogue.names) | month.of_cash(
            s.agencies, s.ledger, deficit
        )
        self.recorder.add(counts, s.ledger.month, other)

    def describe_services(self) -> list[dict[str, Any]]:
        """Each service as it stands, for the record at a year's end."""
        s, w = self.situation, self.world
        of, stages = s.services, [stage.name.lower() for stage in redesign.Stage]
        names = [*w.catalogue.names, "standard"]  # design -1 is none, and so the last
        trying = [names[d] for d in of.design.tolist()]
        in_use = (of.stage >= redesign.Stage.EMBED).tolist()
        spend = 100 * (s.seen.pay + s.seen.payments.sum(axis=1))
        columns: dict[str, Iterable[Any]] = {
            "service": range(of.tier.size),
            "challenge": [w.challenges[c] for c in of.challenge.tolist()],
            "tier": [TIERS[t] for t in of.tier.tolist()],
            "agency": [AGENCIES[a] for a in of.owner.tolist()],
            "catchment": of.catchment.tolist(),
            "design": [d if used else "standard" for d, used in zip(trying, in_use, strict=True)],
            "trying": trying,
            "stage": [stages[k] for k in of.stage.tolist()],
            "zone": of.zone.tolist(),
            "staff": of.staff.tolist(),
            "morale": of.morale.tolist(),
            "queue": of.queue.tolist(),
            "caseload": of.caseload.tolist(),
            "threshold": of.threshold.tolist(),
            "spend_pence": [round(pence) for pence in spend.tolist()],
            "reported": of.reported.tolist(),
            "true": of.true.tolist(),
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def agents_by_type_without_citizens(self, kind: type[mesa.Agent]) -> AgentSet:
        """Agents of a kind, without making citizens."""
        return super().agents_by_type[kind]
