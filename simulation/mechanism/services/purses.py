"""What becomes of agencies' purses each April besides the plan: they follow people, and set money aside for redesigns."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.policy.regime import Per
from simulation.state.agencies import AGENCY_COUNT, Agencies, purse_of
from simulation.state.codes import ACUTE
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]


def by_purse(services: Services, pounds: Doubles, purses: int) -> Doubles:
    """Pounds by service as pounds by the purse that pays, of so many purses."""
    return np.asarray(np.bincount(purse_of(services), pounds, purses), dtype=np.float64)


def of_one_purse(services: Services, rows: Longs) -> list[Longs]:
    """Some services, as they are for the same challenge and paid from the same purse."""
    _, kind = np.unique([purse_of(services)[rows], services.challenge[rows]], axis=1, return_inverse=True)
    return [rows[kind.ravel() == k] for k in range(kind.max(initial=-1) + 1)]


def follow_people(services: Services, agencies: Agencies, heads: Doubles, per: Sequence[Per], month: int) -> None:
    """Where envelopes are so much a head, budgets and what counts as standard grow or shrink with the people they are for.

    They follow last April's count: formulas use the estimates that there are. The count on the policy date is the
    first; until then people come and go, but not in number.

    Args:
        services: posts of prevention and core are changed in place.
        agencies: opening budgets, other services and the reserves meant to be held are changed in place.
        heads: people outside the zones, and in each of them.
        per: what envelopes are for, there and there.
        month: months since the policy date.
    """
    counted, known = np.repeat(heads, AGENCY_COUNT), agencies.people.copy()
    agencies.people[:] = counted
    if month <= 0:
        agencies.budgeted[:] = counted
        return
    follows = np.repeat([each == "head" for each in per], AGENCY_COUNT) & (agencies.budgeted > 0)
    growth = np.where(follows, known / np.maximum(agencies.budgeted, 1.0), 1.0)
    agencies.budgeted[:] = known
    for column in (agencies.opening, agencies.other_opening, agencies.other, agencies.reserve_target):
        column *= growth
    posts = np.where(services.tier != ACUTE, growth[purse_of(services)], 1.0)
    services.funded[:] *= posts
    services.baseline_funded[:] *= posts


def set_aside(agencies: Agencies, here: list[int], wanted: Doubles, committed: Doubles, term: float) -> float:
    """Each purse sets the year's share of its services' budgets aside; what nobody uses goes back into services.

    For the first years, a term, the share is set aside whatever becomes of it. From then on the fund holds what
    redesigns under way still need, and as much again as was drawn from it in so many years. All goes back at once
    when nothing is to be set aside any more.

    Args:
        agencies: their funds are changed in place.
        here: the purses of one envelope.
        wanted: the year's share, pounds by purse.
        committed: what redesigns under way still need, pounds by purse.
        term: years.

    Returns:
        The pounds set aside this year; below 0 where more goes back.
    """
    share, fund, years, drawn = wanted[here], agencies.fund[here], agencies.fund_years[here], agencies.drawn[here]
    used = committed[here] + term * drawn / np.maximum(years, 1.0)
    most = np.where(share > 0, np.where(years < term, fund + share, used), 0.0)
    added = np.clip(most - fund, -fund, share)
    agencies.fund[here] = fund + added
    agencies.fund_years[here] = np.where(share > 0, years + 1, 0.0)
    agencies.drawn[here] = np.where(share > 0, drawn, 0.0)
    return float(added.sum())


def draw_on_funds(agencies: Agencies, purses: Longs, bills: Doubles) -> list[float]:
    """Bills for setting redesigns up are paid one after another, each from its purse's fund while there is any.

    Returns:
        The pounds that were paid of each.
    """
    fund, drawn, paid = agencies.fund.tolist(), agencies.drawn.tolist(), []
    for purse, bill in zip(purses.tolist(), bills.tolist(), strict=True):
        paid.append(min(bill, max(0.0, fund[purse])))
        fund[purse] -= paid[-1]
        drawn[purse] += paid[-1]
    agencies.fund[:], agencies.drawn[:] = fund, drawn
    return paid
