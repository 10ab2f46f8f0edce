"""The figures to calibrate against: read from `configs/calibration`, joined to those in the challenges' own files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from experiments.analysis.uncertainty.history_matching import Facts
from experiments.errors import Fault, unknown
from simulation.parameters import ChallengeConfig, Quantity
from simulation.parameters.names import Names, NamesOrNone
from simulation.parameters.quantity import Strict, Text

MIDDLE_95 = 2 * 1.959963984540054  # standard deviations between the ends of a range that holds the middle 95%
LEVEL_OF = {"prevalence_emerging": 1, "prevalence_established": 2, "prevalence_crisis": 3}
OF_CHALLENGES = (*LEVEL_OF, "crises_per_1000_at_risk_year", "users_core_share")

MEASURES = {
    "need_of": 2,
    "failure_share": 0,
    "started_within_two_months": 1,
    "adults_who_take_half_the_cost": 0,
    "top_twentieth_of_cost": 0,
    "staff_turnover": 0,
    "vacancy_share": 0,
    "spend_per_head": 0,
    "spend_per_person_65plus": 2,
    "need_65plus": 1,
    "new_needs_a_year": 1,
    "delayed_days": 1,
}
"""How many words must follow the name of each measure; `failure_share` may have one, `spend_per_head` one or two."""


class TargetConfig(Strict):
    """One figure in a file of targets."""

    measure: str  # a function of `experiments.questions.calibrate.measures`, and what it is asked about
    figure: Quantity
    discrepancy: Annotated[float, Field(ge=0)] | None = None  # one standard deviation, share of the figure
    held_out: bool = False  # shown beside the result, never calibrated to


class CalibrationConfig(Strict):
    """What a file of `configs/calibration` holds."""

    title: Text
    source: Text
    discrepancy_by_grade: dict[str, Annotated[float, Field(ge=0)]]
    of_challenges: NamesOrNone
    held_out_of_challenges: NamesOrNone = ()
    targets: dict[str, TargetConfig]
    parameters: Names


@dataclass(frozen=True)
class Target:
    """A figure, how it is measured in the model, and how far a right model may lie from it.

    Attributes:
        name: such as `obesity.prevalence_emerging` or `vacancies`.
        measure: how the model's own is worked out.
        figure: value, range, unit, source and grade.
        discrepancy: what a right model may still miss, one standard deviation, share of the figure.
        held_out: never calibrated to.
    """

    name: str
    measure: str
    figure: Quantity
    discrepancy: float
    held_out: bool


def targets_of(config: CalibrationConfig, challenges: Mapping[str, ChallengeConfig]) -> list[Target]:
    """All figures that a place with these challenges can be held against."""
    found = []
    for name, challenge in challenges.items():
        for figure in config.of_challenges:
            quantity = challenge.observed.get(figure)
            if quantity is not None:
                full = f"{name}.{figure}"
                kept = full in config.held_out_of_challenges
                found.append(Target(full, f"need_of.{full}", quantity, _usual(config, quantity), kept))
    for name, target in config.targets.items():
        discrepancy = target.discrepancy if target.discrepancy is not None else _usual(config, target.figure)
        if _is_about(target.measure, challenges):
            found.append(Target(name, target.measure, target.figure, discrepancy, target.held_out))
    return found


def _usual(config: CalibrationConfig, figure: Quantity) -> float:
    """What a right model may miss of a figure of this grade."""
    return config.discrepancy_by_grade[figure.grade]


def _is_about(measure: str, challenges: Mapping[str, ChallengeConfig]) -> bool:
    """Whether a measure asks about nothing that takes no part."""
    words = measure.split(".")[1:]
    named = [word for word in words if word not in challenges]
    return not words or words[0] in challenges or (measure.startswith("spend_per_head") and len(named) == 1)


def check(config: CalibrationConfig) -> list[Fault]:
    """What is wrong with a file of targets beyond its shape."""
    at = "calibration"
    faults = [
        unknown(f"{at}.of_challenges: {name}", "figure", name, OF_CHALLENGES)
        for name in config.of_challenges
        if name not in OF_CHALLENGES
    ]
    grades = {grade for grade in "ABCJ" if grade not in config.discrepancy_by_grade}
    if grades:
        faults.append(Fault(f"{at}.discrepancy_by_grade", f"lacks grade {', '.join(sorted(grades))}"))
    for name, target in config.targets.items():
        measure, *words = target.measure.split(".")
        where = f"{at}.targets.{name}.measure={target.measure}"
        if measure not in MEASURES:
            faults.append(unknown(where, "measure", measure, MEASURES))
        elif len(words) < MEASURES[measure]:
            faults.append(Fault(where, f"names {len(words)} of the {MEASURES[measure]} things it is about"))
        if isinstance(target.figure.value, tuple):
            faults.append(Fault(f"{at}.targets.{name}.figure", "must be one number"))
    return faults


def facts_of(targets: list[Target]) -> Facts:
    """The figures as arrays, with the variance of their own error and of what the model leaves out."""
    values = np.array([target.figure.number for target in targets])
    ends = np.array([[_end(t.figure.low), _end(t.figure.high)] for t in targets]).reshape(-1, 2)
    observation = ((ends[:, 1] - ends[:, 0]) / MIDDLE_95) ** 2
    discrepancy = (np.array([target.discrepancy for target in targets]) * values) ** 2
    return Facts(tuple(target.name for target in targets), values, observation, discrepancy)


def _end(number: Any) -> float:
    """One end of a range."""
    return float(number)
