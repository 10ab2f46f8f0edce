"""What services go by, as plain numbers that compiled rules can read."""

from typing import NamedTuple

from simulation.mechanism.services.designs import Catalogue
from simulation.mechanism.services.hours import HoursRules, hours_rules
from simulation.mechanism.services.quality import MeetRules, Weights, meet_rules, weights_of
from simulation.mechanism.services.thresholds import AccessRules, access_rules
from simulation.mechanism.services.workforce import StaffRules, staff_rules
from simulation.parameters import BehaviourConfig


class ServiceRules(NamedTuple):
    """The numbers behind each part of what services do from month to month."""

    access: AccessRules
    hours: HoursRules
    meet: MeetRules
    weights: Weights
    staff: StaffRules


def service_rules(behaviour: BehaviourConfig, catalogue: Catalogue) -> ServiceRules:
    """What services of a place go by: how they behave, and the designs that they may try."""
    return ServiceRules(
        access_rules(behaviour),
        hours_rules(behaviour),
        meet_rules(behaviour),
        weights_of(catalogue),
        staff_rules(behaviour),
    )
