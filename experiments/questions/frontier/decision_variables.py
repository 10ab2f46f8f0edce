"""Which numbers of its own levers a policy may choose for itself, and between which ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from experiments.configuration.validate import Plan
from experiments.errors import Fault, listed, nearest
from experiments.evidence import lever_ranges
from experiments.evidence.designs import at_share

MONEY = "envelope"
"""The lever that sets the money: it is the same for both arms and nobody's to choose."""
DECIDED = "fixed"
"""What the evidence calls a number that a policy decides; the others say how well a lever works."""
Chosen = Sequence[str] | Mapping[str, Sequence[str]] | None


@dataclass(frozen=True)
class Free:
    """One number that a policy may choose.

    Attributes:
        arm: the policy.
        name: lever and setting, as `eligibility.fit`.
        low: lower end of the evidence's range.
        high: upper end.
        kind: `whole` for whole numbers.
        used: what the policy is shipped with.
        unit: in words.
    """

    arm: str
    name: str
    low: float
    high: float
    kind: str
    used: float
    unit: str

    @property
    def key(self) -> str:
        """Where it is set."""
        lever, _, setting = self.name.partition(".")
        return f"policy.{self.arm}.levers.{lever}.{setting}"

    @property
    def place(self) -> float:
        """Where in the range it is as shipped; beyond 0 to 1 where it lies outside."""
        return (self.used - self.low) / (self.high - self.low)

    def at(self, share: float) -> float | int:
        """The number at a share of its range."""
        return at_share(share, self.low, self.high, self.kind)


def free_of(base: Plan, chosen: Chosen, faults: list[Fault]) -> dict[str, list[Free]]:
    """The free numbers of both arms that are compared; what cannot be chosen is a fault.

    Args:
        base: the plan.
        chosen: lever and setting, with stars; by arm, or the same for both; none for all that a policy decides.
        faults: grows.
    """
    arms = base.settings.contrast
    mine = {arm: _own(base, arm) for arm in arms}
    if isinstance(chosen, Mapping):
        strangers = [arm for arm in chosen if arm not in arms]
        faults += [Fault(f"free.{arm}", f"is not compared here; these are: {listed(arms)}") for arm in strangers]
    found = {}
    for arm in arms:
        wanted = chosen.get(arm, []) if isinstance(chosen, Mapping) else chosen
        found[arm] = [
            each
            for each, decided in mine[arm]
            if (decided and wanted is None)
            or any(each.name == p or (decided and fnmatchcase(each.name, p)) for p in wanted or ())
        ]
        if isinstance(chosen, Mapping):
            faults += _unfit(wanted or (), {arm: mine[arm]})
    if chosen is not None and not isinstance(chosen, Mapping):
        faults += _unfit(chosen, mine)
    if not faults and not any(found.values()):
        faults.append(Fault("free", f"leaves nothing to choose to {listed(arms)}", "free=all"))
    return found


def _own(base: Plan, arm: str) -> list[tuple[Free, bool]]:
    """Every single number of an arm's own levers that the evidence has a range for, and whether policies decide it."""
    found = []
    for lever, setting_of in base.policies[arm].levers.items():
        for setting, quantity in lever_ranges.of_levers().get(lever, {}).items() if lever != MONEY else ():
            field = type(setting_of).model_fields.get(setting)
            if field is None or isinstance(quantity.value, tuple) or quantity.low == quantity.high:
                continue
            kind = "whole" if field.annotation is int else ""
            low, high = float(quantity.low), float(quantity.high)  # type: ignore[arg-type]
            used = float(getattr(setting_of, setting))
            free = Free(arm, f"{lever}.{setting}", low, high, kind, used, quantity.unit)
            found.append((free, quantity.distribution == DECIDED))
    return found


def _unfit(patterns: Sequence[str], mine: Mapping[str, Sequence[tuple[Free, bool]]]) -> list[Fault]:
    """A fault for every pattern that fits no number of these arms."""
    faults = []
    known = list(dict.fromkeys(each.name for own in mine.values() for each, _ in own))
    decided = list(dict.fromkeys(each.name for own in mine.values() for each, is_decided in own if is_decided))
    who = " or ".join(mine)
    for pattern in patterns:
        if pattern in known or any(fnmatchcase(name, pattern) for name in decided):
            continue
        if pattern.partition(".")[0] == MONEY:
            faults.append(Fault(f"free: {pattern}", "is the money itself, the same for both arms", "budgets=[0.2,0.3]"))
            continue
        close = nearest(pattern, known)
        faults.append(
            Fault(
                f"free: {pattern}",
                f"fits no number that {who} has a lever for and the evidence a range; there are: {listed(known)}",
                f"did you mean {close}?" if close else f"leave {pattern} out, or name one of them",
            )
        )
    return faults


def told(base: Plan, free: Mapping[str, Sequence[Free]]) -> dict[str, dict[str, Any]]:
    """What each arm may choose, what stays as it is shipped, and which levers it is not given because they are the other's."""
    arms = base.settings.contrast
    levers = {arm: [name for name in base.policies[arm].levers if name != MONEY] for arm in arms}
    facts: dict[str, dict[str, Any]] = {}
    for arm, other in (arms, arms[::-1]):
        chosen = {each.name.partition(".")[0] for each in free[arm]}
        facts[arm] = {
            "free": {
                each.name: {"low": each.low, "high": each.high, "used": each.used, "unit": each.unit}
                for each in free[arm]
            },
            "as_shipped": [name for name in levers[arm] if name not in chosen],
            "not_its_own": [name for name in levers[other] if name not in levers[arm]],
        }
    return facts
