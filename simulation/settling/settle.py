"""Letting a place settle under the rules of 2010: load is measured, capacity set, budgets opened."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.new_ledger import open_ledger
from simulation.build import build
from simulation.draws import key_of
from simulation.mechanism.citizens.vital import with_usual
from simulation.mechanism.services.year_seen import nothing_seen
from simulation.model import Budgets, PlaceModel
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, BUDGET_HOLDERS
from simulation.place import PlaceState, World
from simulation.settling.own_people import drawn_anew, people_of_2010
from simulation.settling.settled import NO_POLICY, Settled, Table
from simulation.settling.steady_state import draw_needs, seen_served
from simulation.state.agencies import INDEX, empty_agencies
from simulation.state.codes import ACUTE
from simulation.state.columns import People, Services
from simulation.state.people import SETTLING

BUDGETS: dict[str, Budgets] = {
    "search": "open_ended",
    "elastic": "open_ended",
    "settling": "standing",
    "planned": "planned",
}
"""How a place is paid for in each stage of its settling."""
MEASURED = 36  # months over which load is measured
MOST_OVER = 1.5  # a small place may by chance need more than its real budget, but not this much more


def settle(config: WorldConfig, progress: Callable[[int, int], None] | None = None, threads: int = 1) -> Settled:
    """Let a place settle under the rules of 2010: find a start near rest, measure load, set capacity, settle.

    Args:
        config: the place and everything about it.
        progress: told (months done, months to do) as it goes.
        threads: threads for the kernels; the result does not depend on it.

    Raises:
        ValueError: if an agency's modelled services cost more than its real budget.
    """
    return _settle(config, SETTLING, None, progress, threads)


def settled_for(settled: Settled, replication: int, threads: int = 1) -> Settled:
    """The place as one replication finds it settled: as all do, or, where each is to settle by itself, with its own draws.

    What services have staff for is chance then too, because it is what the replication's own people asked of them. Who is in
    whose care is expected to be as where the place settled for all, so no start is searched for.

    Args:
        settled: as it settled for all, or for this replication already.
        replication: whose draws.
        threads: threads for the kernels; the result does not depend on it.
    """
    if settled.world.config.settling_luck == "shared" or settled.replication == replication:
        return settled
    return _settle(settled.world.config, replication, settled.served, None, threads)


def _settle(
    config: WorldConfig,
    replication: int,
    served: NDArray[np.float64] | None,
    progress: Callable[[int, int], None] | None,
    threads: int,
) -> Settled:
    """Lets a place settle with the draws of a replication; who is in whose care is searched for where it is not known."""
    world, people, ties, services = build(config, replication, served)
    challenges = len(world.challenges)
    services.funded[:] = services.staff[:] = 1.0
    burn = config.burn_in
    searches = burn.searches if served is None else 0
    months_to_live = burn.months - (burn.searches - searches) * burn.search
    people.birth_month[:] -= months_to_live  # they are of the ages of 2010 when settling begins
    state = PlaceState(
        month=-months_to_live,
        people=people,
        ties=ties,
        services=services,
        agencies=empty_agencies(),
        ledger=open_ledger(services, world.challenges, world.payer > 0),
        seen=nothing_seen(services.tier.size, challenges),
        vital=world.vital,
        ground=world.ground,
        zone_of_area=np.zeros(len(config.place.areas), dtype=np.int64),
    )
    key = key_of(config.seed, replication)
    drawn = drawn_anew(world, key)
    record: list[Table] = []
    stages = [
        *[("search", burn.search)] * searches,
        ("elastic", burn.elastic - MEASURED),
        ("elastic", MEASURED),
        ("settling", burn.settling),
        ("planned", burn.planned),
    ]
    measured = np.zeros(services.tier.size)
    total, done = sum(months for _, months in stages), 0
    for stage, months in stages:
        if stage == "settling":
            state.services.load[:] = measured / MEASURED
            set_capacity(state.services, world)
        if stage == "planned":
            state.seen = state.seen.over(min(burn.settling, MEASURED) / 12)
            modelled = _modelled_cost(state)
            if replication == SETTLING:  # where all settle; in one replication a few dear cases more are chance
                _check_budgets(modelled, world)
            _open_accounts(state, world, modelled)
        measured[:] = 0.0
        if done:
            state.people = people_of_2010(world, state, drawn, key)
        state.vital = with_usual(world.vital, usual_excess(state.people, world))
        model = PlaceModel(world, state, NO_POLICY, key, config.engine, threads, budgets=BUDGETS[stage])
        for month in range(months):
            if stage == "settling" and month == max(0, months - MEASURED):
                state.seen = nothing_seen(services.tier.size, challenges)
            model.step()
            if month >= months - MEASURED:
                measured += state.services.load
            if progress is not None:
                progress(done + month + 1, total)
        done += months
        if months:
            record.append(model.recorder.table())
        model.let_go()
        if stage == "search":
            served = seen_served(world, state.people)
            draw_needs(world, state.people, key, served)
    if served is None:
        served = seen_served(world, state.people)
    _fix_tables(state, world)
    lived = {name: np.concatenate([table[name] for table in record]) for name in record[0]}
    return Settled(world, state, lived, served, replication)


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


def _modelled_cost(state: PlaceState) -> NDArray[np.float64]:
    """What the modelled services cost in a year, pounds by agency."""
    cost = np.zeros(len(AGENCIES))
    np.add.at(cost, state.services.owner, state.seen.pay)
    cost += state.seen.payments.sum(axis=0)
    return cost


def _check_budgets(modelled: NDArray[np.float64], world: World) -> None:
    """No agency's modelled services cost far more than its real budget.

    Raises:
        ValueError: if they do.
    """
    scale, place = world.config.scale, world.config.place
    for name in BUDGET_HOLDERS:
        budget, cost = place.budgets[name].number, modelled[INDEX[name]] / scale  # type: ignore[index]
        if cost > MOST_OVER * budget:
            raise ValueError(
                f"the modelled services of {name} in {place.title} cost {cost / 1e6:.1f}m pounds a year, far more than "
                f"place.budgets.{name}={budget / 1e6:.1f}m; lower unit costs, hours per case or need, or raise the budget"
            )


def _open_accounts(state: PlaceState, world: World, modelled: NDArray[np.float64]) -> None:
    """Give every agency its real budget; what the modelled services do not take is its other services.

    Where they take more (a few dear cases in a small place), the budget is what they take.
    """
    agencies, place = state.agencies, world.config.place
    for name in BUDGET_HOLDERS:
        agencies.opening[INDEX[name]] = place.budgets[name].number * world.config.scale  # type: ignore[index]
    agencies.opening[:] = np.maximum(agencies.opening, modelled)
    agencies.care_opening[:] = agencies.care[:] = np.clip(other_care(state, world), 0.0, agencies.opening - modelled)
    agencies.other_opening[:] = agencies.other[:] = agencies.opening - modelled - agencies.care
    agencies.income[:] = agencies.opening
    agencies.reserve_target[:] = agencies.opening * world.config.behaviour.planning.reserves.number
    ledger = open_ledger(state.services, world.challenges, world.payer > 0)
    ledger.grant(agencies.reserve_target)
    state.ledger = ledger


def other_care(state: PlaceState, world: World) -> NDArray[np.float64]:
    """What care of people of working age costs, and children's placements less those that are simulated, pounds by agency."""
    agencies, seen, services = state.agencies, state.seen, state.services
    how, children = world.config.behaviour.planning, INDEX["children"]
    acute = services.tier == ACUTE
    simulated = seen.pay[acute & (services.owner == children)].sum() + seen.payments[acute, children].sum()
    found = np.zeros(len(AGENCIES))
    found[INDEX["adult_care"]] = how.working_age_share.number * agencies.opening[INDEX["adult_care"]]
    found[children] = how.placements_share.number * agencies.opening[children] - simulated
    return found


def usual_excess(people: People, world: World) -> NDArray[np.float64]:
    """How many times more deaths needs bring about as things are, by age band: life tables have them already."""
    alive = people.alive == 1
    excess = 1 + sum(world.rates.need.mortality[c, people.level[:, c]] for c in range(len(world.challenges)))
    bands = [alive & (people.band == b) for b in range(len(AGE_BANDS))]
    return np.array([excess[here].mean() if here.any() else 1.0 for here in bands])


def _fix_tables(state: PlaceState, world: World) -> None:
    """What life tables and life satisfaction take from the place as it now is."""
    people = state.people
    alive = people.alive == 1
    state.vital = with_usual(world.vital, usual_excess(people, world))
    gap = world.config.place.life_satisfaction.number - float(people.wellbeing[alive].mean())
    state.ground = world.ground._replace(contentment=world.ground.contentment + gap)
    people.wellbeing[:] = np.clip(people.wellbeing + np.float32(gap), 0, 10)
