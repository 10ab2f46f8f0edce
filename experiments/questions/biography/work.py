"""What `redesign biography` does: both arms are lived, the citizen is chosen, and the two lives are written down."""

from typing import Any

from experiments import storage
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, Stopped
from experiments.questions.biography import narrative
from experiments.questions.biography.question import Asked
from experiments.questions.biography.searches import OLDEST, SEARCHES
from experiments.questions.biography.selection import Compared, compare_everybody, search
from experiments.questions.biography.trajectories import follow
from experiments.running.lives import one_pair
from experiments.running.lives.side_by_side import ages_at
from experiments.running.session import Session, settled_or_refused
from experiments.text.terminal import Page
from simulation.build import build
from simulation.place import PlaceState
from simulation.settling.settled import Settled

ILLUSTRATION = (
    "An illustration: two lives under the same luck; not evidence. Individual differences depend on how luck is coupled; "
    "what a policy does to people at large is what redesign compare tells."
)
FACTS, MONTHS, DIARY = "biography.json", "biography.csv", "diary.csv"


def session_of(asked: Asked) -> Session:
    """The folder of a biography."""
    return one_pair.session_of("biography", asked.plan, asked.own.model_dump())


def analysed(asked: Asked, session: Session) -> dict[str, Any]:
    """Lives both arms, chooses the citizen, and writes the two lives down."""
    with Page(stderr=True).status("letting the place settle, and living both lives ..."):
        row = _told(asked, session)
    return one_pair.said_of(session, asked.plan, asked.own.model_dump(), {"row": row, "caution": ILLUSTRATION})


def refuse_a_row_that_is_none(plan: Plan, row: int) -> None:
    """Refuses a row number that the place does not have."""
    built = settled_or_refused(lambda: build(plan.world), plan.settings.scale)
    last = built.people.alive.size - 1
    if not 0 <= row <= last:
        why = f"is no row of this place; there are rows 0 to {last}"
        raise ConfigurationError(Fault(f"citizen={row}", why, "or search: citizen=most_different"))


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
