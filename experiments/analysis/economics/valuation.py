"""Says what things without a price are worth, by dated conventions, in the prices of the runs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from experiments.analysis.economics.discounting import KINKS, NONE, Schedule

Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
NotBelowZero = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Text = Annotated[str, StringConstraints(pattern=r"\S")]
Row = tuple[Finite, ...]
Rate = Literal["standard", "reduced", "health", "none"]
Level = Literal["low", "central", "high"]
NO_PRICE = "none"


class Strict(BaseModel):
    """A part of the file in which a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Strict):
    """Where a constant comes from.

    Attributes:
        unit: in words.
        price_year: financial year of its prices, or `none`.
        source: publisher and document, or `assumption`.
        url: where it was found; empty where only a secondary source was seen.
        retrieved: when.
        vintage: of the guidance it belongs to.
        supersedes: what it replaced.
        grade: A seen in the source, B derived, C recalled and unverified, J judgement.
        note: what a reader should know before relying on it.
    """

    unit: Text
    price_year: Text
    source: Text
    url: str
    retrieved: Text
    vintage: Text
    supersedes: str
    grade: Literal["A", "B", "C", "J"]
    note: str = ""


class Constant(Sourced):
    """One number, and its range where it is uncertain or disputed."""

    value: NotBelowZero
    low: NotBelowZero | None = None
    high: NotBelowZero | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Constant:
        low, high = self.at("low"), self.at("high")
        if not low <= self.value <= high:
            raise ValueError(
                f"value {self.value:g} is outside its own range {low:g} to {high:g}; "
                "change the value, or widen low and high and say why in note"
            )
        return self

    def at(self, level: Level) -> float:
        """The number at a level of its range; the central one where there is no range."""
        found = {"low": self.low, "central": self.value, "high": self.high}[level]
        return self.value if found is None else found


class Rates(Sourced):
    """Discount rates, one for each stretch of years."""

    value: Annotated[Row, Field(min_length=3, max_length=len(KINKS) + 1)]

    @model_validator(mode="after")
    def _sensible(self) -> Rates:
        if not all(0 <= rate <= 1 for rate in self.value):
            raise ValueError("rates are shares a year from 0 to 1, as 0.035 for 3.5%")
        return self


class Fifths(Sourced):
    """A number for each deprivation fifth, most deprived first."""

    value: Annotated[Row, Field(min_length=5, max_length=5)]

    @model_validator(mode="after")
    def _positive(self) -> Fifths:
        if min(self.value) <= 0:
            raise ValueError("incomes are shares of the median above 0")
        return self


class Deflator(Sourced):
    """The price level by financial year."""

    value: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]


class Valuation(Strict):
    """One vintage of conventions, and the switches that are a matter of judgement.

    Attributes:
        money_of: the prices that the runs are in, and everything is brought to.
        discount: rates for money.
        lives_discount: rates for wellbeing and health.
        effect: what counts as the gain, life satisfaction or quality-adjusted years; never both.
        level: of the value of the effect.
        first_year: number of the first year simulated; year 0 counts whole.
    """

    title: Text
    summary: Text
    source: Text
    vintage: Text
    money_of: Text
    discount: Literal["standard", "reduced", "none"]
    lives_discount: Rate
    effect: Literal["wellby", "qaly"]
    level: Level
    first_year: Annotated[int, Field(strict=True, ge=0, le=20)]
    standard: Rates
    reduced: Rates
    health: Rates
    wellby: Constant
    neutral_life_satisfaction: Constant
    qaly: Constant
    carbon: Constant
    outside_services: Constant
    weight_elasticity: Constant
    income_of_fifths: Fifths
    step_posts: Constant
    step_lag: Constant
    deflator: Deflator

    @model_validator(mode="after")
    def _price_years_known(self) -> Valuation:
        known = self.deflator.value
        priced = {
            name: constant.price_year
            for name in type(self).model_fields
            if isinstance(constant := getattr(self, name), Constant) and constant.price_year != NO_PRICE
        }
        for name, year in {"money_of": self.money_of, **priced}.items():
            if year not in known:
                raise ValueError(
                    f"{name} is in prices of {year}, for which deflator has no value; known: {', '.join(known)}"
                )
        if self.step_posts.value < 1 or self.step_lag.value < 0 or self.step_lag.value % 1:
            raise ValueError("step_posts must be at least 1 and step_lag a whole number of years from 0")
        return self

    def schedule(self, rate: Rate) -> Schedule:
        """The rates of a name."""
        return NONE if rate == "none" else Schedule(getattr(self, rate).value)

    def worth(self, name: Literal["wellby", "qaly", "carbon"], level: Level = "central") -> float:
        """Pounds per unit, in the prices of the runs."""
        constant: Constant = getattr(self, name)
        prices = self.deflator.value
        return constant.at(level) * prices[self.money_of] / prices[constant.price_year]

    @property
    def per_effect(self) -> float:
        """Pounds per unit of what counts as the gain, in the prices of the runs."""
        return self.worth(self.effect, self.level)

    def weights(self, elasticity: float | None = None) -> tuple[float, ...]:
        """How much each deprivation fifth counts, 1 where income is the median.

        Of pounds it is what they are worth there; of gains it is a preference for equity.
        """
        power = self.weight_elasticity.value if elasticity is None else elasticity
        return tuple(welfare_weight(income, 1.0, power) for income in self.income_of_fifths.value)


def welfare_weight(income: float, reference: float, elasticity: float) -> float:
    """Says how much a pound in the hands of one income counts, as against a pound at the reference income."""
    return float((reference / income) ** elasticity)
