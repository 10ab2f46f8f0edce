"""Phase 7, workforce: morale, leavers, vacancies.

Morale follows workload, inspection and targets, autonomy, support and cuts; it acts on productivity (in the hours
identity of `serve`) and on who leaves. So does pay that falls behind others'. Vacancies take months to fill.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import BehaviourConfig
from simulation.parameters.structure import Management, Morale
from simulation.state.columns import Services
from simulation.state.conditions import Conditions

Doubles = NDArray[np.float64]


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


def settled_morale(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> Doubles:
    """The morale to which a service is heading."""
    work, about = behaviour.workforce, behaviour.accountability
    usual = 1 / (1 + behaviour.capacity.slack.number)
    strain = np.clip(services.workload - usual, -0.5, 0.5)
    heart, judged = felt(behaviour.structure.morale), managed(behaviour.structure.management)
    inspected = conditions.inspection / max(behaviour.capacity.inspection_share.number, 1e-9) - 1
    watched = np.clip((conditions.pressure - about.pressure_2010.number + inspected) / 2, -1, 1)
    return np.clip(
        work.morale_start.number
        - heart * work.morale_workload.number * strain
        - judged * work.morale_inspection.number * watched
        + judged * work.morale_autonomy.number * conditions.freedom
        + judged * work.morale_support.number * conditions.support
        - heart * work.morale_cuts.number * services.cut_shock,
        0.0,
        1.0,
    )


def set_pay(services: Services, conditions: Conditions, behaviour: BehaviourConfig) -> None:
    """A post costs what it did in 2010, less what staff go without; overheads are no pay and stay as they are."""
    without = behaviour.workforce.pay_share.number * conditions.pay_restraint
    services.staff_cost[:] = services.staff_cost_2010 * (1 - without)


def staff(services: Services, conditions: Conditions, behaviour: BehaviourConfig, hiring: Doubles) -> Moves:
    """Staff leave, are hired, and feel better or worse.

    Args:
        services: changed in place: staff in post, morale, the memory of cuts.
        conditions: what is in force.
        behaviour: turnover and recruitment.
        hiring: 1 where the service may recruit, 0 where spending is frozen.
    """
    work = behaviour.workforce
    services.morale[:] += work.morale_adjust.number * (
        settled_morale(services, conditions, behaviour) - services.morale
    )
    unhappy = np.maximum(0.0, 1 + work.turnover_morale.number * (work.morale_start.number - services.morale))
    lured = 1 + work.turnover_pay.number * conditions.pay_restraint
    left = services.staff * np.minimum(1.0, work.turnover.number / 12 * unhappy * lured)
    vacant = np.maximum(0.0, services.funded - services.staff + left)
    hired = hiring * np.minimum(vacant, vacant / work.months_to_fill.number)
    services.staff[:] += hired - left
    services.cut_shock[:] *= 1 - 1 / 12
    return Moves(left, hired)


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
