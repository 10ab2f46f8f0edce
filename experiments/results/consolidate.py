"""Joins kept replications into the files that people read: one Parquet file, whatever number of runs it came from."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.results.part_contents import KeptTable, kept_table
from experiments.results.store import BURN_IN, LIVED, NETWORK, SERVICES, union_of, whole_folders, with_columns
from experiments.storage import write_atomically, write_whole

TABLES = (LIVED, BURN_IN, SERVICES)
RUNS = "runs.parquet"
RECORD = (*(f"{name}.parquet" for name in TABLES), NETWORK)
"""The files that only running can make."""
REPLICATIONS_A_GROUP = 64  # of one arm, in a row group of runs.parquet


def consolidate(out: Path, key: str, replications: Sequence[int], into: Path | None = None) -> None:
    """Joins the replications' folders into the result files, sorted by arm, replication and month.

    Args:
        out: the results folder.
        key: of the replications.
        replications: their numbers.
        into: where the files go; none for the results folder itself.

    Raises:
        Stopped: a replication's files have changed since they were written.
    """
    folders = whole_folders(out, [(key, replication) for replication in replications])
    for name in TABLES:
        parts = [kept_table(folder, name) for folder in folders]
        schema = union_of(part.schema for part in parts)
        file = (into or out) / f"{name}.parquet"
        write_atomically(file, partial(write_groups, tables=_grouped(parts, schema), schema=schema))
    write_whole((into or out) / NETWORK, (folders[0] / NETWORK).read_bytes())


def consolidate_points(out: Path, runs_of: Mapping[int, Sequence[tuple[str, int]]], into: Path | None = None) -> None:
    """Joins the replications of many design points into runs.parquet, sorted by point, arm, replication and month.

    Args:
        out: the results folder.
        runs_of: by point, the key and number of each replication that is kept.
        into: where the file goes; none for the results folder itself.

    Raises:
        Stopped: a replication's files have changed since they were written.
    """
    folders = {point: whole_folders(out, runs) for point, runs in runs_of.items()}
    schemas = (kept_table(folder, LIVED).schema for found in folders.values() for folder in found)
    schema = union_of(schemas).insert(0, pa.field("point", pa.int32()))
    tables = _read_ahead([(point, found, schema) for point, found in folders.items() if found])
    write_atomically((into or out) / RUNS, partial(write_groups, tables=tables, schema=schema))


def _read_ahead(points: Sequence[tuple[int, Sequence[Path], pa.Schema]]) -> Iterator[pa.Table]:
    """The tables of points in turn; while one is written the next is read."""
    with ThreadPoolExecutor(1) as reader:
        coming = deque(reader.submit(_at_point, *point) for point in points[:1])
        for place in range(len(points)):
            coming.extend(reader.submit(_at_point, *point) for point in points[place + 1 : place + 2])
            yield coming.popleft().result()


def _at_point(point: int, folders: Sequence[Path], schema: pa.Schema) -> pa.Table:
    """All replications of one point, arm by arm."""
    parts = [kept_table(folder, LIVED) for folder in folders]
    plain = schema.remove(0)
    table = pa.concat_tables(
        [with_columns(part.batch(arm), plain) for arm in range(parts[0].batches()) for part in parts]
    )
    return table.add_column(0, schema.field(0), pa.array(np.full(table.num_rows, point, np.int32)))


def record_of(folders: Sequence[Path]) -> Any:
    """The monthly record of some replications, every arm of it, as a table of pandas."""
    parts = [kept_table(folder, LIVED) for folder in folders]
    batches = [part.batch(arm) for part in parts for arm in range(part.batches())]
    return pa.concat_tables(batches, promote_options="permissive").to_pandas()


def write_groups(path: Path, tables: Iterable[pa.Table], schema: pa.Schema) -> None:
    """Writes tables as the row groups of one Parquet file."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, table.num_rows))


def _grouped(parts: Sequence[KeptTable], schema: pa.Schema) -> Iterable[pa.Table]:
    """The row groups of a result file: all replications of the first arm, then of the next."""
    for arm in range(parts[0].batches()):
        for start in range(0, len(parts), REPLICATIONS_A_GROUP):
            batch = parts[start : start + REPLICATIONS_A_GROUP]
            yield pa.concat_tables([with_columns(part.batch(arm), schema) for part in batch])
