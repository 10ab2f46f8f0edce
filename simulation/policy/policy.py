"""A policy: a named set of levers, and nothing else."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator

from simulation.parameters.quantity import Strict, Text
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.levers.zones import Zones
from simulation.policy.regime import Regime


def _levers(given: dict[str, Any]) -> dict[str, Lever]:
    """Each lever's own model, from plain data; a lever set to null is absent."""
    read: dict[str, Lever] = {}
    for name, data in given.items():
        if data is None:
            continue
        if isinstance(data, Lever):
            read[name] = data
            continue
        if name not in LEVERS:
            raise ValueError(f"there is no lever '{name}'; the levers are {', '.join(LEVERS)}")
        if name == "zones" and isinstance(data, dict):
            data = {**data, "levers": _levers(data.get("levers") or {})}
        try:
            read[name] = LEVERS[name].model_validate(data)
        except ValidationError as wrong:
            problems = [
                f"{name}.{'.'.join(map(str, e['loc']))}: {e['msg']} (given {e['input']!r})" for e in wrong.errors()
            ]
            raise ValueError("; ".join(problems)) from None
    return read


class Policy(Strict):
    """A policy as its levers. The dynamics see its regimes and never its name.

    Attributes:
        title: for people.
        summary: what it stands for.
        source: where it comes from.
        levers: by name, applied in this order.
    """

    title: Text
    summary: Text
    source: Text
    levers: dict[str, Any] = Field(default_factory=dict)

    @field_validator("levers", mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        return _levers(dict(given or {}))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Another policy with some parts changed; what was worked out for this one is not taken over."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("_known", "_everywhere"):
            copy.__dict__.pop(name, None)
        return copy

    @property
    def zones(self) -> Zones | None:
        """The zones lever, where the policy has one that is not off."""
        zones = self.levers.get("zones")
        return zones if isinstance(zones, Zones) and zones.strength > 0 else None

    @cached_property
    def _everywhere(self) -> list[Lever]:
        return [lever for name, lever in self.levers.items() if name != "zones"]

    @cached_property
    def _known(self) -> dict[tuple[int, bool], Regime]:
        return {}

    def regime_at(self, month: int, in_zone: bool = False) -> Regime:
        """What is in force in a month, outside or inside the zones; the very same regime while nothing changes."""
        if (month, in_zone) not in self._known:
            regime = self._worked_out(month, in_zone)
            before = self._known.get((month - 1, in_zone))
            self._known[month, in_zone] = before if before is not None and before == regime else regime
        return self._known[month, in_zone]

    def _worked_out(self, month: int, in_zone: bool) -> Regime:
        regime = Regime()
        zones = self.zones if in_zone and self.zones is not None and self.zones.force(month) > 0 else None
        for lever in self._everywhere:
            if zones is None or lever.name not in zones.without:
                regime = lever.apply(regime, month)
        return zones.apply(regime, month) if zones is not None else regime
