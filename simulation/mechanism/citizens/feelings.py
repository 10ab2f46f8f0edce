"""Trust, capability and life satisfaction: how they drift back to what is usual, and how they are told."""

import numpy as np

from simulation.compile import inner, rule
from simulation.state.tally import FINE


@rule
def towards(now, usual, share):
    """A feeling returns part of the way to what is usual."""
    return now + share * (usual - now)


@rule
def whole(quantity):
    """A quantity in ten-thousandths, rounded."""
    return np.int64(np.floor(quantity * FINE + 0.5))


@inner
def drift(feeling, usual, share, alive, told):
    """A feeling of citizens in a row of rows drifts back to what is usual for each; `told` is what they then tell of it."""
    for n in range(alive.size):
        now = np.float32(towards(float(feeling[n]), float(usual[n]), share))
        feeling[n] = now if alive[n] else feeling[n]
        told[n] = whole(float(feeling[n]))
