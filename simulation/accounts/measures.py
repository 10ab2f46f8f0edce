"""The record: every month's counts and money under the names that analyses use."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import pence
from simulation.observe import Observer
from simulation.parameters.quantity import BUDGET_HOLDERS, REPORTING_AGES, TIERS
from simulation.state.agencies import AGENCY_COUNT, by_agency
from simulation.state.codes import ACUTE, CORE, Freeze, Stage
from simulation.state.tally import EACH, FIFTHS, FINE, PLAIN, Count, Each

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
Tiers = NDArray[np.int32]
Columns = dict[str, NDArray[np.generic]]
REDESIGNS = ("begun", "embedded", "adapted", "stopped", "decommissioned")
DAYS = 365.25 / 12
FAILURES = ("refused", "abandoned", "unresolved", "relapsed")
GROUP_NAMES = ("", *(f"@fifth_{k + 1}" for k in range(FIFTHS)), *(f"@age_{a}" for a in REPORTING_AGES))

WHOLE: dict[str, Count] = {
    "citizens": Count.CITIZENS,
    "deaths": Count.DEATHS,
    "departures": Count.DEPARTURES,
    "in_need": Count.IN_NEED,
    **{f"contacts.{name}": Count(Count.REFUSED_AGAIN + k) for k, name in enumerate(FAILURES)},
    "admitted": Count.ADMITTED,
    "waited_months": Count.WAITED,
    "abandoned": Count.ABANDONED,
    "turned_away": Count.TURNED_AWAY,
    "satisfaction_users": Count.USERS,
}
FRACTIONAL: dict[str, tuple[Count, float]] = {
    "life_satisfaction_total": (Count.LIFE, 1.0),
    "life_satisfaction_in_need_total": (Count.LIFE_IN_NEED, 1.0),
    "trust_total": (Count.TRUST, 1.0),
    "capability_total": (Count.CAPABILITY, 1.0),
    "qalys": (Count.QALY, 1 / 12),
    "carbon_tonnes": (Count.CARBON, 1 / 12),
    "informal_care_hours": (Count.INFORMAL_CARE, 1.0),
    "satisfaction_total": (Count.SATISFACTION, 1.0),
    "emergency_visits": (Count.VISITS, 1.0),
    "delayed_days_assessment": (Count.DAYS_FOR_ASSESSMENT, 1.0),
    "delayed_days_nhs": (Count.DAYS_FOR_NHS, 1.0),
}
BY_CHALLENGE: dict[str, Each] = {
    "need.{c}.1": Each.EMERGING,
    "need.{c}.2": Each.ESTABLISHED,
    "need.{c}.3": Each.CRISIS,
    "new_needs.{c}": Each.NEW,
    "crises.{c}": Each.CRISES,
    "contacts.{c}.value": Each.VALUE,
    "contacts.{c}.failure": Each.FAILURE,
    "refused.{c}": Each.REFUSED,
    "waiting.{c}": Each.WAITING,
    "in_service.{c}.prevention": Each.PREVENTION,
    "in_service.{c}.core": Each.CORE,
    "in_service.{c}.acute": Each.ACUTE,
    "resolved.{c}": Each.RESOLVED,
    "root_removed.{c}": Each.ROOT_REMOVED,
    "cases_opened.{c}": Each.CASES_OPENED,
    "cases_closed.{c}": Each.CASES_CLOSED,
}
SUMS: dict[str, Each] = {
    "new_needs": Each.NEW,
    "crises": Each.CRISES,
    "contacts.value": Each.VALUE,
    "refused": Each.REFUSED,
    "waiting": Each.WAITING,
    "acute_stays": Each.ACUTE,
    "resolved": Each.RESOLVED,
    "root_removed": Each.ROOT_REMOVED,
}


class Noted(NamedTuple):
    """What is noted of one month: the columns that its measures are worked out from, as they stood when the books were closed."""

    people: Longs  # (groups, measures)
    money: Longs  # pence by spending line
    born: Longs  # a number, as are the next two
    came: Longs
    jobs_lost: Doubles
    waits: Longs  # (challenges, months waited)
    staff: Doubles  # by service, as is all up to `wanted`
    funded: Doubles
    morale: Doubles
    caseload: Longs
    true: Doubles
    reported: Doubles
    threshold: Doubles
    design: Longs
    stage: Longs
    hours: Doubles
    wanted: Doubles
    redesigns: Longs  # by `REDESIGNS`
    income: Longs  # pence by agency, as is all that follows but whether purses are frozen
    cash: Longs
    fund: Longs
    deficit: Longs
    frozen: Doubles


def noted(state: Any, month: Any, waits: Longs) -> Noted:
    """What is noted of a month of a place, given what its steps have done and the month's waits."""
    services, agencies, ledger = state.services, state.agencies, state.ledger
    capacity, changes = month.capacity, month.changes
    return Noted(
        month.counts,
        ledger.month.copy(),
        np.array(month.born),
        np.array(month.came),
        np.array(state.jobs_lost),
        waits.copy(),
        services.staff.copy(),
        services.funded.copy(),
        services.morale.copy(),
        services.caseload.copy(),
        services.true.copy(),
        services.reported.copy(),
        services.threshold.copy(),
        services.design.copy(),
        services.stage.copy(),
        capacity.direct + capacity.assessment,
        capacity.wanted,
        np.array([getattr(changes, stage) for stage in REDESIGNS]),
        by_agency(ledger.income),
        by_agency(ledger.cash),
        by_agency(pence(agencies.fund)),
        by_agency(month.deficit),
        agencies.frozen.reshape(-1, AGENCY_COUNT).max(axis=0),
    )


