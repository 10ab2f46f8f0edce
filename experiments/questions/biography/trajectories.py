"""Lives two arms in step, month by month with the same luck, and writes down one citizen after every phase of a month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.build import World
from simulation.draws import four, key_of
from simulation.mechanism.case import SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, severity
from simulation.mechanism.need import BAND_AT, MONTH, OLDEST
from simulation.model import PlaceModel
from simulation.policy.policy import Policy
from simulation.situation import Situation
from simulation.state.columns import Offer

COMPARED = (
    "alive",
    "generation",
    "level",
    "root",
    "luck",
    "state",
    "tier",
    "service",
    "months",
    "cause",
    "since",
    "unmet",
    "asked",
    "trust",
    "capability",
    "wellbeing",
)
"""Columns of a citizen in which two lives can differ; all others are fixed or follow from these."""
STAYED, DIED, LEFT = "", "dies", "moves away"
DEATH_DRAW = 2  # of the second four draws of the month
FIFTEENTHS = 15.0  # in which others see trust
Person = dict[str, Any]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Around:
    """Those whom a citizen knows, as they were seen at the start of the month.

    Attributes:
        met: how many.
        able: how many of them need nothing.
        trust: their mean trust in services.
        in_need: how many have an established need, by challenge.
    """

    met: int
    able: int
    trust: float
    in_need: NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """One citizen after one phase of one month.

    Attributes:
        month: since the policy date.
        phase: the model's name for it.
        person: the citizen's columns.
        severity: of each challenge, as a service would judge it.
        offers: what the services of the citizen's area offer, (challenges, tiers) each, by name.
        around: those whom the citizen knows.
        ending: `dies`, `moves away` or nothing.
    """

    month: int
    phase: str
    person: Person
    severity: Doubles
    offers: dict[str, Doubles]
    around: Around
    ending: str = STAYED


class Followed(PlaceModel):
    """A place in which one citizen is looked at after every phase of the month."""

    def __init__(self, row: int | None, *given: Any, **named: Any) -> None:
        self.row, self.moments = row, list[Moment]()
        self.places: dict[str, Doubles] = {}
        super().__init__(*given, **named)
        self.lived = int(self.situation.people.generation[row]) if row is not None else 0
        self.around = self._around() if row is not None else None

    def step(self) -> None:
        """One month in the place."""
        self.moments = []
        super().step()

    def citizens(self, kernel: Callable[..., None], method: str, *columns: Any) -> None:
        """Every citizen does something; the one followed is looked at afterwards."""
        super().citizens(kernel, method, *columns)
        if method == "be_seen" and self.row is not None:
            self.around = self._around()
        self.note(method)

    def deliver(self, *given: Any) -> Any:
        """Hours become help."""
        capacity, taken = super().deliver(*given)
        served = {"places": capacity.places, "queue": self.situation.services.queue, "taken": taken}
        self.places = {name: np.asarray(column, dtype=float) for name, column in served.items()}
        self.note("deliver")
        return capacity, taken

    def note(self, phase: str) -> None:
        """Writes down the citizen as they are now."""
        if self.row is None or self.around is None:
            return
        people, month = self.situation.people, self.situation.month
        person = {name: np.copy(getattr(people, name)[self.row]) for name in COMPARED}
        challenges = range(len(self.world.challenges))
        bad = np.array([severity(self.row, c, people, self.world.conduct) for c in challenges])
        gone = not person["alive"] or int(person["generation"]) != self.lived
        before = self.moments[-1] if self.moments else None
        ending = STAYED
        if gone:
            ending = (before.ending if before else STAYED) or self._ending(before)
        self.moments.append(Moment(month, phase, person, bad, self._offers(), self.around, ending))

    def _offers(self) -> dict[str, Doubles]:
        """What the services of the citizen's area offer now."""
        here = self.world.ground.service[self.situation.people.area[self.row]]
        found = {name: getattr(self.situation.offer, name)[here] for name in Offer._fields}
        return found | {name: column[here] for name, column in self.places.items()}

    def _around(self) -> Around:
        """The ties and the household of the citizen, as they were seen at the start of the month."""
        assert self.row is not None
        people, ties = self.situation.people, self.world.ties
        others = [int(n) for n in ties.other[ties.start[self.row] : ties.start[self.row + 1]]]
        mate = int(people.housemate[self.row])
        while mate != self.row:
            others.append(mate)
            mate = int(people.housemate[mate])
        seen = [int(people.seen[n]) for n in others if people.seen[n]]
        needs = (1 << SEEN_ALIVE) - 1
        trust = [(word >> SEEN_TRUST) / FIFTEENTHS for word in seen]
        in_need = [sum(word >> (SEEN_BITS * c) & 1 for word in seen) for c in range(len(self.world.challenges))]
        able = sum(word & needs == 0 for word in seen)
        return Around(len(seen), able, float(np.mean(trust)) if trust else 0.0, np.array(in_need))

    def _ending(self, before: Moment | None) -> str:
        """Whether somebody who is gone has died or moved away: the same draw that took them says so."""
        vital, people, now = self.situation.vital, self.situation.people, self.now
        if before is None or not vital.moving:
            return LEFT
        assert self.row is not None
        age = min((now.month - int(people.birth_month[self.row])) // 12, vital.death.shape[0] - 1)
        chance = vital.death[age, people.female[self.row]] / vital.usual[BAND_AT[min(age, OLDEST)]]
        level = before.person["level"]
        excess = 1 + sum(self.world.need.mortality[c, level[c]] for c in range(level.size))
        luck = four(self.row + (self.lived << 32), now.month, MONTH, 1, now.k0, now.k1)[DEATH_DRAW]
        return DIED if luck < min(1.0, chance * excess, chance * vital.most) else LEFT


def in_step(
    world: World,
    start: Situation,
    policies: Mapping[str, Policy],
    replication: int,
    years: int,
    threads: int,
    row: int | None = None,
) -> Iterator[tuple[Followed, ...]]:
    """Lives the arms month by month, side by side; gives the places as they are after each month."""
    key = key_of(world.config.seed, replication)
    places = tuple(
        Followed(row, world, start.copy(), policy, key, world.config.engine, threads) for policy in policies.values()
    )
    for _ in range(12 * years):
        for place in places:
            place.step()
        yield places
    for place in places:
        place.let_go()


@dataclass(frozen=True)
class TwoLives:
    """One citizen's life under each of two policies.

    Attributes:
        row: which citizen.
        arms: the two, in order.
        moments: by arm, every phase of every month.
    """

    row: int
    arms: tuple[str, str]
    moments: dict[str, list[Moment]]


def follow(
    world: World,
    start: Situation,
    policies: Mapping[str, Policy],
    row: int,
    replication: int,
    years: int,
    threads: int = 1,
    advance: Callable[[], None] | None = None,
) -> TwoLives:
    """Lives both arms and writes down one citizen in each."""
    first, second = policies
    moments: dict[str, list[Moment]] = {first: [], second: []}
    for places in in_step(world, start, policies, replication, years, threads, row):
        for arm, place in zip(policies, places, strict=True):
            moments[arm] += place.moments
        if advance is not None:
            advance()
    return TwoLives(row, (first, second), moments)
