"""Which numbers may be otherwise in a search for worst cases, and how far."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault
from experiments.evidence import inputs
from experiments.evidence.inputs import Varied


def inputs_of(
    base: Plan, patterns: Sequence[str], ranges: Mapping[str, Any], titles: Mapping[str, str]
) -> dict[str, Varied]:
    """The inputs by name, each with how far it may go.

    Args:
        base: the plan with the numbers as used.
        patterns: keys of the register, with stars.
        ranges: lowest and highest and kind by key, where the register's own are not wanted.
        titles: what inputs are called, by key.

    Raises:
        ConfigurationError: a pattern fits nothing, or there are no inputs at all.
    """
    found = inputs.inputs_of(base, [], patterns, ranges, titles)
    if not found:
        raise ConfigurationError(Fault("inputs=[]", "with no inputs there is nothing to search", "inputs=[lever.*]"))
    return {name: _at_least_used(each) for name, each in found.items()}


def _at_least_used(each: Varied) -> Varied:
    """An input whose number as used lies a rounding error outside its range begins at the end of the range."""
    one = each.input
    return replace(each, input=replace(one, used=min(max(one.used, one.low), one.high)))
