"""What `redesign stress` may be asked: which numbers and mechanisms may be otherwise, and how hard to look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, field_validator

from experiments.analysis.verdicts.responses import SOCIAL_VALUE, words_of
from experiments.configuration.declared import Setting
from experiments.configuration.settings import LARGEST_SEED, Whole, unless_all
from experiments.configuration.validate import Plan
from experiments.evidence.inputs import Varied
from simulation.parameters.names import NamesOrNone
from simulation.parameters.quantity import Strict, Text

FEWEST_MEMBERS = 5
"""Of a population: a new point is made of the best one and the difference of two others, beside the one it may replace."""


class StressSettings(Strict):
    """What may be otherwise, and how hard to look."""

    objective: Annotated[
        str, Setting("what is made as bad as it can be: social_value, or an outcome among outcomes=[...]", "results")
    ] = SOCIAL_VALUE
    inputs: Annotated[
        NamesOrNone,
        Setting(
            "numbers that may be anywhere in their ranges: keys of the register, with stars; "
            "parameter_source=posterior narrows those that were calibrated",
            "results",
            "'inputs=[lever.*]'",
        ),
    ] = ()
    screened: Annotated[
        Text | None,
        Setting(
            "a finished folder of redesign sensitivity: its inputs in its order, and no screening here",
            "results",
            "screened=results/sensitivity-croydon-0123abcd",
        ),
    ] = None
    trajectories: Annotated[
        Whole,
        Field(ge=0, le=1000),
        Setting("of the screening: runs so many times inputs + 1 points; 0: none, every input is searched", "results"),
    ] = 2
    survivors: Annotated[Whole, Field(ge=1, le=30), Setting("most inputs that are searched", "results")] = 8
    evaluations: Annotated[
        Whole,
        Field(ge=0, le=100_000),
        Setting("points looked at for each policy's worst case; 0: no search", "results"),
    ] = 48
    members: Annotated[
        Whole, Field(ge=FEWEST_MEMBERS, le=1000), Setting("points of one generation of the search", "results")
    ] = 12
    structures: Annotated[
        NamesOrNone | None,
        Setting(
            "structural alternatives, each alone; all: redesign list structures; []: none",
            "results",
            "'structures=[cut,demand]'",
        ),
    ] = None
    report_replicates: Annotated[
        Whole,
        Field(ge=2, le=10_000),
        Setting("of whatever is reported, with other people and other luck than the search", "results"),
    ] = 10
    report_seed: Annotated[
        Annotated[Whole, Field(ge=0, le=LARGEST_SEED)] | None,
        Setting("of whatever is reported; null: the seed after seed=", "results"),
    ] = None
    design_seed: Annotated[
        Whole, Field(ge=0, le=LARGEST_SEED), Setting("of the screening and the search", "results")
    ] = 1
    titles: Annotated[
        dict[str, str],
        Setting("what inputs are called in sentences and figures, by key, where titles.yaml is not wanted", "results"),
    ] = Field(default_factory=dict)

    _all = field_validator("structures", mode="before")(unless_all)


OWN = tuple(StressSettings.model_fields)


@dataclass(frozen=True)
class Asked:
    """What is to be found out.

    Attributes:
        base: the plan with the numbers as used.
        own: settings of this question.
        inputs: all that may be otherwise, by name; none where nothing is searched.
        alternatives: mechanism and choice of every structural alternative.
    """

    base: Plan
    own: StressSettings
    inputs: Mapping[str, Varied]
    alternatives: Sequence[tuple[str, str]]

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """Title, unit and direction of each response, what is searched for first."""
        found = words_of(self.base.settings.outcomes, self.base.valuation)
        return {self.own.objective: found[self.own.objective], **found}

    @property
    def reported_luck(self) -> int:
        """The seed of what is reported."""
        seed = self.base.world.seed
        return self.own.report_seed if self.own.report_seed is not None else seed + 1
