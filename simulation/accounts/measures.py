"""The record: every month's counts and money under the names that analyses use."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger, pence
from simulation.mechanism.services.hours import Capacity
from simulation.mechanism.services.redesign import Changes
from simulation.observe import Observer
from simulation.parameters.quantity import BUDGET_HOLDERS, REPORTING_AGES, TIERS
from simulation.state.agencies import AGENCY_COUNT, Agencies, by_agency
from simulation.state.codes import ACUTE, CORE, Freeze, Stage
from simulation.state.columns import Services
from simulation.state.tally import EACH, FIFTHS, FINE, PLAIN, Count, Each

Doubles = NDArray[np.float64]
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


class Recorder(Observer):
    """Keeps the months of one arm in one table of numbers, filled as the months go by."""

    def __init__(self, challenges: Sequence[str], lines: Sequence[str], designs: Sequence[str]) -> None:
        self.challenges = tuple(challenges)
        self.lines = tuple(lines)
        self.designs = tuple(designs)
        self.people: list[NDArray[np.int64]] = []
        self.money: list[NDArray[np.int64]] = []
        self.other: list[dict[str, float]] = []

    def after(self, phase: Any, model: Any) -> None:
        """Record the month once the books are closed: people by group, pence by spending line, and everything else."""
        if phase.name != "account":
            return
        state, month = model.state, model.work
        self.people.append(month.counts)
        self.money.append(state.ledger.month.copy())
        self.other.append(
            {"births": month.born, "arrivals": month.came, "jobs_lost": state.jobs_lost}
            | of_waits(model.waits, self.challenges)
            | of_services(state.services, month.capacity)
            | of_redesign(state.services, month.changes, self.designs)
            | of_cash(state.agencies, state.ledger, month.deficit)
        )

    def table(self, groups: bool = True) -> dict[str, NDArray[np.generic]]:
        """Every measure as a column, one entry a month; those of people for each group too, where groups are wanted."""
        columns: dict[str, NDArray[np.generic]] = {}
        months = len(self.people)
        if not months:
            return columns
        counts = np.stack(self.people).reshape(months, FIFTHS, len(REPORTING_AGES), -1)
        sums = [counts.sum(axis=(1, 2))]
        if groups:
            sums += [counts[:, k].sum(axis=1) for k in range(FIFTHS)]
            sums += [counts[:, :, a].sum(axis=1) for a in range(len(REPORTING_AGES))]
        for suffix, part in zip(GROUP_NAMES, sums, strict=groups):
            for name, column in self._of_people(part).items():
                columns[name + suffix] = column
        money = np.stack(self.money)
        columns |= {f"spend.{name}": money[:, k] for k, name in enumerate(self.lines)}
        for name in self.other[0]:
            columns[name] = np.array([month[name] for month in self.other])
        return columns

    def _of_people(self, part: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """The people's measures of one group, from its counts: (months, measures)."""
        each = part[:, PLAIN:].reshape(part.shape[0], len(self.challenges), EACH)
        columns: dict[str, NDArray[np.generic]] = {name: part[:, k] for name, k in WHOLE.items()}
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


def percentile_waits(waits: NDArray[np.int64], share: float = 0.9) -> list[float]:
    """Months waited by the person at a given share of those admitted, in order of wait; 0 if nobody was.

    Args:
        waits: people admitted by months waited, one row for each group of people.
        share: of those admitted.
    """
    so_far = np.cumsum(waits, axis=1)
    return [float(month) for month in (so_far >= share * so_far[:, -1:]).argmax(axis=1)]


def of_waits(waits: NDArray[np.int64], challenges: tuple[str, ...]) -> dict[str, float]:
    """The wait within which nine in ten of this month's admissions came, in months."""
    every = np.concatenate([waits.sum(axis=0, keepdims=True), waits])
    names = ("waiting_p90", *(f"waiting_p90.{c}" for c in challenges))
    return dict(zip(names, percentile_waits(every), strict=True))


def of_services(services: Services, capacity: Capacity) -> dict[str, float]:
    """Staff, morale, performance, thresholds and hours."""
    open_tier = services.tier != ACUTE
    weight = np.maximum(services.caseload, 1) * open_tier
    heads = np.maximum(services.staff, 1e-9)
    return {
        "staff": float(services.staff.sum()),
        "staff_funded": float(services.funded.sum()),
        "vacancies": float(np.maximum(0, services.funded - services.staff).sum()),
        "morale": float((services.morale * heads).sum() / heads.sum()),
        "served_performance": float((services.true * weight).sum() / weight.sum()),
        "helped": float((services.true * services.caseload * open_tier).sum() / 100),
        "reported_performance": float((services.reported * weight).sum() / weight.sum()),
        "threshold": float(services.threshold[services.tier == CORE].mean()),
        "services.total": services.tier.size,
        "hours_available": float((capacity.direct + capacity.assessment).sum()),
        "hours_wanted": float(capacity.wanted.sum()),
    }


def of_redesign(services: Services, changes: Changes, designs: tuple[str, ...]) -> dict[str, float]:
    """Redesigns begun, embedded, adapted, stopped; old services closed; services under each design."""
    running = np.bincount(services.design[services.stage >= Stage.EMBED], minlength=len(designs))
    stages = ("begun", "embedded", "adapted", "stopped", "decommissioned")
    counts = {f"redesigns.{stage}": getattr(changes, stage) for stage in stages}
    return counts | {f"services.{name}": int(running[d]) for d, name in enumerate(designs)}


def of_cash(agencies: Agencies, ledger: Ledger, deficit: NDArray[np.int64]) -> dict[str, float]:
    """Each agency's income, closing cash and what of it is set aside, new deficit, and whether any of its purses is frozen."""
    columns: dict[str, float] = {}
    income, cash, short, fund = (
        by_agency(p).tolist() for p in (ledger.income, ledger.cash, deficit, pence(agencies.fund))
    )
    frozen = agencies.frozen.reshape(-1, AGENCY_COUNT).max(axis=0).tolist()
    for a, name in enumerate(BUDGET_HOLDERS):
        columns[f"envelope.{name}"] = income[a]
        columns[f"reserves.{name}"] = cash[a]
        columns[f"fund.{name}"] = fund[a]
        columns[f"deficit.{name}"] = short[a]
        columns[f"frozen.{name}"] = int(frozen[a] == Freeze.STATUTORY_ONLY)
    return columns
