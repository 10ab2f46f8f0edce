"""Zones: neighbourhoods of a place in which other levers are in force."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, SerializeAsAny

from simulation.parameters.names import NamesOrNone
from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Zones(Lever):
    """Some neighbourhoods live under other rules than the rest of the place, each from a purse of its own.

    Attributes:
        count: number of zones; never more than half of the place's localities.
        select: which localities: the most deprived, or spread evenly from most to least deprived.
        without: levers of the policy that are not in force inside the zones.
        levers: levers in force inside the zones only.
    """

    name: ClassVar[str] = "zones"
    summary: ClassVar[str] = "where, and from when, other levers are in force"

    count: Annotated[int, Field(ge=1, le=60)] = 16
    select: Literal["most_deprived", "spread"] = "spread"
    without: NamesOrNone = ()
    levers: dict[str, SerializeAsAny[Lever]]

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Inside a zone the zone's own levers apply, each as far as this lever is strong."""
        for lever in self.levers.values():
            regime = lever.model_copy(update={"strength": lever.strength * force}).apply(regime, month - self.start)
        return regime

    def chosen(self, deprivation: list[float]) -> list[int]:
        """Which localities are zones, given each locality's mean deprivation (higher = more deprived)."""
        order = sorted(range(len(deprivation)), key=lambda k: (-deprivation[k], k))
        count = min(self.count, max(1, len(order) // 2))
        if self.select == "most_deprived":
            return sorted(order[:count])
        return sorted({order[(2 * k + 1) * len(order) // (2 * count)] for k in range(count)})
