"""Settling a place, and living its futures: one burn-in, then one life per policy with the same draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.mechanism.citizens.newcomers import as_here
from simulation.mechanism.citizens.vital import with_departures
from simulation.mechanism.services.designs import EMBED, OtherCouncils
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.observe import Observer
from simulation.place import PlaceState, service_network
from simulation.policy.policy import Policy
from simulation.settling.own_people import with_own_people
from simulation.settling.settle import settled_for
from simulation.settling.settled import NO_POLICY, Settled, Table

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class RunResult:
    """One replication: people of its own, the same in every arm, with the same burn-in and the same draws.

    Attributes:
        burn_in: the months before the policy date: settling with 2010's capacity, then with the replication's draws.
        months: by arm, the record of every month.
        services: by arm, every service at each year's end.
        network: services and agencies as node-link data.
    """

    burn_in: Table
    months: dict[str, Table]
    services: dict[str, list[dict[str, Any]]]
    network: dict[str, Any]


def on_policy_date(settled: Settled, replication: int, threads: int = 1) -> PlaceState:
    """The place as every policy finds it, to be copied, not changed; lived once for all who ask in a row."""
    if replication not in settled.begun:
        settled.begun.clear()
        settled.begun[replication], _ = policy_date(settled, replication, threads, groups=False)
    return settled.begun[replication]


def policy_date(settled: Settled, replication: int, threads: int = 1, groups: bool = True) -> tuple[PlaceState, Table]:
    """Live a settled place's last years under the rules of 2010, with the people and the draws of one replication.

    Args:
        settled: the settled place; one that is to settle by itself for each replication does so first.
        replication: whose draws, 0 and up.
        threads: threads for the kernels; the result does not depend on it.
        groups: whether to record these years for each group of people too.

    Returns:
        The place as every policy finds it, and the record of these years.
    """
    settled = settled_for(settled, replication, threads)
    world = settled.world
    key = key_of(world.config.seed, replication)
    shared = world.config.population_luck == "shared"
    state = settled.state.copy() if shared else with_own_people(world, settled.state, key)
    before = PlaceModel(world, state, NO_POLICY, key, world.config.engine, threads)
    before.live(-before.month)
    start, record = before.state, before.recorder.table(groups)
    before.let_go()
    if world.config.population == "moving":
        start.vital = with_departures(start.vital, world.vital.departure)
        start.elsewhere = as_here(start.people, world.newcomers.moves)
    return start, record


class YearsEnd(Observer):
    """Notes every service as it stands when a financial year ends."""

    def __init__(self) -> None:
        self.services: list[dict[str, Any]] = []

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Note the services once the books of a year's last month are closed."""
        if phase.name == "account" and model.month % 12 == 11:
            self.services += [{"month": model.month, **row} for row in model.describe_services()]


def run(
    settled: Settled,
    policies: Mapping[str, Policy],
    replication: int,
    years: int,
    threads: int = 1,
    totals_only: bool = False,
) -> RunResult:
    """Live one replication: the last years before the policy date, then each policy's years from there.

    Args:
        settled: the settled place.
        policies: by arm.
        replication: whose draws, 0 and up.
        years: how long.
        threads: threads for the kernels; the result does not depend on it.
        totals_only: whether to record everybody's months alone: no groups, no burn-in, no services, no network.
    """
    world = settled.world
    key = key_of(world.config.seed, replication, world.config.later_luck)
    if totals_only:
        start = on_policy_date(settled, replication, threads)
    else:
        alone = settled_for(settled, replication, threads)
        start, own = policy_date(alone, replication, threads)
        settled.begun.clear()
        settled.begun[replication] = start
    months: dict[str, Table] = {}
    services: dict[str, list[dict[str, Any]]] = {}
    for arm, policy in policies.items():
        model = PlaceModel(world, start.copy(), policy, key, world.config.engine, threads)
        years_end = YearsEnd()
        model.observers += [] if totals_only else [years_end]
        for _ in range(12 * years):
            model.step()
        services[arm] = years_end.services
        months[arm] = model.recorder.table(groups=not totals_only)
        model.let_go()
    if totals_only:
        return RunResult({}, months, services, {})
    network = nx.node_link_data(service_network(world, start.services), edges="links")
    common = world.config.burn_in.settling + world.config.burn_in.planned
    burn_in = {name: np.concatenate([alone.months[name][-common:], own[name]]) for name in own}
    return RunResult(burn_in, months, services, network)


class DesignsInUse(Observer):
    """Notes at each year's end what share of a council's services of each kind has each design in use.

    Attributes:
        years: by kind, the shares of each year so far.
    """

    def __init__(self) -> None:
        self.years: dict[str, list[Doubles]] = {}

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Count once the books of a year's last month are closed."""
        if phase.name != "account" or model.month % 12 != 11:
            return
        catalogue, services = model.world.catalogue, model.state.services
        kinds, in_use = np.array(catalogue.kinds), services.stage >= EMBED
        for kind in dict.fromkeys(catalogue.kinds):
            here = kinds == kind
            users = np.bincount(services.design[here & in_use], minlength=len(catalogue.names))
            self.years.setdefault(kind, []).append(users / np.count_nonzero(here))


class YearlyLife:
    """One council's life under a policy, a year or some at a time, beside others whose designs its services see.

    No council's decade can then be lived by itself: which designs its services try depends on what others had in use by then.

    Attributes:
        year: how many years after the policy date it stands.
        people: rows of citizens it keeps in memory.
    """

    def __init__(self, settled: Settled, policy: Policy, replication: int, threads: int = 1) -> None:
        world = settled.world
        key = key_of(world.config.seed, replication, world.config.later_luck)
        start = on_policy_date(settled, replication, threads).copy()
        self._model = PlaceModel(world, start, policy, key, world.config.engine, threads)
        self._in_use = DesignsInUse()
        self._model.observers.append(self._in_use)

    @property
    def year(self) -> int:
        """How many years after the policy date it stands."""
        return self._model.month // 12

    @property
    def people(self) -> int:
        """Rows of citizens in memory."""
        return int(self._model.state.people.alive.size)

    def live_to(self, year: int, councils: int, in_use: Mapping[str, Doubles]) -> None:
        """Live on to the end of a year, with the years until then of so many other councils before one's eyes.

        Args:
            year: the end of which, from 1.
            councils: how many are looked to.
            in_use: by kind of service, of the shape (years that have ended, designs): the share of services there that had a
                design in use, summed over councils.
        """
        self._model.redesigning.others = OtherCouncils(councils, in_use)
        self._model.live(12 * (year - self.year))

    def months(self) -> Table:
        """The record of everybody's months so far."""
        return self._model.recorder.table(groups=False)

    def designs_in_use(self) -> dict[str, Any]:
        """A row a year: `month`, the last of it, and by kind and design the share of such services that has it in use."""
        found: dict[str, Any] = {"month": 12 * np.arange(self.year) + 11}
        for kind, years in self._in_use.years.items():
            shares = np.array(years)
            found |= {f"{kind}.{name}": shares[:, d] for d, name in enumerate(self._model.world.catalogue.names)}
        return found

    def let_go(self) -> None:
        """Give its memory back."""
        self._model.let_go()
