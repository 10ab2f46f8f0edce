"""The numbers a simulated place is made of, and what each of them may be.

Every number in a configuration is a `Quantity`: a value with its unit, its plausible range, its source and
how far that source can be trusted. These models only describe and check; the rules that use the numbers are
in `simulation.mechanism`.
"""

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

AGE_BANDS = ("0-4", "5-15", "16-17", "18-24", "25-44", "45-64", "65-74", "75-84", "85+")
AGE_BAND_STARTS = (0, 5, 16, 18, 25, 45, 65, 75, 85)
AGE_BAND_YEARS = (5, 11, 2, 7, 20, 20, 10, 10, 7)  # years lived in a band; in the last, life expectancy at 85
REPORTING_AGES = ("0_17", "18_44", "45_64", "65_74", "75plus")
REPORTING_AGE_OF_BAND = (0, 0, 0, 1, 1, 2, 3, 4, 4)
TIERS = ("prevention", "core", "acute")
LEVELS = ("none", "emerging", "established", "crisis")
DOMAINS = ("income", "employment", "education", "health", "crime", "housing", "living")
COUNCIL = ("adult_care", "children", "public_health", "housing", "council_other")
CARE = ("adult_care", "children")  # of the council's departments: social care
AGENCIES = (*COUNCIL, "schools", "nhs", "police", "dwp", "centre", "households")
BUDGET_HOLDERS = AGENCIES[:-2]
MOST_CHALLENGES = 10

type_name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
MOST_LETTERS = 5_000
Text = Annotated[str, StringConstraints(max_length=MOST_LETTERS, pattern=r"\S")]
"""A text that says something: a title, a unit, a source, a name."""
Agency = Literal[
    "adult_care", "children", "public_health", "housing", "council_other", "schools", "nhs", "police", "dwp"
]
"""Whoever has a budget, and so can own a service, pay, pool or be protected."""
Domain = Literal["income", "employment", "education", "health", "crime", "housing", "living"]
Tier = Literal["prevention", "core", "acute"]


class NoNumber:
    """Stands in place of something that is no number, where only a number will do, so that it is refused as it was given.

    Attributes:
        given: a truth value or a text.
    """

    def __init__(self, given: bool | str):
        self.given = given

    def __str__(self) -> str:
        return str(self.given).lower() if isinstance(self.given, bool) else self.given

    __repr__ = __str__


class Strict(BaseModel):
    """A part of the configuration in which a misspelt key is an error, not a silence, and only numbers are numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _only_numbers(cls, given: Any) -> Any:
        """No truth value passes for 0 or 1, and no text (`0x10`, `1_000`, `010`) for a number that it may not mean."""
        if not isinstance(given, Mapping):
            return given
        wrong = {
            name: marked
            for name in _numbers_of(cls)
            if name in given and (marked := _marked(given[name])) is not given[name]
        }
        return {**given, **wrong} if wrong else given


@cache
def _numbers_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold numbers, or rows and mappings of them; not those that read words for numbers first."""
    readers = [each.info for each in model.__pydantic_decorators__.field_validators.values()]
    reading = {name for each in readers if each.mode == "before" for name in each.fields}
    fields = {name: field for name, field in model.model_fields.items() if name not in reading}
    return tuple(name for name, field in fields.items() if _kinds(field.annotation) <= {int, float})


