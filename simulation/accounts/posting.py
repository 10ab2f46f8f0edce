"""Phase 9, account: what happened this month becomes postings in the ledger, and what planners, services and agencies know."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger
from simulation.mechanism.services.hours import Capacity
from simulation.mechanism.services.purses import by_purse
from simulation.mechanism.services.redesign import Changes
from simulation.mechanism.services.workforce import Moves
from simulation.mechanism.services.year_seen import YearSeen
from simulation.parameters import BehaviourConfig
from simulation.parameters.place import CostsConfig
from simulation.state.agencies import Agencies, charges_users, envelopes, purse_of
from simulation.state.codes import ACUTE, Freeze
from simulation.state.columns import Services
from simulation.state.conditions import Conditions
from simulation.state.tally import EACH, PLAIN, Each

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
WORRY = 0.25  # recruitment stops when reserves fall below this share of what they should be


class Prices(NamedTuple):
    """What things cost in a place.

    Attributes:
        costs: staff, cover, unpaid care.
        behaviour: inspection, replacement of leavers, what a freeze withholds.
        payment: pounds per case-month bought case by case, by service.
        payer: (services, agencies) who pays them, rows adding up to 1 or 0.
    """

    costs: CostsConfig
    behaviour: BehaviourConfig
    payment: Doubles
    payer: Doubles


class Events(NamedTuple):
    """What happened this month that costs money.

    Attributes:
        conditions: what was in force at each service.
        capacity: the hours of the month.
        moves: staff who left and came.
        changes: what became of redesigns.
        redundancy: pounds of redundancy pay, by service.
        care_hours: unpaid care.
        visits: pounds for visits to emergency departments, by service.
    """

    conditions: Conditions
    capacity: Capacity
    moves: Moves
    changes: Changes
    redundancy: Doubles
    care_hours: float
    visits: Doubles


def post(
    services: Services, agencies: Agencies, ledger: Ledger, prices: Prices, month: Events
) -> tuple[Doubles, Doubles]:
    """Post the month's income and everything that was paid for.

    Returns:
        Pounds of pay and cover by service, less what users paid, and pounds of demand-led payments by service and agency.
    """
    costs, behaviour, conditions = prices.costs, prices.behaviour, month.conditions
    monthly = services.staff_cost / 12
    frozen = agencies.frozen[purse_of(services)]
    withdrawn = behaviour.planning.freeze_release.number
    kept = np.where((frozen == Freeze.STATUTORY_ONLY) & (services.tier != ACUTE), 1 - withdrawn, 1.0)
    replacing = month.moves.left * services.staff_cost * behaviour.workforce.replacement_cost.number
    inspected = services.staff * monthly * kept * conditions.inspection
    pay = services.staff * monthly * kept + replacing
    usable = services.contracted * (1 - behaviour.capacity.admin_share.number - conditions.inspection)
    vacant = np.maximum(0.0, services.funded - services.staff) * behaviour.workforce.cover_share.number
    covered = np.where(frozen >= Freeze.RECRUITMENT, 0.0, vacant) + month.capacity.bought / np.maximum(usable, 1e-9)
    cover = covered * monthly * (1 + costs.cover_premium.number)
    saved = np.where(services.old_open == 1, np.maximum(0.0, services.true_cost), services.true_cost)
    cases = services.caseload * services.package * prices.payment * (1 + saved * services.embedded) + month.visits
    ledger.grant(agencies.income / 12)
    ledger.spend_on_services(
        {
            "staff": pay - inspected,
            "cover": cover,
            "inspection": inspected,
            "redesign": month.changes.set_up,
            "double_running": month.changes.double_running,
            "redundancy": month.redundancy,
        }
    )
    charged = conditions.charge * charges_users(services) * np.minimum(1.0, services.workload) * (pay - replacing)
    ledger.charge_users(by_purse(services, charged, agencies.income.size))
    work = pay + cover + month.changes.set_up + month.changes.double_running
    without = behaviour.workforce.pay_share.number * conditions.pay_restraint
    ledger.forgo_pay(float((work * without / (1 - without)).sum()))
    payments = ledger.pay_case_by_case(cases, prices.payer)
    open_for_business = np.where(agencies.frozen == Freeze.STATUTORY_ONLY, 1 - withdrawn, 1.0)
    outside = {"other_services": agencies.other, "care": agencies.care, "windfall": agencies.windfall}
    for kind, yearly in outside.items():
        ledger.spend_by_agencies(kind, yearly / 12 * open_for_business)
    ledger.spend_by_agencies("support", agencies.support / 12)
    ledger.transfer(agencies.gives / 12, agencies.takes / 12)
    ledger.give_care(month.care_hours * costs.informal_care_hour.number)
    ledger.sweep()
    return pay + cover - charged, payments / 100


def remember(seen: YearSeen, counts: Longs, pay: Doubles, payments: Doubles, changes: Changes) -> None:
    """Planners see the year go by.

    Args:
        seen: what they have seen so far; changed in place.
        counts: this month's people, (groups, measures).
        pay: pounds of pay and cover by service.
        payments: pounds of demand-led payments by service and agency.
        changes: what became of redesigns.
    """
    people = counts.sum(axis=0)[PLAIN:].reshape(-1, EACH)
    seen.pay += pay
    seen.payments += payments
    seen.double_running[:] = changes.double_running * 12
    seen.established += people[:, Each.ESTABLISHED] / 12


def watch_cash(agencies: Agencies, ledger: Ledger) -> NDArray[np.int64]:
    """Freeze spending where the money is running out: recruitment first, then all but statutory duties.

    Returns:
        This month's new deficit by purse, in pence.
    """
    for here, _, _ in envelopes(ledger.cash.size):
        left, target = ledger.cash[here].sum() / 100, agencies.reserve_target[here].sum()
        agencies.frozen[here] = (
            Freeze.STATUTORY_ONLY if left < 0 else Freeze.RECRUITMENT if left < WORRY * target else Freeze.NONE
        )
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
