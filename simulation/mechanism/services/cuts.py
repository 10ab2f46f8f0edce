"""How a shortage is shared out among the lines of an envelope."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.structure import Cut

Doubles = NDArray[np.float64]
ROUNDS = 6  # passes to share a cut among lines that reach their floors


@dataclass
class Lines:
    """The lines of one envelope that can be cut or restored."""

    claim: Doubles
    floor: Doubles
    weight: Doubles
    wanted: Doubles
    turn: Doubles = field(
        default_factory=lambda: np.zeros(1)
    )  # lines of a later turn are cut when earlier ones are at their floors
    service: list[int] = field(default_factory=list)
    purse: list[int] = field(default_factory=list)


def share_cut(lines: Lines, shortage: float) -> tuple[Doubles, float]:
    """Cut lines in proportion to their weight above their floors, turn by turn.

    Returns:
        What each line keeps, and what could not be cut.
    """
    kept = lines.claim.copy()
    left = shortage
    for turn in np.unique(lines.turn):
        weight = np.where(lines.turn == turn, lines.weight, 0.0)
        for _ in range(ROUNDS):
            room = (kept - lines.floor).clip(0) * weight
            if left <= 1e-6 or room.sum() <= 1e-6:
                break
            cut = np.minimum(left * room / room.sum(), (kept - lines.floor).clip(0))
            kept -= cut
            left -= cut.sum()
    return kept, max(0.0, left)


def readiness(cut: Cut, is_core: bool, core_weight: float, claim: float, floor: float) -> float:
    """How readily a line gives way, per pound above its floor.

    `equal_shares` takes the same share of every line's whole budget, whoever it is for, as far as floors allow.
    """
    if cut == "equal_shares":
        return claim / (claim - floor) if claim > floor else 1.0
    return core_weight if is_core else 1.0


def turn_of(cut: Cut, is_service: bool) -> float:
    """When a line is cut: all together, or the services simulated only once an agency's other services are at their floors."""
    return 1.0 if cut == "others_first" and is_service else 0.0
