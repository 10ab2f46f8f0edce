"""Holds what came of a run when it was lived again against what a results folder says of it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments import regular_files
from experiments.questions.asked import Kept, kept_in
from experiments.results import store
from experiments.results.consolidate import RUNS, TABLES


def other_tables(run: Kept, again: Path) -> list[str]:
    """The tables of a results folder that say something else of a run than came of it when it was lived again."""
    lived = {name: again / f"{name}{store.PART}" for name in TABLES}
    many = "point" in pq.read_schema(run.source / RUNS).names  # of many points, only the months are joined
    kept = [name for name, part in lived.items() if part.is_file() and (name == "runs" or not many)]
    other = [f"{name}.parquet" for name in kept if not _is_same(run, name, lived[name])]
    network = again / store.NETWORK  # a folder keeps that of its first replication
    if many or run.replication or not network.is_file():
        return other
    if network.read_bytes() != regular_files.read(run.source / store.NETWORK):
        other.append(store.NETWORK)
    return other


def _is_same(run: Kept, name: str, part: Path) -> bool:
    """Whether the rows of a run in a table are those of the run lived again, value by value."""
    file = run.source / f"{name}.parquet"
    schema = pq.read_schema(file)
    mine = [("replication", "==", run.replication)] + [("point", "==", run.point)] * ("point" in schema.names)
    there = pq.read_table(file, filters=mine).drop_columns(["point"] * ("point" in schema.names))
    lived = pa.ipc.open_file(part).read_all()
    if not set(lived.column_names) <= set(there.column_names) or there.num_rows != lived.num_rows:
        return False
    lived = store.with_columns(lived, there.schema.remove_metadata())
    return all(_equal(there[column], lived[column]) for column in there.column_names)


def _equal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Whether two columns hold the same values; what is not a number is equal to itself."""
    if pa.types.is_floating(one.type):
        return bool(np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True))
    return bool(one.equals(other))


def unlisted(source: Path) -> bool:
    """Whether the record holds months of runs that the folder does not list, or lacks some that it lists."""
    columns = [name for name in pq.read_schema(source / RUNS).names if name in ("point", "replication")]
    rows = pq.read_table(source / RUNS, columns=columns).group_by(columns).aggregate([]).to_pylist()
    return {(row.get("point", 0), row["replication"]) for row in rows} != {
        (run.point, run.replication) for run in kept_in(source)
    }
