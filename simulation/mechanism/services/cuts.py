"""How a shortage is shared out among the lines of an envelope."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.behaviour import PlanningConfig
from simulation.parameters.quantity import AGENCIES, CARE
from simulation.parameters.structure import Cut
from simulation.state.codes import CORE
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
NOTHING = 1e-6  # pounds below which there is nothing to cut


class Sides(NamedTuple):
    """What a council's care and the rest of it are to a cut; an envelope without care is all rest.

    Attributes:
        care: which lines are care.
        first: which lines are protected first on their side: core, and care of working age and placements.
        duties: what the rest and care have to pay whatever the plan is, pounds.
        departments: which of the envelope's agencies are care's.
        worth: what a pound taken from each line is worth to those who decide, pounds.
    """

    care: Bools
    first: Bools
    duties: tuple[float, float]
    departments: Bools
    worth: Doubles


def sides_of(
    services: Services, which: NDArray[np.int64], agencies: list[int], duties: Doubles, worth: Doubles
) -> Sides:
    """The sides of an envelope whose lines are some services, then its agencies' other services and other care."""
    cares = np.array([name in CARE for name in AGENCIES])
    own = cares[agencies]
    return Sides(
        care=np.concatenate([cares[services.owner[which]], own, own]),
        first=np.concatenate([services.tier[which] == CORE, np.zeros_like(own), own]),
        duties=(float(duties[~own].sum()), float(duties[own].sum())),
        departments=own,
        worth=np.concatenate([worth, np.ones(2 * own.size)]),
    )


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

    def some(self, which: Bools) -> "Lines":
        """Some of the lines by themselves."""
        parts = (self.claim, self.floor, self.weight, self.wanted, self.turn)
        claim, floor, weight, wanted, turn = (each[which] for each in parts)
        return Lines(claim, floor, weight, wanted, turn)


def share_out(lines: Lines, balance: float, rate: float) -> tuple[Doubles, float]:
    """Cut lines where money is short; where it is not, restore them by a share of what they lack.

    Args:
        lines: that share the money.
        balance: what is left when all has been paid that they claim; negative is a shortage.
        rate: share of the gap to standard provision that spare money closes.

    Returns:
        What each line has, and what is left over.
    """
    if balance < 0:
        return share_cut(lines, -balance)[0], 0.0
    gap = (lines.wanted - lines.claim).clip(0)
    kept = lines.claim + gap * min(rate, balance / max(gap.sum(), 1e-9))
    return kept, balance - (kept - lines.claim).sum()


def balances(lines: Lines, sides: Sides, balance: float, budgets: tuple[float, float]) -> tuple[float, float]:
    """What is left to the rest and to care, or short, where each has a budget of its own; what is common is shared by it.

    Args:
        lines: of the envelope.
        sides: which of them are care, and the duties of both.
        balance: of the whole envelope.
        budgets: of the rest and of care, pounds.
    """
    owed = [
        float(lines.claim[side].sum()) + due for side, due in zip((~sides.care, sides.care), sides.duties, strict=True)
    ]
    common = (balance + sum(owed)) / max(sum(budgets), NOTHING)
    return common * budgets[0] - owed[0], common * budgets[1] - owed[1]


def share_cut(lines: Lines, shortage: float) -> tuple[Doubles, float]:
    """Cut lines in proportion to their weight above their floors, turn by turn.

    Returns:
        What each line keeps, and what could not be cut.
    """
    kept = lines.claim.copy()
    left = shortage
    for turn in np.unique(lines.turn):
        weight = np.where(lines.turn == turn, lines.weight, 0.0)
        for _ in range(weight.size + 1):  # each round but the last brings a line to its floor
            room = (kept - lines.floor).clip(0) * weight
            if left <= NOTHING or room.sum() <= NOTHING:
                break
            cut = np.minimum(left * room / room.sum(), (kept - lines.floor).clip(0))
            kept -= cut
            left -= cut.sum()
    return kept, max(0.0, left)


def weights(cut: Cut, claim: Doubles, floor: Doubles, sides: Sides, how: PlanningConfig) -> Doubles:
    """How readily each line gives way, per pound above its floor.

    Councils cut care and the rest each by a share of all that it spends, duties included, the one more readily than the
    other; so what duties keep is borne by the other lines of the same side. Within a side lines give way by what lies above
    their floors, those that are protected first by less, and prevention by as much less as it is reckoned to save.

    `equal_shares` takes the same share of every line's whole budget, whoever it is for, as far as floors allow.
    """
    room = (claim - floor).clip(0)
    if cut == "equal_shares":
        return np.divide(claim, room, out=np.ones_like(claim), where=room > 0)
    found = np.where(sides.first, how.core_weight.number, 1.0) * sides.worth
    readiness = (1.0, how.care_readiness.number)
    for side, ready, duty in zip((~sides.care, sides.care), readiness, sides.duties, strict=True):
        above = float((room * found)[side].sum())
        if above > NOTHING:
            found[side] *= ready * (claim[side].sum() + duty) / above
    return found


def turn_of(cut: Cut, is_service: bool) -> float:
    """When a line is cut: all together, or the services simulated only once an agency's other services are at their floors."""
    return 1.0 if cut == "others_first" and is_service else 0.0
