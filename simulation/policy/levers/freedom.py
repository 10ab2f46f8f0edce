"""Radical freedom: no central targets and inspection."""

from typing import ClassVar

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Freedom(Lever):
    """Central targets and inspection go; services set their own thresholds and design their own work."""

    name: ClassVar[str] = "freedom"
    summary: ClassVar[str] = "removes targets and inspection; hands thresholds and design to services"

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Whatever pressure there was, this share of it is gone."""
        return regime.but(freedom=regime.freedom + force * (1 - regime.freedom))
