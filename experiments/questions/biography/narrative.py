"""Puts two lives into tables and words: who it is, month by month, what happens, and where they part."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from experiments.questions.biography import divergence
from experiments.questions.biography.trajectories import Moment, TwoLives
from experiments.running.lives.events import Names, date_of, diary
from experiments.running.lives.moments import SERVED_PHASE
from experiments.running.lives.side_by_side import ages_at
from simulation.mechanism.citizens.case import lives_alone
from simulation.parameters.quantity import TIERS
from simulation.place import PlaceState, World
from simulation.state.codes import CaseState, Cause

ADULT, CHILD_WORDS, ADULT_WORDS = 18, ("boy", "girl"), ("man", "woman")
THIS_MONTH = 1  # months since a failure, at the end of the month it happened in


@dataclass(frozen=True)
class Told:
    """Two lives, told.

    Attributes:
        facts: who it is, and where the lives part, in words.
        months: one row per arm, month and challenge.
        diary: one row per arm and thing that happens.
    """

    facts: dict[str, Any]
    months: pd.DataFrame
    diary: pd.DataFrame


def tell(lives: TwoLives, world: World, start: PlaceState) -> Told:
    """Tells two lives."""
    names = Names(list(world.config.challenges.values()))
    found = divergence.find(lives)
    facts = {
        "row": lives.row,
        "arms": list(lives.arms),
        "who": who(lives.row, world, start),
        "told": divergence.told(found, lives.arms, names),
        "same": found is None,
        "parting": None
        if found is None
        else {
            "month": found.month,
            "date": date_of(found.month),
            "rule": found.phase,
            "columns": list(found.columns),
            "challenge": world.challenges[found.challenge] if found.challenge >= 0 else None,
        },
        "titles": {name: config.title for name, config in world.config.challenges.items()},
        "levels": {name: list(config.levels) for name, config in world.config.challenges.items()},
    }
    happened = [
        {"arm": arm, "month": month, "date": date_of(month), "what": what}
        for arm in lives.arms
        for month, what in diary(lives.moments[arm], names)
    ]
    kept = pd.DataFrame(happened, columns=["arm", "month", "date", "what"])
    return Told(facts, pd.DataFrame(list(_months(lives, world, start, names))), kept)


def who(row: int, world: World, start: PlaceState) -> str:
    """The citizen at the policy date, from the data and without a name."""
    people, age = start.people, int(ages_at(start)[row])
    kinds = ADULT_WORDS if age >= ADULT else CHILD_WORDS
    kind = kinds[int(people.female[row])]
    area = world.config.place.areas[int(people.area[row])].area
    company = "alone" if lives_alone(row, people) else "with others"
    return (
        f"A {kind} of {age} in {date_of(start.month)}, living {company} in area {area} of "
        f"{world.config.place.title} (simulated citizen {row})."
    )


def _months(lives: TwoLives, world: World, start: PlaceState, names: Names) -> Iterator[dict[str, Any]]:
    """One row per arm, month and challenge, until the life in this place ends.

    Everything is as the month ends, but the worst level of the month and the case that was worked on in it.
    """
    born = int(start.people.birth_month[lives.row])
    for arm in lives.arms:
        for month in _by_month(lives.moments[arm]):
            moment, person = month[-1], month[-1].person
            worst = np.max([each.person["level"] for each in month if not each.ending] or [0 * person["level"]], axis=0)
            during = next((each.person["state"] for each in month if each.phase == SERVED_PHASE), person["state"])
            common = {
                "arm": arm,
                "month": moment.month,
                "date": date_of(moment.month),
                "age": (moment.month - born) // 12,
                "alive": int(not moment.ending),
                "ending": moment.ending,
            }
            feelings = {name: round(float(person[name]), 6) for name in ("trust", "capability", "wellbeing")}
            for c, name in enumerate(world.challenges):
                state = CaseState(int(person["state"][c]))
                here = state != CaseState.NONE and not moment.ending
                tier = int(person["tier"][c])
                level = int(person["level"][c]) if not moment.ending else 0
                cause = Cause(int(person["cause"][c]))
                yield (
                    common
                    | {
                        "challenge": name,
                        "level": level,
                        "level_words": names.level(c, level) if not moment.ending else "",
                        "root": int(person["root"][c]),
                        "state": state.name.lower() if here else "none",
                        "tier": TIERS[tier] if here else "",
                        "service": names.service(c, tier) if here else "",
                        "months_in_state": int(person["months"][c]),
                        "cause": cause.name.lower(),
                        "months_unmet": int(person["unmet"][c]),
                        "worst_level": int(worst[c]),
                        "case": CaseState(int(during[c])).name.lower() if not moment.ending else "none",
                        "refused": int(
                            cause == Cause.REFUSED and person["since"][c] == THIS_MONTH and not moment.ending
                        ),
                    }
                    | feelings
                )


def _by_month(moments: list[Moment]) -> Iterator[list[Moment]]:
    """The moments of each month, up to the one in which somebody dies or leaves."""
    for _, group in groupby(moments, key=lambda moment: moment.month):
        month = list(group)
        yield month
        if month[-1].ending:
            return
