"""Visits of older people to emergency departments: no admissions, dear to nobody, and more of them where there is less care.

How many visits people of a level of need make is counted as it is on average, without a draw: a visit changes nothing
else in a life. What less care does is a figure of one study (Crawford, Stoye and Zaranko 2021), and so an input.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import ChallengeConfig
from simulation.parameters.challenge import VisitsConfig
from simulation.parameters.quantity import REPORTING_AGES, Quantity
from simulation.state.codes import ACUTE, CORE
from simulation.state.columns import Services
from simulation.state.tally import EACH, FIFTHS, FINE, PLAIN, Count, Each

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
OLDER = slice(3, 5)  # reporting ages 65 to 74 and 75 and over
LEVELS = (Each.EMERGING, Each.ESTABLISHED, Each.CRISIS)
MONTHS_SMOOTHED = 12.0


def watch_care(services: Services, c: int, older: float, known: bool) -> float:
    """What is left of 2010's hours of core care for each older person, over the last year or so.

    Args:
        services: what is seen is kept with the challenge's acute services.
        c: the challenge.
        older: people of 65 and over.
        known: whether 2010 is past; until then what is seen is what there is in 2010.
    """
    core, acute = ((services.challenge == c) & (services.tier == tier) for tier in (CORE, ACUTE))
    given = services.caseload * services.hours_per_case * services.package * services.intensity
    each, seen = float(given[core].sum()) / max(1.0, older), services.care_each[acute]
    left = np.where(seen > 0, seen + (each - seen) / MONTHS_SMOOTHED, each)
    services.care_each[acute] = left
    if not known:
        services.care_2010[acute] = left
    before = float(services.care_2010[acute].sum())
    return float(left.sum()) / before if before > 0 else 1.0


def visits_made(people: Longs, c: int, how: VisitsConfig, left: float, month: int) -> Doubles:
    """Visits of older people in a month, by deprivation fifth and age: (fifths, 2).

    Args:
        people: the month's counts of them: (fifths, 2, measures).
        c: the challenge whose need and care they go with.
        how: how often they go.
        left: of 2010's care for each of them.
        month: months since the policy date.
    """
    by_level = np.empty((*people.shape[:-1], 1 + len(LEVELS)))
    by_level[..., 1:] = people[..., [PLAIN + EACH * c + level for level in LEVELS]]
    by_level[..., 0] = people[..., Count.CITIZENS] - by_level[..., 1:].sum(axis=-1)
    usual: Doubles = by_level @ np.array(how.rate.row) / 12
    grown = (1 + how.trend.number) ** (max(0, month) / 12)
    return usual * grown * max(0.0, 1 + how.care.number * (1 - left))


def visit(
    services: Services,
    counts: Longs,
    challenges: Mapping[str, ChallengeConfig],
    prices: Mapping[str, Quantity],
    month: int,
) -> Doubles:
    """A month of visits: counted among what people did.

    Args:
        services: what there is of care is seen and kept.
        counts: the month's people, (groups, measures); visits are added.
        challenges: some of which bring visits.
        prices: pounds for one, by item.
        month: months since the policy date.

    Returns:
        Pounds that visits cost, at the acute services whose payers pay for them.
    """
    bill = np.zeros(services.tier.size)
    groups = counts.reshape(FIFTHS, len(REPORTING_AGES), -1)
    for c, challenge in enumerate(challenges.values()):
        if challenge.visits is None:
            continue
        older = groups[:, OLDER]
        left = watch_care(services, c, float(older[..., Count.CITIZENS].sum()), month >= 0)
        made = visits_made(older, c, challenge.visits, left, month)
        older[..., Count.VISITS] += np.floor(made * FINE + 0.5).astype(np.int64)
        here = (services.challenge == c) & (services.tier == ACUTE)
        bill[here] += made.sum() * prices[challenge.visits.item].number / here.sum()
    return bill
