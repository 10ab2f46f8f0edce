"""How numbers stand on the lab's pages: three significant figures, never more than is known."""

import math

from experiments.analysis.verdicts.sentence import number


def rounded(value: float) -> float:
    """A number of which no more than three figures are left: 21,205 becomes 21,200."""
    return float(f"{value:.3g}")


def three(value: float) -> str:
    """A number of either sign in three figures; nothing where there is none."""
    return "" if math.isnan(value) else ("−" if value < 0 else "") + number(abs(rounded(value)))
