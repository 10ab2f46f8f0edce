"""How patiently boxes are looked for, unless one is told otherwise."""

from dataclasses import dataclass

PEEL_ALPHA = 0.1
LEAST_MASS = 0.05
MOST_INPUTS = 3


@dataclass(frozen=True)
class How:
    """How patiently boxes are looked for.

    Attributes:
        peel_alpha: share of the points inside that one slice takes away.
        least_mass: share of all points below which a box is too small to speak of.
        most_inputs: inputs that a box may restrict; with more nobody can read it.
    """

    peel_alpha: float = PEEL_ALPHA
    least_mass: float = LEAST_MASS
    most_inputs: int = MOST_INPUTS
