"""What a class is doing, what it is asked, and what is known of those who sit in it: data, and nobody's name."""

from dataclasses import dataclass, field
from enum import StrEnum

from experiments.lab.classroom.bargaining import Offers
from experiments.lab.state import State

LIMIT = 80
"""Per cent up and down that may be predicted, as when a line is drawn."""
WHOLE_BUDGET = 100


class Phase(StrEnum):
    """What a class is doing."""

    PREDICT = "predict"
    CLOSED = "closed"
    REVEALED = "revealed"
    BARGAIN = "bargain"
    OFFERED = "offered"
    AGREED = "agreed"


NEXT = {
    Phase.PREDICT: (Phase.CLOSED, Phase.BARGAIN),
    Phase.CLOSED: (Phase.REVEALED, Phase.PREDICT),
    Phase.REVEALED: (Phase.PREDICT, Phase.BARGAIN),
    Phase.BARGAIN: (Phase.OFFERED,),
    Phase.OFFERED: (Phase.AGREED, Phase.BARGAIN),
    Phase.AGREED: (Phase.BARGAIN, Phase.PREDICT),
}
"""What a teacher may go on to."""


@dataclass(frozen=True)
class Question:
    """What a class predicts: one outcome of one comparison."""

    state: State
    outcome: str


@dataclass
class Seat:
    """A pupil, of whom nothing else is known.

    Attributes:
        role: the part that was dealt.
        prediction: per cent by which the second policy differs from the first.
        offer: per cent of the role's budget.
        demand: what a household asks for, a key of `DEMANDS`.
    """

    role: str
    prediction: int | None = None
    offer: int | None = None
    demand: str | None = None


@dataclass(frozen=True)
class Sight:
    """What everybody may see of a class: while something is still open, how many have answered, and no answer.

    Attributes:
        phase: what the class is doing.
        question: what is predicted.
        round: grows with every question and every round of offers.
        joined: how many sit in the class.
        predicted: how many have predicted.
        offered: how many of each role have said what they offer or ask for.
        seats: how many play each role.
        predictions: in the order of size; empty until the teacher has closed them.
        offers: empty until the teacher has closed them.
        agreed: the share that all agreed to; none before that.
    """

    phase: Phase
    question: Question
    round: int
    joined: int
    predicted: int
    offered: dict[str, int]
    seats: dict[str, int]
    predictions: tuple[int, ...] = ()
    offers: Offers = field(default_factory=Offers)
    agreed: float | None = None
