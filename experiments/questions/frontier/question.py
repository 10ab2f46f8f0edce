"""The question `redesign frontier`: how good is each of two policies at its best, under the same money?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `steps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.configuration.compose import Composed
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import OfSteps, found_in
from experiments.questions.frontier import decision_variables
from experiments.questions.frontier.settings import FEWEST_FOR_LUCK, FrontierSettings

if TYPE_CHECKING:
    from experiments.questions.frontier.steps import Asked


def asked_of(own: FrontierSettings, base: Plan, rest: Composed) -> Asked:
    """Makes the plans of all that is known beforehand; refuses what is wrong before anything runs."""
    faults: list[Fault] = []
    faults += _misfits(base, own)
    free = decision_variables.free_of(base, own.free, faults)
    if faults:
        raise ConfigurationError(*faults)
    found: Asked = QUESTION.part("steps").asked_of(own, base, rest, free)
    return found


def _misfits(base: Plan, own: FrontierSettings) -> list[Fault]:
    """What does not go with this question."""
    settings = base.settings
    faults = [
        Fault(f"policy.{arm}", "has no envelope, so that its money cannot be set", "arms=[rationing,radical]")
        for arm in settings.contrast
        if decision_variables.MONEY not in base.policies[arm].levers
    ]
    if settings.replicates < FEWEST_FOR_LUCK:
        faults.append(
            Fault(f"replicates={settings.replicates}", "says nothing about luck; 2 or more are needed", "replicates=10")
        )
    if settings.precision is not None:
        faults.append(Fault(f"precision={settings.precision}", "is about two policies at one point; here each point runs one",
                            "precision=null replicates=30"))  # fmt: skip
    if settings.uncertainty != "chance":
        faults.append(Fault("uncertainty=evidence", "is a way to compare; frontier sets numbers itself",
                            "redesign compare uncertainty=evidence"))  # fmt: skip
    if own.search_seed == settings.seed:
        faults.append(Fault(f"search_seed={own.search_seed}", "is the seed of what is reported: whatever is chosen by its "
                            "luck looks better than it is", f"search_seed={settings.seed + 1}"))  # fmt: skip
    return faults


class Frontier(OfSteps["Asked"]):
    """What each of two policies can do at its best under the same money."""

    name = "frontier"
    settings = FrontierSettings
    session = found_in("steps", "session_of")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plans of all that is known beforehand."""
        return asked_of(*own_and_base(composed, FrontierSettings))


QUESTION = Frontier()
