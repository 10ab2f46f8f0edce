"""Radical support: coaching, tools, aspiration."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Support(Lever):
    """Services get coaching and tools to redesign themselves, at a price that is paid wherever they do.

    Attributes:
        per_head: pounds per resident and year that the whole offer costs.
    """

    name: ClassVar[str] = "support"
    summary: ClassVar[str] = "coaching and tools, redesign capability, morale, aspiration; costs money"

    per_head: Annotated[float, Field(ge=0, le=500)] = 5.0

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Part of the offer does part of the good for part of the price."""
        return regime.but(
            support=regime.support + force * (1 - regime.support),
            support_per_head=regime.support_per_head + force * self.per_head,
        )
