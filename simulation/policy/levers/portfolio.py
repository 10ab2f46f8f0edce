"""Which redesigns may be tried, and which are begun on a date."""

from typing import Annotated, ClassVar

from pydantic import Field

from simulation.parameters.names import Names, NamesOrNone
from simulation.parameters.quantity import Strict
from simulation.policy.lever import Lever
from simulation.policy.regime import Regime, Start


class Beginning(Strict):
    """Services begin a design on a date: a pilot, a roll-out, or a mandate.

    The money to set it up is put aside in the April of that date or the first after it, out of the year's budget, where policy
    sets money aside for redesign at all (`transition.fund`); without any it does not begin.

    Attributes:
        month: months after the portfolio's start.
        services: kinds of service, as challenge.tier; none for all at which the design can be used.
        share: of these services.
        judged: whether it is kept only where its test shows enough; a mandate is kept whatever it shows.
    """

    month: Annotated[int, Field(ge=0)] = 0
    services: NamesOrNone = ()
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    judged: bool = True


class Portfolio(Lever):
    """Services may try designs from the catalogue, when they come upon them or on a date that was chosen.

    Attributes:
        designs: names of catalogue designs that services may come upon.
        begin: designs that are begun on a date, by name.
    """

    name: ClassVar[str] = "portfolio"
    summary: ClassVar[str] = "which catalogue designs may be tried, and which are begun on a date"

    designs: Names
    begin: dict[str, Beginning] = Field(default_factory=dict)

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Each design may be tried as eagerly as the lever is strong; so much of what is begun on a date begins."""
        due = {name: self.start + each.month for name, each in self.begin.items() if month >= self.start + each.month}
        return regime.but(
            designs={**regime.designs, **dict.fromkeys(self.designs, force)},
            starts=tuple(
                Start(name, self.begin[name].services, self.begin[name].share * force, first)
                for name, first in due.items()
            ),
            mandated=tuple(name for name, each in self.begin.items() if not each.judged),
        )
