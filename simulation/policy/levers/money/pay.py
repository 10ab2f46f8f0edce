"""Pay restraint: what staff earn falls behind prices."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Pay(Lever):
    """Pay is frozen or capped, so that in real terms it falls year by year: the same posts cost less, and more staff leave.

    Attributes:
        yearly: share of 2010's pay by which real pay falls each year.
        years: number of years in which it falls.
    """

    name: ClassVar[str] = "pay"
    summary: ClassVar[str] = "pay restraint: real pay falls year by year, and more staff leave"

    yearly: Annotated[float, Field(ge=0, le=0.1)] = 0.015
    years: Annotated[int, Field(ge=0, le=50)] = 8

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """What is held back adds up year by year."""
        held = self.yearly * min(self.years, 1 + (month - self.start) // 12)
        return regime.but(pay_restraint=min(0.9, regime.pay_restraint + force * held))
