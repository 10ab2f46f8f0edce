"""Radical funding: agencies of a place share one budget."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simulation.parameters.names import Agencies
from simulation.policy.lever import Lever
from simulation.policy.regime import Regime


class Pooling(Lever):
    """The planner of each member counts savings wherever in the pool they fall, and members pay for what saves them money.

    Attributes:
        agencies: the members; `council` for all five of the council's.
        scope: what they have in common: `prevention`, for which members pay as far as it saves them money; or `whole_place`,
            where besides, once the lever is in full force, all that members have is one envelope, and the council's
            departments are members together.
    """

    name: ClassVar[str] = "pooling"
    summary: ClassVar[str] = "which agencies share one budget, and so count each other's savings"

    agencies: Annotated[Agencies, Field(min_length=2)] = (
        "adult_care",
        "children",
        "public_health",
        "housing",
        "schools",
        "nhs",
        "police",
        "dwp",
    )

    scope: Literal["prevention", "whole_place"] = "prevention"

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Members join one pool; a partial pool counts part of the savings that fall elsewhere."""
        return regime.but(
            pools={**regime.pools, **{str(agency): "pool" for agency in self.agencies}},
            pool_share=regime.pool_share + force * (1 - regime.pool_share),
            whole_place=regime.whole_place or (self.scope == "whole_place" and force == 1),
        )
