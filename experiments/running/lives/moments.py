"""What is seen of a citizen after a phase of a month, when that is looked at, and how a life in a place ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulation.draws import four
from simulation.mechanism.citizens.month_draws import MONTH
from simulation.mechanism.citizens.vital import BAND_AT, OLDEST
from simulation.model import PlaceModel
from simulation.month import Phase, Step
from simulation.observe import Observer

COMPARED = {
    "alive": "whether they are there",
    "generation": "who lives there",
    "level": "the need",
    "root": "the cause of the need",
    "luck": "the episode",
    "state": "the case",
    "tier": "the kind of service",
    "service": "the service",
    "months": "months in the case",
    "cause": "what failed before",
    "since": "months since",
    "unmet": "months without help",
    "asked": "asking for help",
    "trust": "trust in services",
    "capability": "capability",
    "wellbeing": "life satisfaction",
}
"""Columns of a citizen in which two lives can differ, and what they are; all others are fixed or follow from these."""
STAYED, DIED, LEFT = "", "dies", "moves away"
DEATH_DRAW = 2  # of the second four draws of the month
SERVED_PHASE = "serve"


@dataclass(frozen=True)
class Seen:
    """One citizen after one phase of one month.

    Attributes:
        month: since the policy date.
        phase: its name.
        person: the citizen's columns.
        ending: `dies`, `moves away` or nothing.
    """

    month: int
    phase: str
    person: Mapping[str, Any]
    ending: str


class Noting(Observer):
    """Notes citizens after every step that citizens take, and once they have been served.

    Whoever dies or moves away is noted before somebody else moves in.
    """

    def after_step(self, phase: Phase, step: Step, model: PlaceModel) -> None:
        """Notes what a step of every citizen did."""
        if step.context is not None:
            self.note(phase.name, model)

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Notes what became of what services had to give."""
        if phase.name == SERVED_PHASE:
            self.note(phase.name, model)

    def note(self, phase: str, model: PlaceModel) -> None:
        """Notes citizens as they are now.

        Raises:
            NotImplementedError: it is not said what is noted.
        """
        raise NotImplementedError


def ending_of(place: PlaceModel, row: int, lived: int, level: Any) -> str:
    """Whether somebody who has gone this month has died or moved away: the same draw that took them says so.

    Args:
        place: where they lived, in the month in which they went.
        row: theirs.
        lived: how many had lived in the row before them.
        level: their needs as the month began, by challenge.
    """
    vital, people, now = place.state.vital, place.state.people, place.now
    age = min((now.month - int(people.birth_month[row])) // 12, vital.death.shape[0] - 1)
    chance = vital.death[age, people.female[row]] / vital.usual[BAND_AT[min(age, OLDEST)]]
    excess = 1 + sum(place.world.rates.need.mortality[c, level[c]] for c in range(level.size))
    u = four(row + (lived << 32), now.month, MONTH, 1, now.k0, now.k1)[DEATH_DRAW]
    return DIED if u < min(1.0, chance * excess, chance * vital.most) else LEFT
