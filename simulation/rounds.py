"""Lives that stop at each year's end, so that councils see what others had in use before they go on.

In a country whose designs spread across borders no council's decade can be lived by itself: which designs a service tries
depends on what other councils had in use by then. So all live one year, say what they have in use, and live the next.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.mechanism.services.designs import EMBED, OtherCouncils
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.observe import Observer
from simulation.policy.policy import Policy
from simulation.run import Settled, Table

Doubles = NDArray[np.float64]


class DesignsInUse(Observer):
    """Notes at each year's end what share of a council's services of each kind has each design in use.

    Attributes:
        years: by kind, the shares of each year so far.
    """

    def __init__(self) -> None:
        self.years: dict[str, list[Doubles]] = {}

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Count once the books of a year's last month are closed."""
        if phase.name != "account" or model.month % 12 != 11:
            return
        catalogue, services = model.world.catalogue, model.state.services
        kinds, in_use = np.array(catalogue.kinds), services.stage >= EMBED
        for kind in dict.fromkeys(catalogue.kinds):
            here = kinds == kind
            users = np.bincount(services.design[here & in_use], minlength=len(catalogue.names))
            self.years.setdefault(kind, []).append(users / np.count_nonzero(here))


class YearlyLife:
    """One council's life under a policy, a year or some at a time.

    Attributes:
        year: how many years after the policy date it stands.
        people: rows of citizens it keeps in memory.
    """

    def __init__(self, settled: Settled, policy: Policy, replication: int, threads: int = 1) -> None:
        world = settled.world
        key = key_of(world.config.seed, replication, world.config.later_luck)
        start = settled.on_policy_date(replication, threads).copy()
        self._model = PlaceModel(world, start, policy, key, world.config.engine, threads)
        self._in_use = DesignsInUse()
        self._model.observers.append(self._in_use)

    @property
    def year(self) -> int:
        """How many years after the policy date it stands."""
        return self._model.month // 12

    @property
    def people(self) -> int:
        """Rows of citizens in memory."""
        return int(self._model.state.people.alive.size)

    def live_to(self, year: int, councils: int, in_use: Mapping[str, Doubles]) -> None:
        """Live on to the end of a year, with the years until then of so many other councils before one's eyes.

        Args:
            year: the end of which, from 1.
            councils: how many are looked to.
            in_use: by kind of service, of the shape (years that have ended, designs): the share of services there that had a
                design in use, summed over councils.
        """
        self._model.redesigning.others = OtherCouncils(councils, in_use)
        self._model.live(12 * (year - self.year))

    def months(self) -> Table:
        """The record of everybody's months so far."""
        return self._model.recorder.table(groups=False)

    def designs_in_use(self) -> dict[str, Any]:
        """A row a year: `month`, the last of it, and by kind and design the share of such services that has it in use."""
        found: dict[str, Any] = {"month": 12 * np.arange(self.year) + 11}
        for kind, years in self._in_use.years.items():
            shares = np.array(years)
            found |= {f"{kind}.{name}": shares[:, d] for d, name in enumerate(self._model.world.catalogue.names)}
        return found

    def let_go(self) -> None:
        """Give its memory back."""
        self._model.let_go()
