"""The question `redesign watch`: two towns side by side under two policies, every citizen a dot. An illustration."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from experiments import regular_files, storage
from experiments.analysis.verdicts.policies import described
from experiments.configuration import validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.question_settings import never_read, without
from experiments.configuration.validate import Plan
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import Question, found_in
from experiments.questions.watch.town import counts, live, record
from experiments.running.lives import one_pair
from experiments.running.machine.estimate import people_of
from experiments.running.session import Session
from experiments.text.terminal import Page
from simulation.parameters.quantity import Strict

ILLUSTRATION = (
    "An illustration: one pair of lives of one town with the same luck, not the average and not evidence. What a policy "
    "does on the whole, and how sure that is, is what redesign compare tells."
)
LESSON = "lesson"
RECORD, COUNTS = "watch.json", "watch_counts.csv"
MOST_CITIZENS = 10_000
"""More dots than these cannot be told apart, nor drawn in time on a slow machine."""


class WatchSettings(Strict):
    """What is watched."""

    replication: Annotated[
        int, Field(ge=0, strict=True), Setting("whose luck, from 0: as in a comparison with the same seed", "results")
    ] = 0


@dataclass(frozen=True)
class Asked:
    """Two towns that can be watched.

    Attributes:
        plan: the place and its policies.
        own: whose luck.
    """

    plan: Plan
    own: WatchSettings


class Watch(Question[Asked]):
    """Two towns, side by side."""

    name = "watch"
    settings = WatchSettings
    figures = found_in("page", "write_page")
    page = found_in("page", "page_of")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan; refuses with everything that is wrong before anything runs."""
        return check(composed)

    def session(self, asked: Asked) -> Session:
        """The folder of a town."""
        return one_pair.session_of(self.name, asked.plan, asked.own.model_dump())

    def analyse(self, asked: Asked, session: Session) -> dict[str, Any]:
        """Lives both arms, and writes down everybody's months."""
        with Page(stderr=True).status("letting the place settle, and living in both towns ..."):
            people = _lived(asked, session)
        return one_pair.said_of(
            session, asked.plan, asked.own.model_dump(), {"people": people, "caution": ILLUSTRATION}
        )

    def base_at(self, composed: Composed) -> Plan:
        """The place and its policies."""
        return check(composed).plan


QUESTION = Watch()


def check(composed: Composed) -> Asked:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    rest, own = without(_of_lesson(composed), tuple(WatchSettings.model_fields))
    faults = never_read(composed)
    settings = read(WatchSettings, own, "", faults)
    try:
        plan = validate.check(rest)
    except ConfigurationError as refusal:
        raise ConfigurationError(*faults, *refusal.faults) from None
    faults += _misplaced(plan)
    if faults or settings is None:
        raise ConfigurationError(*faults)
    return Asked(plan, settings)


def _of_lesson(composed: Composed) -> Composed:
    """The town and the policies of a lesson as its page has them, where one was named."""
    if LESSON not in composed.data:
        return composed
    typed = [word for word in composed.overrides if key_of(word) not in WatchSettings.model_fields]
    town, _ = without(compose(LESSON, typed, composed.folders), [LESSON])
    _, own = without(composed, ["replicates", *WatchSettings.model_fields])
    return replace(composed, data=town.data | own)


def _misplaced(plan: Plan) -> list[Fault]:
    """What does not go with watching one town."""
    faults, settings = [], plan.settings
    if (people := people_of(plan.world)) > MOST_CITIZENS:
        most = MOST_CITIZENS / plan.world.place.population.number
        step = 10.0 ** (math.floor(math.log10(most)) - 1)
        fits = step * math.floor(most / step)
        why = f"makes {people:,.0f} citizens, each a dot; at most {MOST_CITIZENS:,} can be watched"
        faults.append(Fault(f"scale={settings.scale:g}", why, f"scale={fits:g}, or a smaller place"))
    return faults + one_pair.misplaced(plan, "a town is watched")


def _lived(asked: Asked, session: Session) -> int:
    """Lives both arms and writes down what the page shows; returns how many citizens there are on the policy date."""
    plan, own, out = asked.plan, asked.own, session.out
    settled, start, policies = one_pair.begun(session, plan, own.replication)
    first, second = policies
    threads = plan.settings.threads or 1
    lived = live(settled.world, start, policies, own.replication, plan.settings.years, threads)
    told = record(lived, settled.world, start)
    storage.write_json(out / RECORD, told | {"town": _described(asked, first, second)})
    storage.write_csv(out / COUNTS, counts(lived.recorders, settled.world.challenges))
    return int(told["people"])


def _described(asked: Asked, *arms: str) -> Mapping[str, Any]:
    """What the page says of the place, the policies and the run."""
    plan = asked.plan
    return {
        "place": plan.world.place.title,
        "source": plan.world.place.source,
        "years": plan.settings.years,
        "scale": plan.settings.scale,
        "seed": plan.settings.seed,
        "replication": asked.own.replication,
        "arms": [
            {"name": each.arm, "title": each.title, "summary": each.summary, "does": [list(line) for line in each.does]}
            for each in described(plan.composed.data, arms)
        ],
    }


def record_of(out: Path) -> dict[str, Any]:
    """What was written down in a finished folder."""
    found: dict[str, Any] = regular_files.read_json(out / RECORD)
    return found
