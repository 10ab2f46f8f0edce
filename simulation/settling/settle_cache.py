"""Which worlds settle alike: what matters only under some policy, or later, does not matter before any begins.

The place settles without redesigns and with 2010's management, so one settled place serves every world that differs in
how redesigns go or in what other management does. A policy that permits no design never tries one; services then only learn.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from simulation.parameters import WorldConfig
from simulation.policy.policy import Policy
from simulation.policy.regime import Regime
from simulation.settling.settled import Settled

ALWAYS_MATTER = frozenset({"capability_2010", "capability_growth"})  # services learn, whatever they try
UNDER_SOME_POLICY = ("management", "designs")  # disputed mechanisms that nothing sets in motion before the policy date


def what_settles(config: WorldConfig) -> dict[str, Any]:
    """Everything about a world that matters while nothing is redesigned and managed as in 2010, as plain data."""
    data = config.model_dump(mode="json", exclude={"later_luck"})
    for disputed in UNDER_SOME_POLICY:
        del data["behaviour"]["structure"][disputed]
    data["behaviour"]["redesign"] = {name: data["behaviour"]["redesign"][name] for name in sorted(ALWAYS_MATTER)}
    return data


def tries_redesigns(policy: Policy, years: int) -> bool:
    """Whether a policy ever permits a design, in or outside its zones."""
    return any(regime.designs for regime in _regimes(policy, years))


def manages_otherwise(policy: Policy, years: int) -> bool:
    """Whether a policy ever changes targets, inspection, freedom or support, in or outside its zones."""
    return any(
        regime.pressure or regime.inspection or regime.freedom or regime.support for regime in _regimes(policy, years)
    )


def _regimes(policy: Policy, years: int) -> Iterator[Regime]:
    """All that is ever in force."""
    zoned = (False, True) if policy.zones is not None else (False,)
    return (policy.regime_at(month, zone) for month in range(12 * years) for zone in zoned)


def in_world(settled: Settled, config: WorldConfig) -> Settled:
    """The same settled place in a world where redesigns, management or later luck go otherwise, which did not matter yet.

    Raises:
        ValueError: if the worlds differ in anything else.
    """
    if settled.world.config == config:
        return settled
    if what_settles(settled.world.config) != what_settles(config):
        raise ValueError(
            "a place settles differently in a world that differs in more than redesigns, management and later luck"
        )
    return replace(settled, world=replace(settled.world, config=config))
