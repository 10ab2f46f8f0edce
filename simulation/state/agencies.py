"""Agencies as columns: one row an agency. Pounds a year at the simulated scale."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from simulation.parameters.quantity import AGENCIES, BUDGET_HOLDERS, COUNCIL

Doubles = NDArray[np.float64]

INDEX = {name: k for k, name in enumerate(AGENCIES)}
GROUPS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("council", tuple(INDEX[a] for a in COUNCIL)),
    *((a, (INDEX[a],)) for a in BUDGET_HOLDERS if a not in COUNCIL),
)
"""Agencies that live from one envelope, next to each other: the council's departments together, every other agency by itself."""


class Agencies(NamedTuple):
    """The agencies. Arrays over all of `AGENCIES`, the centre and households included."""

    opening: Doubles  # yearly budget at the policy date
    income: Doubles  # this year's envelope
    other_opening: Doubles  # yearly spending outside the modelled services at the policy date
    other: Doubles  # ... as planned this year
    reserve_target: Doubles
    fund: Doubles  # set aside for setting redesigns up, not yet spent
    fund_years: Doubles  # Aprils in a row in which it has been set aside
    drawn: Doubles  # spent from it in these years
    support: Doubles  # this year's bill for support
    gives: Doubles  # this year's payments to other pool members
    takes: Doubles  # ... from them
    frozen: Doubles  # 0 no, 1 no recruitment and no cover, 2 statutory duties only

    def copy(self) -> Self:
        """The same agencies, to be planned otherwise."""
        return type(self)(*(column.copy() for column in self))


def empty_agencies() -> Agencies:
    """Agencies without money."""
    return Agencies(*(np.zeros(len(AGENCIES)) for _ in Agencies._fields))
