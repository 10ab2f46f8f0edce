"""A place: what does not change while it lives, and everything that does, in one thing that can be copied."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger
from simulation.accounts.posting import Prices, prices_of
from simulation.mechanism.citizens.newcomers import Elsewhere, Newcomers
from simulation.mechanism.citizens.vital import Vital
from simulation.mechanism.services.designs import Catalogue
from simulation.mechanism.services.hours import HoursRules, hours_rules
from simulation.mechanism.services.quality import MeetRules, Weights, meet_rules, weights_of
from simulation.mechanism.services.thresholds import AccessRules, access_rules
from simulation.mechanism.services.workforce import StaffRules, staff_rules
from simulation.mechanism.services.year_seen import YearSeen
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, TIERS
from simulation.policy.policy import Policy
from simulation.state.agencies import AGENCY_COUNT, Agencies
from simulation.state.codes import Stage
from simulation.state.columns import People, Services, offer_of
from simulation.state.tables import Conduct, Ground, Rates
from simulation.state.ties import Ties

Doubles = NDArray[np.float64]


class ServiceRules(NamedTuple):
    """What services go by, part by part, as plain numbers that compiled rules can read."""

    access: AccessRules
    hours: HoursRules
    meet: MeetRules
    weights: Weights
    staff: StaffRules


@dataclass(frozen=True)
class World:
    """What does not change while a place lives: shared by all arms and replications.

    Attributes:
        config: what it was built from.
        challenges: names, in the order of the tables' rows.
        rates: the challenges' numbers, by the phases that read them.
        conduct: how citizens behave, challenge apart.
        ground: the small areas.
        vital: birth, death and moving away, before the place has settled.
        newcomers: how many are born and move in, and of what age.
        catalogue: the designs that services may try.
        edges: first row of each counting block, and the end.
        payment: pounds per case-month bought case by case, by service.
        payer: (services, agencies) who pays them, rows adding up to 1 or 0.
        localities: locality of each area.
        locality_deprivation: mean deprivation of each locality's people, national percentile.
    """

    config: WorldConfig
    challenges: tuple[str, ...]
    rates: Rates
    conduct: Conduct
    ground: Ground
    vital: Vital
    newcomers: Newcomers
    catalogue: Catalogue
    edges: NDArray[np.int64]
    payment: Doubles
    payer: Doubles
    localities: NDArray[np.int64]
    locality_deprivation: Doubles

    @cached_property
    def rules(self) -> ServiceRules:
        """What services go by."""
        how = self.config.behaviour
        weights = weights_of(self.catalogue)
        return ServiceRules(access_rules(how), hours_rules(how), meet_rules(how), weights, staff_rules(how))

    @cached_property
    def prices(self) -> Prices:
        """What things cost."""
        return prices_of(self.config.costs, self.config.behaviour, self.payment, self.payer)


@dataclass
class PlaceState:
    """A place at the start of a month, to be copied where its futures part: at the policy date.

    Attributes:
        month: months since the policy date; negative before it.
        people, services, agencies, ledger: who and what there is.
        ties: who knows whom outside the household.
        seen: what planners have seen of the last year.
        vital, ground: tables that are set once, when the place has settled.
        zone_of_area: the zone that each area lies in; 0 for none.
        jobs_lost: posts removed since the policy date.
        elsewhere: those whom arrivals are like from the policy date on; none while the place keeps the ages of 2010.
    """

    month: int
    people: People
    ties: Ties
    services: Services
    agencies: Agencies
    ledger: Ledger
    seen: YearSeen
    vital: Vital
    ground: Ground
    zone_of_area: NDArray[np.int64]
    jobs_lost: float = 0.0
    elsewhere: Elsewhere | None = field(default=None, compare=False)

    @cached_property
    def offer(self) -> Any:
        """The services as citizens meet them: an `Offer`."""
        return offer_of(self.services)

    @property
    def ages(self) -> NDArray[np.float64]:
        """How many people of each age band live outside the zones, and in each of them: (zones, age bands)."""
        there, zones = self.people.alive == 1, self.agencies.opening.size // AGENCY_COUNT
        cell = len(AGE_BANDS) * self.zone_of_area[self.people.area[there]] + self.people.band[there]
        return np.bincount(cell, minlength=zones * len(AGE_BANDS)).reshape(zones, -1).astype(np.float64)

    def copy(self) -> "PlaceState":
        """The same place, to live another future."""
        return PlaceState(
            self.month,
            self.people.copy(),
            self.ties,
            self.services.copy(),
            self.agencies.copy(),
            self.ledger.copy(),
            self.seen.copy(),
            self.vital,
            self.ground,
            self.zone_of_area,
            self.jobs_lost,
            self.elsewhere,
        )


def open_zones(state: PlaceState, world: World, policy: Policy) -> None:
    """Make zones of some localities, each with a purse of its own in every agency, where that has not been done.

    A zone takes with it what its services cost in the year gone by, and its residents' share of all other services; of
    cash, reserves and what else an agency has, the same share as of the whole budget. A service of which the place has only
    one lies in no zone.
    """
    services, agencies, people = state.services, state.agencies, state.people
    if policy.zones is None or agencies.opening.size > len(AGENCIES):
        return
    chosen = policy.zones.chosen(list(world.locality_deprivation))
    number = np.zeros(world.locality_deprivation.size, dtype=np.int64)
    number[chosen] = np.arange(1, len(chosen) + 1)
    kind = services.challenge * len(TIERS) + services.tier
    several = np.bincount(kind)[kind] > 1
    services.zone[:] = np.where(several, number[services.catchment], 0)
    state.zone_of_area = number[world.localities]
    cost = np.zeros((len(chosen) + 1, len(AGENCIES)))
    np.add.at(cost, (services.zone, services.owner), state.seen.pay)
    np.add.at(cost, services.zone, state.seen.payments)
    heads = np.bincount(state.zone_of_area[people.area[people.alive == 1]], minlength=len(chosen) + 1)
    of_cost, of_heads = (part[1:] / np.maximum(part.sum(axis=0), 1e-9) for part in (cost, heads.astype(np.float64)))
    outside = agencies.other_opening + agencies.care_opening
    other = np.divide(outside, agencies.opening, out=np.zeros(len(AGENCIES)), where=agencies.opening > 0)
    share = other * of_heads[:, None] + (1 - other) * of_cost
    state.ledger = state.ledger.divided(services, share)
    state.agencies = agencies.divided(share, np.broadcast_to(of_heads[:, None], share.shape))


def service_name(world: World, services: Services, s: int) -> str:
    """A service's name: challenge, tier and catchment."""
    return f"{world.challenges[services.challenge[s]]}.{TIERS[services.tier[s]]}.{services.catchment[s] + 1}"


