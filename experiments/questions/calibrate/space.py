"""The numbers that calibration varies, each over its whole range in the evidence register."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.errors import ConfigurationError, Fault
from experiments.evidence import register
from experiments.evidence.register import Entry
from simulation.parameters import WorldConfig

Doubles = NDArray[np.float64]
GRID = np.linspace(
    0.0, 1.0, 2001
)  # shares at which each distribution is worked out; between them it is taken as straight
NEVER = ("place", "demography", "design", "lever", "behaviour.planning", "behaviour.redesign")
"""Facts of the place, how agencies plan, and whatever acts only once there is a policy."""


@dataclass(frozen=True)
class Space:
    """The varied numbers, and where in their ranges a parameter set lies.

    Attributes:
        entries: of the register, in its order.
    """

    entries: tuple[Entry, ...]

    @property
    def keys(self) -> list[str]:
        """Where each number is set."""
        return [entry.key for entry in self.entries]

    @cached_property
    def _table(self) -> Doubles:
        """The values below which each share of the numbers' distributions lies: (numbers, shares)."""
        return np.array([entry.at(GRID) for entry in self.entries])

    @cached_property
    def _ends(self) -> tuple[Doubles, Doubles]:
        low = np.array([entry.low for entry in self.entries])
        return low, np.array([entry.high for entry in self.entries]) - low

    def values(self, shares: Doubles) -> Doubles:
        """The numbers of each parameter set, from the shares of their distributions that lie below."""
        columns = [np.interp(shares[:, k], GRID, row) for k, row in enumerate(self._table)]
        return np.column_stack(columns)

    def places(self, values: Doubles) -> Doubles:
        """Where the numbers lie in their ranges, 0 at the low end and 1 at the high."""
        low, width = self._ends
        return np.asarray((values - low) / width)

    def at_random(self, count: int, draws: np.random.Generator) -> Doubles:
        """Parameter sets drawn from the prior one by one."""
        return self.values(draws.random((count, len(self.entries))))

    def usual(self) -> Doubles:
        """The numbers as they are in the configuration."""
        return np.array([entry.value for entry in self.entries])


def space_of(world: WorldConfig, patterns: Sequence[str]) -> Space:
    """The numbers that the patterns name, of those in the register that act before the policy date.

    Raises:
        ConfigurationError: a pattern names nothing, or something that acts only under a policy.
    """
    uncertain = register.uncertain(register.entries(world))
    faults, chosen = [], set()
    for pattern in patterns:
        found = [entry.key for entry in uncertain if fnmatchcase(entry.key.partition("[")[0], pattern)]
        late = [key for key in found if key.startswith(NEVER)]
        if late:
            faults.append(
                Fault(
                    f"calibration.parameters: {pattern}",
                    f"names {late[0]}, which is not for the years before the policy date to settle",
                    "leave it out; it keeps its own range",
                )
            )
        elif not found and not _about_absent(pattern, world):
            faults.append(
                Fault(
                    f"calibration.parameters: {pattern}",
                    "names no uncertain number of this place",
                    "redesign evidence lists them",
                )
            )
        chosen |= set(found)
    if faults:
        raise ConfigurationError(*faults)
    return Space(tuple(entry for entry in uncertain if entry.key in chosen))


def _about_absent(pattern: str, world: WorldConfig) -> bool:
    """Whether a pattern is about a challenge that takes no part."""
    group, name, *_ = [*pattern.split("."), ""]
    return group == "challenge" and name not in (*world.challenges, "*")


def changed(world: WorldConfig, values: dict[str, Any], seed: int) -> WorldConfig:
    """The place with a parameter set, and luck of its own."""
    return register.with_values(world, values).model_copy(update={"seed": seed})
