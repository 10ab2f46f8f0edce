"""The question `redesign sensitivity`: on which uncertain numbers does the difference between two policies hang?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `steps`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Fault, listed
from experiments.evidence import register
from experiments.evidence.inputs import plan_at, with_arms_compared
from experiments.evidence.register import Entry
from experiments.questions.base import OfSteps, found_in
from experiments.questions.sensitivity.settings import SensitivitySettings


@dataclass(frozen=True)
class Asked:
    """What is to be found out.

    Attributes:
        base: the plan with the numbers as used.
        own: settings of this question.
        inputs: entries of the register by input; numbers that are drawn together are one input.
    """

    base: Plan
    own: SensitivitySettings
    inputs: Mapping[str, Sequence[Entry]]


def asked_of(own: SensitivitySettings, base: Plan) -> Asked:
    """Picks the inputs; refuses what is wrong before anything runs."""
    arms = {arm: base.policies[arm] for arm in base.settings.contrast}
    found = register.uncertain(register.entries(base.world, arms))
    inputs: dict[str, list[Entry]] = {}
    for entry in found:
        name = getattr(entry, "common", "") or entry.key
        if own.inputs is None or any(fnmatchcase(entry.key, p) or fnmatchcase(name, p) for p in own.inputs):
            inputs.setdefault(name, []).append(entry)
    if len(inputs) < 2:
        known = sorted({entry.key.partition(".")[0] for entry in found})
        raise ConfigurationError(
            Fault(
                f"inputs={listed(own.inputs or ())}",
                f"picks fewer than two uncertain numbers of this run; keys begin with {listed(known)}",
                "inputs=[behaviour.*,lever.*]",
            )
        )
    return Asked(replace(base, policies=arms), own, inputs)


class Sensitivity(OfSteps[Asked]):
    """Which of the uncertain numbers the difference hangs on: screening, shares of variance, tornado."""

    name = "sensitivity"
    settings = SensitivitySettings
    session = found_in("steps", "session_of")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan and picks the inputs."""
        own, base, _ = own_and_base(composed, SensitivitySettings)
        return asked_of(own, base)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """The plans of kept points: the numbers as used with some of the register set to others."""
        base = with_arms_compared(check(composed))
        return [plan_at(base, point.values) for point in points]


QUESTION = Sensitivity()
