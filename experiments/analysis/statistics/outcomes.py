"""Works out every outcome of every arm and replication from the monthly record, in whole tables at a time.

A value over a window is a ratio of sums (sum of the numerator over the window's months, divided by the sum
of the denominator over the same months, times the factor), so a month with more people weighs more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import (
    MONTHS,
    Outcome,
    Window,
    expand,
    load_outcomes,
    read_outcomes,
    resolve,
    select,
)
from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.statistics.panel import INDEX, MONTHS_A_YEAR, Floats, Panel, years_of

__all__ = [
    "INDEX",
    "MONTHS",
    "MONTHS_A_YEAR",
    "ByArm",
    "Outcome",
    "Panel",
    "bands",
    "expand",
    "group_values",
    "groups",
    "load_outcomes",
    "outcome_values",
    "read_outcomes",
    "select",
    "series",
    "years_of",
]

Every = Literal["month", "year"]


def outcome_values(record: pd.DataFrame, outcomes: Mapping[str, Outcome], horizons: Sequence[int]) -> pd.DataFrame:
    """Works out every outcome of every arm and replication at every horizon (in years).

    Returns:
        Columns arm, replication, horizon, outcome, value. A rate over nobody is NaN.

    Raises:
        KeyError: an outcome uses a measure that was not recorded.
        ValueError: a horizon is longer than the runs.
    """
    return _values(Panel.of(record), outcomes, horizons, None)


def _values(panel: Panel, outcomes: Mapping[str, Outcome], horizons: Sequence[int], group: str | None) -> pd.DataFrame:
    """Works out outcomes on a record that is already laid out."""
    longest = panel.months // MONTHS_A_YEAR
    for horizon in horizons:
        if not 1 <= horizon <= longest:
            raise ValueError(f"horizon {horizon} is outside the runs: allowed 1 to {longest} years")
    names, values = _array(panel, outcomes, horizons, group)
    if not names:
        return panel.runs.head(0).assign(horizon=0, outcome="", value=0.0)
    runs, spans, each = len(panel.runs), len(horizons), len(panel.runs) * len(horizons)
    return pd.DataFrame(
        {
            "arm": np.tile(panel.runs["arm"].to_numpy(dtype=object), len(names) * spans),
            "replication": np.tile(panel.runs["replication"].to_numpy(), len(names) * spans),
            "horizon": np.tile(np.repeat(np.asarray(list(horizons), dtype=np.int64), runs), len(names)),
            "outcome": np.repeat(np.asarray(names, dtype=object), each),
            "value": values.ravel(),
        }
    )


def _array(
    panel: Panel, outcomes: Mapping[str, Outcome], horizons: Sequence[int], group: str | None
) -> tuple[list[str], Floats]:
    """Names and values of outcomes; the values have the shape (outcomes, horizons, runs)."""
    single = expand(outcomes, list(panel.measures()))
    found = np.empty((len(single), len(horizons), len(panel.runs)))
    for place, outcome in enumerate(single.values()):
        upper, lower = panel.sides(outcome, group)
        for k, horizon in enumerate(horizons):
            months = window_months(outcome.window, horizon)
            found[place, k] = value_of(outcome, *sums_over(outcome, upper, lower, months))
    return list(single), found


@dataclass(frozen=True)
class ByArm:
    """Every outcome at every year's end, arm beside arm.

    Attributes:
        names: of the outcomes.
        replications: in order; those of all arms.
        arms: by name, values of the shape (outcomes, years, replications); NaN where an arm lacks a replication.
    """

    names: list[str]
    replications: NDArray[np.int64]
    arms: dict[str, Floats]

    @classmethod
    def of(cls, record: pd.DataFrame, outcomes: Mapping[str, Outcome]) -> ByArm:
        """Works out every outcome of a record at the end of each of its years."""
        panel = Panel.of(record)
        names, values = _array(panel, outcomes, range(1, panel.months // MONTHS_A_YEAR + 1), None)
        numbers = panel.runs["replication"].to_numpy(dtype=np.int64)
        replications, arms = np.unique(numbers), {}
        for arm in dict.fromkeys(panel.runs["arm"]):
            own = (panel.runs["arm"] == arm).to_numpy()
            arms[arm] = np.full((*values.shape[:2], replications.size), np.nan)
            arms[arm][:, :, np.searchsorted(replications, numbers[own])] = values[:, :, own]
        return cls(names, replications, arms)


def window_months(window: Window, horizon: int) -> slice:
    """Says which months a window covers at a horizon: its own year, all until then, or the last one."""
    end = horizon * MONTHS_A_YEAR
    return slice({"year": end - MONTHS_A_YEAR, "cumulative": 0, "end": end - 1}[window], end)


def sums_over(outcome: Outcome, upper: Floats, lower: Floats | None, months: slice) -> tuple[Floats, Floats | None]:
    """Adds an outcome's numerator and denominator up over some months; each of shape (runs,). They add up over places too."""
    top = upper[:, months].sum(axis=1)
    if lower is None:
        return top, None
    below = lower[:, months]
    return top, below.mean(axis=1) if outcome.average_denominator else below.sum(axis=1)


