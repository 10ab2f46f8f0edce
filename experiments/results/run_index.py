"""What a results folder keeps so that any of its runs can be found and run again: the configuration, the points, the runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments import storage
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.results import store
from experiments.results.open_results import DESIGN as DESIGN

KEPT, POINTS = "kept.parquet", "points.parquet"
COLUMNS = pa.schema(
    [
        ("point", pa.int32()),
        ("replication", pa.int32()),
        ("run", pa.string()),
        ("sha256", pa.string()),
        ("error", pa.string()),
    ]
)


def remember(
    out: Path, question: str, composed: Composed, own: Sequence[str] = (), points: Sequence[Point] = ()
) -> None:
    """Keeps the configuration and what each point sets in it."""
    storage.write_json(
        out / DESIGN,
        {
            "question": question,
            "own": list(own),
            "data": composed.data,
            "choices": composed.choices,
            "folders": [str(folder) for folder in composed.folders],
            "overrides": list(composed.overrides),
            "points": [{"point": p.number, "where": p.where, "values": dict(p.values), "arms": p.arms} for p in points],
        },
    )


def write_runs(
    out: Path,
    runs: Sequence[tuple[int, str, int]],
    failed: Mapping[tuple[str, int], str] | None = None,
    into: Path | None = None,
) -> None:
    """Lists every run with the checksum of its months, or why it failed.

    Args:
        out: the results folder.
        runs: point, key and number of each replication.
        failed: what went wrong, by key and number.
        into: where the list goes; none for the results folder itself.
    """
    rows = []
    for point, key, replication in runs:
        error = (failed or {}).get((key, replication), "")
        sha = "" if error else store.fingerprint(out, key, replication)
        name = store.run_name(key, replication)
        rows.append({"point": point, "replication": replication, "run": name, "sha256": sha, "error": error})
    storage.write_table((into or out) / KEPT, pa.Table.from_pylist(rows, COLUMNS))


def points_table(points: Sequence[Point], sure: Sequence[bool] | None = None) -> pa.Table:
    """One row per point: what it sets, in a column per key; lists and the like as text; whether it was sure in the end."""
    keys = list(dict.fromkeys(key for point in points for key in point.values))
    columns: dict[str, Any] = {"point": pa.array([point.number for point in points], pa.int32())}
    for key in keys:
        values: list[Any] = [point.values.get(key) for point in points]
        if not all(value is None or isinstance(value, int | float) for value in values):
            values = [None if value is None else str(value) for value in values]
        elif any(isinstance(value, float) for value in values):
            values = [None if value is None else float(value) for value in values]
        columns[key] = pa.array(values)
    return pa.table(columns | ({"sure": pa.array(sure)} if sure is not None else {}))
