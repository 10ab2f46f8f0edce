"""Lives two arms in step, month by month with the same draws, and writes down one citizen after every phase of a month."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.draws import four, key_of
from simulation.mechanism.citizens.case import SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, severity
from simulation.mechanism.citizens.month_draws import MONTH
from simulation.mechanism.citizens.vital import BAND_AT, OLDEST
from simulation.model import PlaceModel
from simulation.month import Phase, Step
from simulation.observe import Observer
from simulation.place import PlaceState, World
from simulation.policy.policy import Policy
from simulation.state.columns import MET

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
        phase: its name.
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


class Follower(Observer):
    """Writes down one citizen after every step that citizens take, and after they have been served.

    Whoever dies or moves away is written down before somebody else moves in.
    """

    def __init__(self, row: int, place: PlaceModel) -> None:
        self.row, self.place, self.moments = row, place, list[Moment]()
        self.places: dict[str, Doubles] = {}
        self.lived = int(place.state.people.generation[row])
        self.around = self._around()

    def after_step(self, phase: Phase, step: Step, model: PlaceModel) -> None:
        """Looks at those whom the citizen knows once all have been seen; writes down what every citizen's step did."""
        if step.name == "be_seen":
            self.around = self._around()
        if step.context is not None:
            self.note(phase.name)

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Writes down what services had to give, and what became of it."""
        if phase.name == "serve":
            work = model.work
            served = {"places": work.capacity.places, "queue": model.state.services.queue, "taken": work.taken}
            self.places = {name: np.asarray(column, dtype=float) for name, column in served.items()}
            self.note(phase.name)

    def note(self, phase: str) -> None:
        """Writes down the citizen as they are now."""
        people, world = self.place.state.people, self.place.world
        person = {name: np.copy(getattr(people, name)[self.row]) for name in COMPARED}
        bad = np.array([severity(self.row, c, people, world.conduct) for c in range(len(world.challenges))])
        gone = not person["alive"] or int(person["generation"]) != self.lived
        before = self.moments[-1] if self.moments else None
        ending = STAYED
        if gone:
            ending = (before.ending if before else STAYED) or self._ending(before)
        self.moments.append(Moment(self.place.month, phase, person, bad, self._offers(), self.around, ending))

    def _offers(self) -> dict[str, Doubles]:
        """What the services of the citizen's area offer now."""
        here = self.place.world.ground.service[self.place.state.people.area[self.row]]
        found = {name: getattr(self.place.state.offer, name)[here] for name in MET}
        return found | {name: column[here] for name, column in self.places.items()}

    def _around(self) -> Around:
        """The ties and the household of the citizen, as they were seen at the start of the month."""
        people, ties = self.place.state.people, self.place.state.ties
        others = [int(n) for n in ties.other[ties.start[self.row] : ties.start[self.row + 1]]]
        mate = int(people.housemate[self.row])
        while mate != self.row:
            others.append(mate)
            mate = int(people.housemate[mate])
        seen = [int(people.seen[n]) for n in others if people.seen[n]]
        needs = (1 << SEEN_ALIVE) - 1
        trust = [(word >> SEEN_TRUST) / FIFTEENTHS for word in seen]
        in_need = [sum(word >> (SEEN_BITS * c) & 1 for word in seen) for c in range(len(self.place.world.challenges))]
        able = sum(word & needs == 0 for word in seen)
        return Around(len(seen), able, float(np.mean(trust)) if trust else 0.0, np.array(in_need))

    def _ending(self, before: Moment | None) -> str:
        """Whether somebody who is gone has died or moved away: the same draw that took them says so."""
        vital, people, now = self.place.state.vital, self.place.state.people, self.place.now
        if before is None:
            return LEFT
        age = min((now.month - int(people.birth_month[self.row])) // 12, vital.death.shape[0] - 1)
        chance = vital.death[age, people.female[self.row]] / vital.usual[BAND_AT[min(age, OLDEST)]]
        level = before.person["level"]
        excess = 1 + sum(self.place.world.rates.need.mortality[c, level[c]] for c in range(level.size))
        u = four(self.row + (self.lived << 32), now.month, MONTH, 1, now.k0, now.k1)[DEATH_DRAW]
        return DIED if u < min(1.0, chance * excess, chance * vital.most) else LEFT


def places_of(
    world: World, start: PlaceState, policies: Mapping[str, Policy], replication: int, threads: int
) -> tuple[PlaceModel, ...]:
    """The place at its start under each policy, with the same draws."""
    key = key_of(world.config.seed, replication, world.config.later_luck)
    return tuple(
        PlaceModel(world, start.copy(), policy, key, world.config.engine, threads) for policy in policies.values()
    )


def in_step(places: tuple[PlaceModel, ...], months: int) -> Iterator[int]:
    """Lives places month by month, side by side; gives each month once all have lived it, and lets them go in the end."""
    for month in range(months):
        for place in places:
            place.step()
        yield month
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
    start: PlaceState,
    policies: Mapping[str, Policy],
    row: int,
    replication: int,
    years: int,
    threads: int = 1,
    advance: Callable[[], None] | None = None,
) -> TwoLives:
    """Lives both arms and writes down one citizen in each."""
    places = places_of(world, start, policies, replication, threads)
    followers = [Follower(row, place) for place in places]
    for place, follower in zip(places, followers, strict=True):
        place.observers.append(follower)
    for _ in in_step(places, 12 * years):
        if advance is not None:
            advance()
    first, second = policies
    return TwoLives(row, (first, second), {arm: f.moments for arm, f in zip(policies, followers, strict=True)})
