"""Which challenges, designs, levers and policies a number bears on, read off the configuration."""

from collections.abc import Iterator, Mapping
from typing import Any

BEHAVIOUR_OF_LEVERS = {
    "capacity": ("efficiency", "targets"),
    "accountability": ("targets", "freedom", "indicators"),
    "planning": ("envelope", "eligibility", "efficiency", "pooling", "protection"),
    "redesign": ("portfolio", "support", "freedom", "transition"),
}
"""Parts of how everybody behaves that decide what a lever does; the other parts are common to all of them."""
EVERYBODY = "everybody"


def part_of(node: Any, *names: str) -> Any:
    """What a configuration holds under some names, whether it is plain data or has been read."""
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)
    return node


class Uses:
    """Who uses which number of a configuration."""

    def __init__(self, world: Mapping[str, Any], policies: Mapping[str, Any]):
        self.challenges: Mapping[str, Any] = world.get("challenge") or {}
        self.designs: Mapping[str, Any] = world.get("design") or {}
        self.policies = {name: dict(_levers_of(policy)) for name, policy in policies.items()}

    def of(self, key: str) -> tuple[str, ...]:
        """Everything that a number bears on, as `challenge obesity`."""
        group, name, *rest = [*key.split("."), ""]
        if group == "challenge":
            return (f"challenge {name}",)
        if group == "design":
            return (f"design {name}", *self._answered_by(name), *self._policies_trying(name))
        if group == "lever":
            return (f"lever {name}", *(f"policy {p}" for p, levers in self.policies.items() if name in levers))
        if group == "costs" and name in ("staff", "unit_costs"):
            return tuple(f"challenge {c}" for c, about in self.challenges.items() if rest[0] in _bought(about))
        if group == "place" and name == "budgets":
            paying = [f"challenge {c}" for c, about in self.challenges.items() if rest[0] in _paid_by(about)]
            return (*paying, "lever envelope", "lever pooling")
        levers = BEHAVIOUR_OF_LEVERS.get(name, ()) if group == "behaviour" else ()
        return (EVERYBODY, *(f"lever {lever}" for lever in levers))

    def _answered_by(self, design: str) -> Iterator[str]:
        """The challenges that a design answers."""
        where = {place.partition(".")[0] for place in part_of(self.designs.get(design), "applies_to") or ()}
        return (f"challenge {name}" for name in self.challenges if name in where or "*" in where)

    def _policies_trying(self, design: str) -> Iterator[str]:
        """The policies whose portfolio holds a design."""
        for policy, levers in self.policies.items():
            if design in (part_of(levers.get("portfolio"), "designs") or ()):
                yield f"policy {policy}"


def _levers_of(policy: Any) -> Iterator[tuple[str, Any]]:
    """A policy's levers, those in force inside its zones too."""
    for name, lever in (part_of(policy, "levers") or {}).items():
        if lever is not None:
            yield name, lever
            yield from (part_of(lever, "levers") or {}).items()


def _services(challenge: Any) -> Iterator[Any]:
    """The tiers of a challenge."""
    for tier in ("prevention", "core", "acute"):
        yield part_of(challenge, "services", tier)


def _bought(challenge: Any) -> set[str]:
    """The kinds of staff and the items that a challenge's services take, and visits to emergency departments."""
    staff = {part_of(s, "staff") for s in _services(challenge)}
    items = {part_of(s, "payment", "item") for s in _services(challenge)}
    return staff | items | {part_of(challenge, "visits", "item")}


def _paid_by(challenge: Any) -> set[str]:
    """The agencies that own a challenge's services or pay for what they buy."""
    payers = (part_of(s, "payment", "payers") or {} for s in _services(challenge))
    return {part_of(s, "owner") for s in _services(challenge)} | {agency for each in payers for agency in each}
