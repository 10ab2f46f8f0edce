"""The month as data: nine phases in their order, each with its steps.

`PlaceModel.step` walks this list, observers are told of it, the profile times it, and the description of the model is
written from it. A step is added by putting it in its place here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation import steps
from simulation.mechanism.citizens import need, outcome, seek, snapshot, triage

if TYPE_CHECKING:
    from simulation.model import PlaceModel


class Condition(NamedTuple):
    """When a step is taken, in words and as a rule."""

    words: str
    holds: Callable[["PlaceModel"], bool]


class Step(NamedTuple):
    """One thing that is done in a month.

    Attributes:
        name: one name for it everywhere; of a step that every citizen takes, that of the citizen's method.
        what: what happens, in words.
        who: who acts, in which order.
        rule: what does it: a function of the place, or the kernel that every citizen's step is compiled to.
        rows: the table over whose rows it goes.
        context: what the kernel reads and writes, for a step that every citizen takes.
        when: the months in which it is taken; none for all.
    """

    name: str
    what: str
    who: str
    rule: Callable[..., None]
    rows: str
    context: Callable[["PlaceModel"], Any] | None = None
    when: Condition | None = None

    def take(self, model: "PlaceModel") -> None:
        """Do it."""
        if self.context is not None:
            model.citizens(self.rule, self.name, self.context(model))
        else:
            self.rule(model)


class Phase(NamedTuple):
    """One part of a month.

    Attributes:
        name: one name for it everywhere.
        what: what happens, in words.
        steps: in their order.
        settles: what it settles for a citizen, in words; nothing where it is not about citizens.
    """

    name: str
    what: str
    steps: tuple[Step, ...]
    settles: str = ""


IN_APRIL = Condition(
    "in April, once budgets are in place", lambda model: model.state.month % 12 == 0 and model.planning
)
KEEPS_AGES = Condition("while the place keeps the ages of 2010", lambda model: model.state.elsewhere is None)
TOO_FEW_HOURS = Condition("where hours are far too few", lambda model: bool(model.work.capacity.discharged.any()))

SNAPSHOT = "all citizens at once: they read the snapshot"
AT_ONCE = "all services at once"


def everybody(what: str, who: str, kernel: Any, context: Callable[["PlaceModel"], Any]) -> Step:
    """A step that every citizen takes: its name is the kernel's and the citizen's method's."""
    return Step(kernel.py_func.__name__, what, who, kernel, "people", context)


def of_services(what: str, rule: Callable[["PlaceModel"], None], who: str = AT_ONCE) -> Step:
    """A step that services take."""
    return Step(rule.__name__, what, who, rule, "services")


PLAN = (
    of_services("levers, and what they mean for services", steps.in_force),
    Step("open_books", "a clean sheet for counts and postings", "all at once", steps.open_books, "agencies"),
    Step("plan_year", "budgets are shared out", "all agencies at once", steps.plan_year, "agencies", when=IN_APRIL),
    of_services("designs in use, thresholds to get in", steps.open_services),
)
NEEDS = (
    Step(
        "keep_ages",
        "those of an age of whom there are more than in 2010 move away more readily",
        "all ages at once",
        steps.keep_ages,
        "people",
        when=KEEPS_AGES,
    ),
    everybody(
        "everybody is seen: needs, presence, trust",
        "all citizens at once",
        snapshot.be_seen,
        lambda model: model.need_context,
    ),
    everybody("needs come and go; people age, die, leave", SNAPSHOT, need.evolve, lambda model: model.need_context),
    Step("welcome", "newcomers take vacant rows", "births, then arrivals", steps.welcome, "people"),
)
SEEK = (everybody("people ask for help", SNAPSHOT, seek.seek, lambda model: model.seek_context),)
TRIAGE = (
    everybody(
        "they are assessed, refused or put on a list",
        "all citizens at once",
        triage.triage,
        lambda model: model.seek_context,
    ),
)
SERVE = (
    of_services("hours go to cases in hand; places are left", steps.open_hours),
    Step(
        "let_go",
        "the least severe cases are let go, unresolved",
        "cases one after another, the mildest first; ties by row",
        steps.let_go,
        "people",
        when=TOO_FEW_HOURS,
    ),
    Step(
        "fill_places",
        "places are filled from queues",
        "service by service, in the order of its queue",
        steps.fill_places,
        "people",
    ),
)
OUTCOME = (
    everybody(
        "help works or does not; people take stock",
        "all citizens at once",
        outcome.outcome,
        lambda model: model.care_context,
    ),
)
WORKFORCE = (
    of_services("services remember how busy they were", steps.remember_work),
    of_services("staff join and leave; morale", steps.employ),
)
REDESIGN = (
    of_services(
        "redesigns are tried, judged and kept",
        steps.try_redesigns,
        "services in turn: an earlier one may empty the agency's fund",
    ),
)
ACCOUNT = (
    Step("post", "everything is paid, in whole pence", "all at once", steps.post, "agencies"),
    Step("look_back", "planners, agencies and services look back", "all at once", steps.look_back, "services"),
)
PHASES = (
    Phase("plan", "each April budgets are shared out; services open for the month", PLAN),
    Phase(
        "need",
        "people age, die, leave; needs begin, worsen (a crisis goes to acute care at once), mend, return; it is settled "
        "who gives birth",
        NEEDS,
        settles="how needs begin, worsen and mend",
    ),
    Phase("seek", "people with a need and no case ask, or do not", SEEK, settles="who asks for help"),
    Phase(
        "triage",
        "severity against the threshold: join the queue, or be refused and perhaps signposted",
        TRIAGE,
        settles="who is let in and who is refused",
    ),
    Phase("serve", "hours become help", SERVE, settles="who gets a place"),
    Phase(
        "outcome",
        "waiting, being served or being in acute care does what it does; feelings follow; lives are counted",
        OUTCOME,
        settles="what help does",
    ),
    Phase("workforce", "staff join and leave, and feel better or worse", WORKFORCE),
    Phase("redesign", "services try new designs, judge them, keep, adapt or stop them", REDESIGN),
    Phase("account", "the month is paid for, looked back on and recorded", ACCOUNT),
)
"""The month."""


def phase_named(name: str) -> Phase:
    """The phase of a name."""
    return next(phase for phase in PHASES if phase.name == name)
