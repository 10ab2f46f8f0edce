"""Which redesigns may be tried."""

from typing import ClassVar

from simulation.parameters.names import Names
from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Portfolio(Lever):
    """Services may try designs from the catalogue.

    Attributes:
        designs: names of catalogue designs.
    """

    name: ClassVar[str] = "portfolio"
    summary: ClassVar[str] = "which catalogue designs may be tried"

    designs: Names

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Each design may be tried as eagerly as the lever is strong."""
        return regime.but(designs={**regime.designs, **dict.fromkeys(self.designs, force)})
