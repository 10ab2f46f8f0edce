"""Lives two arms in step, month by month with the same draws, and writes down one citizen after every phase of a month."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.running.lives.moments import COMPARED, LEFT, SERVED_PHASE, STAYED, Noting, Seen, ending_of
from experiments.running.lives.side_by_side import in_step, places_of
from simulation.mechanism.citizens.case import SEEN_ALIVE, SEEN_BITS, SEEN_TRUST, severity
from simulation.model import PlaceModel
from simulation.month import Phase, Step
from simulation.place import PlaceState, World
from simulation.policy.policy import Policy
from simulation.state.columns import MET

FIFTEENTHS = 15.0  # in which others see trust
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
class Moment(Seen):
    """One citizen after one phase of one month, and what was round them.

    Attributes:
        severity: of each challenge, as a service would judge it.
        offers: what the services of the citizen's area offer, (challenges, tiers) each, by name.
        around: those whom the citizen knows.
    """

    severity: Doubles
    offers: dict[str, Doubles]
    around: Around


class Follower(Noting):
    """Writes down one citizen after every step that citizens take, and after they have been served."""

    def __init__(self, row: int, place: PlaceModel) -> None:
        self.row, self.place, self.moments = row, place, list[Moment]()
        self.places: dict[str, Doubles] = {}
        self.lived = int(place.state.people.generation[row])
        self.around = self._around()

    def after_step(self, phase: Phase, step: Step, model: PlaceModel) -> None:
        """Looks at those whom the citizen knows once all have been seen; writes down what every citizen's step did."""
        if step.name == "be_seen":
            self.around = self._around()
        super().after_step(phase, step, model)

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Writes down what services had to give, and what became of it."""
        if phase.name == SERVED_PHASE:
            work = model.work
            served = {"places": work.capacity.places, "queue": model.state.services.queue, "taken": work.taken}
            self.places = {name: np.asarray(column, dtype=float) for name, column in served.items()}
        super().after(phase, model)

    def note(self, phase: str, model: PlaceModel) -> None:
        """Writes down the citizen as they are now."""
        people, world = model.state.people, model.world
        person = {name: np.copy(getattr(people, name)[self.row]) for name in COMPARED}
        bad = np.array([severity(self.row, c, people, world.conduct) for c in range(len(world.challenges))])
        gone = not person["alive"] or int(person["generation"]) != self.lived
        before = self.moments[-1] if self.moments else None
        ending = LEFT if gone else STAYED
        if gone and before is not None:
            ending = before.ending or ending_of(model, self.row, self.lived, before.person["level"])
        self.moments.append(Moment(model.month, phase, person, ending, bad, self._offers(), self.around))

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
) -> TwoLives:
    """Lives both arms and writes down one citizen in each."""
    places = places_of(world, start, policies, replication, threads)
    followers = [Follower(row, place) for place in places]
    for place, follower in zip(places, followers, strict=True):
        place.observers.append(follower)
    for _ in in_step(places, 12 * years):
        pass
    first, second = policies
    return TwoLives(row, (first, second), {arm: f.moments for arm, f in zip(policies, followers, strict=True)})
