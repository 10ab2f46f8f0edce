"""What `redesign stress` may be asked: which numbers and mechanisms may be otherwise, and how hard to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.analysis.economics.net_benefit import NET
from experiments.analysis.statistics.point_differences import words_of
from experiments.configuration.question_settings import kept_with
from experiments.configuration.settings import LARGEST_SEED, Whole
from experiments.configuration.validate import Plan
from experiments.evidence.inputs import Varied
from experiments.questions.stress import worst_case
from simulation.parameters.quantity import Strict


class StressSettings(Strict):
    """What may be otherwise, and how hard to look.

    Attributes:
        objective: the response that is made as bad as it can be.
        inputs: keys of the register, with stars.
        screened: a finished sensitivity analysis, whose inputs are taken in its order.
        trajectories: of the screening; 0 for none.
        survivors: most inputs that are searched.
        evaluations: points looked at for each arm; 0 for no search.
        members: points of one generation.
        structures: mechanisms whose other choices are tried; None for all.
        report_replicates: of what is reported.
        report_seed: of what is reported; None for the seed after the run's own.
        design_seed: of the screening and the search.
        titles: what inputs are called, by key.
    """

    objective: str = NET
    inputs: tuple[str, ...] = ()
    screened: str | None = None
    trajectories: Annotated[Whole, Field(ge=0, le=1000)] = 2
    survivors: Annotated[Whole, Field(ge=1, le=30)] = 8
    evaluations: Annotated[Whole, Field(ge=0, le=100_000)] = 48
    members: Annotated[Whole, Field(ge=worst_case.FEWEST_MEMBERS, le=1000)] = 12
    structures: tuple[str, ...] | None = None
    report_replicates: Annotated[Whole, Field(ge=2, le=10_000)] = 10
    report_seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED)] | None = None
    design_seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED)] = 1
    titles: dict[str, str] = Field(default_factory=dict)

    @field_validator("structures", mode="before")
    @classmethod
    def _all(cls, given: Any) -> Any:
        """`all` stands for every mechanism that is disputed."""
        return None if given == "all" else [given] if isinstance(given, str) else given


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
    def kept(self) -> dict[str, Any]:
        """What is kept beside the results."""
        return kept_with(self.own, self.base)

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
