"""The monthly record laid out so that whole tables can be added up: a row for every run, a column for every month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import MONTHS, Outcome, resolve

MONTHS_A_YEAR = 12
INDEX = ("arm", "replication", "month")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """The monthly record laid out as one row per arm and replication and one column per month.

    Attributes:
        table: the record, sorted by arm (in order of appearance), replication and month.
        runs: arm and replication of each row of the layout.
        months: how many months every run lasted.
    """

    table: pd.DataFrame
    runs: pd.DataFrame
    months: int

    @classmethod
    def of(cls, record: pd.DataFrame) -> Panel:
        """Lays out a record of runs that all lasted equally long.

        Raises:
            ValueError: naming the missing column, or the arm and replication whose months have gaps or
            repeats.
        """
        missing = [name for name in INDEX if name not in record.columns]
        if missing:
            raise ValueError(f"runs lack the column(s) {', '.join(missing)}")
        if record.empty:
            raise ValueError("runs hold no months at all")
        arms = {arm: place for place, arm in enumerate(record["arm"].astype(str).unique())}
        place = record["arm"].astype(str).map(arms).to_numpy()
        order = np.lexsort((record["month"].to_numpy(), record["replication"].to_numpy(), place))
        sorted_already = np.array_equal(order, np.arange(len(order)))
        table = (record if sorted_already else record.iloc[order]).reset_index(drop=True)
        months = int(table["month"].max()) + 1
        starts = np.flatnonzero(table["month"].to_numpy() == 0)
        runs = table.loc[starts, ["arm", "replication"]].reset_index(drop=True)
        if not _all_whole(table, place[order], starts, months):
            _name_the_run(table, months)
        return cls(table, runs.astype({"arm": str}), months)

    def measures(self, group: str | None = None) -> dict[str, str]:
        """Maps each measure to the column that holds it, for everybody or for one group such as `fifth_1`."""
        return self._columns.get(group or "", {})

    @cached_property
    def _columns(self) -> dict[str, dict[str, str]]:
        """By group, nothing for everybody: which column holds which measure."""
        found: dict[str, dict[str, str]] = {"": {}}
        for name in map(str, self.table.columns):
            if name not in INDEX:
                measure, _, group = name.partition("@")
                found.setdefault(group, {})[measure] = name
        return found

    def total(self, columns: Sequence[str]) -> Floats:
        """Adds up columns month by month; shape (runs, months). Whole numbers are added as whole numbers."""
        if not columns:
            return np.zeros((len(self.runs), self.months))
        parts = [self.table[column].to_numpy() for column in columns]
        kinds = [part.dtype if part.dtype.kind in "iu" else np.dtype(np.float64) for part in parts]
        found = np.zeros(len(self.table), dtype=np.result_type(*kinds))
        for part in parts:  # one after the other: all at once would take a copy of every column
            found += part
        return np.asarray(found, dtype=np.float64).reshape(len(self.runs), self.months)

    def sides(self, outcome: Outcome, group: str | None = None) -> tuple[Floats, Floats | None]:
        """Gives an outcome's numerator and denominator month by month, each of shape (runs, months).

        A month whose numerator is undefined (the wait of nobody) counts in neither.
        """
        columns = self.measures(group)
        everyone = list(self.measures())
        upper = self._side(outcome, "numerator", everyone, columns)
        if outcome.minus:
            upper = upper - self._side(outcome, "minus", everyone, columns)
        if outcome.denominator is None:
            return upper, None
        lower = self._side(outcome, "denominator", everyone, columns)
        undefined = np.isnan(upper)
        return np.where(undefined, 0.0, upper), np.where(undefined, 0.0, lower)

    def _side(self, outcome: Outcome, key: str, everyone: list[str], columns: Mapping[str, str]) -> Floats:
        """Adds up the measures one key of an outcome stands for."""
        names = resolve(outcome, key, everyone)
        absent = [name for name in names if name not in columns and name != MONTHS]
        if absent:
            raise KeyError(f"outcome {outcome.name!r}: {key} {absent[0]!r} is not recorded for this group")
        months = float(MONTHS in names)
        return self.total([columns[name] for name in names if name != MONTHS]) + months


def _all_whole(table: pd.DataFrame, place: NDArray[np.generic], starts: NDArray[np.intp], months: int) -> bool:
    """Whether every run of a sorted record has each of its months once."""
    month, number = table["month"].to_numpy(), table["replication"].to_numpy()
    if len(table) != len(starts) * months or not np.array_equal(month, np.tile(np.arange(months), len(starts))):
        return False
    return all(bool((column == np.repeat(column[starts], months)).all()) for column in (place, number))


def _name_the_run(table: pd.DataFrame, months: int) -> None:
    """Says which run lacks months or has some twice."""
    for (arm, replication), part in table.groupby(["arm", "replication"], sort=False, observed=True)["month"]:
        if not np.array_equal(part.to_numpy(), np.arange(months)):
            expected = f"months must run 0 to {months - 1}, once each"
            raise ValueError(f"arm {arm!r}, replication {replication}: {expected}")


def years_of(record: pd.DataFrame) -> int:
    """Says how many whole years the runs lasted."""
    return (int(record["month"].max()) + 1) // MONTHS_A_YEAR
