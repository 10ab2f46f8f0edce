"""Numbers that lie asleep: they matter only where a redesign is tried, so lives without any can be lived once for all of them.

The place settles without redesigns, and a policy that permits no design never tries one; services then only learn.
"""

from dataclasses import replace
from typing import Any

from simulation.parameters import WorldConfig
from simulation.policy.policy import Policy
from simulation.run import Settled

ALWAYS_AWAKE = frozenset({"capability_2010", "capability_growth"})  # services learn, whatever they try


def awake(config: WorldConfig) -> dict[str, Any]:
    """Everything about a world that matters while nothing is redesigned, as plain data."""
    data = config.model_dump(mode="json")
    data["behaviour"]["redesign"] = {name: data["behaviour"]["redesign"][name] for name in sorted(ALWAYS_AWAKE)}
    return data


def tries_redesigns(policy: Policy, years: int) -> bool:
    """Whether a policy ever permits a design, in or outside its zones."""
    zoned = (False, True) if policy.zones is not None else (False,)
    return any(policy.regime_at(month, zone).designs for month in range(12 * years) for zone in zoned)


def woken(settled: Settled, config: WorldConfig) -> Settled:
    """The same settled place under other numbers of redesign, all of which were asleep while it settled.

    Raises:
        ValueError: if the worlds differ in anything else.
    """
    if settled.world.config == config:
        return settled
    if awake(settled.world.config) != awake(config):
        raise ValueError("a place settles differently in a world that differs in more than how redesigns go")
    return replace(settled, world=replace(settled.world, config=config))
