"""A question's own settings beside those of every comparison: taken out of the configuration, read, and kept with results."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from experiments.configuration import validate
from experiments.configuration.compose import Composed
from experiments.configuration.declared import declared
from experiments.configuration.parse import read
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.configuration.words.spelt_out import key_of
from experiments.errors import ConfigurationError, Fault
from simulation.parameters.quantity import Strict

Own = TypeVar("Own", bound=Strict)


def without(composed: Composed, names: Sequence[str]) -> tuple[Composed, dict[str, Any]]:
    """A configuration without a question's own settings, and those."""
    own = {name: composed.data[name] for name in names if name in composed.data}
    return replace(composed, data={k: v for k, v in composed.data.items() if k not in own}), own


def own_and_base(
    composed: Composed, kind: type[Own], misplaced: Callable[[Own | None, Plan], Sequence[Fault]] = lambda own, base: ()
) -> tuple[Own, Plan, Composed]:
    """A question's own settings, the plan without them, and its configuration; refuses what is wrong with either at once.

    Args:
        composed: the whole configuration.
        kind: of the question's own settings.
        misplaced: finds what does not go with the question; it gets no settings where those cannot be read.
    """
    rest, given = without(composed, tuple(kind.model_fields))
    faults: list[Fault] = []
    own = read(kind, given, "", faults)
    base = plan_beside(rest, faults, partial(misplaced, own))
    assert own is not None
    return own, base, rest


def never_read(composed: Composed) -> list[Fault]:
    """A fault for each setting that was typed and that only another question reads."""
    typed = {key_of(word) for word in composed.overrides}
    return [
        Fault(name, f"is read by redesign {setting.only} alone and would change nothing here", f"leave {name}=... out")
        for name, setting in declared(Settings).items()
        if setting.only and name in typed
    ]


def plan_beside(
    rest: Composed, faults: Sequence[Fault], misplaced: Callable[[Plan], Sequence[Fault]] = lambda base: ()
) -> Plan:
    """The plan of a configuration without a question's own settings; refuses it together with what is wrong with those."""
    faults = [*never_read(rest), *faults]
    try:
        base = validate.check(rest)
    except ConfigurationError as refusal:
        raise ConfigurationError(*faults, *refusal.faults) from None
    if faults := [*faults, *misplaced(base)]:
        raise ConfigurationError(*faults)
    return base


def kept_with(own: Strict, base: Plan) -> dict[str, Any]:
    """What is kept beside results that are valued: a question's own settings, and what social value is worked out by."""
    return {**own.model_dump(mode="json"), "valuation": base.composed.data["valuation"]}
