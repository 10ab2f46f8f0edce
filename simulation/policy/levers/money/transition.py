"""The terms on which old services give way to new ones."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Transition(Lever):
    """Money is set aside for change, old and new run side by side for a while, and the old is closed or is not.

    Attributes:
        fund: share of open services' budgets set aside each year to set redesigns up.
        double_running: share of a redesigned service's yearly pay paid on top while both run, for `months_double` at most.
        decommission: yearly chance that the old service is closed once the new one is embedded.
        redundancy: redundancy pay as a multiple of the standard terms.
    """

    name: ClassVar[str] = "transition"
    summary: ClassVar[str] = "double running, set-up money, redundancy, decommissioning"

    fund: Annotated[float, Field(ge=0, le=0.5)] = 0.03
    double_running: Annotated[float, Field(ge=0, le=1)] = 0.15
    decommission: Annotated[float, Field(ge=0, le=1)] = 0.37
    redundancy: Annotated[float, Field(ge=0, le=5)] = 1.0

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Part of the terms apply at part of the strength."""
        return regime.but(
            fund=min(1.0, regime.fund + force * self.fund),
            double_running=min(1.0, regime.double_running + force * self.double_running),
            decommission=regime.decommission + force * self.decommission * (1 - regime.decommission),
            redundancy=regime.redundancy + force * (self.redundancy - regime.redundancy),
        )
