"""What becomes of agencies' purses each April besides the plan: they follow people, and set money aside for redesigns."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.quantity import AGE_BAND_STARTS, AGE_BANDS, AGENCIES, CARE, COUNCIL
from simulation.policy.regime import Per
from simulation.state.agencies import AGENCY_COUNT, INDEX, Agencies, purse_of
from simulation.state.codes import ACUTE
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
OTHERS_ARE_FOR = {"adult_care": range(65, 200), "children": range(18)}
"""Ages that other services of care are for: older people, and children."""
CARE_IS_FOR = {"adult_care": range(18, 65), "children": range(18)}
"""Ages of those whom care that has a line of its own is for: adults of working age, and children in placements."""


def by_purse(services: Services, pounds: Doubles, purses: int) -> Doubles:
    """Pounds by service as pounds by the purse that pays, of so many purses."""
    return np.asarray(np.bincount(purse_of(services), pounds, purses), dtype=np.float64)


def of_one_purse(services: Services, rows: Longs) -> list[Longs]:
    """Some services, as they are for the same challenge and paid from the same purse."""
    _, kind = np.unique([purse_of(services)[rows], services.challenge[rows]], axis=1, return_inverse=True)
    return [rows[kind.ravel() == k] for k in range(kind.max(initial=-1) + 1)]


def whom_purses_are_for(services: Services, onset: Doubles, ages: Doubles, established: Doubles) -> Doubles:
    """How many people each purse's money, its services, its other services and its other care are for.

    Care is for some people: its services for those with an established need that they serve, who are counted in the place
    as a whole and spread over its zones by age, as new needs begin at an age; before anybody has been counted they go by
    age alone. Other services of adult care are for people of 65 and over, those of children's for children; what has a line
    of its own for people of working age, and for children. All else is for everybody alike.

    Args:
        services: who owns what.
        onset: chance that a need begins, in an area like any: (challenges, age bands).
        ages: people outside the zones, and in each of them: (zones, age bands).
        established: people seen with an established need in the year before, by challenge; all 0 before they are counted.

    Returns:
        For money, services, other services and other care: (4, purses).
    """
    weight, seen = np.ones((4, AGENCY_COUNT, len(AGE_BANDS))), established.any()
    for agency in CARE:
        own = np.unique(services.challenge[(services.owner == INDEX[agency]) & (services.tier != ACUTE)])
        if onset[own].any():
            weight[1, INDEX[agency]] = onset[own].sum(axis=0)
            if seen:
                by_age = (weight[1, INDEX[agency]] * ages).sum()
                weight[1, INDEX[agency]] *= max(1.0, established[own].sum()) / max(by_age, 1e-9)
        for row, ages_of in enumerate((OTHERS_ARE_FOR, CARE_IS_FOR), 2):
            weight[row, INDEX[agency]] = [start in ages_of[agency] for start in AGE_BAND_STARTS]
    return np.einsum("kab,zb->kza", weight, ages).reshape(len(weight), -1)


def follow_people(services: Services, agencies: Agencies, counted: Doubles, per: Sequence[Per], month: int) -> None:
    """Budgets that are so much a head grow or shrink with the people; claims of care grow with those who need it.

    Whatever its budget is for, a council owes care to those who need it: with them grow the posts there, and how many
    count as standard. All else follows people where the budget does, what is not simulated of care those of its age. All
    follow last April's count: formulas use the estimates that there are. The count on the policy date is the first; until
    then people come and go, but not in number.

    Args:
        services: posts of prevention and core are changed in place.
        agencies: opening budgets, what is not simulated and the reserves meant to be held are changed in place.
        counted: whom each purse's money, services, other services and other care are for: (4, purses).
        per: what envelopes are for, outside the zones and in each of them.
        month: months since the policy date.
    """
    whom = (agencies.people, agencies.in_need, agencies.of_age, agencies.cared_for)
    planned = (agencies.budgeted, agencies.planned_for, agencies.other_for, agencies.care_for)
    known = counted if month <= 0 else np.array(whom)
    growth = [
        np.divide(now, then, out=np.ones_like(now), where=then > 0) for now, then in zip(known, planned, strict=True)
    ]
    for column, count in zip((*whom, *planned), (*counted, *known), strict=True):
        column[:] = count
    if month <= 0:
        return
    follows = np.repeat([each == "head" for each in per], AGENCY_COUNT)
    owed = follows | np.tile([agency in CARE for agency in AGENCIES], len(per))
    money, in_need, of_age, cared_for = (
        np.where(who, each, 1.0) for who, each in zip((follows, owed, follows, follows), growth, strict=True)
    )
    for column in (agencies.opening, agencies.reserve_target):
        column *= money
    for column in (agencies.other_opening, agencies.other):
        column *= of_age
    for column in (agencies.care_opening, agencies.care):
        column *= cared_for
    posts = np.where(services.tier != ACUTE, in_need[purse_of(services)], 1.0)
    services.funded[:] *= posts
    services.baseline_funded[:] *= posts


def set_aside(
    agencies: Agencies, here: list[int], wanted: Doubles, committed: Doubles, due: Doubles, term: float
) -> float:
    """Each purse sets the year's share of its services' budgets aside; what nobody uses goes back into services.

    For the first years, a term, the share is set aside whatever becomes of it. From then on the fund holds what
    redesigns under way still need, and as much again as was drawn from it in so many years. All goes back at once
    when nothing is to be set aside any more.

    Args:
        agencies: their funds are changed in place.
        here: the purses of one envelope.
        wanted: the year's share, pounds by purse.
        committed: what redesigns under way still need, pounds by purse.
        due: what redesigns that are to begin by now will need, pounds by purse; what of both is not there is set aside at once.
        term: years.

    Returns:
        The pounds set aside this year; below 0 where more goes back.
    """
    fund, years, drawn = agencies.fund[here], agencies.fund_years[here], agencies.drawn[here]
    share, owed = wanted[here], committed[here] + due[here]
    share = np.where((share > 0) & (due[here] > 0), share + np.maximum(0.0, owed - fund), share)
    used = owed + term * drawn / np.maximum(years, 1.0)
    most = np.where(share > 0, np.where(years < term, fund + share, used), 0.0)
    added = np.clip(most - fund, -fund, share)
    agencies.fund[here] = fund + added
    agencies.fund_years[here] = np.where(share > 0, years + 1, 0.0)
    agencies.drawn[here] = np.where(share > 0, drawn, 0.0)
    return float(added.sum())


def even_out(agencies: Agencies, here: list[int], planned: Doubles) -> None:
    """Purses of one envelope pay one another, so that each has what it is to spend; what all lack they bear by their size.

    Args:
        agencies: this year's payments are set in place.
        here: the purses of the envelope.
        planned: what each is to spend this year, pounds.
    """
    lacks = planned - agencies.income[here]
    lacks -= lacks.sum() * agencies.opening[here] / agencies.opening[here].sum()
    agencies.takes[here], agencies.gives[here] = lacks.clip(0), (-lacks).clip(0)


def left_of_others(agencies: Agencies) -> float:
    """What is left of the council's other services, as a share of the policy date's for as many people."""
    council = [INDEX[name] for name in COUNCIL]
    now, before = (
        each.reshape(-1, AGENCY_COUNT)[:, council].sum()
        for each in (agencies.other + agencies.care, agencies.other_opening + agencies.care_opening)
    )
    return float(now / before) if before > 0 else 1.0


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
