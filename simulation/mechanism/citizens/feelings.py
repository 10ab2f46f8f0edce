"""Trust, capability and life satisfaction: how they drift back to what is usual, and how they are counted."""

import numpy as np

from simulation.compile import inner, rule
from simulation.state.tally import FINE, Count

CITIZENS, TRUST, CAPABILITY, LIFE = (int(Count[n]) for n in ("CITIZENS", "TRUST", "CAPABILITY", "LIFE"))


@rule
def towards(now, usual, share):
    """A feeling returns part of the way to what is usual."""
    return now + share * (usual - now)


@rule
def whole(quantity):
    """A quantity in ten-thousandths, rounded."""
    return np.int64(np.floor(quantity * FINE + 0.5))


@inner
def steady_feelings(i, lost, people, ground, conduct):
    """Trust and capability drift back to their usual; life satisfaction adjusts to how life now is."""
    people.trust[i] = towards(float(people.trust[i]), float(people.trust_usual[i]), conduct.trust_revert)
    usual = float(people.capability_usual[i])
    people.capability[i] = towards(float(people.capability[i]), usual, conduct.capability_revert)
    content = min(10.0, max(0.0, ground.contentment[people.area[i]] - lost))
    people.wellbeing[i] = towards(float(people.wellbeing[i]), content, conduct.wellbeing_adjust)


@inner
def count_feelings(i, people, tally, block, group):
    """One more citizen, as trusting, capable and content as they are."""
    tally.people[block, group, CITIZENS] += 1
    tally.people[block, group, TRUST] += whole(float(people.trust[i]))
    tally.people[block, group, CAPABILITY] += whole(float(people.capability[i]))
    tally.people[block, group, LIFE] += whole(float(people.wellbeing[i]))
