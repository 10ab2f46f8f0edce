"""A place that has settled, from which every replication begins."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.place import PlaceState, World
from simulation.policy.policy import Policy
from simulation.state.people import SETTLING

Table = dict[str, NDArray[np.generic]]
NO_POLICY = Policy(title="No policy", summary="The place as it was", source="none")


@dataclass(frozen=True)
class Settled:
    """A place that has settled, two years or so before the policy date.

    Attributes:
        world: what does not change.
        state: the place as it is then.
        months: the record of the settling, month by month.
        served: who is in whose care, as a share of those with a need: (challenges, 2 levels, 3 tiers).
        replication: whose draws it settled with; common to all replications, unless each settles by itself.
        begun: the place on the policy date, with the draws of the replication that was lived last.
    """

    world: World
    state: PlaceState
    months: Table
    served: NDArray[np.float64]
    replication: int = SETTLING
    begun: dict[int, PlaceState] = field(default_factory=dict, compare=False, repr=False)
