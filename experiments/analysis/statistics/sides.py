"""What outcomes are made of, year by year: the sums above and below the line, so that places can be added up.

An outcome is a ratio of sums, and sums of several places are the sums of all their people. So of each life a row a year is
kept, with an outcome's numerator and denominator, and its months need not be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import Outcome, expand, load_outcomes, select
from experiments.analysis.statistics.outcomes import ByArm, Panel, sums_over, value_of, window_months
from experiments.analysis.statistics.panel import INDEX, MONTHS_A_YEAR, Floats
from experiments.analysis.statistics.point_differences import POINT, chosen

ABOVE, BELOW = ".numerator", ".denominator"
"""What the columns of an outcome end in; one without a denominator has the first alone."""


def by_year(named: tuple[str, ...] | None, months: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """Makes a row a year of the months of one life.

    Args:
        named: outcomes that are kept; none for all headline ones.
        months: every measure, month by month.

    Returns:
        `month`, the last of each year, and of each outcome the sums over the window that ends there.
    """
    totals = {name: column for name, column in months.items() if "@" not in name and name not in INDEX}
    count = len(next(iter(totals.values())))
    panel = Panel.of(pd.DataFrame({**totals, "arm": "", "replication": 0, "month": np.arange(count)}))
    years = range(1, count // MONTHS_A_YEAR + 1)
    found: dict[str, NDArray[np.generic]] = {"month": np.array([year * MONTHS_A_YEAR - 1 for year in years])}
    for name, outcome in expand(chosen(named), list(panel.measures())).items():
        upper, lower = panel.sides(outcome)
        sums = [sums_over(outcome, upper, lower, window_months(outcome.window, year)) for year in years]
        found[name + ABOVE] = np.array([top[0] for top, _ in sums])
        if lower is not None:
            found[name + BELOW] = np.array([bottom[0] for _, bottom in sums if bottom is not None])
    return found


@dataclass(frozen=True)
class Sides:
    """The sums of every place, replication, arm and year.

    Attributes:
        outcomes: by name, in the order of the record.
        places: numbers of the places, in order.
        replications: in order.
        arms: by name, the sums above and below the line, each of the shape (outcomes, years, replications, places); NaN
            where a place lacks a replication, and below where an outcome has no denominator.
    """

    outcomes: dict[str, Outcome]
    places: NDArray[np.int64]
    replications: NDArray[np.int64]
    arms: dict[str, tuple[Floats, Floats]]

    @classmethod
    def of(cls, record: pd.DataFrame, places: Sequence[int]) -> Sides:
        """Lays out a record of rows a year: columns point, arm, replication, month, and those of `by_year`.

        Args:
            record: the years of every life that was kept.
            places: the numbers of all places, rising, whether or not any life is of them.
        """
        names = [str(column).removesuffix(ABOVE) for column in record.columns if str(column).endswith(ABOVE)]
        every = np.asarray(places, dtype=np.int64)
        place = np.searchsorted(every, record[POINT].to_numpy(dtype=np.int64))
        replications, number = np.unique(record["replication"].to_numpy(dtype=np.int64), return_inverse=True)
        years, year = np.unique(record["month"].to_numpy(dtype=np.int64), return_inverse=True)
        arm = record["arm"].astype(str).to_numpy()
        shape = (len(years), len(replications), len(every))
        arms = {}
        for each in dict.fromkeys(arm):
            mine = arm == each
            at = year[mine], number[mine], place[mine]
            sides = np.full((2, len(names), *shape), np.nan)
            for k, name in enumerate(names):
                for side, end in enumerate((ABOVE, BELOW)):
                    if name + end in record.columns:
                        sides[(side, k, *at)] = record[name + end].to_numpy(dtype=np.float64)[mine]
            arms[each] = (sides[0], sides[1])
        return cls(select(load_outcomes(), names), every, replications, arms)

    @property
    def lived(self) -> NDArray[np.bool_]:
        """Which places have any replication in every arm."""
        return np.all([~np.isnan(above).all(axis=(0, 1, 2)) for above, _ in self.arms.values()], axis=0)

    def together(self, at: Sequence[int]) -> ByArm:
        """Every outcome of some places taken as one: a replication of all is that replication of each.

        Args:
            at: where the places stand among `places`.

        Returns:
            NaN in replications that one of them lacks.
        """
        found = {}
        for arm, (above, below) in self.arms.items():
            top, bottom = (side[..., list(at)].sum(axis=-1) for side in (above, below))
            each = enumerate(self.outcomes.values())
            found[arm] = np.array([value_of(o, top[k], None if o.denominator is None else bottom[k]) for k, o in each])
        return ByArm(list(self.outcomes), self.replications, found)
