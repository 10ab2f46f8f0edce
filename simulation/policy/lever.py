"""What every lever has in common: a strength, a start, a ramp and an end."""

from abc import abstractmethod
from typing import Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from simulation.parameters.quantity import Strict, Text
from simulation.policy.regime import Regime


class Lever(Strict):
    """One thing that policy can do. Data applied to a regime; it never sees a citizen, a service or a policy's name.

    Attributes:
        strength: 0 is exactly off, 1 the whole lever.
        start: months after the policy date at which it begins.
        ramp: months over which it grows from nothing to its strength.
        end: months after the policy date at which it is withdrawn, or none; not before its start.
        source: where its numbers come from.
        note: what the reader should know.
    """

    name: ClassVar[str]
    summary: ClassVar[str]

    strength: Annotated[float, Field(ge=0, le=1)] = 1.0
    start: Annotated[int, Field(ge=0)] = 0
    ramp: Annotated[int, Field(ge=0)] = 0
    end: Annotated[int, Field(ge=0)] | None = None
    source: Text = "assumption"
    note: str = ""

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: int | None, info: ValidationInfo) -> int | None:
        """A lever cannot be withdrawn before it begins."""
        start = info.data.get("start", 0)
        if end is not None and end < start:
            raise ValueError(f"end={end} is before start={start}; end must be {start} or later, or left out for never")
        return end

    def force(self, month: int) -> float:
        """How strongly the lever acts in a month, between 0 and its strength."""
        if month < self.start or (self.end is not None and month >= self.end):
            return 0.0
        if self.ramp == 0:
            return self.strength
        return self.strength * min(1.0, (month - self.start + 1) / self.ramp)

    def apply(self, regime: Regime, month: int) -> Regime:
        """The regime with this lever at work in it; the very same regime when the lever is off."""
        force = self.force(month)
        return regime if force == 0.0 else self.act(regime, force, month)

    @abstractmethod
    def act(self, regime: Regime, force: float, month: int) -> Regime:
        """What the lever does at a force above 0."""
