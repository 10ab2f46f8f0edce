"""What planners have seen of the year gone by, and who bore the cost of its crises."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.quantity import AGENCIES
from simulation.policy.regime import Regime
from simulation.state.agencies import INDEX
from simulation.state.codes import ACUTE
from simulation.state.columns import Services

Doubles = NDArray[np.float64]


@dataclass
class YearSeen:
    """What planners have seen of the last twelve months. Pounds at the simulated scale; counts of people."""

    pay: Doubles  # by service: staff, cover, inspection, replacement
    payments: Doubles  # (services, agencies): demand-led, by payer
    double_running: Doubles  # by service
    resolved: Doubles  # by challenge, in prevention
    new_needs: Doubles  # by challenge
    established: Doubles  # by challenge: people with established need, years lived with it added up

    def over(self, years: float) -> "YearSeen":
        """The average year of several that were seen together."""
        mean = self.copy()
        for counted in (mean.pay, mean.payments, mean.resolved, mean.new_needs, mean.established):
            counted /= years
        return mean

    def copy(self) -> "YearSeen":
        """The same year, remembered in another world."""
        parts: dict[str, Any] = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in vars(self).items()}
        return YearSeen(**parts)


def nothing_seen(services: int, challenges: int) -> YearSeen:
    """A year of which nothing has been seen yet."""
    return YearSeen(
        pay=np.zeros(services),
        payments=np.zeros((services, len(AGENCIES))),
        double_running=np.zeros(services),
        resolved=np.zeros(challenges),
        new_needs=np.zeros(challenges),
        established=np.zeros(challenges),
    )


def cost_shares(services: Services, seen: YearSeen, challenges: int) -> Doubles:
    """Who bears the cost of crises: (challenges, agencies), rows adding up to 1."""
    shares = np.zeros((challenges, len(AGENCIES)))
    for s in np.flatnonzero(services.tier == ACUTE):
        shares[services.challenge[s]] += seen.payments[s]
        shares[services.challenge[s], services.owner[s]] += seen.pay[s]
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)


def counted_shares(services: Services, shares: Doubles, regime: Regime) -> tuple[Doubles, Doubles]:
    """Of the cost of crises, each service's owner's own part, and the part of others in the owner's pool."""
    own = shares[services.challenge, services.owner]
    pool = np.zeros(own.size)
    for name in set(regime.pools.values()):
        members = [INDEX[a] for a, p in regime.pools.items() if p == name]
        together = shares[:, members].sum(axis=1)[services.challenge] - own
        pool = np.where(np.isin(services.owner, members), together, pool)
    return own, pool
