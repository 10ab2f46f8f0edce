"""Rationing: who is eligible for a core service."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Eligibility(Lever):
    """Core services help only people in greater need than before.

    Attributes:
        rise: points of severity by which thresholds rise outright.
        fit: readiness to raise thresholds further, points of severity per share of capacity short.
    """

    name: ClassVar[str] = "eligibility"
    summary: ClassVar[str] = "thresholds, fixed or tightened to fit the budget"

    rise: Annotated[float, Field(ge=0, le=2)] = 0.0
    fit: Annotated[float, Field(ge=0, le=5)] = 1.0

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Thresholds rise by decree, and with the shortage of capacity."""
        return regime.but(
            threshold_rise=regime.threshold_rise + force * self.rise,
            threshold_fit=regime.threshold_fit + force * self.fit,
        )
