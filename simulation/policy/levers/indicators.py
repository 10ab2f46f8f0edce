"""Bottom-up outcome indicators."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Indicators(Lever):
    """Services and the people they serve see how lives turn out, through a noisy local signal.

    Attributes:
        clarity: share of the error in the outcome signal that indicators remove.
        audited: share of the gap between reported and true performance that auditing outcomes closes.
    """

    name: ClassVar[str] = "indicators"
    summary: ClassVar[str] = "bottom-up outcome signal, published and audited"

    clarity: Annotated[float, Field(ge=0, le=1)] = 0.5
    audited: Annotated[float, Field(ge=0, le=1)] = 0.5

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """What is seen comes closer to what is true."""
        return regime.but(
            indicator=regime.indicator + force * self.clarity * (1 - regime.indicator),
            audited=regime.audited + force * self.audited * (1 - regime.audited),
        )
