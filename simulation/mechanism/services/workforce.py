"""Phase 7, workforce: morale, leavers, vacancies.

Morale follows workload, inspection and targets, autonomy, support and cuts; it acts on productivity (in the
identity of `hours`) and on who leaves. So does pay that falls behind others'. Vacancies take months to fill.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import inner, rule
from simulation.parameters import BehaviourConfig
from simulation.parameters.structure import Management, Morale
from simulation.state.codes import Freeze
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]
UNFROZEN = int(Freeze.NONE)


class Moves(NamedTuple):
    """A month's comings and goings of staff, whole-time, by service."""

    left: Doubles
    hired: Doubles


def felt(morale: Morale) -> float:
    """How much of workload and cuts staff take to heart: all of it, or nothing where vocation keeps them steady."""
    return 0.0 if morale == "steady" else 1.0


def managed(management: Management) -> float:
    """How much of what freer or tighter management does to hours, morale and root causes comes true: all of it, or nothing."""
    return 1.0 if management == "as_judged" else 0.0


def held_to_account(management: Management) -> float:
    """How much of what being held to account does (effort, weak services held up) comes true: all of it, or nothing."""
    return 0.0 if management == "none" else 1.0


class StaffRules(NamedTuple):
    """What staff feel and do, as plain numbers."""

    usual: float  # workload of an ordinary year
    inspected_2010: float  # share of hours
    pressure_2010: float
    start: float  # morale of 2010
    workload: float  # points of morale for each point of workload above the usual
    inspection: float
    autonomy: float
    support: float
    cuts: float
    adjust: float  # share of the way to where morale is heading that it goes in a month
    turnover: float  # a year
    turnover_morale: float
    turnover_pay: float
    months_to_fill: float


def staff_rules(behaviour: BehaviourConfig) -> StaffRules:
    """The rules of staff as plain numbers."""
    work, about, structure = behaviour.workforce, behaviour.accountability, behaviour.structure
    heart, judged = felt(structure.morale), managed(structure.management)
    return StaffRules(
        usual=1 / (1 + behaviour.capacity.slack.number),
        inspected_2010=max(behaviour.capacity.inspection_share.number, 1e-9),
        pressure_2010=about.pressure_2010.number,
        start=work.morale_start.number,
        workload=heart * work.morale_workload.number,
        inspection=judged * work.morale_inspection.number,
        autonomy=judged * work.morale_autonomy.number,
        support=judged * work.morale_support.number,
        cuts=heart * work.morale_cuts.number,
        adjust=work.morale_adjust.number,
        turnover=work.turnover.number,
        turnover_morale=work.turnover_morale.number,
        turnover_pay=work.turnover_pay.number,
        months_to_fill=work.months_to_fill.number,
    )


@inner
def settled_morale(s, services, conditions, how):
    """The morale to which a service is heading."""
    strain = min(max(services.workload[s] - how.usual, -0.5), 0.5)
    inspected = conditions.inspection[s] / how.inspected_2010 - 1
    watched = min(max((conditions.pressure[s] - how.pressure_2010 + inspected) / 2, -1.0), 1.0)
    morale = (
        how.start
        - how.workload * strain
        - how.inspection * watched
        + how.autonomy * conditions.freedom[s]
        + how.support * conditions.support[s]
        - how.cuts * services.cut_shock[s]
    )
    return min(max(morale, 0.0), 1.0)


def set_pay(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """A post costs what it did in 2010, less what staff go without; overheads are no pay and stay as they are."""
    without = behaviour.workforce.pay_share.number * conditions.pay_restraint
    services.staff_cost[:] = services.staff_cost_2010 * (1 - without)


def staff(services: Services, conditions: Conditions, how: StaffRules, frozen: Doubles) -> Moves:
    """Staff leave, are hired, and feel better or worse.

    Args:
        services: changed in place: staff in post, morale, the memory of cuts.
        conditions: what is in force.
        how: turnover and recruitment.
        frozen: how far each service's agency has frozen its spending: nobody is hired where it has.
    """
    moves = Moves(np.empty_like(frozen), np.empty_like(frozen))
    come_and_go(services, conditions, how, frozen, moves)
    return moves


@rule
def come_and_go(services, conditions, how, frozen, moves):
    """Each service's staff feel better or worse; some leave, and some vacancies are filled."""
    for s in range(services.tier.size):
        services.morale[s] += how.adjust * (settled_morale(s, services, conditions, how) - services.morale[s])
        unhappy = max(0.0, 1 + how.turnover_morale * (how.start - services.morale[s]))
        lured = 1 + how.turnover_pay * conditions.pay_restraint[s]
        left = services.staff[s] * min(1.0, how.turnover / 12 * unhappy * lured)
        vacant = max(0.0, services.funded[s] - services.staff[s] + left)
        hired = min(vacant, vacant / how.months_to_fill) if frozen[s] == UNFROZEN else 0.0
        services.staff[s] += hired - left
        services.cut_shock[s] *= 1 - 1 / 12
        moves.left[s], moves.hired[s] = left, hired


class Planned(NamedTuple):
    """What an April plan did to those who work: redundancy pay in pounds, and posts lost, by service."""

    redundancy: Doubles
    posts_lost: Doubles


def lay_off(services: Services, conditions: Conditions, months: float) -> Planned:
    """Staff beyond the posts that are left go, with so many months' pay on standard terms; those who stay remember it."""
    lost = np.maximum(0.0, services.staff - services.funded)
    services.cut_shock[:] += np.divide(lost, services.staff, out=np.zeros_like(lost), where=services.staff > 0)
    services.staff[:] -= lost
    return Planned(lost * services.staff_cost / 12 * months * conditions.redundancy, lost)
