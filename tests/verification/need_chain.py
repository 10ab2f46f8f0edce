"""The need chain in closed form: what linear algebra says of one person's months, ties and co-needs off."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def month_without_services(**rates) -> Doubles:
    """One person's month as a matrix over (none, emerging, established, crisis) where nobody asks for help."""
    need, care = halves(**rates)
    return need @ care


def halves(
    onset: float,
    escalation: tuple[float, float],
    recovery: tuple[float, float],
    leave: float,
    relief: float,
    root_removed: float,
) -> tuple[Doubles, Doubles]:
    """The two halves of a month: the need, then acute care.

    The need moves first: up one level, down one level or not at all; a crisis does not mend by itself. Then acute
    care acts, on new crises too: a share leaves, cured where the root cause is removed, else at emerging need
    (relieved) or established need.
    """
    up, down = escalation, recovery
    need = np.array(
        [
            [1 - onset, onset, 0, 0],
            [down[0], 1 - down[0] - up[0], up[0], 0],
            [0, down[1], 1 - down[1] - up[1], up[1]],
            [0, 0, 0, 1],
        ]
    )
    left = leave * (1 - root_removed)
    care = np.eye(4)
    care[3] = [leave * root_removed, left * relief, left * (1 - relief), 1 - leave]
    return need, care


def stationary(month: Doubles) -> Doubles:
    """The shares of people in each state that a month leaves unchanged."""
    size = len(month)
    equations = np.vstack([month.T - np.eye(size), np.ones(size)])
    return np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]


def after(start: Doubles, month: Doubles, months: int) -> Doubles:
    """Where people are some months later."""
    return start @ np.linalg.matrix_power(month, months)


def crises_begun(start: Doubles, months: int, **rates) -> tuple[float, float]:
    """Mean and variance of how many crises one person begins in so many months."""
    need, care = halves(**rates)
    month = need @ care
    begins = np.zeros_like(need)
    begins[2, 3] = need[2, 3]
    begins = begins @ care
    here, first, second = start, np.zeros(4), np.zeros(4)  # E[here], E[crises here], E[crises^2 here]
    for _ in range(months):
        second = second @ month + (2 * first + here) @ begins
        first = first @ month + here @ begins
        here = here @ month
    mean = first.sum()
    return mean, second.sum() - mean**2
