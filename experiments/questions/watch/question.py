"""The question `redesign watch`: two towns side by side under two policies, every citizen a dot. An illustration.

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from experiments import regular_files
from experiments.configuration.compose import Composed, compose
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base, without
from experiments.configuration.validate import Plan
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import Fault
from experiments.questions.base import Question, found_in
from experiments.running.lives import not_for
from experiments.running.machine.estimate import people_of
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
    session = found_in("work", "session_of")
    analyse = found_in("work", "analysed")
    figures = found_in("page", "write_page")
    page = found_in("page", "page_of")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan; refuses with everything that is wrong before anything runs."""
        return check(composed)

    def base_at(self, composed: Composed) -> Plan:
        """The place and its policies."""
        return check(composed).plan


QUESTION = Watch()


def check(composed: Composed) -> Asked:
    """Makes the plan; refuses with everything that is wrong before anything runs."""
    own, plan, _ = own_and_base(_of_lesson(composed), WatchSettings, _misplaced)
    return Asked(plan, own)


def _of_lesson(composed: Composed) -> Composed:
    """The town and the policies of a lesson as its page has them, where one was named."""
    if LESSON not in composed.data:
        return composed
    typed = [word for word in composed.overrides if key_of(word) not in WatchSettings.model_fields]
    town, _ = without(compose(LESSON, typed, composed.folders), [LESSON])
    _, own = without(composed, ["replicates", *WatchSettings.model_fields])
    return replace(composed, data=town.data | own)


def _misplaced(_own: WatchSettings | None, plan: Plan) -> list[Fault]:
    """What does not go with watching one town."""
    faults, settings = [], plan.settings
    if (people := people_of(plan.world)) > MOST_CITIZENS:
        most = MOST_CITIZENS / plan.world.place.population.number
        step = 10.0 ** (math.floor(math.log10(most)) - 1)
        fits = step * math.floor(most / step)
        why = f"makes {people:,.0f} citizens, each a dot; at most {MOST_CITIZENS:,} can be watched"
        faults.append(Fault(f"scale={settings.scale:g}", why, f"scale={fits:g}, or a smaller place"))
    return faults + not_for.misplaced(plan, "a town is watched")


def record_of(out: Path) -> dict[str, Any]:
    """What was written down in a finished folder."""
    found: dict[str, Any] = regular_files.read_json(out / RECORD)
    return found
