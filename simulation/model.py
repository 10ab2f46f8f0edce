"""The model: a place that lives month by month, as a Mesa model."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from simulation import month
from simulation.accounts.measures import Recorder
from simulation.agents import Agency, Citizen, Service
from simulation.compile import turn_at, wait_until
from simulation.draws import Key, Now
from simulation.mechanism.citizens import need, seek, snapshot
from simulation.mechanism.citizens.feelings import room_for_toll
from simulation.mechanism.citizens.listed import room_for_lists
from simulation.mechanism.citizens.month_draws import room_for_draws
from simulation.mechanism.services import plan, quality, redesign, serve
from simulation.mechanism.services.regimes import conditions_of
from simulation.mechanism.services.year_seen import counted_shares
from simulation.observe import Observer
from simulation.parameters.quantity import AGENCIES
from simulation.place import PlaceState, World, described, open_zones
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime
from simulation.state.conditions import Conditions
from simulation.state.tally import BLOCKS, empty_tally
from simulation.steps import Work

Doubles = NDArray[np.float64]
Budgets = Literal["planned", "standing", "open_ended"]
WORTH_SHARING = 10_000  # rows; fewer are lived sooner than another thread has woken


class PlaceModel(mesa.Model):
    """A place under a policy.

    Attributes:
        world: what does not change.
        state: what does.
        policy: the levers in force.
        key: of the replication's draws.
        budgets: `planned`: agencies plan each April; `standing`: services keep the posts they have; `open_ended`: that, and
            everybody who is eligible gets a place at once, so that load can be measured.
        tally: this month's counts.
        work: what this month's steps have done so far.
        observers: those who are told of every step and phase; the recorder is the first.
        recorder: the record of months.
    """

    state: PlaceState
    work: Work

    def __init__(
        self,
        world: World,
        state: PlaceState,
        policy: Policy,
        key: Key,
        engine: str = "fast",
        threads: int = 1,
        budgets: Budgets = "planned",
    ) -> None:
        super().__init__(rng=0)
        self.world, self.state, self.policy, self.key = world, state, policy, key
        self.engine, self.budgets, self.threads = engine, budgets, threads
        self.pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        behaviour, costs = world.config.behaviour, world.config.costs
        self.planner = plan.Planner(behaviour, world.rates, costs.redundancy_months.number)
        self.redesigning = redesign.Redesigning(world.catalogue, world.config.place.title, behaviour)
        self.tally = empty_tally(len(world.challenges), state.services.tier.size)
        self.toll = room_for_toll()
        self.draws, self.listed = room_for_draws(len(world.challenges)), room_for_lists(len(world.challenges))
        self.recorder = Recorder(world.challenges, state.ledger.lines, world.catalogue.names, state.services.tier)
        self.observers: list[Observer] = [self.recorder]
        self.waits = np.zeros((len(world.challenges), serve.LONGEST_WAIT + 1), dtype=np.int64)
        self._citizens: dict[int, Citizen] = {}
        self.need_rates = world.rates.need
        for s in range(state.services.tier.size):
            Service(self, s)
        for a in range(len(AGENCIES)):
            Agency(self, a)
        self._in_force: tuple[Regime, Regime, Conditions] | None = None
        self._counted: tuple[Conditions, Doubles] | None = None

    def let_go(self) -> None:
        """Give back the memory of a model that has lived: Mesa numbers each model's agents, and so keeps it for ever."""
        if self.pool is not None:
            self.pool.shutdown()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # of Mesa 3.3; later ones keep the numbers with the model
        self.__dict__.clear()

    # -- agents ------------------------------------------------------------------------------------------------

    def _call_roll(self) -> None:
        """Make a Mesa agent of every citizen who is here and has none; let those who are gone go."""
        alive = self.state.people.alive
        generation = self.state.people.generation
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

    # -- the month ---------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month in the place: every step of every phase, and those who look on are told."""
        for phase in month.PHASES:
            for step in phase.steps:
                if step.when is None or step.when.holds(self):
                    step.take(self)
                    for observer in self.observers:
                        observer.after_step(phase, step, self)
            for observer in self.observers:
                observer.after(phase, self)
        self.state.month += 1

    def live(self, months: int) -> None:
        """So many months in the place, one after another."""
        for _ in range(months):
            self.step()

    def citizens(self, kernel: Callable[..., None], method: str, context: Any) -> None:
        """Every citizen takes a step: as compiled blocks of rows, or agent by agent."""
        if self.engine == "agents":
            if kernel is snapshot.be_seen:  # nobody plays those who are gone, so nobody would say that they are
                self.state.people.seen[self.state.people.alive == 0] = 0
            self.agents_by_type[Citizen].do(method)
        else:
            self.by_blocks(kernel, context)

    def by_blocks(self, kernel: Callable[..., None], *given: Any) -> None:
        """Run a kernel over the blocks of rows; each thread takes the next block as it has done its last."""
        turn = turn_at(0)
        if self.pool is not None and self.state.people.alive.size >= WORTH_SHARING:
            for _ in range(self.threads - 1):
                self.pool.submit(kernel, turn, BLOCKS, self.world.edges, *given)
        kernel(turn, BLOCKS, self.world.edges, *given)
        wait_until(BLOCKS, turn)

    # -- what the month's steps ask of it ----------------------------------------------------------------------

    @property
    def month(self) -> int:
        """Months since the policy date."""
        return self.state.month

    @property
    def now(self) -> Now:
        """The month, and the key of its draws."""
        return Now(self.state.month, *self.key)

    @property
    def elastic(self) -> bool:
        """Whether everybody who is eligible gets a place at once."""
        return self.budgets == "open_ended"

    @property
    def planning(self) -> bool:
        """Whether agencies have budgets and plan each April."""
        return self.budgets == "planned"

    @property
    def need_context(self) -> need.NeedContext:
        """All that this month of need reads and writes."""
        s = self.state
        return need.NeedContext(
            s.people, s.offer, s.ties, s.ground, self.need_rates, s.vital, self.now, self.draws, self.listed, self.tally
        )

    @property
    def seek_context(self) -> seek.SeekContext:
        """All that this month of seeking and triage reads and writes."""
        s, w = self.state, self.world
        easiest = float(s.offer.burden.min())
        return seek.SeekContext(
            s.people, s.offer, easiest, s.ties, s.ground, w.rates.seek, w.conduct, self.now, self.listed, self.tally
        )

    @property
    def care_context(self) -> serve.CareContext:
        """All that this month of being served reads and writes."""
        s, w = self.state, self.world
        return serve.CareContext(
            s.people, s.offer, s.ground, w.rates.care, w.conduct, self.now, self.listed, self.toll, self.tally
        )

    def in_force(self) -> tuple[Regime, Regime, Conditions]:
        """The regimes of this month, outside and inside zones, and what they mean for each service.

        Zones open in the first month in which something else is in force in them.
        """
        outside = self.policy.regime_at(self.month)
        inside = self.policy.regime_at(self.month, in_zone=True) if self.policy.zones is not None else outside
        if self._in_force is None or (outside, inside) != self._in_force[:2]:
            if inside != outside:
                open_zones(self.state, self.world, self.policy)
            conditions = conditions_of((outside, inside), self.world.config.behaviour, self.state.services.zone)
            self._in_force = (outside, inside, conditions)
        return self._in_force

    def queue_bound(self) -> Doubles:
        """How many each queue holds: some months of ordinary admissions."""
        months = self.world.config.behaviour.capacity.queue_months.number
        return np.maximum(serve.SHORTEST_QUEUE, np.ceil(months * self.state.services.admissions))

    def forget_value(self) -> None:
        """Planners have reckoned anew who bears what: what a better outcome is worth to whom is to be counted again."""
        self._counted = None

    def counted_value(self, outside: Regime, inside: Regime, conditions: Conditions) -> Doubles:
        """Share of a better outcome's value that each service's owner counts: the same until April or a new regime."""
        if self._counted is None or self._counted[0] is not conditions:
            services = self.state.services
            own, pool = counted_shares(services, self.planner.shares, outside)
            pool_inside = counted_shares(services, self.planner.shares, inside)[1]
            pool = np.where(services.zone > 0, pool_inside, pool)
            self._counted = conditions, quality.counted(services, conditions, own, pool)
        return self._counted[1]

    def describe_services(self) -> list[dict[str, Any]]:
        """Each service as it stands, for the record at a year's end."""
        return described(self.state, self.world)
