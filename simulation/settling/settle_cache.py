"""Which worlds settle alike: numbers of redesign matter only where one is tried, so one settled place serves all of them.

The place settles without redesigns, and a policy that permits no design never tries one; services then only learn.
"""

from dataclasses import replace
from typing import Any

from simulation.parameters import WorldConfig
from simulation.policy.policy import Policy
from simulation.run import Settled

ALWAYS_MATTER = frozenset({"capability_2010", "capability_growth"})  # services learn, whatever they try


def what_settles(config: WorldConfig) -> dict[str, Any]:
    """Everything about a world that matters while nothing is redesigned, as plain data."""
    data = config.model_dump(mode="json")
    data["behaviour"]["redesign"] = {name: data["behaviour"]["redesign"][name] for name in sorted(ALWAYS_MATTER)}
    return data


def tries_redesigns(policy: Policy, years: int) -> bool:
    """Whether a policy ever permits a design, in or outside its zones."""
    zoned = (False, True) if policy.zones is not None else (False,)
    return any(policy.regime_at(month, zone).designs for month in range(12 * years) for zone in zoned)


def in_world(settled: Settled, config: WorldConfig) -> Settled:
    """The same settled place in a world of other numbers of redesign, none of which mattered while it settled.

    Raises:
        ValueError: if the worlds differ in anything else.
    """
    if settled.world.config == config:
        return settled
    if what_settles(settled.world.config) != what_settles(config):
        raise ValueError("a place settles differently in a world that differs in more than how redesigns go")
    return replace(settled, world=replace(settled.world, config=config))