def value_of(outcome: Outcome, top: Floats, bottom: Floats | None) -> Floats:
    """An outcome's value from the sums of its numerator and denominator; NaN where there is nothing to divide by."""
    return np.asarray((top if bottom is None else _ratio(top, bottom)) * outcome.factor)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Divides, with NaN where there is nothing to divide by."""
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0))


def groups(record: pd.DataFrame, by: str) -> list[str]:
    """Lists the recorded groups of a kind, `fifth` (deprivation) or `age`, in order."""
    return sorted({str(c).split("@", 1)[1] for c in record.columns if f"@{by}_" in str(c)})


def group_values(
    record: pd.DataFrame, outcomes: Mapping[str, Outcome], horizons: Sequence[int], by: str
) -> pd.DataFrame:
    """Works out outcomes within each deprivation fifth (`by="fifth"`) or age band (`by="age"`).

    Outcomes whose measures are not recorded by group are left out; the result has one more column, `group`.
    """
    panel = Panel.of(record)
    found = groups(record, by)
    if not found:
        raise ValueError(f"runs are not recorded by {by!r}: no column ends in @{by}_…")
    columns = panel.measures(found[0])
    single = expand(outcomes, list(panel.measures()))
    able = {name: outcome for name, outcome in single.items() if _recorded(outcome, panel, columns)}
    parts = [_values(panel, able, horizons, group).assign(group=group) for group in found]
    return pd.concat(parts, ignore_index=True)


def _recorded(outcome: Outcome, panel: Panel, columns: Mapping[str, str]) -> bool:
    """Tells whether all measures of an outcome are among the given ones."""
    everyone = list(panel.measures())
    keys = ("numerator", "minus", "denominator")
    names = [name for key in keys for name in resolve(outcome, key, everyone)]
    return all(name in columns or name == MONTHS for name in names)


def series(record: pd.DataFrame, outcome: Outcome, every: Every = "month") -> pd.DataFrame:
    """Follows one outcome through time in every arm and replication.

    By the year it is the value at each horizon. By the month it is the month's own ratio (a rate per year
    stays a rate per year), running totals for cumulative outcomes, and one month's count where there is no
    denominator.

    Returns:
        Columns arm, replication, `month` (from 0) or `year` (from 1), value.
    """
    panel = Panel.of(record)
    if every == "year":
        years = range(1, panel.months // MONTHS_A_YEAR + 1)
        found = _values(panel, {outcome.name: outcome}, list(years), None)
        return found.rename(columns={"horizon": "year"}).drop(columns="outcome")
    upper, lower = panel.sides(outcome, None)
    if outcome.window == "cumulative":
        upper = upper.cumsum(axis=1)
        lower = None if lower is None else lower.cumsum(axis=1)
        if lower is not None and outcome.average_denominator:
            lower = lower / np.arange(1, panel.months + 1)
    value = (upper if lower is None else _ratio(upper, lower)) * outcome.factor
    rows = panel.runs.loc[panel.runs.index.repeat(panel.months)].reset_index(drop=True)
    return rows.assign(month=np.tile(np.arange(panel.months), len(panel.runs)), value=value.ravel())


def bands(followed: pd.DataFrame, low: float = 0.025, high: float = 0.975) -> pd.DataFrame:
    """Gives the mean and the spread across replications at each moment of a series, arm by arm.

    Returns:
        Columns arm, `month` or `year` (and `group` if there is one), mean, low, high.
    """
    keys = [name for name in ("arm", "group", "month", "year", "horizon") if name in followed.columns]
    grouped = followed.groupby(keys, sort=False, observed=True)["value"]
    found = pd.DataFrame({"mean": grouped.mean(), "low": grouped.quantile(low), "high": grouped.quantile(high)})
    return found.reset_index()


def differences(followed: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Gives the average difference of two arms under the same luck (first minus second) in each year, with its 95% interval.

    Returns:
        Columns year, mean, low, high.
    """
    wide = followed.pivot(index=["arm", "replication"], columns="year", values="value")
    rows = []
    for year, each in (wide.loc[first] - wide.loc[second]).items():
        interval = difference_interval(each.dropna())
        rows.append({"year": year, "mean": each.mean(), "low": interval.low, "high": interval.high})
    return pd.DataFrame(rows)
