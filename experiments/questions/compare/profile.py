"""Shows where one month's time goes, step by step. Prints and writes nothing."""

import time
from collections import defaultdict

import numpy as np

from experiments.configuration.validate import Plan
from experiments.running import engine
from experiments.running.pool import cores
from experiments.text.terminal import console, table
from simulation import month
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.month import Phase, Step
from simulation.observe import Observer
from simulation.run import policy_date

WARM_UP, MEASURED = 12, 24  # months
REST = "the record, and between the steps"


class Stopwatch(Observer):
    """Times the months of a place, step by step.

    Attributes:
        seconds: by step.
        whole: seconds that the months took.
        citizens_seen: people alive at each month's end, added up.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.whole = 0.0
        self.citizens_seen = 0
        self.last = 0.0

    def time(self, place: PlaceModel, months: int) -> None:
        """Lives so many months and times them."""
        for _ in range(months):
            began = self.last = time.perf_counter()
            place.step()
            self.whole += time.perf_counter() - began

    def after_step(self, phase: Phase, step: Step, model: PlaceModel) -> None:
        """Adds what has passed since the step before to this one."""
        now = time.perf_counter()
        self.seconds[step.name] += now - self.last
        self.last = now

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Leaves out what others did with the phase; counts people as the month ends."""
        if phase is month.PHASES[-1]:
            self.citizens_seen += int(np.count_nonzero(model.state.people.alive))
        self.last = time.perf_counter()


def show(plan: Plan) -> int:
    """Lives some months under the last arm and prints what each phase of a month took."""
    page, threads = console(), plan.settings.threads or cores()
    arm, policy = list(plan.policies.items())[-1]
    with page.status("letting the place settle, and living the months ..."):
        settled = engine.settle(plan.world, None, threads)
        place = PlaceModel(
            settled.world,
            policy_date(settled, 0, threads)[0],
            policy,
            key_of(plan.world.seed, 0, plan.world.later_luck),
            plan.settings.engine,
            threads,
        )
        watch = timed(place)
    people = watch.citizens_seen / MEASURED
    page.print(f"{plan.world.place.title}, arm {arm}: {people:,.0f} people")
    page.print(
        f"{threads} thread{'s' * (threads > 1)}, engine {plan.settings.engine}; "
        f"mean of {MEASURED} months after {WARM_UP} to warm up\n"
    )
    table(page, ("step", "", "ms a month", "ns a citizen-month", "%"), rows(watch), right=(2, 3, 4))
    return 0


def timed(place: PlaceModel) -> Stopwatch:
    """Lives the months to warm up, and times those that are measured."""
    place.live(WARM_UP)
    watch = Stopwatch()
    place.observers.append(watch)
    watch.time(place, MEASURED)
    return watch


def rows(watch: Stopwatch) -> list[tuple[str, ...]]:
    """What each step that was taken took, what is left of the month, and the whole month."""
    steps = [step for phase in month.PHASES for step in phase.steps if step.name in watch.seconds]
    named = [(step.name, step.what, watch.seconds[step.name]) for step in steps]
    rest = watch.whole - sum(seconds for _, _, seconds in named)
    return [
        (
            name,
            words,
            f"{1e3 * seconds / MEASURED:.3f}",
            f"{1e9 * seconds / watch.citizens_seen:,.1f}",
            f"{100 * seconds / watch.whole:.1f}",
        )
        for name, words, seconds in [*named, ("the rest", REST, rest), ("one month", "", watch.whole)]
    ]
