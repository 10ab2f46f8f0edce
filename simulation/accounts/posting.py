"""Phase 9, account: what happened this month becomes postings in the ledger, and what planners, services and agencies know."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.ledger import Ledger
from simulation.compile import rule
from simulation.mechanism.services.hours import Capacity
from simulation.mechanism.services.purses import by_purse
from simulation.mechanism.services.redesign import Changes
from simulation.mechanism.services.workforce import Moves
from simulation.mechanism.services.year_seen import YearSeen
from simulation.parameters import BehaviourConfig
from simulation.parameters.place import CostsConfig
from simulation.state.agencies import Agencies, charges_users, envelopes
from simulation.state.codes import ACUTE, Freeze
from simulation.state.columns import Services
from simulation.state.conditions import Conditions
from simulation.state.tally import EACH, PLAIN, Each

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
RECRUITMENT, STATUTORY_ONLY = int(Freeze.RECRUITMENT), int(Freeze.STATUTORY_ONLY)
WORRY = 0.25  # recruitment stops when reserves fall below this share of what they should be


class Prices(NamedTuple):
    """What things cost in a place, as plain numbers.

    Attributes:
        admin: share of hours that is administration.
        cover: share of vacant posts that is covered.
        premium: on a post's pay, of cover.
        replacement: share of a year's pay that it takes to replace a leaver.
        withdrawn: share of hours that are not paid for where an agency does no more than law asks.
        pay_share: of what a post costs, what is pay.
        care_hour: pounds that an hour of unpaid care would cost.
        payment: pounds per case-month bought case by case, by service.
        payer: (services, agencies) who pays them, rows adding up to 1 or 0.
    """

    admin: float
    cover: float
    premium: float
    replacement: float
    withdrawn: float
    pay_share: float
    care_hour: float
    payment: Doubles
    payer: Doubles


def prices_of(costs: CostsConfig, behaviour: BehaviourConfig, payment: Doubles, payer: Doubles) -> Prices:
    """What things cost as plain numbers."""
    return Prices(
        behaviour.capacity.admin_share.number,
        behaviour.workforce.cover_share.number,
        costs.cover_premium.number,
        behaviour.workforce.replacement_cost.number,
        behaviour.planning.freeze_release.number,
        behaviour.workforce.pay_share.number,
        costs.informal_care_hour.number,
        payment,
        payer,
    )


class Bills(NamedTuple):
    """Pounds of this month, by service."""

    pay: Doubles  # inspection and replacing those who left included
    inspection: Doubles  # of that pay
    replacing: Doubles  # ... for replacing those who left
    cover: Doubles
    cases: Doubles  # bought case by case


class Events(NamedTuple):
    """What happened this month that costs money.

    Attributes:
        conditions: what was in force at each service.
        frozen: how far each service's agency has frozen its spending.
        capacity: the hours of the month.
        moves: staff who left and came.
        changes: what became of redesigns.
        redundancy: pounds of redundancy pay, by service.
        care_hours: unpaid care.
        visits: pounds for visits to emergency departments, by service.
    """

    conditions: Conditions
    frozen: Doubles
    capacity: Capacity
    moves: Moves
    changes: Changes
    redundancy: Doubles
    care_hours: float
    visits: Doubles


@rule
def reckon(services: Services, month: Events, prices: Prices, bills: Bills) -> None:
    """What each service's month costs: staff in post, cover, and what is bought case by case."""
    for s in range(services.tier.size):
        monthly, inspection = services.staff_cost[s] / 12, month.conditions.inspection[s]
        halted = month.frozen[s] == STATUTORY_ONLY and services.tier[s] != ACUTE
        in_post = services.staff[s] * monthly * (1 - prices.withdrawn if halted else 1.0)
        usable = services.contracted[s] * (1 - prices.admin - inspection)
        vacant = max(0.0, services.funded[s] - services.staff[s]) * prices.cover
        covered = (0.0 if month.frozen[s] >= RECRUITMENT else vacant) + month.capacity.bought[s] / max(usable, 1e-9)
        saved = max(0.0, services.true_cost[s]) if services.old_open[s] == 1 else services.true_cost[s]
        cases = services.caseload[s] * services.package[s] * prices.payment[s] * (1 + saved * services.embedded[s])
        bills.replacing[s] = month.moves.left[s] * services.staff_cost[s] * prices.replacement
        bills.inspection[s] = in_post * inspection
        bills.pay[s] = in_post + bills.replacing[s]
        bills.cover[s] = covered * monthly * (1 + prices.premium)
        bills.cases[s] = cases + month.visits[s]


