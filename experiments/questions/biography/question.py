"""The question `redesign biography`: where do the two lives of one citizen part, under the same luck? An illustration."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from rich.console import Console

from experiments.configuration import validate
from experiments.configuration.compose import Composed, Question
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, Stopped, unknown
from experiments.questions.compare import question as compare
from experiments.questions.sweep.question import without
from simulation.parameters.quantity import Strict

if TYPE_CHECKING:
    from experiments.questions.biography.selection import Compared
    from simulation.run import Settled
    from simulation.situation import Situation

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
        str | None,
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


OWN = tuple(BiographySettings.model_fields)


def check(composed: Composed) -> Asked:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    from experiments.questions.biography.selection import OLDEST, ages_of

    rest, own = without(composed, OWN)
    faults: list[Fault] = []
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
    return Asked(plan, settings, ages)


def _misplaced(plan: Plan, own: BiographySettings) -> list[Fault]:
    """What does not go with telling one life."""
    from experiments.questions.biography.selection import SEARCHES

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
    if plan.settings.uncertainty != "chance":
        faults.append(
            Fault("uncertainty=evidence", "is a way to compare; a biography is told with the numbers as used")
        )
    if plan.settings.runner != "local":
        faults.append(
            Fault(f"runner={plan.settings.runner}", "is for questions that run many points at once, as sweep")
        )
    return faults


def answer(asked: Asked) -> int:
    """Lives both arms, tells the two lives, and shows one screen."""
    from experiments.questions.biography import screen
    from experiments.results import results_folder

    plan, model = asked.plan, str(compare.engine().model_version())
    for note in plan.notes:
        print(f"note: {note}", file=sys.stderr)
    policies = {arm: plan.policies[arm].model_dump(mode="json") for arm in plan.settings.contrast}
    key = results_folder.hashed(
        [
            "biography",
            results_folder.world_key(plan, model),
            list(policies.items()),
            plan.settings.years,
            asked.own.model_dump(),
        ]
    )
    out = Path(plan.settings.out or f"results/biography-{plan.place}-{key[:8]}").expanduser()
    claim = results_folder.configuration(plan) | {"biography": asked.own.model_dump()}
    if results_folder.state_of(out, key, claim) == "finished":
        print(f"{out} holds this biography already; here it is again.\n", file=sys.stderr)
    else:
        _refuse_rows_that_are_none(asked)
        working = Console(stderr=True).status("letting the place settle, and living both lives ...")
        with compare.keeping(out), results_folder.claimed(out, key, claim), working:
            _run(asked, model, key, out)
    results_folder.tidy(out)
    screen.show(out)
    return 0


ask = Question(check, answer, BiographySettings)


def _refuse_rows_that_are_none(asked: Asked) -> None:
    """Refuses a row number that the place does not have, before anything is lived."""
    if isinstance(asked.own.citizen, str):
        return
    from simulation.build import build

    _, people, _ = compare.or_refuse(lambda: build(asked.plan.world), asked.plan.settings.scale)
    last = people.alive.size - 1
    if not 0 <= asked.own.citizen <= last:
        raise ConfigurationError(
            Fault(
                f"citizen={asked.own.citizen}",
                f"is no row of this place; there are rows 0 to {last}",
                "or search: citizen=most_different",
            )
        )


def _run(asked: Asked, model: str, key: str, out: Path) -> None:
    """Settles, lives, chooses, tells; the manifest comes last and says that all is there."""
    from experiments.questions.biography import narrative
    from experiments.questions.biography.trajectories import follow
    from experiments.results import manifest, store
    from simulation.run import policy_date

    began, plan, own = time.perf_counter(), asked.plan, asked.own
    settled = _settled(plan, model, out)
    threads = plan.settings.threads or 1
    start, _ = policy_date(settled, own.replication, threads)
    second, first = plan.settings.contrast
    policies = {arm: plan.policies[arm] for arm in (first, second)}
    row, found = _choose(asked, settled, start)
    lives = follow(settled.world, start, policies, row, own.replication, plan.settings.years, threads)
    told = narrative.tell(lives, settled.world, start)
    facts = told.facts | {"found_by": _found_by(asked, found), "caution": ILLUSTRATION}
    store.write_json(out / FACTS, facts)
    store.write_atomically(out / MONTHS, partial(told.months.to_csv, index=False))
    store.write_atomically(out / DIARY, partial(told.diary.to_csv, index=False))
    _draw(out)
    findings = {
        "question": "biography",
        "row": row,
        "caution": ILLUSTRATION,
        "replicates": 1,
        "wall_seconds": round(time.perf_counter() - began, 3),
    }
    content = manifest.describe(plan, model, findings) | {"results_key": key, "biography": own.model_dump()}
    content["configuration"] = content["configuration"] | {"biography": own.model_dump()}
    manifest.write(out, content, finished=True)


def _draw(out: Path) -> None:
    """Draws the timeline from the tables that were written."""
    from experiments.questions.biography.figures import write_figure

    write_figure(out)


def _settled(plan: Plan, model: str, out: Path) -> Settled:
    """The place at rest, kept as a comparison keeps it until the folder is finished."""
    from experiments.results import results_folder, store
    from experiments.running import executor
    from experiments.running.worker import Job

    parts = out / results_folder.PARTS
    place = parts / f"settled-{results_folder.world_key(plan, model)[:16]}.pickle"
    job = Job(compare.ENGINE, place, plan.policies, plan.settings.years, executor.cores(), parts, model)
    compare.settle(plan, job, lambda *steps: None)
    settled: Settled = store.read_settled(place)
    return settled


def _choose(asked: Asked, settled: Settled, start: Situation) -> tuple[int, Compared | None]:
    """The row of the citizen, and what a search found out about everybody."""
    from experiments.questions.biography.selection import ages_at, compare_everybody, search

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
    from experiments.questions.biography.selection import OLDEST, SEARCHES

    if found is None:
        return f"The citizen in row {asked.own.citizen}, as asked."
    low, high = asked.ages
    age = "" if (low, high) == (0, OLDEST) else f" aged {low} or more" if high == OLDEST else f" aged {low} to {high}"
    about = f", counting {asked.own.need.replace('_', ' ')} only" if asked.own.need else ""
    return f"Searched: somebody{age} {SEARCHES[str(asked.own.citizen)]}{about}. {found.words()}"
