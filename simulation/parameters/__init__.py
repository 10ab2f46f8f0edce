"""What a configuration may say: typed, ranged and sourced."""

from simulation.parameters.behaviour import BehaviourConfig
from simulation.parameters.challenge import ChallengeConfig, DesignConfig
from simulation.parameters.place import CostsConfig, DemographyConfig, PlaceConfig
from simulation.parameters.quantity import Quantity
from simulation.parameters.world import BurnInConfig, WorldConfig

__all__ = [
    "BehaviourConfig",
    "BurnInConfig",
    "ChallengeConfig",
    "CostsConfig",
    "DemographyConfig",
    "DesignConfig",
    "PlaceConfig",
    "Quantity",
    "WorldConfig",
]