def post(
    services: Services, agencies: Agencies, ledger: Ledger, prices: Prices, month: Events
) -> tuple[Doubles, Doubles]:
    """Post the month's income and everything that was paid for.

    Returns:
        Pounds of pay and cover by service, less what users paid, and pounds of demand-led payments by service and agency.
    """
    conditions, bills = month.conditions, Bills(*(np.empty_like(month.frozen) for _ in Bills._fields))
    reckon(services, month, prices, bills)
    spent = bills.pay + bills.cover
    ledger.grant(agencies.income / 12)
    ledger.spend_on_services(
        {
            "staff": bills.pay - bills.inspection,
            "cover": bills.cover,
            "inspection": bills.inspection,
            "redesign": month.changes.set_up,
            "double_running": month.changes.double_running,
            "redundancy": month.redundancy,
        }
    )
    if conditions.pay_restraint.any():
        work = spent + month.changes.set_up + month.changes.double_running
        without = prices.pay_share * conditions.pay_restraint
        ledger.forgo_pay(float((work * without / (1 - without)).sum()))
    if conditions.charge.any():
        busy = np.minimum(1.0, services.workload)
        charged = conditions.charge * charges_users(services) * busy * (bills.pay - bills.replacing)
        ledger.charge_users(by_purse(services, charged, agencies.income.size))
        spent = spent - charged
    payments = ledger.pay_case_by_case(bills.cases, prices.payer)
    halted = agencies.frozen == Freeze.STATUTORY_ONLY
    open_for_business = np.where(halted, 1 - prices.withdrawn, 1.0)
    outside = {"other_services": agencies.other, "care": agencies.care, "windfall": agencies.windfall}
    for kind, yearly in outside.items():
        ledger.spend_by_agencies(kind, yearly / 12 * open_for_business)
    ledger.spend_by_agencies("support", agencies.support / 12)
    ledger.transfer(agencies.gives / 12, agencies.takes / 12)
    ledger.give_care(month.care_hours * prices.care_hour)
    ledger.sweep()
    return spent, payments / 100


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
    cash, target = ledger.cash.tolist(), agencies.reserve_target.tolist()
    for here, _, _ in envelopes(len(cash)):
        left, enough = sum(cash[p] for p in here) / 100, sum(target[p] for p in here)
        agencies.frozen[here] = (
            Freeze.STATUTORY_ONLY if left < 0 else Freeze.RECRUITMENT if left < WORRY * enough else Freeze.NONE
        )
    return np.maximum(0, np.maximum(0, -ledger.cash) - np.maximum(0, -ledger.opening))


def perform(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """How well each service does, and how well it says it does: 0 to 100.

    True performance is an average service's share of what is possible, better with what the service achieves per
    case and the hours a case gets, worse with the wait. Targets make reports kinder than the truth.
    """
    about = behaviour.accountability
    report(services, conditions, about.performance_2010.number, about.reporting_gap.number)


@rule
def report(services: Services, conditions: Conditions, usual: float, gap: float) -> None:
    """Each service's true performance, and what it reports; `usual` is an average service's share of what is possible."""
    for s in range(services.tier.size):
        waited = services.queue[s] / max(services.admissions[s], 0.1)
        true = 100 * usual * services.resolve[s] * services.intensity[s] / (1 + waited / 12)
        services.true[s] = min(max(true, 0.0), 100.0)
        kinder = gap * conditions.pressure[s] * (1 - conditions.audited[s])
        services.reported[s] = min(max(services.true[s] + kinder, 0.0), 100.0)
