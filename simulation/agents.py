"""The three kinds of Mesa agent. Each is a view on one row: it holds a number and reads and writes its row.

Services and agencies are made with the model. Citizens are made when somebody first asks for them, so that a run
that only counts them never pays for a million objects.
"""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from simulation.mechanism.citizens import need, outcome, seek, snapshot, triage
from simulation.parameters.quantity import AGE_BANDS, AGENCIES, LEVELS, TIERS
from simulation.state.codes import CaseState

if TYPE_CHECKING:
    from simulation.model import PlaceModel


class Citizen(mesa.Agent):
    """A person: lives in a household and an area, knows people, has needs, asks, waits, is served, gets by.

    Attributes:
        row: the citizen's row in the columns.
        generation: how many lived in that row before.
    """

    model: "PlaceModel"

    def __init__(self, model: "PlaceModel", row: int) -> None:
        super().__init__(model)
        self.row = row
        self.generation = int(model.state.people.generation[row])
        self.block = int(np.searchsorted(model.world.edges, row, side="right") - 1)

    def _of(self, column: str) -> Any:
        return getattr(self.model.state.people, column)[self.row]

    @property
    def is_here(self) -> bool:
        """Alive and living in the place."""
        return bool(self._of("alive")) and int(self._of("generation")) == self.generation

    @property
    def age(self) -> int:
        """Age in years."""
        return int((self.model.month - self._of("birth_month")) // 12)

    @property
    def age_band(self) -> str:
        """Age band."""
        return AGE_BANDS[self._of("band")]

    @property
    def area(self) -> str:
        """The real small area the citizen lives in."""
        return self.model.world.config.place.areas[self._of("area")].area

    @property
    def household(self) -> int:
        """Number of the household."""
        return int(self._of("household"))

    @property
    def deprivation(self) -> float:
        """Deprivation of the citizen's area, national percentile, 1 = most deprived."""
        return float(self.model.world.ground.deprivation[self._of("area")])

    @property
    def capability(self) -> float:
        """What the citizen can manage alone, 0-1."""
        return float(self._of("capability"))

    @property
    def trust(self) -> float:
        """Trust in services, 0-1."""
        return float(self._of("trust"))

    @property
    def wellbeing(self) -> float:
        """Life satisfaction, 0-10."""
        return float(self._of("wellbeing"))

    @property
    def needs(self) -> dict[str, str]:
        """Level of need by challenge, in words; challenges without need are left out."""
        levels = zip(self.model.world.challenges, self._of("level"), strict=True)
        return {name: LEVELS[level] for name, level in levels if level}

    @property
    def cases(self) -> dict[str, dict[str, Any]]:
        """Where the citizen stands with services, by challenge; challenges without a case are left out."""
        standing = zip(
            self.model.world.challenges,
            self._of("state"),
            self._of("tier"),
            self._of("months"),
            self._of("service"),
            strict=True,
        )
        return {
            name: {
                "state": CaseState(state).name.lower(),
                "tier": TIERS[tier],
                "months": int(months),
                "service": int(service),
            }
            for name, state, tier, months, service in standing
            if state
        }

    @property
    def ties(self) -> list[int]:
        """Rows of the people the citizen knows outside the household."""
        ties = self.model.state.ties
        return [int(j) for j in ties.other[ties.start[self.row] : ties.start[self.row + 1]]]

    def be_seen(self) -> None:
        """Others see the citizen as they are at the start of the month."""
        snapshot.be_seen_rows(self.row, 1, self.model.need_context, self.block)

    def evolve(self) -> None:
        """A month of need."""
        need.evolve_rows(self.row, 1, self.model.need_context, self.block)

    def seek(self) -> None:
        """Decide whether to ask for help."""
        seek.seek_rows(self.row, 1, self.model.seek_context, self.block)

    def triage(self) -> None:
        """Be assessed: found eligible, or not."""
        triage.triage_rows(self.row, 1, self.model.seek_context, self.block)

    def outcome(self) -> None:
        """The month as it turns out."""
        outcome.outcome_rows(self.row, 1, self.model.care_context, self.block)


class _RowAgent(mesa.Agent):
    """An agent whose attributes are the columns of its row."""

    model: "PlaceModel"
    _table: str

    def __init__(self, model: "PlaceModel", row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            table = getattr(self.model.state, self._table)
            if name in type(table)._fields:
                return getattr(table, name)[self.row]
        raise AttributeError(f"{type(self).__name__} has no '{name}'")


class Service(_RowAgent):
    """A service: one challenge, one tier, one catchment, one owner. Its state is the columns of `Services`."""

    _table = "services"

    @property
    def title(self) -> str:
        """What people call it."""
        about = self.model.world.config.challenges[self.challenge_name].services
        return str(getattr(about, self.tier_name).title)

    @property
    def challenge_name(self) -> str:
        """The challenge it is for."""
        return self.model.world.challenges[self.challenge]

    @property
    def tier_name(self) -> str:
        """Prevention, core or acute."""
        return TIERS[self.tier]

    @property
    def agency(self) -> str:
        """Who owns it."""
        return AGENCIES[self.owner]

    @property
    def design_name(self) -> str:
        """The design it runs or tries, or `standard`."""
        return self.model.world.catalogue.names[self.design] if self.design >= 0 else "standard"


class Agency(_RowAgent):
    """An agency: a budget in pence, reserves, a plan, its own ledger. Its state is the columns of `Agencies`."""

    _table = "agencies"

    @property
    def name(self) -> str:
        """Its name."""
        return AGENCIES[self.row]

    @property
    def cash(self) -> int:
        """Pence it holds; negative is a deficit."""
        return int(self.model.state.ledger.cash[self.row])

    @property
    def services(self) -> list[Service]:
        """The services it owns."""
        return [s for s in self.model.agents_by_type[Service] if s.owner == self.row]