class Recorder(Observer):
    """Keeps the months of one arm; measures are worked out from them when they are asked for."""

    def __init__(self, challenges: Sequence[str], lines: Sequence[str], designs: Sequence[str], tier: Tiers) -> None:
        self.challenges = tuple(challenges)
        self.lines = tuple(lines)
        self.designs = tuple(designs)
        self.tier = tier
        self.months: list[Noted] = []

    def after(self, phase: Any, model: Any) -> None:
        """Note the month once the books are closed."""
        if phase.name == "account":
            self.months.append(noted(model.state, model.work, model.waits))

    def table(self, groups: bool = True) -> Columns:
        """Every measure as a column, one entry a month; those of people for each group too, where groups are wanted."""
        columns: Columns = {}
        if not self.months:
            return columns
        over = Noted(*(np.stack(column) for column in zip(*self.months, strict=True)))  # the months as a further axis
        counts = over.people.reshape(len(self.months), FIFTHS, len(REPORTING_AGES), -1)
        sums = [counts.sum(axis=(1, 2))]
        if groups:
            sums += [counts[:, k].sum(axis=1) for k in range(FIFTHS)]
            sums += [counts[:, :, a].sum(axis=1) for a in range(len(REPORTING_AGES))]
        for suffix, part in zip(GROUP_NAMES, sums, strict=groups):
            for name, column in self._of_people(part).items():
                columns[name + suffix] = column
        columns |= {f"spend.{name}": over.money[:, k] for k, name in enumerate(self.lines)}
        columns |= {"births": over.born, "arrivals": over.came, "jobs_lost": over.jobs_lost}
        columns |= of_waits(over.waits, self.challenges)
        columns |= of_services(over, self.tier)
        columns |= of_redesign(over, self.designs)
        return columns | of_cash(over)

    def _of_people(self, part: NDArray[np.int64]) -> Columns:
        """The people's measures of one group, from its counts: (months, measures)."""
        each = part[:, PLAIN:].reshape(part.shape[0], len(self.challenges), EACH)
        columns: Columns = {name: part[:, k] for name, k in WHOLE.items()}
        columns |= {name: part[:, k] / FINE * factor for name, (k, factor) in FRACTIONAL.items()}
        for n, c in enumerate(self.challenges):
            columns |= {pattern.format(c=c): each[:, n, k] for pattern, k in BY_CHALLENGE.items()}
            columns[f"delayed_days.{c}"] = each[:, n, Each.DELAYED] * DAYS
        columns |= {name: each[:, :, k].sum(axis=1) for name, k in SUMS.items()}
        columns["delayed_days"] = each[:, :, Each.DELAYED].sum(axis=1) * DAYS
        users = {t: each[:, :, Each.PREVENTION + k].sum(axis=1) for k, t in enumerate(TIERS)}
        columns |= {f"users.{t}": count for t, count in users.items()}
        columns["in_service"] = users["prevention"] + users["core"] + users["acute"]
        return columns


