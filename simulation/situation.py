"""Everything about a place that changes, in one thing that can be copied: the fork at the policy date."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger
from simulation.mechanism.need import Vital
from simulation.mechanism.newcomers import Newcomers
from simulation.mechanism.plan import YearSeen
from simulation.parameters.quantity import AGENCIES
from simulation.state.agencies import Agencies
from simulation.state.columns import Offer, People, Services, offer_of
from simulation.state.tables import Ground

Doubles = NDArray[np.float64]


@dataclass
class Situation:
    """A place at the start of a month.

    Attributes:
        month: months since the policy date; negative before it.
        people, services, agencies, ledger: who and what there is.
        seen: what planners have seen of the last year.
        vital, newcomers, ground: tables that are set once, at the policy date.
        jobs_lost: posts removed since the policy date.
    """

    month: int
    people: People
    services: Services
    agencies: Agencies
    ledger: Ledger
    seen: YearSeen
    vital: Vital
    newcomers: Newcomers
    ground: Ground
    jobs_lost: float = 0.0
    redundancy: Doubles = field(default_factory=lambda: np.zeros(0))

    @cached_property
    def offer(self) -> Offer:
        """The services as citizens meet them."""
        return offer_of(self.services)

    def copy(self) -> "Situation":
        """The same place, to live another future."""
        return Situation(
            self.month,
            self.people.copy(),
            self.services.copy(),
            self.agencies.copy(),
            self.ledger.copy(),
            self.seen.copy(),
            self.vital,
            self.newcomers,
            self.ground,
            self.jobs_lost,
            self.redundancy.copy(),
        )


def nothing_seen(services: int, challenges: int, population: float) -> YearSeen:
    """A year of which nothing has been seen yet."""
    return YearSeen(
        pay=np.zeros(services),
        payments=np.zeros((services, len(AGENCIES))),
        double_running=np.zeros(services),
        resolved=np.zeros(challenges),
        new_needs=np.zeros(challenges),
        population=population,
    )
