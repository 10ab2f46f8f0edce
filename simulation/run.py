"""Settling a place, and living its futures: one burn-in, then one life per policy with the same luck."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import open_ledger
from simulation.build import World, build, service_network
from simulation.draws import key_of
from simulation.mechanism.need import ACUTE, with_usual
from simulation.model import PlaceModel
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, BUDGET_HOLDERS
from simulation.policy.policy import Policy
from simulation.rest import draw_needs, seen_served
from simulation.situation import Situation, nothing_seen
from simulation.state.agencies import INDEX, empty_agencies
from simulation.state.columns import People, Services
from simulation.state.people import SETTLING

Table = dict[str, NDArray[np.generic]]
MEASURED = 36  # months over which load is measured
MOST_OVER = 1.5  # a small place may by chance need more than its real budget, but not this much more
NO_POLICY = Policy(title="No policy", summary="The place as it was", source="none")


@dataclass(frozen=True)
class Settled:
    """A place that has come to rest, two years or so before the policy date.

    Attributes:
        world: what does not change.
        situation: the place as it is then.
        months: the record of the settling, month by month.
        begun: the place on the policy date, with the luck of the replication that was lived last for its totals alone.
    """

    world: World
    situation: Situation
    months: Table
    begun: dict[int, Situation] = field(default_factory=dict, compare=False, repr=False)

    def on_policy_date(self, replication: int, threads: int) -> Situation:
        """The place as every policy finds it, to be copied, not changed; lived once for all who ask in a row."""
        if replication not in self.begun:
            self.begun.clear()
            self.begun[replication], _ = policy_date(self, replication, threads, groups=False)
        return self.begun[replication]


@dataclass(frozen=True)
class RunResult:
    """One replication: the same people, the same burn-in, the same luck under each policy.

    Attributes:
        burn_in: the months before the policy date: settling with 2010's capacity, then with the replication's luck.
        months: by arm, the record of every month.
        services: by arm, every service at each year's end.
        network: services and agencies as node-link data.
    """

    burn_in: Table
    months: dict[str, Table]
    services: dict[str, list[dict[str, Any]]]
    network: dict[str, Any]


def settle(config: WorldConfig, progress: Callable[[int, int], None] | None = None, threads: int = 1) -> Settled:
    """Let a place come to rest under the rules of 2010: measure load, set capacity, settle.

    Args:
        config: the place and everything about it.
        progress: told (months done, months to do) as it goes.
        threads: threads for the kernels; the result does not depend on it.

    Raises:
        ValueError: if an agency's modelled services cost more than its real budget.
    """
    world, people, services = build(config)
    challenges = len(world.challenges)
    services.funded[:] = services.staff[:] = 1.0
    burn = config.burn_in
    situation = Situation(
        month=-burn.months,
        people=people,
        services=services,
        agencies=empty_agencies(),
        ledger=open_ledger(services, world.challenges, world.payer > 0),
        seen=nothing_seen(services.tier.size, challenges, float(people.alive.sum())),
        vital=world.vital,
        newcomers=world.newcomers,
        ground=world.ground,
    )
    key = key_of(config.seed, SETTLING)
    record: list[Table] = []
    stages = [
        *[("search", burn.search)] * burn.searches,
        ("elastic", burn.elastic),
        ("settling", burn.settling),
        ("planned", burn.planned),
    ]
    measured = np.zeros(services.tier.size)
    total, done = sum(months for _, months in stages), 0
    for stage, months in stages:
        if stage == "settling":
            situation.services.load[:] = measured / MEASURED
            set_capacity(situation.services, world)
        if stage == "planned":
            situation.seen = situation.seen.over(min(burn.settling, MEASURED) / 12)
            _open_accounts(situation, world)
        measured[:] = 0.0
        situation.vital = with_usual(world.vital, usual_excess(situation.people, world))
        model = PlaceModel(
            world,
            situation,
            NO_POLICY,
            key,
            config.engine,
            threads,
            elastic=stage in ("search", "elastic"),
            planning=stage == "planned",
        )
        for month in range(months):
            if stage == "settling" and month == max(0, months - MEASURED):
                situation.seen = nothing_seen(services.tier.size, challenges, situation.seen.population)
            model.step()
            if month >= months - MEASURED:
                measured += situation.services.load
            if progress is not None:
                progress(done + month + 1, total)
        done += months
        if months:
            record.append(model.recorder.table())
        model.let_go()
        if stage == "search":
            draw_needs(world, situation.people, seen_served(world, situation.people))
    _fix_tables(situation, world)
    return Settled(world, situation, {name: np.concatenate([t[name] for t in record]) for name in record[0]})


def set_capacity(services: Services, world: World) -> None:
    """Give every service the posts its measured load calls for, with slack; staff them at the usual vacancy rate."""
    how, work = world.config.behaviour.capacity, world.config.behaviour.workforce
    leaving = work.turnover.number / 12 * max(0.0, work.months_to_fill.number - 1)
    vacancy = leaving / (1 + leaving)
    usable = services.contracted * (1 - how.admin_share.number - how.inspection_share.number)
    acute = services.tier == ACUTE
    hours = np.where(acute, how.acute_staff_share.number, 1 + how.slack.number) * services.load
    posts = hours / usable
    services.funded[:] = np.maximum(posts / (1 - vacancy * (1 - work.cover_share.number)), 1e-6)
    services.staff[:] = services.funded * (1 - vacancy)
    services.baseline_funded[:] = services.funded
    services.workload[:] = 1 / (1 + how.slack.number)


def _open_accounts(situation: Situation, world: World) -> None:
    """Give every agency its real budget; what the modelled services do not take is its other services.

    Where they take more (a few dear cases in a small place), the budget is what they take.
    """
    scale, place = world.config.scale, world.config.place
    agencies, seen = situation.agencies, situation.seen
    modelled = np.zeros(len(AGENCIES))
    np.add.at(modelled, situation.services.owner, seen.pay)
    modelled += seen.payments.sum(axis=0)
    for name in BUDGET_HOLDERS:
        agencies.opening[INDEX[name]] = place.budgets[name].number * scale  # type: ignore[index]
    over = [a for a in BUDGET_HOLDERS if modelled[INDEX[a]] > MOST_OVER * agencies.opening[INDEX[a]]]
    if over:
        cost = modelled[INDEX[over[0]]] / scale / 1e6
        raise ValueError(
            f"the modelled services of {over[0]} in {place.title} cost {cost:.1f}m pounds a year, far more than "
            f"place.budgets.{over[0]}={agencies.opening[INDEX[over[0]]] / scale / 1e6:.1f}m; "
            "lower unit costs, hours per case or need, or raise the budget"
        )
    agencies.opening[:] = np.maximum(agencies.opening, modelled)
    agencies.other_opening[:] = agencies.other[:] = np.maximum(0.0, agencies.opening - modelled)
    agencies.income[:] = agencies.opening
    agencies.reserve_target[:] = agencies.opening * world.config.behaviour.planning.reserves.number
    ledger = open_ledger(situation.services, world.challenges, world.payer > 0)
    ledger.grant(agencies.reserve_target)
    situation.ledger = ledger


def usual_excess(people: People, world: World) -> NDArray[np.float64]:
    """How many times more deaths needs bring about as things are, by age band: life tables have them already."""
    alive = people.alive == 1
    excess = 1 + sum(world.rates.mortality[c, people.level[:, c]] for c in range(len(world.challenges)))
    bands = [alive & (people.band == b) for b in range(len(AGE_BANDS))]
    return np.array([excess[here].mean() if here.any() else 1.0 for here in bands])


def _fix_tables(situation: Situation, world: World) -> None:
    """What life tables, life satisfaction and arrivals take from the place as it now is."""
    people = situation.people
    alive = people.alive == 1
    situation.vital = with_usual(world.vital, usual_excess(people, world))
    gap = world.config.place.life_satisfaction.number - float(people.wellbeing[alive].mean())
    situation.ground = world.ground._replace(contentment=world.ground.contentment + gap)
    people.wellbeing[:] = np.clip(people.wellbeing + np.float32(gap), 0, 10)
    situation.newcomers = world.newcomers._replace(
        birth_month=people.birth_month.copy(),
        is_female=people.female.copy(),
        was_alive=people.alive.copy(),
        level=people.level.copy(),
        root=people.root.copy(),
        luck=people.luck.copy(),
    )


def policy_date(settled: Settled, replication: int, threads: int = 1, groups: bool = True) -> tuple[Situation, Table]:
    """Live a settled place's last years under the rules of 2010, with the luck of one replication.

    Args:
        settled: the place at rest.
        replication: whose luck, 0 and up.
        threads: threads for the kernels; the result does not depend on it.
        groups: whether to record these years for each group of people too.

    Returns:
        The place as every policy finds it, its people about to move on in life, and the record of these years.
    """
    world = settled.world
    key = key_of(world.config.seed, replication)
    before = PlaceModel(world, settled.situation.copy(), NO_POLICY, key, world.config.engine, threads)
    while before.month < 0:
        before.step()
    start, record = before.situation, before.recorder.table(groups)
    before.let_go()
    start.vital = start.vital._replace(moving=int(world.config.population == "moving"))
    return start, record


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
        settled: the place at rest.
        policies: by arm.
        replication: whose luck, 0 and up.
        years: how long.
        threads: threads for the kernels; the result does not depend on it.
        totals_only: whether to record everybody's months alone: no groups, no burn-in, no services, no network.
    """
    world = settled.world
    key = key_of(world.config.seed, replication)
    if totals_only:
        start = settled.on_policy_date(replication, threads)
    else:
        start, own = policy_date(settled, replication, threads)
    months: dict[str, Table] = {}
    services: dict[str, list[dict[str, Any]]] = {}
    for arm, policy in policies.items():
        model = PlaceModel(world, start.copy(), policy, key, world.config.engine, threads)
        services[arm] = []
        for month in range(12 * years):
            model.step()
            if month % 12 == 11 and not totals_only:
                services[arm] += [{"month": month, **row} for row in model.describe_services()]
        months[arm] = model.recorder.table(groups=not totals_only)
        model.let_go()
    if totals_only:
        return RunResult({}, months, services, {})
    network = nx.node_link_data(service_network(world, start.services), edges="links")
    common = world.config.burn_in.settling + world.config.burn_in.planned
    burn_in = {name: np.concatenate([settled.months[name][-common:], own[name]]) for name in own}
    return RunResult(burn_in, months, services, network)
