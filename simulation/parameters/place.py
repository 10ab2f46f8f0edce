"""A place, its people and what things cost there, as data."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from simulation.parameters.observed import ObservedFigures
from simulation.parameters.quantity import (
    BUDGET_HOLDERS,
    Agency,
    ByAge,
    Positive,
    Quantity,
    Share,
    SharesByAge,
    Strict,
    Text,
    shaped,
    type_name,
)


class StaffConfig(Strict):
    """A kind of worker."""

    yearly_cost: Positive  # pounds a year per whole-time post, with on-costs and overheads
    contracted_hours: Positive  # hours a month per whole-time post


class CostsConfig(Strict):
    """Unit costs in one price year."""

    title: Text
    price_year: Text
    source: Text
    staff: dict[type_name, StaffConfig]
    unit_costs: dict[type_name, Positive]  # pounds per unit, in the price year
    cover_premium: Positive  # agency cover costs (1 + this) x pay
    redundancy_months: Positive  # months of pay on losing a post
    informal_care_hour: Positive  # pounds, replacement value of an hour of unpaid care


class AreaRow(Strict):
    """One small area of a place, as the areas file holds it."""

    area: Text
    people: tuple[Annotated[int, Field(ge=0)], ...]  # by age band
    deprivation: tuple[Annotated[float, Field(ge=0, le=1)], ...]  # national percentile by domain, 1 = most deprived


YEARS_OF_CUT = 7  # financial years 2011-12 to 2017-18
CutByYear = Annotated[Quantity, shaped(YEARS_OF_CUT, -1.0, 0.95)]


class IncomeConfig(Strict):
    """What paid for a council's services, as shares of 2010-11's spending on them; all else is grants, business rates, fees."""

    council_tax: Share  # in 2010-11
    more_tax: CutByYear  # by which council tax was above 2010-11's, in real terms, in each year
    from_reserves: CutByYear  # drawn from reserves in each year; below 0 put by


class PlaceConfig(Strict):
    """A place: its people, its deprivation, its agencies' real budgets and how far its council's really fell."""

    title: Text
    summary: Text
    nation: Text
    areas_file: Text
    source: Text
    population: Positive
    localities: Annotated[int, Field(ge=1, le=2000)]  # at full scale; at a tenth, a tenth as many
    usual_scale: Annotated[float, Field(gt=0, le=1)] = 0.1  # simulated people per real person, unless asked otherwise
    life_satisfaction: Annotated[Quantity, shaped(None, 0.0, 10.0)]
    arrivals: Positive  # per 1,000 residents a year
    departures: Positive
    budgets: dict[Agency, Positive]  # pounds, 2010-11
    cut: CutByYear | None = None  # share of 2010-11's real service spending that was gone in each year
    income: IncomeConfig | None = None  # what of it council tax and reserves made good
    observed: ObservedFigures = Field(default_factory=dict)
    areas: tuple[AreaRow, ...] = ()

    @model_validator(mode="after")
    def _budgets(self) -> Self:
        missing = [a for a in BUDGET_HOLDERS if a not in self.budgets]
        if missing:
            raise ValueError(f"budgets lack {', '.join(missing)}; give each agency its yearly budget in pounds")
        return self


class DemographyConfig(Strict):
    """Births, deaths and households of a nation."""

    title: Text
    summary: str = ""
    source: Text
    life_table_file: Text
    births_per_1000_women_15_44: Positive
    moves: ByAge  # to or from another local authority, per 1,000 people of the age band a year
    share_female_at_birth: Share
    lone_share: SharesByAge
    couple_share: SharesByAge
    parent_share: SharesByAge
    children_per_parent_household: Positive
    lone_parent_share: Share
    school_group: Positive
    workplace_group: Positive
    life_table: tuple[tuple[float, float], ...] = ()  # yearly chance of death by single year of age: male, female
