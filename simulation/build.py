"""Building a place: people, ties, services and agencies from their configuration, before time begins."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, key_of, many
from simulation.mechanism.citizens.month_draws import unmoved
from simulation.mechanism.citizens.newcomers import Newcomers
from simulation.mechanism.citizens.seek import asks_again
from simulation.mechanism.citizens.vital import Vital, limits, with_usual
from simulation.mechanism.services.designs import Catalogue, as_number
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, DOMAINS, TIERS
from simulation.place import World
from simulation.settling.steady_state import draw_needs
from simulation.state.agencies import INDEX
from simulation.state.codes import ACUTE
from simulation.state.columns import People, Services, empty
from simulation.state.people import SETTLING, settle_people
from simulation.state.tables import Ground, Rates, conduct_of, rates_of, risk_of
from simulation.state.tally import FIFTHS, block_edges
from simulation.state.ties import Ties, tie

Doubles = NDArray[np.float64]
PEERS_REACH = 2
NO_MOVES = 1e-9  # moves per 1,000 a year below which nobody moves


def fifths_of(deprivation: Doubles, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each area's fifth of the place's people, 0 = living in the most deprived areas."""
    order = np.argsort(-deprivation, kind="stable")
    middle = np.cumsum(people[order]) - people[order] / 2
    fifth = np.empty(people.size, dtype=np.int64)
    fifth[order] = np.minimum(FIFTHS - 1, np.floor(FIFTHS * middle / people.sum())).astype(np.int64)
    return fifth


