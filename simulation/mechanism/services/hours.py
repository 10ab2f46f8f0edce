"""Hours: how staff hours become help, existing cases first, and how many places that leaves.

One identity gives the hours: posts filled x contracted hours x (1 - administration - inspection) x productivity,
less assessment. A core case takes the more of them the worse it is. Cases in hand are served first, with fewer hours
each when there are not enough; below a floor the least severe are discharged. What is left opens places. Acute services
take everybody and buy the missing hours.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compile import row, rule
from simulation.mechanism.services.workforce import held_to_account
from simulation.parameters import BehaviourConfig
from simulation.parameters.structure import Shortage
from simulation.state.codes import ACUTE, CORE, Freeze
from simulation.state.columns import Services
from simulation.state.conditions import Conditions
from simulation.state.tally import FINE, AtService

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
PACKAGES, PACKAGES_WANTED = int(AtService.PACKAGES), int(AtService.PACKAGES_WANTED)
UNFROZEN, STATUTORY_ONLY = int(Freeze.NONE), int(Freeze.STATUTORY_ONLY)
LEAST_ACHIEVED = 0.05  # what an hour achieves at the very least
NEXT_TO_NO_HOURS = 1e-9
SHORTEST_CASE = 1e-6  # hours: a case that takes none is taken as taking so many
MOST_PLACES = 1e9
MONTHS_SMOOTHED = 12.0  # over which the weight of an ordinary case is known
NEXT_TO_NOTHING = 1e-3  # share of a case's hours that help may be spread down to where nobody is let go


class Capacity(NamedTuple):
    """A month's hours at each service."""

    gross: Doubles  # contracted hours of staff in post and cover
    direct: Doubles  # hours left for cases
    per_case: Doubles  # hours a case in hand takes in full, on average
    per_place: Doubles  # ... one of those who wait would take
    assessment: Doubles
    wanted: Doubles  # hours that cases in hand and assessments would take in full
    bought: Doubles  # hours bought by acute services beyond their own
    places: Longs  # new cases that can be taken
    discharged: Longs  # cases that must be let go


WHOLE = ("places", "discharged")  # counted in people, not in hours


class HoursRules(NamedTuple):
    """What an hour achieves and how it is shared out, as plain numbers."""

    cover: float  # share of vacant posts that is covered
    admin: float  # share of hours
    morale: float  # extra productivity per point of morale
    morale_start: float
    effort: float  # extra productivity at full pressure
    pressure_2010: float
    assessment_cap: float  # share of usable hours
    floor: float  # share of its hours below which a case is not spread thinner
    withdrawn: float  # share of hours withheld where an agency does no more than law asks


def hours_rules(behaviour: BehaviourConfig) -> HoursRules:
    """The rules of hours as plain numbers."""
    how, about, work = behaviour.capacity, behaviour.accountability, behaviour.workforce
    return HoursRules(
        work.cover_share.number,
        how.admin_share.number,
        how.productivity_morale.number,
        work.morale_start.number,
        held_to_account(behaviour.structure.management) * about.effort.number,
        about.pressure_2010.number,
        how.assessment_cap.number,
        least_share(behaviour.structure.shortage, how.dilution_floor.number),
        behaviour.planning.freeze_release.number,
    )


@row
def productivity(morale, pressure, how):
    """What an hour achieves: with morale and with the effort that targets press for. 1 as in 2010."""
    spirit = 1 + how.morale * (morale - how.morale_start)
    return max(LEAST_ACHIEVED, spirit * (1 + how.effort * (pressure - how.pressure_2010)))


def least_share(shortage: Shortage, dilution_floor: float) -> float:
    """The share of its hours below which a case is not spread thinner, but others are let go.

    `fewer_people` gives whoever is in service all of it, `thinner_help` next to nothing before it lets anybody go.
    """
    if shortage == "fewer_people":
        return 1.0
    return NEXT_TO_NOTHING if shortage == "thinner_help" else dilution_floor


def size_packages(services: Services, counts: Longs, known: bool) -> None:
    """How many hours the cases in hand, and those who wait, take on average against an ordinary case of their kind in 2010.

    Args:
        services: their columns of packages are set.
        counts: this month's counts at each service: (services, AtService).
        known: whether an ordinary case is one of 2010; before the policy date it is one of the last year or so.
    """
    weigh_cases(services, counts, known, np.zeros((2, 1 + int(services.challenge.max(initial=0)))))