def _kinds(annotation: Any) -> set[Any]:
    """What an annotation allows, without its wrappings and without nothing at all."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kinds(inner[0])
    if origin in (Union, types.UnionType, tuple, list):
        return set().union(*(_kinds(each) for each in inner if each is not Ellipsis))
    if origin in (dict, Mapping):
        return _kinds(inner[1])
    return set() if annotation is type(None) else {annotation}


def _marked(given: Any) -> Any:
    """The same value, or one in which whatever is no number says so."""
    if isinstance(given, bool | str):
        return NoNumber(given)
    if isinstance(given, list | tuple):
        marked: Any = [_marked(each) for each in given]
        return marked if any(new is not old for new, old in zip(marked, given, strict=True)) else given
    if isinstance(given, Mapping):
        marked = {key: _marked(each) for key, each in given.items()}
        return marked if any(marked[key] is not given[key] for key in given) else given
    return given


def shown(number: float) -> str:
    """A number in a message: in full, with commas."""
    return f"{number:,.12g}"


class Quantity(Strict):
    """One number (or one row of numbers by level or age band), where it comes from and how sure it is.

    Attributes:
        value: what the model uses; a list where the number differs by level or by age band.
        low: lower end of the plausible range, same shape.
        high: upper end, same shape.
        unit: in words.
        source: publisher and year, or `assumption`.
        grade: A seen in the source, B derived from A, C recalled and unverified, J judgement.
        note: what a reader should know before relying on it.
        distribution: how sure each part of the range is, where the rule of the evidence register does not fit;
            `fixed` for what somebody decides, which no evidence can make more or less likely.
    """

    value: float | tuple[float, ...]
    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    unit: Text
    source: Text
    grade: Literal["A", "B", "C", "J"]
    note: str = ""
    distribution: Literal["pert", "triangular", "uniform", "lognormal", "fixed"] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        rows = [v if isinstance(v, tuple) else (v,) for v in (self.low, self.value, self.high)]
        if len({len(r) for r in rows}) != 1:
            raise ValueError(f"low, value and high have {[len(r) for r in rows]} numbers; give each the same number")
        for low, value, high in zip(*rows, strict=True):
            if not low <= value <= high:
                raise ValueError(
                    f"value {shown(value)} is outside its own range {shown(low)} to {shown(high)}; "
                    "change the value, or widen low and high and say why in note"
                )
        if self.grade == "J" and not self.source.startswith("assumption"):
            raise ValueError("grade J is a judgement: its source must begin with the word 'assumption'")
        return self

    @property
    def number(self) -> float:
        """The value of a single-number quantity."""
        assert isinstance(self.value, float), "a table has no single number"
        return self.value

    @property
    def row(self) -> tuple[float, ...]:
        """The value as a row of numbers."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


def shaped(length: int | None, lowest: float, highest: float) -> AfterValidator:
    """The check that a quantity's numbers lie between bounds and, for a table, number `length`."""

    def check(quantity: Quantity) -> Quantity:
        rows = [v if isinstance(v, tuple) else (v,) for v in (quantity.low, quantity.value, quantity.high)]
        if length is None and isinstance(quantity.value, tuple):
            raise ValueError("one number is wanted here, not a list")
        if length is not None and (not isinstance(quantity.value, tuple) or len(quantity.value) != length):
            raise ValueError(f"a list of {length} numbers is wanted here")
        for number in (n for r in rows for n in r):
            if not lowest <= number <= highest:
                raise ValueError(
                    f"{shown(number)} is not allowed: value, low and high must lie between {shown(lowest)} and {shown(highest)}"
                )
        return quantity

    return AfterValidator(check)


INF = 1e15
Share = Annotated[Quantity, shaped(None, 0.0, 1.0)]
Positive = Annotated[Quantity, shaped(None, 0.0, INF)]
Signed = Annotated[Quantity, shaped(None, -INF, INF)]
Hazard = Annotated[Quantity, shaped(None, 0.0, 0.5)]
Hazards2 = Annotated[Quantity, shaped(2, 0.0, 0.5)]
Row3 = Annotated[Quantity, shaped(3, 0.0, INF)]
Row4 = Annotated[Quantity, shaped(4, 0.0, INF)]
ByAge = Annotated[Quantity, shaped(len(AGE_BANDS), 0.0, INF)]
SharesByAge = Annotated[Quantity, shaped(len(AGE_BANDS), 0.0, 1.0)]