def localities_of(people: NDArray[np.int64], wanted: int, smallest: float) -> NDArray[np.int64]:
    """Group areas, in the order the place lists them, into localities of about equal population, numbered without a gap.

    There are fewer than wanted where that would leave one with too few simulated people, or where one area has more than
    several localities should.
    """
    count = max(1, min(wanted, people.size, int(people.sum() // smallest)))
    middle = np.cumsum(people) - people / 2
    return np.unique(np.minimum(count - 1, np.floor(count * middle / people.sum())), return_inverse=True)[1]


def lay_out_services(
    config: WorldConfig, localities: NDArray[np.int64]
) -> tuple[Services, NDArray[np.int32], Doubles, Doubles]:
    """One service per challenge, tier and catchment. Returns them, who serves each area, and what cases cost."""
    rows: list[tuple[int, int, int]] = []
    table = np.zeros((localities.size, len(config.challenges), len(TIERS)), dtype=np.int32)
    for c, challenge in enumerate(config.challenges.values()):
        for t, tier in enumerate(TIERS):
            whole = getattr(challenge.services, tier).whole_place
            first = len(rows)
            catchments = 1 if whole else int(localities.max()) + 1
            rows += [(c, t, k) for k in range(catchments)]
            table[:, c, t] = first + (0 if whole else localities)
    services = empty(Services, len(rows))
    payment, payer = np.zeros(len(rows)), np.zeros((len(rows), len(AGENCIES)))
    names = list(config.challenges)
    for s, (c, t, k) in enumerate(rows):
        about = getattr(config.challenges[names[c]].services, TIERS[t])
        staff = config.costs.staff[about.staff]
        services.challenge[s], services.tier[s], services.catchment[s] = c, t, k
        services.owner[s] = INDEX[about.owner]
        services.staff_cost[s] = services.staff_cost_2010[s] = staff.yearly_cost.number
        services.contracted[s] = staff.contracted_hours.number
        services.hours_per_case[s] = about.hours_per_case.number
        services.assessment_hours[s] = 0.0 if t == ACUTE else about.assessment_hours.number
        services.threshold_2010[s] = services.threshold[s] = 1.0 if t == ACUTE else about.threshold.number
        services.statutory[s] = 1.0 if t == ACUTE else about.statutory.number
        if about.payment is not None:
            payment[s] = config.costs.unit_costs[about.payment.item].number * about.payment.quantity.number
            for agency, share in about.payment.payers.items():
                payer[s, INDEX[agency]] = share
    return services, table, payment, payer


def learning_peers(kinds: NDArray[np.str_], catchment: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Who learns from whom: services of a kind in catchments next to each other or next but one, around a ring."""
    same = kinds[:, None] == kinds[None, :]
    count = same.sum(axis=1)[:, None]
    apart = np.abs(catchment[:, None] - catchment[None, :])
    near = np.minimum(apart, count - apart) <= PEERS_REACH
    return same & near & ~np.eye(kinds.size, dtype=bool)


def _catalogue(config: WorldConfig, services: Services) -> Catalogue:
    """Designs, where they apply, and which services learn from which (same challenge and tier)."""
    names = list(config.challenges)
    what = [f"{names[services.challenge[s]]}.{TIERS[services.tier[s]]}" for s in range(services.tier.size)]
    applies = np.zeros((len(config.designs), len(what)), dtype=bool)
    for d, design in enumerate(config.designs.values()):
        for s, kind in enumerate(what):
            applies[d, s] = kind in design.applies_to or f"*.{kind.split('.')[1]}" in design.applies_to
    peers = learning_peers(np.array(what), services.catchment)

    def each(name: str) -> Doubles:
        return np.array([getattr(d, name).number for d in config.designs.values()])

    return Catalogue(
        names=tuple(config.designs),
        designs=tuple(config.designs.values()),
        kinds=tuple(what),
        applies=applies,
        names64=np.array([as_number("design", n) for n in config.designs], dtype=np.int64),
        service64=np.array([as_number(k, str(services.catchment[s])) for s, k in enumerate(what)], dtype=np.int64),
        peers=peers,
        root_weight=each("root_weight"),
        holding_weight=each("holding_weight"),
        relief=each("burden_relief"),
        gain_weight=each("capability_weight"),
        shortens_stay=np.array([float(d.step_down_places) for d in config.designs.values()]),
    )


class Built(NamedTuple):
    """A place before time begins: what stays as it is, its people, whom they know, and its services."""

    world: World
    people: People
    ties: Ties
    services: Services


def build(config: WorldConfig, replication: int = SETTLING, served: Doubles | None = None) -> Built:
    """Make a place and its people, with needs drawn near where they will settle.

    Args:
        config: the place and everything about it.
        replication: whose draws; those that are common to all, unless each is to settle by itself.
        served: (challenges, 2 levels, 3 tiers) share of people with a need in each tier's care, where it is known.
    """
    areas = config.place.areas
    domains = {d: np.array([a.deprivation[k] for a in areas]) for k, d in enumerate(DOMAINS)}
    overall = np.mean(list(domains.values()), axis=0)
    challenges = list(config.challenges.values())
    key = key_of(config.seed, replication)
    people, first_row = settle_people(
        config.place, config.demography, config.behaviour, len(challenges), config.scale, key
    )
    head = np.bincount(people.area[people.alive == 1], minlength=len(areas))
    wanted = max(
        1, round(config.place.localities * config.scale)
    )  # a service has as many simulated people at any scale
    localities = localities_of(head, wanted, config.behaviour.capacity.smallest_catchment.number)
    services, table, payment, payer = lay_out_services(config, localities)
    by_locality = np.array(
        [np.average(overall[localities == k], weights=head[localities == k]) for k in np.unique(localities)]
    )
    services.management[:] = _management(config, services, by_locality, key)
    services.capability[:] = config.behaviour.redesign.capability_2010.number
    services.morale[:] = config.behaviour.workforce.morale_start.number
    rates = rates_of(challenges)
    failed = config.behaviour.structure.failed
    again = np.array([asks_again(failed, float(rate)) for rate in rates.seek.ask_again])
    gap = config.behaviour.citizens.wellbeing_gap.number
    ground = Ground(
        risk=risk_of(domains, challenges),
        fifth=fifths_of(overall, head),
        contentment=config.place.life_satisfaction.number + gap * (np.average(overall, weights=head) - overall),
        service=table,
        first_row=first_row,
        deprivation=overall,
    )
    world = World(
        config=config,
        challenges=tuple(config.challenges),
        rates=Rates(
            rates.need._replace(unmoved=unmoved(rates.need, ground.risk)),
            rates.seek._replace(ask_again=again),
            rates.care,
        ),
        conduct=conduct_of(config.behaviour),
        ground=ground,
        vital=_vital(config, _counts(people, len(areas)).sum(axis=0)),
        newcomers=_newcomers(config, _counts(people, len(areas))),
        catalogue=_catalogue(config, services),
        edges=block_edges(people.alive.size),
        payment=payment,
        payer=payer,
        localities=localities,
        locality_deprivation=by_locality,
    )
    draw_needs(world, people, key, served)
    return Built(world, people, tie(people, config.demography, config.behaviour, overall, key), services)


def _management(config: WorldConfig, services: Services, deprivation: Doubles, key: Key) -> Doubles:
    """Each service's own management quality: chance, and harder in deprived catchments. -1 to 1."""
    chance = 2 * many(np.arange(services.tier.size), 0, int(Event.QUALITY), 0, *key) - 1
    strain = config.behaviour.accountability.quality_deprivation.number
    place = deprivation[np.minimum(services.catchment, deprivation.size - 1)] - deprivation.mean()
    return np.clip(chance - strain * 2 * place, -1, 1)


def _counts(people: People, areas: int) -> NDArray[np.int64]:
    """How many people of each age band live in each area: (areas, bands)."""
    living = people.alive == 1
    kind = people.area[living].astype(np.int64) * len(AGE_BANDS) + people.band[living]
    return np.bincount(kind, minlength=areas * len(AGE_BANDS)).reshape(areas, -1)


def _vital(config: WorldConfig, by_band: NDArray[np.int64]) -> Vital:
    """Monthly chances of birth, death and departure; as many leave as the place is known for, of the ages that move."""
    yearly, moves = np.array(config.demography.life_table), np.array(config.demography.moves.row)
    readiness = moves / max(np.average(moves, weights=by_band), NO_MOVES)
    departure = np.minimum(1.0, config.place.departures.number / 1000 / 12 * readiness)
    bare = Vital(
        death=1 - (1 - yearly) ** (1 / 12),
        usual=np.ones(len(AGE_BANDS)),
        departure=departure,
        birth=config.demography.births_per_1000_women_15_44.number / 1000 / 12,
        most=1 + sum(max(c.losses.mortality.row) for c in config.challenges.values()),
        limit=np.zeros(yearly.shape, dtype=np.uint32),
        leaving=limits(departure),
    )
    return with_usual(bare, bare.usual)


def _newcomers(config: WorldConfig, counts: NDArray[np.int64]) -> Newcomers:
    """Births and arrivals."""
    return Newcomers(
        female=config.demography.share_female_at_birth.number,
        arrivals=config.place.arrivals.number / 1000 / 12 * int(counts.sum()),
        moves=np.array(config.demography.moves.row),
        wanted=counts,
    )
