"""Whether a kept place is one that can have settled: compiled rules trust its rows, and a file may be anybody's.

Areas, ties and what services are stay as the configuration builds them while a place settles, and are compared with that;
who lives there, and what services, needs and accounts come to, lies within its codes and its range.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.new_ledger import open_ledger
from simulation.build import Built, build
from simulation.mechanism.citizens.vital import BAND_AT, BANDS, OLDEST, with_usual
from simulation.mechanism.services.year_seen import YearSeen, nothing_seen
from simulation.parameters import WorldConfig
from simulation.place import PlaceState
from simulation.settling.settled import Settled
from simulation.state.agencies import Agencies, empty_agencies
from simulation.state.codes import CaseState, Cause, Freeze, Level, Tier
from simulation.state.columns import People, Services
from simulation.state.people import SETTLING

Array = NDArray[Any]
Range = tuple[float, float]
COMES_TO: dict[str, Range] = {
    **dict.fromkeys(("alive", "female", "trust", "trust_usual", "capability", "capability_usual"), (0, 1)),
    "band": (0, BANDS - 1),
    "birth_month": (-24 * OLDEST, 0),
    "household": (0, np.inf),
    "housemate": (0, np.inf),
    "generation": (0, 2**30),
    "wellbeing": (0, 10),
    "seen": (0, 2**64 - 1),
    "expects": (0, 1),
    "level": (min(Level), max(Level)),
    "root": (0, 1),
    "luck": (0, 1),
    "state": (min(CaseState), max(CaseState)),
    "tier": (min(Tier), max(Tier)),
    "service": (0, np.inf),
    "months": (0, 255),
    "cause": (min(Cause), max(Cause)),
    "since": (0, 255),
    "unmet": (0, 12),
    "asked": (0, len(Tier)),
}
"""The columns of people that settling changes, with what they may hold."""
SERVICES_COME_TO: dict[str, Range] = {
    **dict.fromkeys(("funded", "staff", "baseline_funded"), (0, 1e9)),
    **dict.fromkeys(("morale", "cut_shock", "intensity", "burden"), (0, 1)),
    **dict.fromkeys(("caseload", "queue", "contacts"), (0, 2**31 - 1)),
    **dict.fromkeys(("workload", "admissions", "load", "carried"), (0, 1e12)),
    **dict.fromkeys(("reported", "true"), (0, 100)),
    **dict.fromkeys(("threshold", "fitted", "local", "panel", "review"), (-100, 100)),
    **dict.fromkeys(("usual_package", "package", "next_package", "care_each", "care_2010"), (0, 1e6)),
    **dict.fromkeys(("resolve", "root", "holding", "gain", "leave"), (0, 1e6)),
}
"""The same of services."""
MOST = 1e15
"""More pounds or people than there are anywhere."""
UNFIT = (ArithmeticError, LookupError, TypeError, ValueError)
"""What comparing raises where a place is not made as places are."""


def unsound(settled: Settled, worlds: Collection[WorldConfig]) -> str:
    """What no place can have that has settled in one of some worlds; empty where all is as it may be.

    Args:
        settled: as it was read.
        worlds: in one of which it should have settled.
    """
    if settled.world.config not in worlds:
        return "world.config"
    try:
        return next(_wrong(settled, build(settled.world.config)), "")
    except UNFIT as error:
        return str(error)


def _wrong(settled: Settled, built: Built) -> Iterator[str]:
    """All that is wrong, so ordered that nothing is used as a row's number before it is known to be one."""
    state, people = settled.state, settled.state.people
    burn = settled.world.config.burn_in
    yield from _differences(state.ties, built.ties, "ties")
    yield from _wrong_people(people, state.month, built)
    yield from _wrong_columns(state.services, built.services, SERVICES_COME_TO, "services")
    yield from _wrong_cases(people, state.services)
    yield from _differences(settled.world, built.world, "world")
    yield from _differences(state.elsewhere, None, "elsewhere")
    yield from _wrong_tables(state, built)
    yield from _wrong_accounts(state, built)
    yield from _differences((state.month, state.jobs_lost), (-burn.own, 0.0), "month")
    yield from _differences(
        state.zone_of_area, np.zeros(len(settled.world.config.place.areas), dtype=np.int64), "zones"
    )
    yield from _differences(settled.replication, SETTLING, "replication")
    yield from _outside(settled.served, np.zeros((len(built.world.challenges), 2, 3)), (0, 1), "served")
    wanted = np.zeros(burn.months - burn.own)
    for name, column in settled.months.items():
        yield from _outside(column, wanted, (-MOST, MOST), f"months/{name}", of_any_type=True)


