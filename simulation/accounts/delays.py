"""Leaving hospital waits for three things, which are three owners' to mend: a care place, an assessment, other NHS care.

Who waits for a place in core care stays until there is one, which is simulated person by person. The other two are days
on average for each whose stay is over, known from what was counted in hospitals: the council's assessors take longer the
busier core services are, and the NHS's own reasons are what they were in 2010.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import ChallengeConfig
from simulation.state.codes import CORE
from simulation.state.columns import Services
from simulation.state.tally import EACH, FINE, PLAIN, Count, Each

Longs = NDArray[np.int64]


def how_busy(services: Services, c: int, slack: float) -> float:
    """How busy a challenge's core services are, case by case, against an ordinary year: hours used of those there are."""
    core = (services.challenge == c) & (services.tier == CORE)
    cases = services.caseload[core] + 1e-9
    return float((services.workload[core] * cases).sum() / cases.sum()) * (1 + slack)


def wait_to_leave(services: Services, counts: Longs, challenges: Mapping[str, ChallengeConfig], slack: float) -> None:
    """Count a month's days of waiting for an assessment and for other NHS care.

    Args:
        services: how busy they are.
        counts: the month's people, (groups, measures); days are added.
        challenges: after some of whose acute care one waits.
        slack: of services in an ordinary year.
    """
    for c, challenge in enumerate(challenges.values()):
        if challenge.leaving is None:
            continue
        ready, how = counts[:, PLAIN + EACH * c + Each.WELL_ENOUGH], challenge.leaving
        days = ready * how.assessment_days.number * how_busy(services, c, slack)
        counts[:, Count.DAYS_FOR_ASSESSMENT] += np.floor(days * FINE + 0.5).astype(np.int64)
        counts[:, Count.DAYS_FOR_NHS] += np.floor(ready * how.nhs_days.number * FINE + 0.5).astype(np.int64)
