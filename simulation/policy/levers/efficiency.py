"""Efficiency: fewer hours per case, year after year."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Efficiency(Lever):
    """Services are asked to do each case in fewer hours every year. The slack is real and goes first.

    Attributes:
        yearly: share of hours per case asked for each year.
        years: number of years in which more is asked.
    """

    name: ClassVar[str] = "efficiency"
    summary: ClassVar[str] = "fewer hours per case, with diminishing returns and a quality cost past a point"

    yearly: Annotated[float, Field(ge=0, le=0.2)] = 0.03
    years: Annotated[int, Field(ge=0, le=50)] = 5

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """What is asked for adds up year by year."""
        asked = self.yearly * min(self.years, 1 + (month - self.start) // 12)
        return regime.but(efficiency=min(0.9, regime.efficiency + force * asked))
