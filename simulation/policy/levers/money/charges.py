"""Charges: users pay towards their care."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Charges(Lever):
    """People in adult care at home pay more of what it costs than in 2010, and some who would have to pay do not ask.

    Other services of the place are free by law, or nearly so: the NHS, schools, the police, care of children.

    Attributes:
        share: of what staff of adult care's core services cost, on top of what was charged in 2010.
    """

    name: ClassVar[str] = "charges"
    summary: ClassVar[str] = "users of adult care pay more of what it costs, and some do not ask"

    share: Annotated[float, Field(ge=0, le=1)] = 0.05

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Part of the charge is charged."""
        return regime.but(charge=min(1.0, regime.charge + force * self.share))
