"""The question `redesign biography`: where do the two lives of one citizen part, under the same luck? An illustration.

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.errors import Fault, unknown
from experiments.questions.base import Question, found_in
from experiments.questions.biography.searches import OLDEST, SEARCHES, ages_of
from experiments.running.lives import not_for
from simulation.parameters.quantity import Strict, Text


class BiographySettings(Strict):
    """Whose life is told."""

    citizen: Annotated[
        Annotated[int, Field(strict=True)] | Annotated[str, Field(strict=True)],
        Setting(
            "most_different: whose two lives differ in most months, an extreme; typical: the middle one of those whose "
            "lives differ at all; crisis_in_one_arm: with a crisis in one arm only; or a row number",
            "results",
            "citizen=123",
        ),
    ] = "most_different"
    age: Annotated[
        Annotated[int, Field(strict=True)] | Annotated[str, Field(strict=True)] | None,
        Setting("for a search, at the policy date: 65.. or ..17 or 18..64; null: any", "results", "age=65.."),
    ] = None
    need: Annotated[
        Text | None,
        Setting("for a search, the challenge in which the lives must differ; null: any", "results", "need=later_life"),
    ] = None
    replication: Annotated[
        int, Field(ge=0, strict=True), Setting("whose luck, from 0: as in a comparison with the same seed", "results")
    ] = 0


@dataclass(frozen=True)
class Asked:
    """A biography that can be told.

    Attributes:
        plan: the place and its policies.
        own: whose life.
        ages: the lowest and highest age among which is searched.
    """

    plan: Plan
    own: BiographySettings
    ages: tuple[int, int]


class Biography(Question[Asked]):
    """One citizen, twice."""

    name = "biography"
    settings = BiographySettings
    session = found_in("work", "session_of")
    analyse = found_in("work", "analysed")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan; refuses with everything that is wrong before anything runs."""
        return check(composed)


QUESTION = Biography()


def check(composed: Composed) -> Asked:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    own, plan, _ = own_and_base(composed, BiographySettings, _misplaced)
    if isinstance(own.citizen, int):
        QUESTION.part("work").refuse_a_row_that_is_none(plan, own.citizen)
    return Asked(plan, own, _ages(own) or (0, OLDEST))


def _ages(own: BiographySettings) -> tuple[int, int] | None:
    """The lowest and highest age among which is searched; none where what was typed are no ages."""
    return (0, OLDEST) if own.age is None else ages_of(str(own.age))


def _misplaced(own: BiographySettings | None, plan: Plan) -> list[Fault]:
    """What does not go with telling one life."""
    faults: list[Fault] = []
    if own is None:
        return faults
    if isinstance(own.citizen, str) and own.citizen not in SEARCHES:
        faults.append(
            unknown(f"citizen={own.citizen}", "search for citizens", own.citizen, [*SEARCHES, "a row number"])
        )
    if isinstance(own.citizen, int) and (own.age is not None or own.need is not None):
        faults.append(
            Fault(
                f"citizen={own.citizen}",
                "names somebody; age= and need= are for a search",
                "leave them out, or citizen=most_different",
            )
        )
    if own.need is not None and own.need not in plan.world.challenges:
        faults.append(unknown(f"need={own.need}", "challenge in this run", own.need, plan.world.challenges))
    faults += not_for.misplaced(plan, "a biography is told")
    if _ages(own) is None:
        faults.append(Fault(f"age={own.age}", "must be ages, as 65.. or ..17 or 18..64 or 40", "for example age=65.."))
    return faults
