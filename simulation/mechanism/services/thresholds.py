"""How badly off one must be to get in: thresholds of core services."""

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import BehaviourConfig
from simulation.parameters.structure import Discretion, Panels
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


def chosen_direction(discretion: Discretion, short: Doubles, slack: float) -> Doubles:
    """Which way a service moves a threshold that is its own to set: 1 up, -1 down, 0 not at all.

    The ordinary service has some slack. With `by_load` one with more work than hours lets fewer in, one with as much
    more room than is ordinary lets more in, and the same step either way; `unused` leaves thresholds as decreed.
    """
    if discretion == "unused":
        return np.zeros_like(short)
    return np.where(short > 0, 1.0, np.where(short < -2 * slack, -1.0, 0.0))


def sat_on(panels: Panels, panel: Doubles, short: Doubles, slack: float, speed: float) -> Doubles:
    """Points by which a service's panel, which looks at every costly case, has raised what is asked of people by now.

    It asks for more while there is more work than hours, the more so the shorter it is of them, and for less again while
    there is as much more room than is ordinary; never for less than the criteria of 2010.
    """
    if panels == "never":
        return np.zeros_like(panel)
    push = np.where(short > 0, short, np.minimum(0.0, short + 2 * slack))
    return np.maximum(0.0, panel + speed * np.clip(push, -0.5, 0.5))


def set_thresholds(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """Each month: thresholds as decreed, fitted, raised by panels, or moved by services that are free to move them.

    Cases in hand are held to them once a year, to a whole level less than those who ask: as many points above the least
    need that there is as the threshold has been raised (yearly reviews: Department of Health 2010, Prioritising need).
    """
    how, structure, core = behaviour.planning, behaviour.structure, services.tier == CORE
    short = shortage(services, conditions, behaviour)
    slack = behaviour.capacity.slack.number
    way = chosen_direction(structure.discretion, short, slack)
    moved = np.clip(services.local + how.local_step.number * way, -how.local_range.number, how.local_range.number)
    services.local[:] = np.where(core & (conditions.freedom > 0), moved, 0.0)
    panel = sat_on(structure.panels, services.panel, short, slack, how.panel_speed.number)
    services.panel[:] = np.where(core, panel, 0.0)
    raised = conditions.threshold_rise + services.fitted + conditions.freedom * services.local + services.panel
    services.threshold[:] = np.where(core, np.clip(services.threshold_2010 + raised, 1.0, 3.0), services.threshold_2010)
    reviewed = core & (raised > 0) & (structure.panels != "never")
    services.review[:] = np.where(reviewed, EMERGING + raised, 0.0)
