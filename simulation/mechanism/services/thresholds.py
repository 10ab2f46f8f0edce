"""How badly off one must be to get in: thresholds of core services."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import inner, rule
from simulation.parameters import BehaviourConfig
from simulation.state.codes import CORE, EMERGING
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]


def shortage(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> Doubles:
    """Share of the work asked for that the hours of funded posts do not cover; below 0 where there is room."""
    usable = services.funded * services.contracted
    usable = usable * (1 - behaviour.capacity.admin_share.number - conditions.inspection)
    return 1 - usable / np.maximum(services.load, 1e-9)


def fit_thresholds(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """Where policy says so, core thresholds rise as far as hours fall short of work, and ease when they do not."""
    short = shortage(services, conditions, behaviour)
    change = conditions.threshold_fit * np.clip(short, -0.5, 0.5)
    fitted = np.maximum(0.0, services.fitted + change)
    services.fitted[:] = np.where((services.tier == CORE) & (conditions.threshold_fit > 0), fitted, 0.0)


class AccessRules(NamedTuple):
    """What moves thresholds from month to month, as plain numbers."""

    admin: float  # share of hours
    slack: float  # of services in an ordinary year
    uses_discretion: bool
    has_panels: bool
    local_step: float  # points a month
    local_range: float
    panel_speed: float


def access_rules(behaviour: BehaviourConfig) -> AccessRules:
    """The rules of access as plain numbers."""
    how, capacity, structure = behaviour.planning, behaviour.capacity, behaviour.structure
    return AccessRules(
        capacity.admin_share.number,
        capacity.slack.number,
        structure.discretion != "unused",
        structure.panels != "never",
        how.local_step.number,
        how.local_range.number,
        how.panel_speed.number,
    )


@inner
def chosen_direction(short, how):
    """Which way a service moves a threshold that is its own to set: 1 up, -1 down, 0 not at all.

    The ordinary service has some slack. One with more work than hours lets fewer in, one with as much more room than is
    ordinary lets more in, and the same step either way; where discretion is not used, thresholds stay as decreed.
    """
    if not how.uses_discretion:
        return 0.0
    return 1.0 if short > 0 else -1.0 if short < -2 * how.slack else 0.0


@inner
def sat_on(panel, short, how):
    """Points by which a service's panel, which looks at every costly case, has raised what is asked of people by now.

    It asks for more while there is more work than hours, the more so the shorter it is of them, and for less again while
    there is as much more room than is ordinary; never for less than the criteria of 2010.
    """
    if not how.has_panels:
        return 0.0
    push = short if short > 0 else min(0.0, short + 2 * how.slack)
    return max(0.0, panel + how.panel_speed * min(max(push, -0.5), 0.5))


@rule
def set_thresholds(services, conditions, how):
    """Each month: thresholds as decreed, fitted, raised by panels, or moved by services that are free to move them.

    Cases in hand are held to them once a year, to a whole level less than those who ask: as many points above the least
    need that there is as the threshold has been raised (yearly reviews: Department of Health 2010, Prioritising need).
    Only core services have thresholds that move.
    """
    for s in range(services.tier.size):
        if services.tier[s] != CORE:
            services.local[s] = services.panel[s] = services.review[s] = 0.0
            services.threshold[s] = services.threshold_2010[s]
            continue
        usable = services.funded[s] * services.contracted[s] * (1 - how.admin - conditions.inspection[s])
        short, freedom = 1 - usable / max(services.load[s], 1e-9), conditions.freedom[s]
        moved = services.local[s] + how.local_step * chosen_direction(short, how)
        services.local[s] = min(max(moved, -how.local_range), how.local_range) if freedom > 0 else 0.0
        services.panel[s] = sat_on(services.panel[s], short, how)
        raised = conditions.threshold_rise[s] + services.fitted[s] + freedom * services.local[s] + services.panel[s]
        services.threshold[s] = min(max(services.threshold_2010[s] + raised, 1.0), 3.0)
        services.review[s] = EMERGING + raised if raised > 0 and how.has_panels else 0.0
