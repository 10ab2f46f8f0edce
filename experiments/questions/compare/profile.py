"""Shows where one month's time goes, phase by phase. Prints and writes nothing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from experiments.configuration.validate import Plan
from experiments.running import engine
from experiments.running.pool import cores
from experiments.text.terminal import console, table
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.run import policy_date

WARM_UP, MEASURED = 12, 24  # months
PHASES = {
    "in_force": "levers of this month, and what they mean",
    "open_books": "a clean sheet for counts and postings",
    "plan_year": "budgets are shared out (Aprils only)",
    "open_services": "designs in use, thresholds to get in",
    "be_seen": "people are seen as they are when it begins",
    "evolve": "needs come and go; people age, die, leave",
    "welcome": "births and arrivals",
    "ask": "people ask for help",
    "be_assessed": "they are assessed, refused or put on a list",
    "deliver": "hours and places go to cases and queues",
    "settle": "help works or does not; people take stock",
    "employ": "staff join and leave; morale",
    "try_redesigns": "redesigns are tried, judged and kept",
    "account": "postings and measures",
}
"""The phases of a month, in their order, by the model's name for them."""
REST = "between the phases"


class Profiled(PlaceModel):
    """A place whose months are timed phase by phase.

    Attributes:
        seconds: by phase, since it was last cleared.
        citizens_seen: people alive at each month's end, added up.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.citizens_seen = 0
        super().__init__(*given, **named)

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        """Adds the time that the block takes to a phase."""
        began = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - began

    def step(self) -> None:
        """One month in the place."""
        with self._timed("step"):
            super().step()
        self.citizens_seen += int(np.count_nonzero(self.situation.people.alive))

    def citizens(self, kernel: Callable[..., None], method: str, *columns: Any) -> None:
        """Every citizen does something."""
        with self._timed(method):
            super().citizens(kernel, method, *columns)

    def in_force(self) -> Any:
        """The levers of this month."""
        with self._timed("in_force"):
            return super().in_force()

    def open_books(self) -> None:
        """A clean sheet."""
        with self._timed("open_books"):
            super().open_books()

    def open_services(self, *given: Any) -> None:
        """Designs in use, and thresholds."""
        with self._timed("open_services"):
            super().open_services(*given)

    def employ(self, *given: Any) -> Any:
        """Staff join and leave."""
        with self._timed("employ"):
            return super().employ(*given)

    def plan_year(self, *given: Any) -> None:
        """April."""
        with self._timed("plan_year"):
            super().plan_year(*given)

    def welcome(self) -> tuple[int, int]:
        """Births and arrivals."""
        with self._timed("welcome"):
            return super().welcome()

    def deliver(self, *given: Any) -> Any:
        """Hours become help."""
        with self._timed("deliver"):
            return super().deliver(*given)

    def try_redesigns(self, *given: Any) -> Any:
        """A month of trying, judging, keeping and closing."""
        with self._timed("try_redesigns"):
            return super().try_redesigns(*given)

    def account(self, *given: Any) -> None:
        """Everything that happened becomes postings and measures."""
        with self._timed("account"):
            super().account(*given)


def show(plan: Plan) -> int:
    """Lives some months under the last arm and prints what each phase of a month took."""
    page, threads = console(), plan.settings.threads or cores()
    arm, policy = list(plan.policies.items())[-1]
    with page.status("letting the place settle, and living the months ..."):
        settled = engine.settle(plan.world, None, threads)
        place = Profiled(
            settled.world,
            policy_date(settled, 0, threads)[0],
            policy,
            key_of(plan.world.seed, 0),
            plan.settings.engine,
            threads,
        )
        live(place)
    people = place.citizens_seen / MEASURED
    page.print(f"{plan.world.place.title}, arm {arm}: {people:,.0f} people")
    page.print(
        f"{threads} thread{'s' * (threads > 1)}, engine {plan.settings.engine}; "
        f"mean of {MEASURED} months after {WARM_UP} to warm up\n"
    )
    table(page, ("phase", "", "ms a month", "ns a citizen-month", "%"), rows(place), right=(2, 3, 4))
    return 0


def live(place: Profiled) -> None:
    """Lives the months to warm up, forgets what they took, and lives those that are measured."""
    for month in range(WARM_UP + MEASURED):
        if month == WARM_UP:
            place.seconds.clear()
            place.citizens_seen = 0
        place.step()


def rows(place: Profiled) -> list[tuple[str, ...]]:
    """What each phase took, what is left of the month, and the whole month."""
    whole = place.seconds["step"]
    named = [(phase, PHASES[phase], place.seconds[phase]) for phase in PHASES]
    rest = whole - sum(seconds for _, _, seconds in named)
    return [
        (
            phase,
            words,
            f"{1e3 * seconds / MEASURED:.3f}",
            f"{1e9 * seconds / place.citizens_seen:,.1f}",
            f"{100 * seconds / whole:.1f}",
        )
        for phase, words, seconds in [*named, ("the rest", REST, rest), ("one month", "", whole)]
    ]
