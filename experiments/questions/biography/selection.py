"""Chooses the citizen whose two lives are told: a row number, or a search over everybody who is there at the policy date."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.errors import Stopped
from experiments.questions.biography.searches import SEARCHES
from experiments.running.lives.side_by_side import in_step, places_of
from simulation.place import PlaceState, World
from simulation.policy.policy import Policy
from simulation.state.codes import CRISIS


@dataclass(frozen=True)
class Compared:
    """Everybody's two lives, counted.

    Attributes:
        there: whose row had somebody at the policy date.
        months: by row, months in which a need or a case differed, or only one of the two lives went on.
        crisis: by arm and row, whether there was a crisis at a month's end.
        challenge: the one that was looked at; none for all.
    """

    there: NDArray[np.bool_]
    months: NDArray[np.int64]
    crisis: NDArray[np.bool_]
    challenge: str | None = None

    def words(self) -> str:
        """How many people's lives differ at all."""
        parted, everybody = int(np.count_nonzero(self.months[self.there])), int(self.there.sum())
        about = f" with {self.challenge.replace('_', ' ')}" if self.challenge else ""
        return (
            f"Of {everybody:,} people simulated, {parted:,} ({parted / everybody:.0%}) end at least one month with another "
            f"need or another case{about} in one arm than in the other."
        )


def compare_everybody(
    world: World,
    start: PlaceState,
    policies: Mapping[str, Policy],
    replication: int,
    years: int,
    threads: int,
    challenge: str | None = None,
) -> Compared:
    """Lives both arms and counts for everybody the months in which need or case differ, in one challenge or all."""
    which = slice(None) if challenge is None else [world.challenges.index(challenge)]
    there, lived = start.people.alive == 1, start.people.generation.copy()
    months = np.zeros(there.size, dtype=np.int64)
    crisis = np.zeros((2, there.size), dtype=bool)
    places = places_of(world, start, policies, replication, threads)
    for _ in in_step(places, 12 * years):
        seen = []
        for arm, place in enumerate(places):
            people = place.state.people
            here = (people.alive == 1) & (people.generation == lived)
            level, state = (np.where(here[:, None], c[:, which], 0) for c in (people.level, people.state))
            crisis[arm] |= (level == CRISIS).any(axis=1)
            seen.append((here, level, state))
        (here, level, state), (other_here, other_level, other_state) = seen
        apart = (level != other_level) | (state != other_state)
        months += apart.any(axis=1) | (here != other_here)
    months[~there] = 0
    return Compared(there, months, crisis, challenge)


def search(how: str, found: Compared, ages: NDArray[np.int64], wanted: tuple[int, int]) -> int:
    """The row of the citizen that a search means.

    Raises:
        Stopped: nobody is like that.
    """
    among = found.there & (ages >= wanted[0]) & (ages <= wanted[1])
    if how == "crisis_in_one_arm":
        among &= found.crisis[0] != found.crisis[1]
    rows = np.flatnonzero(among)
    if rows.size == 0:
        raise Stopped(
            f"citizen={how} finds nobody here: no citizen is {SEARCHES[how]}, at these ages. "
            "Widen age=, leave need= out, or live more years."
        )
    months = found.months[rows]
    if how == "typical" and months.any():
        rows, months = rows[months > 0], months[months > 0]
        middle = np.sort(months)[(months.size - 1) // 2]
        return int(rows[np.flatnonzero(months == middle)[0]])
    return int(rows[np.argmax(months)])
