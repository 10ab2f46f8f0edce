"""What citizens meet at each service: how well it helps, and how much effort asking takes, given its design and management."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import rule
from simulation.mechanism.services.designs import Catalogue
from simulation.mechanism.services.workforce import managed
from simulation.parameters import BehaviourConfig
from simulation.state.agencies import charges_users
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]
SHORTEST_WORK = 1e-6  # workload below which a service counts as idle
SLOWEST_LEAVING = 0.05  # a multiplier: a design never keeps people in acute care for longer than this would


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
    charge_burden: float  # share of would-be users whom a charge of the whole cost would put off
    gains_fade: bool  # whether a better outcome lasts only as far as the service is capable of it
    room_draws: bool  # whether services with room are asked by more
    usual: float  # workload of an ordinary year


def meet_rules(behaviour: BehaviourConfig) -> MeetRules:
    """The rules of what citizens meet as plain numbers."""
    about, citizens, structure = behaviour.accountability, behaviour.citizens, behaviour.structure
    return MeetRules(
        about.weak_decline.number,
        about.quality_spread.number,
        managed(structure.management) * about.root_neglect.number,
        about.pressure_2010.number,
        citizens.asking_burden.number,
        citizens.charge_burden.number,
        structure.gains == "need_capability",
        structure.demand == "induced",
        1 / (1 + behaviour.capacity.slack.number),
    )


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


def refresh(services: Services, conditions: Conditions, weights: Weights, how: MeetRules) -> None:
    """What citizens meet at each service this month, given its design, its management and what is in force."""
    meet(services, conditions, weights, how)
    if conditions.charge.any():
        paying = charges_users(services) * np.minimum(1.0, how.charge_burden * conditions.charge)
        services.burden[:] = 1 - (1 - services.burden) * (1 - paying)
    if how.room_draws:
        services.burden[:] = put_off(services.burden, services, how.usual)


@rule
def meet(services, conditions, weights, how):
    """Each service's effectiveness, and the effort that asking takes, before demand answers to room."""
    for s in range(services.tier.size):
        d, lasts = max(services.design[s], 0), services.capability[s] if how.gains_fade else 1.0
        better = services.true_outcome[s] * services.embedded[s] * lasts
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


def put_off(standard: Doubles, services: Services, usual: float) -> Doubles:
    """The share of would-be askers whom the effort of asking puts off, where room draws people.

    A service with less work than usual is asked by as many more, until nobody is put off. There is no room to speak of
    before capacity has been set.
    """
    open_for_business = services.baseline_funded > 0
    room = np.where(open_for_business, usual / np.maximum(services.workload, SHORTEST_WORK), 1.0)
    return np.clip(1 - (1 - standard) * np.maximum(1.0, room), 0.0, 1.0)