@rule
def weigh_cases(services, counts, known, so_far):
    """What core cases take, against ordinary ones of their challenge; two rows by challenge are there to add up in."""
    cases, hours = so_far[0], so_far[1]
    for s in range(0 if known else services.tier.size):
        if services.tier[s] == CORE:
            cases[services.challenge[s]] += services.caseload[s]
            hours[services.challenge[s]] += counts[s, PACKAGES] / FINE
    for s in range(services.tier.size):
        c, usual, core = services.challenge[s], services.usual_package[s], services.tier[s] == CORE
        if core and not known:
            mean = hours[c] / cases[c] if cases[c] > 0 else usual
            services.usual_package[s] = usual + (mean - usual) / MONTHS_SMOOTHED if usual > 0 else mean
        in_hand, waiting = (
            services.caseload[s] * services.usual_package[s],
            services.queue[s] * services.usual_package[s],
        )
        services.package[s] = counts[s, PACKAGES] / FINE / in_hand if core and in_hand > 0 else 1.0
        services.next_package[s] = counts[s, PACKAGES_WANTED] / FINE / waiting if core and waiting > 0 else 1.0


def open_hours(services: Services, conditions: Conditions, how: HoursRules, frozen: Doubles) -> Capacity:
    """How many hours each service has this month, and how many places that opens.

    Args:
        services: staff in post, cases in hand, contacts of the month.
        conditions: inspection, pressure, efficiency.
        how: administration, cover, dilution.
        frozen: how far each service's agency has frozen its spending: vacancies are not covered then, and hours withheld.
    """
    count = services.tier.size
    columns: list[Any] = [np.zeros(count, np.int64 if name in WHOLE else float) for name in Capacity._fields]
    capacity = Capacity(*columns)
    share_hours(services, conditions, how, frozen, capacity)
    return capacity


@rule
def share_hours(services, conditions, how, frozen, capacity):
    """Each service's staff turn into hours, and hours into help for cases in hand and places for new ones."""
    for s in range(services.tier.size):
        acute = services.tier[s] == ACUTE
        vacant = max(0.0, services.funded[s] - services.staff[s])
        covered = how.cover * vacant if frozen[s] == UNFROZEN else 0.0
        withdrawn = how.withdrawn if frozen[s] == STATUTORY_ONLY and not acute else 0.0
        gross = (services.staff[s] + covered) * services.contracted[s] * (1 - withdrawn)
        usable = gross * max(0.0, 1 - how.admin - conditions.inspection[s])
        usable = usable * productivity(services.morale[s], conditions.pressure[s], how)
        asked = services.contacts[s] * services.assessment_hours[s]
        assessment = min(asked, how.assessment_cap * usable)
        direct = usable - assessment
        design = 1 + services.true_cost[s] * services.embedded[s]
        per_case = services.hours_per_case[s] * (1 - conditions.saved[s]) * design
        per_place = per_case * services.next_package[s]
        per_case = per_case * services.package[s]
        need = services.caseload[s] * per_case
        spare = direct + services.carried[s] - need
        places, carried, discharged, thin = 0.0, 0.0, 0.0, 1.0
        if spare > 0 and not acute:
            places = min(np.floor(spare / max(per_place, SHORTEST_CASE)), MOST_PLACES)
            carried = min(spare - places * per_place, per_place)
        if need > 0 and not acute:
            thin = min(1.0, direct / max(need, NEXT_TO_NO_HOURS))
        if thin < how.floor and not acute:
            discharged = max(0.0, services.caseload[s] - np.floor(direct / (how.floor * max(per_case, SHORTEST_CASE))))
        services.carried[s], services.intensity[s] = carried, max(thin, how.floor)
        capacity.gross[s], capacity.direct[s] = gross, direct
        capacity.per_case[s], capacity.per_place[s] = per_case, per_place
        capacity.assessment[s], capacity.wanted[s] = assessment, need + asked
        capacity.bought[s] = max(0.0, need - direct) if acute else 0.0
        capacity.places[s], capacity.discharged[s] = np.int64(places), np.int64(discharged)
