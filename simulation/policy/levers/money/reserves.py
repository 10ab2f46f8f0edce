"""Reserves: money put by is spent."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Reserves(Lever):
    """Reserves that are meant to be held are let go over some years, to put off cuts. They can be spent once.

    Attributes:
        share: of the reserves of 2010 that is let go in the end.
        years: over how many years, evenly.
    """

    name: ClassVar[str] = "reserves"
    summary: ClassVar[str] = "reserves are spent over some years to put off cuts, once"

    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    years: Annotated[int, Field(ge=1, le=50)] = 4

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Each year another part is let go."""
        let_go = self.share * min(1.0, (1 + (month - self.start) // 12) / self.years)
        return regime.but(reserves_spent=regime.reserves_spent + force * let_go * (1 - regime.reserves_spent))
