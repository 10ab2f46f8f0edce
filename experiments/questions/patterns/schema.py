"""What a pattern is: what really happened, how to see it in the model, and how near is near enough."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from experiments.configuration.declared import Large, Setting
from experiments.configuration.settings import (
    LARGEST_SEED,
    MOST_REPLICATES,
    MOST_WORKERS,
    MOST_YEARS,
    Whole,
    unless_auto,
)
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict, Text

LIVES: Final = "experiments.running.engine"
"""The module that lives a place's years under each arm."""
Statistic = Literal[
    "change",
    "share_change",
    "difference",
    "per_hundred_cut",
    "gap",
    "slope",
    "spread",
    "quarter",
    "unit_cost",
    "system_cost",
    "before_after",
    "against_controls",
]
"""All that numbers may be worked out by, as `experiments.questions.patterns.statistics` calls them."""


class Observed(Strict):
    """What really happened.

    Attributes:
        value: as published; none where the source gives a direction and no size.
        low, high: what else the sources allow.
        words: said in place of a number.
        source: publisher and what it says.
        year: of publication.
        grade: A seen in the source, B derived, C recalled and unverified, J judgement.
    """

    value: float | None
    low: float | None
    high: float | None
    words: str = ""
    source: Text
    year: int
    grade: Literal["A", "B", "C", "J"]

    @model_validator(mode="after")
    def _ordered(self) -> Observed:
        numbers = (self.low, self.value, self.high)
        if None in numbers:
            if any(number is not None for number in numbers) or not self.words:
                raise ValueError("give value, low and high, or none of them and say it in words")
        elif not self.low <= self.value <= self.high:  # type: ignore[operator]
            raise ValueError(f"value {self.value:g} is outside its own range {self.low:g} to {self.high:g}")
        return self


class Tolerance(Strict):
    """How near is near enough, fixed before any run.

    Attributes:
        met: lowest and highest value that count as met.
        partly: the wider range that counts as partly met.
        source: why so wide.
    """

    met: tuple[float, float]
    partly: tuple[float, float]
    source: Text

    @model_validator(mode="after")
    def _nested(self) -> Tolerance:
        if not self.partly[0] <= self.met[0] < self.met[1] <= self.partly[1]:
            raise ValueError("met must lie within partly, each as [lowest, highest]")
        return self


class MeasureConfig(Strict):
    """One number by which a pattern is judged.

    Attributes:
        title: what it is, in words.
        unit: of it.
        statistic: how it is worked out of the record, see `experiments.questions.patterns.statistics`.
        settings: of the statistic.
        observed, tolerance: what it is held against.
        indicts: the mechanism that a miss speaks against.
        met_by: what it would be met by: how people and services behave here, or something that was put in, which makes
            it a check of consistency.
        beside: an arm for which the same is worked out and shown, unjudged.
    """

    title: Text
    unit: Text
    statistic: Statistic
    settings: dict[str, Any]
    observed: Observed
    tolerance: Tolerance
    indicts: Text
    met_by: Literal["behaviour", "input"]
    beside: str | None = None


class PatternConfig(Strict):
    """A pattern: an experiment of its own and the numbers it is judged by, the first of them before all others.

    Attributes:
        number: its place in the list.
        title, summary: for people.
        use: whether it was held out or helped to set the model up.
        why: what of the pattern was put in, where something was.
        fed_in: all that the model is told.
        funding_source: where changes of grants and council tax come from.
        note: what the reader should know.
        engine: the module that lives it, one of two: a pattern is data, and whoever wrote it does not choose what code is run.
        place, scale, years, replicates: the experiment.
        arms: by name, a shipped policy or one of the pattern's own.
        measures: by name.
    """

    number: Annotated[int, Field(ge=1)]
    title: Text
    summary: Text
    use: Literal["hold-out", "calibration"]
    why: str = ""
    fed_in: Text
    funding_source: str = ""
    note: str = ""
    engine: Literal["experiments.running.engine", "experiments.questions.patterns.cohort"] = LIVES
    place: Text
    scale: Annotated[float, Field(gt=0, le=1)]
    years: Annotated[Whole, Field(ge=1, le=MOST_YEARS)]
    replicates: Annotated[Whole, Field(ge=2, le=MOST_REPLICATES)]
    arms: dict[str, str | dict[str, Any]] = Field(min_length=2)
    measures: dict[str, MeasureConfig] = Field(min_length=1)

    @model_validator(mode="after")
    def _arms_exist(self) -> PatternConfig:
        for name, measure in self.measures.items():
            named = {"beside": measure.beside or next(iter(self.arms)), **measure.settings}
            arms = [*(named.get(key, "") for key in ("arm", "against", "beside")), *named.get("arms", ())]
            strangers = [arm for arm in arms if arm not in ("", *self.arms)]
            if strangers:
                raise ValueError(
                    f"measures.{name} names the arm {strangers[0]}, which is not among arms: {', '.join(self.arms)}"
                )
            if len(measure.settings.get("at", arms[3:])) != len(arms[3:]):
                raise ValueError(
                    f"measures.{name}.settings.at must have one number for each of its {len(arms[3:])} arms"
                )
        return self


class Funding(Strict):
    """How a council is funded, and what became of it.

    Attributes:
        council_tax: share of service spending that council tax pays; grants pay the rest.
        grant_change: real change of grants once the path is complete.
        tax_change: real change of council tax by then.
    """

    council_tax: Annotated[float, Field(ge=0, le=1)]
    grant_change: Annotated[float, Field(ge=-1, le=1)]
    tax_change: Annotated[float, Field(ge=-1, le=1)]

    @property
    def cut(self) -> float:
        """The cut of the whole budget that follows from grant dependence alone."""
        return -((1 - self.council_tax) * self.grant_change + self.council_tax * self.tax_change)


class Asked(Strict):
    """The settings of `redesign patterns`."""

    only: Annotated[Names | None, Setting("patterns by name, or all", "results", "'only=[crime_and_police]'")]
    scale: Annotated[
        Annotated[float, Field(gt=0, le=1)] | None,
        Setting("simulated people per real person; null: each pattern's own", "replication"),
    ]
    replicates: Annotated[
        Annotated[Whole, Field(ge=2, le=MOST_REPLICATES)] | None,
        Setting("how often everything is run anew with other luck; null: each pattern's own", "results"),
    ]
    seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED), Setting("of all random numbers", "replication")]
    workers: Annotated[
        Annotated[Whole, Field(ge=1, le=MOST_WORKERS)] | None, Setting("processes; auto: one per core", "nothing")
    ]
    threads: Annotated[
        Annotated[Whole, Field(ge=1, le=MOST_WORKERS)] | None,
        Setting("of each process; auto: the cores that workers leave", "nothing"),
    ]
    large: Large = False
    out: Annotated[Text | None, Setting("results folder; null: one named after a hash of the configuration", "nothing")]
    write: Annotated[
        Text | None, Setting("a page to write the table to as well", "nothing", "write=docs/explanation/patterns.md")
    ]

    @field_validator("only", mode="before")
    @classmethod
    def _all(cls, given: Any) -> Any:
        """`all` stands for every pattern that is found."""
        if given in ("all", None):
            return None
        return [given] if isinstance(given, str) else given

    _auto = field_validator("workers", "threads", mode="before")(unless_auto)