def described(state: PlaceState, world: World) -> list[dict[str, Any]]:
    """Each service as it stands, in words and numbers."""
    of, stages = state.services, [stage.name.lower() for stage in Stage]
    names = [*world.catalogue.names, "standard"]  # design -1 is none, and so the last
    trying = [names[d] for d in of.design.tolist()]
    in_use = (of.stage >= Stage.EMBED).tolist()
    spend = 100 * (state.seen.pay + state.seen.payments.sum(axis=1))
    columns: dict[str, Iterable[Any]] = {
        "service": range(of.tier.size),
        "challenge": [world.challenges[c] for c in of.challenge.tolist()],
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


def service_network(world: World, services: Services) -> nx.DiGraph:
    """Services, agencies and the centre: who owns, refers to, steps down to, learns from, answers to whom."""
    graph = nx.DiGraph(place=world.config.place.title)
    for a in AGENCIES[:-1]:
        graph.add_node(a, kind="agency")
        if a != "centre":
            graph.add_edge("centre", a, kind="envelope")
    names = [service_name(world, services, s) for s in range(services.tier.size)]
    for s, name in enumerate(names):
        graph.add_node(
            name,
            kind="service",
            challenge=world.challenges[services.challenge[s]],
            tier=TIERS[services.tier[s]],
            catchment=int(services.catchment[s]),
        )
        graph.add_edge(AGENCIES[services.owner[s]], name, kind="ownership")
    for area in range(world.ground.service.shape[0]):
        for c in range(len(world.challenges)):
            prevention, core, acute = (names[k] for k in world.ground.service[area, c])
            graph.add_edge(core, prevention, kind="referral")
            graph.add_edge(acute, core, kind="step_down")
    for s, t in zip(*np.nonzero(world.catalogue.peers), strict=True):
        graph.add_edge(names[s], names[t], kind="learning")
    return graph
