"""What planners have seen of the year gone by, and who bore the cost of its crises."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, draw
from simulation.mechanism.services.purses import of_one_purse
from simulation.parameters.behaviour import PlanningConfig
from simulation.parameters.quantity import AGENCIES
from simulation.policy.regime import Regime
from simulation.state.agencies import INDEX, one_of
from simulation.state.codes import ACUTE, PREVENTION
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass
class YearSeen:
    """What planners have seen of the last twelve months. Pounds at the simulated scale; counts of people."""

    pay: Doubles  # by service: staff, cover, inspection, replacement
    payments: Doubles  # (services, agencies): demand-led, by payer
    double_running: Doubles  # by service
    established: Doubles  # by challenge: people with established need, years lived with it added up

    def over(self, years: float) -> "YearSeen":
        """The average year of several that were seen together."""
        mean = self.copy()
        for counted in (mean.pay, mean.payments, mean.established):
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
        established=np.zeros(challenges),
    )


def cost_shares(services: Services, seen: YearSeen, challenges: int) -> Doubles:
    """Who bears the cost of crises: (challenges, agencies), rows adding up to 1."""
    shares = np.zeros((challenges, len(AGENCIES)))
    for s in np.flatnonzero(services.tier == ACUTE):
        shares[services.challenge[s]] += seen.payments[s]
        shares[services.challenge[s], services.owner[s]] += seen.pay[s]
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)


def savings(services: Services, shares: Doubles, how: PlanningConfig, month: int, key: Key) -> Doubles:
    """What each agency is reckoned to save in cash for a pound of a prevention service: (services, agencies); 0 elsewhere.

    Nobody sees what prevention has saved in a place: owners go by what the evidence says, each with an error of its own
    for each challenge and year, and it falls on those who bore the cost of that challenge's crises.

    Args:
        services: who owns what.
        shares: who bears the cost of crises: (challenges, agencies).
        how: what a pound saves, and how far planners err.
        month: months since the policy date.
        key: of the draws of planners' errors.
    """
    found = np.zeros((services.tier.size, shares.shape[1]))
    for alike in of_one_purse(services, np.flatnonzero(services.tier == PREVENTION)):
        c, owner = int(services.challenge[alike[0]]), int(services.owner[alike[0]])
        error = 1 + how.saving_error.number * (2 * draw(c, month, int(Event.PLANNER), owner, *key) - 1)
        found[alike] = how.prevention_saves.number * error * shares[c]
    return found


def worth_of(services: Services, which: Longs, agencies: list[int], regime: Regime, saved: Doubles) -> Doubles:
    """What a pound taken from some services is worth to those who decide: a pound, less what it is reckoned to cost in crises.

    Args:
        services: who owns what.
        which: those in question.
        agencies: of the envelope, who decide together and count all that falls on them.
        regime: which agencies are in a pool with them, and how much of what falls there is counted.
        saved: by services and agencies, as `savings` has it.
    """
    others = [INDEX[a] for a in regime.pools if INDEX[a] not in agencies]
    pooled = one_of([INDEX[a] for a in regime.pools], len(AGENCIES))[services.owner[which]]
    elsewhere = regime.pool_share * saved[which][:, others].sum(axis=1) * pooled
    return np.asarray((1 - saved[which][:, agencies].sum(axis=1) - elsewhere).clip(0))


def counted_shares(services: Services, shares: Doubles, regime: Regime) -> tuple[Doubles, Doubles]:
    """Of the cost of crises, each service's owner's own part, and the part of others in the owner's pool."""
    own = shares[services.challenge, services.owner]
    pool = np.zeros(own.size)
    for name in set(regime.pools.values()):
        members = [INDEX[a] for a, p in regime.pools.items() if p == name]
        together = shares[:, members].sum(axis=1)[services.challenge] - own
        pool = np.where(one_of(members, len(AGENCIES))[services.owner], together, pool)
    return own, pool
