"""What is varied when one looks for where each of two policies does worse."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """One thing that is varied.

    Attributes:
        name: its key, as the user gives it.
        title: in words.
        unit: in words.
        low: lower end of what is explored.
        high: upper end.
        used: value without any of this; NaN where there is none.
        log: whether equal shares are equal ratios.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    used: float
    log: bool = False

    def at(self, share: float) -> float:
        """The value at a share of the range."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))
