"""The question `redesign discover`: where, among plausible numbers, does each of two policies do worse than the other?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `steps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Fault
from experiments.evidence import inputs as varied
from experiments.questions.base import OfSteps, found_in
from experiments.questions.discover.settings import INFLUENTIAL, OWN, DiscoverSettings

if TYPE_CHECKING:
    from experiments.questions.discover.steps import Asked


def asked_of(own: DiscoverSettings, base: Plan) -> Asked:
    """Makes the plan and finds the inputs; refuses what is wrong before anything runs."""
    base = varied.with_arms_compared(base)
    patterns = own.inputs if own.points else ()
    inputs = varied.inputs_of(base, [*own.on_map, *(own.ranges or ())], patterns, own.ranges or {}, own.titles)
    if own.map is None and not own.points:
        raise ConfigurationError(
            Fault("map, points", "with no map and no futures there is nothing to find out", "points=200")
        )
    if own.map == INFLUENTIAL and not own.points:
        raise ConfigurationError(
            Fault("map=influential", "is found among futures, and points=0 leaves none", "map=[one,another]")
        )
    if own.points and len(inputs) < 2:
        raise ConfigurationError(
            Fault("inputs", "picks fewer than two numbers of this run", "inputs=[behaviour.*,lever.*]")
        )
    found: Asked = QUESTION.part("steps").asked_of(own, base, inputs)
    return found


class Discover(OfSteps["Asked"]):
    """Where each of two policies does worse: a map over two inputs, boxes over many."""

    name = "discover"
    settings = DiscoverSettings
    session = found_in("steps", "session_of")

    def plans(self, composed: Composed) -> Asked:
        """Makes the plans of both steps."""
        own, base, _ = own_and_base(composed, DiscoverSettings)
        return asked_of(own, base)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """The plans of kept points: numbers of the register, and settings of the configuration."""
        return varied.plans_at(varied.with_arms_compared(check(composed)), points, OWN)


QUESTION = Discover()
