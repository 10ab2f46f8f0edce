"""A regime as each service meets it: one row a service, inside or outside the zones."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import BehaviourConfig

Doubles = NDArray[np.float64]


class Conditions(NamedTuple):
    """What is in force at each service."""

    pressure: Doubles  # of central targets, 0-1
    inspection: Doubles  # share of hours lost to inspection and compliance
    freedom: Doubles
    indicator: Doubles
    audited: Doubles
    support: Doubles
    unseen: Doubles  # share of 2010's comparison between services that nobody can make any more, 0-1
    saved: Doubles  # share of hours per case that efficiency takes away
    skimped: Doubles  # share of effectiveness that asking for more than the slack costs
    threshold_rise: Doubles
    threshold_fit: Doubles
    decommission: Doubles
    double_running: Doubles
    redundancy: Doubles
    fund: Doubles
    pool_share: Doubles
    pay_restraint: Doubles  # share of 2010's pay that staff go without
    charge: Doubles  # share of what it costs that users of adult care pay more than in 2010


def efficiency_of(asked: float, slack: float, quality: float) -> tuple[float, float]:
    """What comes of asking for fewer hours per case: the share saved, and the share of effectiveness lost.

    The first hours are slack and cost nothing; each further one saves less, and none is saved beyond twice the
    slack. What is asked for beyond the slack costs effectiveness.
    """
    if slack == 0.0:
        return 0.0, min(1.0, quality * asked)
    reach = min(asked, 2 * slack)
    return reach - reach * reach / (4 * slack), min(1.0, quality * max(0.0, asked - slack))


def pressure_of(added: float, freedom: float, behaviour: BehaviourConfig) -> float:
    """Pressure of central targets: 2010's, raised by what is added, less what freedom removes."""
    before = behaviour.accountability.pressure_2010.number
    return (before + (1 - before) * added) * (1 - freedom)
