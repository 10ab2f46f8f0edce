"""Phase 9, account: what happened this month becomes postings in the ledger and lines in the record."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger
from simulation.accounts.measures import percentile_waits
from simulation.mechanism.plan import YearSeen
from simulation.mechanism.redesign import Changes, Stage
from simulation.mechanism.serve import Capacity
from simulation.mechanism.workforce import Moves
from simulation.parameters import BehaviourConfig
from simulation.parameters.quantity import BUDGET_HOLDERS
from simulation.state.agencies import GROUPS, Agencies
from simulation.state.columns import Services
from simulation.state.conditions import Conditions
from simulation.state.tally import EACH, PLAIN, AtService, Each, Tally

if TYPE_CHECKING:
    from simulation.build import World

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
PREVENTION, CORE, ACUTE = 0, 1, 2
FREEZE, STATUTORY_ONLY = 1, 2  # how far an agency's spending is frozen
WORRY = 0.25  # recruitment stops when reserves fall below this share of what they should be


def post(
    services: Services,
    agencies: Agencies,
    ledger: Ledger,
    world: "World",
    conditions: Conditions,
    capacity: Capacity,
    moves: Moves,
    changes: Changes,
    redundancy: Doubles,
    care_hours: float,
) -> tuple[Doubles, Doubles]:
    """Post the month's income and everything that was paid for.

    Returns:
        Pounds of pay and cover by service, and pounds of demand-led payments by service and agency.
    """
    costs, behaviour = world.config.costs, world.config.behaviour
    monthly = services.staff_cost / 12
    frozen = agencies.frozen[services.owner]
    withdrawn = behaviour.planning.freeze_release.number
    kept = np.where((frozen == STATUTORY_ONLY) & (services.tier != ACUTE), 1 - withdrawn, 1.0)
    replacing = moves.left * services.staff_cost * behaviour.workforce.replacement_cost.number
    inspected = services.staff * monthly * kept * conditions.inspection
    pay = services.staff * monthly * kept + replacing
    usable = services.contracted * (1 - behaviour.capacity.admin_share.number - conditions.inspection)
    vacant = np.maximum(0.0, services.funded - services.staff) * behaviour.workforce.cover_share.number
    covered = np.where(frozen >= FREEZE, 0.0, vacant) + capacity.bought / np.maximum(usable, 1e-9)
    cover = covered * monthly * (1 + costs.cover_premium.number)
    saved = np.where(services.old_open == 1, np.maximum(0.0, services.true_cost), services.true_cost)
    cases = services.caseload * world.payment * (1 + saved * services.embedded)
    ledger.grant(agencies.income / 12)
    ledger.spend_on_services(
        {
            "staff": pay - inspected,
            "cover": cover,
            "inspection": inspected,
            "redesign": changes.set_up,
            "double_running": changes.double_running,
            "redundancy": redundancy,
        }
    )
    payments = ledger.pay_case_by_case(cases, world.payer)
    open_for_business = np.where(agencies.frozen == STATUTORY_ONLY, 1 - withdrawn, 1.0)
    ledger.spend_by_agencies("other_services", agencies.other / 12 * open_for_business)
    ledger.spend_by_agencies("support", agencies.support / 12)
    ledger.transfer(agencies.gives / 12, agencies.takes / 12)
    ledger.give_care(care_hours * costs.informal_care_hour.number)
    ledger.sweep()
    return pay + cover, payments / 100


def remember(
    seen: YearSeen, services: Services, counts: Longs, tally: Tally, pay: Doubles, payments: Doubles, changes: Changes
) -> None:
    """Planners see the year go by.

    Args:
        seen: what they have seen so far; changed in place.
        services: the services.
        counts: this month's people, (groups, measures).
        tally: this month's counts by block.
        pay: pounds of pay and cover by service.
        payments: pounds of demand-led payments by service and agency.
        changes: what became of redesigns.
    """
    people = counts.sum(axis=0)[PLAIN:].reshape(-1, EACH)
    resolved = tally.services[:, :, AtService.RESOLVED].sum(axis=0)
    prevention = services.tier == PREVENTION
    np.add.at(seen.resolved, services.challenge[prevention], resolved[prevention])
    seen.pay += pay
    seen.payments += payments
    seen.double_running[:] = changes.double_running * 12
    seen.new_needs += people[:, Each.NEW]


def watch_cash(agencies: Agencies, ledger: Ledger) -> NDArray[np.int64]:
    """Freeze spending where the money is running out: recruitment first, then all but statutory duties.

    Returns:
        This month's new deficit by agency, in pence.
    """
    for _, members in GROUPS:
        here = slice(members[0], members[-1] + 1)
        left, target = ledger.cash[here].sum() / 100, agencies.reserve_target[here].sum()
        agencies.frozen[here] = STATUTORY_ONLY if left < 0 else FREEZE if left < WORRY * target else 0
    return np.maximum(0, np.maximum(0, -ledger.cash) - np.maximum(0, -ledger.opening))


def perform(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """How well each service does, and how well it says it does: 0 to 100.

    True performance is an average service's share of what is possible, better with what the service achieves per
    case and the hours a case gets, worse with the wait. Targets make reports kinder than the truth.
    """
    about = behaviour.accountability
    waited = services.queue / np.maximum(services.admissions, 0.1)
    true = 100 * about.performance_2010.number * services.resolve * services.intensity / (1 + waited / 12)
    services.true[:] = np.clip(true, 0, 100)
    gap = about.reporting_gap.number * conditions.pressure * (1 - conditions.audited)
    services.reported[:] = np.clip(services.true + gap, 0, 100)


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
        "true_performance": float((services.true * weight).sum() / weight.sum()),
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
    """Each agency's income, closing reserves, new deficit, and whether its spending is frozen."""
    columns: dict[str, float] = {}
    income, cash, short = ledger.income.tolist(), ledger.cash.tolist(), deficit.tolist()
    frozen = agencies.frozen.tolist()
    for a, name in enumerate(BUDGET_HOLDERS):
        columns[f"envelope.{name}"] = income[a]
        columns[f"reserves.{name}"] = cash[a]
        columns[f"deficit.{name}"] = short[a]
        columns[f"frozen.{name}"] = int(frozen[a] == STATUTORY_ONLY)
    return columns
