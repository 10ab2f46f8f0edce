"""What the council's services that are not simulated do for needs: nothing, or they hold some back until they are cut.

Youth clubs, children's centres, libraries, parks and roads cost money in every place. Whether their going makes more people
need help is disputed: `structure.elsewhere` says which it is.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.mechanism.citizens.month_draws import unmoved
from simulation.parameters.quantity import COUNCIL
from simulation.parameters.structure import Elsewhere
from simulation.state.agencies import AGENCY_COUNT, INDEX, Agencies
from simulation.state.tables import NeedRates


def left_of(agencies: Agencies) -> float:
    """What is left of the council's other services, as a share of the policy date's for as many people."""
    council = [INDEX[name] for name in COUNCIL]
    now, before = (
        each.reshape(-1, AGENCY_COUNT)[:, council].sum() for each in (agencies.other, agencies.other_opening)
    )
    return float(now / before) if before > 0 else 1.0


def more_needs(elsewhere: Elsewhere, held_back: float, left: float) -> float:
    """How many times as readily needs begin as on the policy date.

    Args:
        elsewhere: `harmless`, or `prevents`: other services hold back a share of the needs that would begin without any.
        held_back: that share on the policy date.
        left: of other services, as a share of the policy date's.
    """
    if elsewhere == "harmless":
        return 1.0
    return (1.0 - held_back * left) / (1.0 - held_back)


def felt(rates: NeedRates, risk: NDArray[np.float64], times: float) -> NeedRates:
    """The challenges' numbers where needs begin so many times as readily; the very same where that is once.

    Args:
        rates: as on the policy date.
        risk: of each area against the national average: (areas, challenges).
        times: how many times as readily.
    """
    if times == 1.0:
        return rates
    more = rates._replace(onset=rates.onset * times, ceiling=rates.ceiling * times)
    return more._replace(unmoved=unmoved(more, risk))
