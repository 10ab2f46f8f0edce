"""Each agency's real spending path."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from simulation.parameters.names import CouncilMeansAll
from simulation.parameters.quantity import BUDGET_HOLDERS, COUNCIL, Agency
from simulation.policy.lever import Lever
from simulation.policy.regime import Per, Regime

Cut = Annotated[float, Field(ge=-1, le=0.95)]


class Envelope(Lever):
    """Money falls (or rises) in real terms, year by year, agency by agency.

    Attributes:
        cut: the council's real cut as a share of its opening budget, from -1 to 0.95: one number once the path is complete,
            or one for each financial year, the last of which holds for good. In a file or on the command line also `place`,
            which is the place's own (`place.cut`), `place_tax_frozen`, which is that and what council tax made good of it
            (`place.income`), or `average_england`, which is the default here.
        care: how the council's cut falls on social care and on all else: `planned`, by the April plan's rule; or care's own real
            cut, one number for each financial year, and the rest loses what is left of the whole. In a file also `place`,
            which is what was observed there (`place.observed.cut_of_care`).
        path: share of the whole cut reached in each financial year; the last one holds for good. Other agencies follow it too.
        per: whether budgets follow the number of people, a year late, or stay what they are for the place.
        others: the same for agencies outside the council (0 = protected in real terms).
    """

    name: ClassVar[str] = "envelope"
    summary: ClassVar[str] = "each agency's real spending path"

    cut: Cut | Annotated[tuple[Cut, ...], Field(min_length=1)] = 0.286
    care: Literal["planned"] | Annotated[tuple[Cut, ...], Field(min_length=1)] = "planned"
    path: tuple[Annotated[float, Field(ge=0, le=1)], ...] = (0.2, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0)
    per: Per = "head"
    others: Annotated[dict[Agency, Cut], CouncilMeansAll] = {}  # noqa: RUF012

    @model_validator(mode="after")
    def _path(self) -> "Envelope":
        if not self.path:
            raise ValueError("path is empty; give the share of the cut reached in each year, as [0.2, 0.4, ..., 1]")
        council = [a for a in self.others if a in COUNCIL or a not in BUDGET_HOLDERS]
        if council:
            raise ValueError(
                f"others names {', '.join(council)}: the council's agencies share `cut`; "
                "households and the council's agencies have no path of their own"
            )
        return self

    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """Every agency's budget follows its path from the start date's financial year."""
        year = (month - self.start) // 12
        reached = force * _in_year(self.path, year)
        council = force * _in_year(self.cut, year) if isinstance(self.cut, tuple) else reached * self.cut
        others = {str(agency): reached * each for agency, each in self.others.items()}
        cuts = {a: council if a in COUNCIL else others.get(a, 0.0) for a in BUDGET_HOLDERS}
        budgets = {a: regime.envelope[a] * (1 - cuts[a]) for a in BUDGET_HOLDERS}
        care = regime.care if self.care == "planned" else 1 - force * _in_year(self.care, year)
        return regime.but(envelope=budgets, per=self.per, care=care)


def _in_year(row: tuple[float, ...], year: int) -> float:
    """What a row of yearly numbers holds for a year; its last number for every year after it."""
    return row[min(year, len(row) - 1)]
