"""How badly off one must be to get in: thresholds of core services."""

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import BehaviourConfig
from simulation.state.codes import CORE
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]


def fit_thresholds(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """Where policy says so, core thresholds rise as far as hours fall short of work, and ease when they do not."""
    posts = services.funded
    usable = posts * services.contracted * (1 - behaviour.capacity.admin_share.number - conditions.inspection)
    short = 1 - usable / np.maximum(services.load, 1e-9)
    change = conditions.threshold_fit * np.clip(short, -0.5, 0.5)
    fitted = np.maximum(0.0, services.fitted + change)
    services.fitted[:] = np.where((services.tier == CORE) & (conditions.threshold_fit > 0), fitted, 0.0)


def set_thresholds(services: Services, conditions: Conditions, bound: Doubles, behaviour: BehaviourConfig) -> None:
    """Each month: thresholds as decreed, fitted, or moved by services that are free to move them."""
    how = behaviour.planning
    full = services.queue / np.maximum(bound, 1.0)
    step = how.local_step.number * np.where(full > 0.5, 1.0, np.where(full < 0.1, -1.0, 0.0))
    reach = how.local_range.number
    moved = np.clip(services.local + step, -reach, reach)
    services.local[:] = np.where((services.tier == CORE) & (conditions.freedom > 0), moved, 0.0)
    raised = conditions.threshold_rise + services.fitted + conditions.freedom * services.local
    core = services.tier == CORE
    services.threshold[:] = np.where(core, np.clip(services.threshold_2010 + raised, 1.0, 3.0), services.threshold_2010)
