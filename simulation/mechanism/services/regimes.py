"""From what is in force to what it means at each service."""

import numpy as np
from numpy.typing import NDArray

from simulation.mechanism.services.workforce import held_to_account, managed
from simulation.parameters import BehaviourConfig
from simulation.policy.regime import Regime
from simulation.state.conditions import Conditions, efficiency_of, pressure_of


def conditions_of(regimes: tuple[Regime, Regime], behaviour: BehaviourConfig, zone: NDArray[np.uint8]) -> Conditions:
    """What the regimes outside and inside the zones mean for each service, given the zone each service lies in (0 for none)."""
    outside, inside = (_meaning(regime, behaviour) for regime in regimes)
    where = np.minimum(zone, 1).astype(np.int64)
    both = {name: np.array([outside[name], inside[name]], dtype=np.float64) for name in Conditions._fields}
    return Conditions(**{name: pair[where] for name, pair in both.items()})


def _meaning(regime: Regime, behaviour: BehaviourConfig) -> dict[str, float]:
    """What a regime means for a service, by condition; conditions of a regime's own names are taken as they are."""
    pressure = pressure_of(regime.pressure, regime.freedom, behaviour)
    before = behaviour.accountability.pressure_2010.number
    compared = min(1.0, pressure / before) if before > 0 else 1.0
    slack, quality = behaviour.planning.efficiency_slack.number, behaviour.planning.efficiency_quality.number
    saved, skimped = efficiency_of(regime.efficiency, slack, quality)
    judged = managed(behaviour.structure.management)
    inspection = behaviour.capacity.inspection_share.number * (1 + judged * regime.inspection)
    reckoned = {
        "pressure": pressure,
        "inspection": inspection * (1 - judged * regime.freedom),
        "unseen": held_to_account(behaviour.structure.management) * (1 - max(compared, regime.indicator)),
        "saved": saved,
        "skimped": skimped,
    }
    return {name: reckoned[name] if name in reckoned else getattr(regime, name) for name in Conditions._fields}