def percentile_waits(waits: Longs, share: float = 0.9) -> Doubles:
    """Months waited by the person at a given share of those admitted, in order of wait; 0 if nobody was.

    Args:
        waits: people admitted by months waited, the last axis.
        share: of those admitted.
    """
    so_far = np.cumsum(waits, axis=-1)
    return (so_far >= share * so_far[..., -1:]).argmax(axis=-1).astype(np.float64)


def of_waits(waits: Longs, challenges: tuple[str, ...]) -> Columns:
    """The wait within which nine in ten of a month's admissions came, in months: of all challenges, then of each."""
    columns: Columns = {"waiting_p90": percentile_waits(waits.sum(axis=1))}
    return columns | {f"waiting_p90.{c}": percentile_waits(waits[:, n]) for n, c in enumerate(challenges)}


def of_services(over: Noted, tier: Tiers) -> Columns:
    """Staff, morale, performance, thresholds and hours."""
    open_tier = tier != ACUTE
    weight = np.maximum(over.caseload, 1) * open_tier
    heads = np.maximum(over.staff, 1e-9)
    return {
        "staff": over.staff.sum(axis=1),
        "staff_funded": over.funded.sum(axis=1),
        "vacancies": np.maximum(0, over.funded - over.staff).sum(axis=1),
        "morale": (over.morale * heads).sum(axis=1) / heads.sum(axis=1),
        "served_performance": (over.true * weight).sum(axis=1) / weight.sum(axis=1),
        "helped": (over.true * over.caseload * open_tier).sum(axis=1) / 100,
        "reported_performance": (over.reported * weight).sum(axis=1) / weight.sum(axis=1),
        "threshold": np.compress(tier == CORE, over.threshold, axis=1).mean(axis=1),
        "services.total": np.full(len(over.staff), tier.size),
        "hours_available": over.hours.sum(axis=1),
        "hours_wanted": over.wanted.sum(axis=1),
    }


def of_redesign(over: Noted, designs: tuple[str, ...]) -> Columns:
    """Redesigns begun, embedded, adapted, stopped; old services closed; services under each design."""
    in_use = np.where(over.stage >= Stage.EMBED, over.design, -1)
    columns: Columns = {f"redesigns.{stage}": over.redesigns[:, k] for k, stage in enumerate(REDESIGNS)}
    return columns | {f"services.{name}": (in_use == d).sum(axis=1) for d, name in enumerate(designs)}


def of_cash(over: Noted) -> Columns:
    """Each agency's income, closing cash and what of it is set aside, new deficit, and whether any of its purses is frozen."""
    columns: Columns = {}
    for a, name in enumerate(BUDGET_HOLDERS):
        columns[f"envelope.{name}"] = over.income[:, a]
        columns[f"reserves.{name}"] = over.cash[:, a]
        columns[f"fund.{name}"] = over.fund[:, a]
        columns[f"deficit.{name}"] = over.deficit[:, a]
        columns[f"frozen.{name}"] = (over.frozen[:, a] == Freeze.STATUTORY_ONLY).astype(np.int64)
    return columns
