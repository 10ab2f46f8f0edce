"""Ring-fences and statutory priorities."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.parameters.names import CouncilMeansAll
from simulation.parameters.quantity import Agency
from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Protection(Lever):
    """Some money may not be cut.

    Attributes:
        ring_fence: share of an agency's open and other services that the planner may not cut; `council`: of each of its five.
        statutory_rise: how far statutory floors are raised towards the whole budget.
    """

    name: ClassVar[str] = "protection"
    summary: ClassVar[str] = "ring-fences and statutory priorities"

    ring_fence: Annotated[dict[Agency, Annotated[float, Field(ge=0, le=1)]], CouncilMeansAll] = {}  # noqa: RUF012
    statutory_rise: Annotated[float, Field(ge=0, le=1)] = 0.0

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Fences rise as far as the lever is strong."""
        fences = dict(regime.ring_fence)
        for agency, share in self.ring_fence.items():
            fences[agency] = fences.get(agency, 0.0) + force * share * (1 - fences.get(agency, 0.0))
        rise = regime.statutory_rise + force * self.statutory_rise * (1 - regime.statutory_rise)
        return regime.but(ring_fence=fences, statutory_rise=rise)
