"""The question `redesign biography`: where do the two lives of one citizen part, under the same luck? An illustration."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from experiments import storage
from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.question_settings import never_read, without
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, Stopped, unknown
from experiments.questions.base import Question
from experiments.questions.biography import narrative
from experiments.questions.biography.selection import OLDEST, SEARCHES, Compared, ages_of, compare_everybody, search
from experiments.questions.biography.trajectories import follow
from experiments.running.lives import one_pair
from experiments.running.lives.side_by_side import ages_at
from experiments.running.session import Session, settled_or_refused
from experiments.text.terminal import Page
from simulation.build import build
from simulation.parameters.quantity import Strict, Text
from simulation.place import PlaceState
from simulation.run import Settled

ILLUSTRATION = (
    "An illustration: two lives under the same luck; not evidence. Individual differences depend on how luck is coupled; "
    "what a policy does to people at large is what redesign compare tells."
)
FACTS, MONTHS, DIARY = "biography.json", "biography.csv", "diary.csv"


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

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan; refuses with everything that is wrong before anything runs."""
        return check(composed)

    def session(self, asked: Asked) -> Session:
        """The folder of a biography."""
        return one_pair.session_of(self.name, asked.plan, asked.own.model_dump())

    def analyse(self, asked: Asked, session: Session) -> dict[str, Any]:
        """Lives both arms, chooses the citizen, and writes the two lives down."""
        with Page(stderr=True).status("letting the place settle, and living both lives ..."):
            row = _told(asked, session)
        return one_pair.said_of(session, asked.plan, asked.own.model_dump(), {"row": row, "caution": ILLUSTRATION})


QUESTION = Biography()


def check(composed: Composed) -> Asked:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    rest, own = without(composed, tuple(BiographySettings.model_fields))
    faults = never_read(composed)
    settings = read(BiographySettings, own, "", faults)
    ages: tuple[int, int] | None = (0, OLDEST)
    try:
        plan = validate.check(rest)
    except ConfigurationError as refusal:
        faults += refusal.faults
    else:
        faults += _misplaced(plan, settings) if settings else []
    if settings and settings.age is not None:
        ages = ages_of(str(settings.age))
    if ages is None:
        faults.append(Fault(f"age={own['age']}", "must be ages, as 65.. or ..17 or 18..64 or 40"))
    if faults or settings is None or ages is None:
        raise ConfigurationError(*faults)
    _refuse_rows_that_are_none(plan, settings)
    return Asked(plan, settings, ages)


def _misplaced(plan: Plan, own: BiographySettings) -> list[Fault]:
    """What does not go with telling one life."""
    faults = []
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
    return faults + one_pair.misplaced(plan, "a biography is told")


def _refuse_rows_that_are_none(plan: Plan, own: BiographySettings) -> None:
    """Refuses a row number that the place does not have."""
    if isinstance(own.citizen, str):
        return
    built = settled_or_refused(lambda: build(plan.world), plan.settings.scale)
    last = built.people.alive.size - 1
    if not 0 <= own.citizen <= last:
        why = f"is no row of this place; there are rows 0 to {last}"
        raise ConfigurationError(Fault(f"citizen={own.citizen}", why, "or search: citizen=most_different"))


def _told(asked: Asked, session: Session) -> int:
    """Lives both arms, writes down the two lives of the citizen who is meant, and returns their row."""
    plan, own, out = asked.plan, asked.own, session.out
    settled, start, policies = one_pair.begun(session, plan, own.replication)
    row, found = _choose(asked, settled, start)
    threads = plan.settings.threads or 1
    lives = follow(settled.world, start, policies, row, own.replication, plan.settings.years, threads)
    told = narrative.tell(lives, settled.world, start)
    facts = told.facts | {"found_by": _found_by(asked, found), "caution": ILLUSTRATION}
    storage.write_json(out / FACTS, facts)
    storage.write_csv(out / MONTHS, told.months)
    storage.write_csv(out / DIARY, told.diary)
    return row


def _choose(asked: Asked, settled: Settled, start: PlaceState) -> tuple[int, Compared | None]:
    """The row of the citizen, and what a search found out about everybody."""
    plan, own = asked.plan, asked.own
    if isinstance(own.citizen, int):
        if start.people.alive[own.citizen] != 1:
            raise Stopped(
                f"nobody lives in row {own.citizen} at the policy date; name another, or search: citizen=most_different"
            )
        return own.citizen, None
    policies = {arm: plan.policies[arm] for arm in plan.settings.contrast}
    found = compare_everybody(
        settled.world, start, policies, own.replication, plan.settings.years, plan.settings.threads or 1, own.need
    )
    return search(own.citizen, found, ages_at(start), asked.ages), found


def _found_by(asked: Asked, found: Compared | None) -> str:
    """How this citizen came to be chosen, in words."""
    if found is None:
        return f"The citizen in row {asked.own.citizen}, as asked."
    low, high = asked.ages
    age = "" if (low, high) == (0, OLDEST) else f" aged {low} or more" if high == OLDEST else f" aged {low} to {high}"
    about = f", counting {asked.own.need.replace('_', ' ')} only" if asked.own.need else ""
    return f"Searched: somebody{age} {SEARCHES[str(asked.own.citizen)]}{about}. {found.words()}"
