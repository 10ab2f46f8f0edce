"""Compares two arms at every design point, from the store of many points."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from experiments.analysis.economics import valued_runs
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.catalogue import Outcome, expand, load_outcomes, resolve, select
from experiments.analysis.statistics.outcomes import INDEX, outcome_values
from experiments.analysis.statistics.summary import summarise
from experiments.analysis.verdicts.responses import COSTS, SOCIAL_VALUE, responses_of

POINT = "point"
POINTS_AT_ONCE = 32
SIDES = ("numerator", "minus", "denominator")
HOWEVER_SMALL = "Counted as better wherever luck cannot explain it, however small the difference."
"""What is to be said wherever points are counted by their verdicts."""


def chosen(names: Sequence[str] | None) -> dict[str, Outcome]:
    """The outcomes asked for, else all headline ones; what it costs is always among them."""
    catalogue = load_outcomes()
    wanted = list(names or [name for name, outcome in catalogue.items() if outcome.headline])
    return select(catalogue, dict.fromkeys([*wanted, *COSTS]))


def read_runs(out: Path, outcomes: Mapping[str, Outcome], valued: bool = False) -> pd.DataFrame:
    """Reads the months of all points, and only the columns that some outcomes, or their value, are worked out from."""
    names = pq.read_schema(out / "runs.parquet").names
    measures = [name for name in names if name not in (POINT, *INDEX) and "@" not in name]
    needed: dict[str, None] = {}
    for outcome in expand(outcomes, measures).values():
        for side in SIDES:
            needed |= dict.fromkeys(resolve(outcome, side, measures))
    if valued:
        needed |= dict.fromkeys(valued_runs.needed(measures))
    columns = [POINT, *INDEX, *(name for name in names if name in needed)]
    table = pq.read_table(out / "runs.parquet", columns=columns).to_pandas()
    return table.astype({"arm": str})


def by_point(runs: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    """The months of each point in turn."""
    place = runs[POINT].to_numpy()
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(place)], strict=True):
        yield int(place[start]), runs.iloc[start:end].drop(columns=POINT)


def values_at_points(out: Path, outcomes: Mapping[str, Outcome], horizons: Sequence[int]) -> pd.DataFrame:
    """Works out outcomes at every point, arm and replication.

    Returns:
        Columns point, arm, replication, horizon, outcome, value.
    """
    parts = []
    for point, record in by_point(read_runs(out, outcomes)):
        parts.append(outcome_values(record, outcomes, horizons).assign(**{POINT: point}))
    found = pd.concat(parts, ignore_index=True)
    return found[[POINT, *(name for name in found.columns if name != POINT)]]


def differences(
    out: Path, outcomes: Mapping[str, Outcome], contrast: Sequence[str], horizons: Sequence[int]
) -> pd.DataFrame:
    """Compares two arms on every outcome at every point that has kept replications.

    Returns:
        One row per point, horizon and outcome: what the point set, then the columns of a comparison's summary.
    """
    values = pd.read_parquet(out / "points.parquet")
    parts = []
    for point, record in by_point(read_runs(out, outcomes)):
        years = (int(record["month"].max()) + 1) // 12
        reached = sorted({min(horizon, years) for horizon in horizons})
        parts.append(summarise(record, outcomes, contrast, reached).assign(**{POINT: point}))
    return values.merge(pd.concat(parts, ignore_index=True), on=POINT, how="inner")


def with_social_value(
    out: Path, years: int, values: Valuation, named: Sequence[str] | None, index: Sequence[str]
) -> pd.DataFrame:
    """Outcomes, cost and social value at the end of so many years: a column each, a row per point, replication and arm.

    The social value is the one that `compare` works out from the same runs and conventions.
    """
    outcomes, parts = responses_of(named), []
    runs = read_runs(out, outcomes, valued=True)
    most = int(runs["replication"].max()) + 1
    for record in some_at_once(runs, most):
        found = outcome_values(record, outcomes, [years]).drop(columns="horizon")
        worth = valued_runs.by_run(record, values, years).assign(outcome=SOCIAL_VALUE)
        parts.append(pd.concat([found, worth], ignore_index=True))
    table = pd.concat(parts, ignore_index=True)
    table[POINT], table["replication"] = table["replication"] // most, table["replication"] % most
    return table.pivot(index=list(index), columns="outcome", values="value")


def some_at_once(runs: pd.DataFrame, most: int) -> Iterator[pd.DataFrame]:
    """The months of neighbouring points with the same arms as one record, for what looks at one run at a time.

    Args:
        runs: months of all points, by point.
        most: more than any replication's number; replication r of point p becomes number p * most + r.
    """
    arms = runs.groupby(POINT, sort=True)["arm"].unique().map(tuple)
    for _, alike in arms.groupby((arms != arms.shift()).cumsum()):
        points = alike.index.to_numpy()
        for first in range(0, len(points), POINTS_AT_ONCE):
            record = runs[runs[POINT].between(*points[first : first + POINTS_AT_ONCE][[0, -1]])]
            number = record[POINT].astype(np.int64) * most + record["replication"]
            yield record.assign(replication=number).drop(columns=POINT)


def paired_responses(
    out: Path, years: int, values: Valuation, named: Sequence[str] | None, contrast: Sequence[str]
) -> pd.DataFrame:
    """The first arm's responses minus the second's: a column each, a row per point and replication."""
    wide = with_social_value(out, years, values, named, [POINT, "replication", "arm"])
    first, second = (wide.xs(arm, level="arm") for arm in contrast)
    return (first - second).dropna()


def keys_of(table: pd.DataFrame) -> list[str]:
    """What the points set."""
    names = [str(name) for name in table.columns]
    return names[1 : names.index("outcome")]


def verdicts(rows: pd.DataFrame) -> pd.Series:
    """Says of each row whether the first arm is better or worse, luck leaves it open, or runs are too few for an interval."""
    sign = np.where(rows["better"] == "lower", -1.0, 1.0)
    low, high = (
        np.minimum(sign * rows["ci_lo"], sign * rows["ci_hi"]),
        np.maximum(sign * rows["ci_lo"], sign * rows["ci_hi"]),
    )
    words = np.select([low > 0, high < 0, low.isna()], ["better", "worse", "unknown"], default="toss-up")
    return pd.Series(np.where(rows["better"] == "neither", "neither", words), index=rows.index)


def sentence(table: pd.DataFrame, outcome: Outcome, contrast: Sequence[str]) -> str:
    """Says at how many points the first arm does better, or is cheaper, on the first outcome."""
    rows = table[(table["outcome"] == outcome.name) & (table["horizon"] == table["horizon"].max())]
    counts = verdicts(rows).value_counts()
    first, second = (arm.replace("_", " ") for arm in contrast)
    above, below = ("cheaper", "dearer") if outcome.unit.startswith("£") else ("better", "worse")
    told = [
        f"{counts.get(word, 0)} {words}"
        for word, words in (
            ("better", above),
            ("worse", below),
            ("toss-up", "too close to call at this many replications"),
            ("unknown", "with too few runs to say"),
        )
        if word != "unknown" or word in counts
    ]
    return (
        f"{outcome.title}, {first} against {second} at {len(rows)} points: {', '.join(told)}. "
        "A share of the points explored is no probability."
    )
