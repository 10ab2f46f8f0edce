"""Central targets and inspection."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Targets(Lever):
    """Central targets bite harder: effort rises, hours go on compliance, and reports drift from the truth.

    Attributes:
        pressure: share of the way from 2010's pressure to the hardest.
        inspection: added inspection and compliance hours, as a share of 2010's.
    """

    name: ClassVar[str] = "targets"
    summary: ClassVar[str] = "effort pressure, hours lost to compliance, and reported above true performance"

    pressure: Annotated[float, Field(ge=0, le=1)] = 0.5
    inspection: Annotated[float, Field(ge=0, le=5)] = 0.5

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """More pressure and more inspection than in 2010."""
        return regime.but(
            pressure=regime.pressure + force * self.pressure * (1 - regime.pressure),
            inspection=regime.inspection + force * self.inspection,
        )