def _wrong_people(people: People, month: int, built: Built) -> Iterator[str]:
    """What is wrong with people, by themselves."""
    rows = built.people.alive.size
    most = {
        **COMES_TO,
        "service": (0, built.services.tier.size - 1),
        "household": (0, rows),
        "housemate": (0, rows - 1),
    }
    yield from _wrong_columns(people, built.people, most, "people")
    if not np.array_equal(np.sort(people.housemate), np.arange(rows)):
        yield "people/housemate"  # round a ring one comes back to oneself
    age = np.clip((month - 1 - people.birth_month) // 12, 0, OLDEST)  # bands are those of the last month that was lived
    if (people.band != BAND_AT[age])[people.alive == 1].any():
        yield "people/band"


def _wrong_cases(people: People, services: Services) -> Iterator[str]:
    """Whoever waits or is served does so at a service for that need, and lives here."""
    rows, needs = np.nonzero(people.state)
    at = people.service[rows, needs]
    if (services.challenge[at] != needs).any() or (services.tier[at] != people.tier[rows, needs]).any():
        yield "people/service"
    if (people.alive[rows] == 0).any():
        yield "people/state"


def _wrong_tables(state: PlaceState, built: Built) -> Iterator[str]:
    """What is wrong with tables that are set once the place has settled."""
    ground, vital = built.world.ground, built.world.vital
    yield from _outside(state.ground.contentment, ground.contentment, (-100, 100), "ground/contentment")
    yield from _differences(state.ground, ground._replace(contentment=state.ground.contentment), "ground")
    yield from _outside(state.vital.usual, vital.usual, (1e-6, 1e6), "vital/usual")
    yield from _differences(state.vital, with_usual(vital, state.vital.usual), "vital")


def _wrong_accounts(state: PlaceState, built: Built) -> Iterator[str]:
    """What is wrong with agencies, what they have seen, and their accounts."""
    most = dict.fromkeys(Agencies._fields, (-MOST, MOST))
    yield from _wrong_columns(state.agencies, empty_agencies(), most, "agencies")
    if not np.isin(state.agencies.frozen, list(Freeze)).all():
        yield "agencies/frozen"
    challenges = built.world.challenges
    nothing = nothing_seen(built.services.tier.size, len(challenges))
    for field in fields(YearSeen):
        found, usual = (np.asarray(getattr(each, field.name)) for each in (state.seen, nothing))
        yield from _outside(found, usual, (0, MOST), f"seen/{field.name}")
    opened = open_ledger(built.services, challenges, built.world.payer > 0)
    pence = {name: getattr(state.ledger, name) for name in ("balance", "month", "income", "opening")}
    for name, found in pence.items():
        yield from _outside(found, getattr(opened, name), (-MOST, MOST), f"ledger/{name}")
    yield from _differences(state.ledger, replace(opened, **pence), "ledger")
    if pence["balance"].sum() != 0:
        yield "ledger/balance"


def _wrong_columns(found: Any, built: Any, ranges: Mapping[str, Range], at: str) -> Iterator[str]:
    """The columns of a table that lie outside of their range, or that have none and are not as they were built."""
    for name in built._fields:
        column, usual = getattr(found, name), getattr(built, name)
        if name in ranges:
            yield from _outside(column, usual, ranges[name], f"{at}/{name}")
        else:
            yield from _differences(column, usual, f"{at}/{name}")


def _outside(found: Array, usual: Array, ends: Range, at: str, of_any_type: bool = False) -> Iterator[str]:
    """An array that is of another shape or type than usual, or holds what is no number from one end to the other."""
    is_alike = found.shape == usual.shape and (of_any_type or found.dtype == usual.dtype)
    if not is_alike or not ((found >= ends[0]) & (found <= ends[1])).all():
        yield at


def _differences(found: Any, built: Any, at: str) -> Iterator[str]:
    """Where two things made of the same parts are not the same."""
    if isinstance(built, np.ndarray):
        if found.dtype != built.dtype or not np.array_equal(found, built):
            yield at
    elif parts := _parts(built):
        others = _parts(found)
        yield from [at] if others.keys() != parts.keys() else []
        for name, part in parts.items():
            yield from _differences(others[name], part, f"{at}/{name}")
    elif found != built:
        yield at


def _parts(whole: Any) -> dict[Any, Any]:
    """The parts of a record, a mapping or a tuple by name; none where it is none of these."""
    if isinstance(whole, dict):
        return whole
    if isinstance(whole, tuple):
        return dict(zip(getattr(whole, "_fields", range(len(whole))), whole, strict=True))
    if is_dataclass(whole):
        return {field.name: getattr(whole, field.name) for field in fields(whole)}
    return {}
