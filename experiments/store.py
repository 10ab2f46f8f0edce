"""Keeps results: every file appears whole or not at all, and the same configuration gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

INDEX = ("arm", "replication", "month")
BURN_IN = "burn_in"
TABLES = ("runs", "burn_in", "services")
PART = ".arrow"  # quick to write and read with thousands of columns; results are Parquet
NETWORK, TIMING = "network.json", "timing.json"
REPLICATIONS_A_GROUP = 64  # of one arm, in a row group of runs.parquet
INDEX_TYPES = {"arm": pa.string(), "replication": pa.int32(), "month": pa.int32()}


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Writes under a temporary name and renames, so that a reader never sees half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Writes data as readable JSON."""
    text = json.dumps(content, indent=1, ensure_ascii=False, default=_plain) + "\n"
    write_atomically(path, lambda temporary: _write_text(temporary, text))


def _write_text(path: Path, text: str) -> None:
    """Writes text as UTF-8."""
    path.write_text(text, encoding="utf-8")


def _plain(value: Any) -> Any:
    """NumPy's numbers and rows as Python's own."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def write_table(path: Path, table: pa.Table) -> None:
    """Writes one table as Parquet."""
    write_atomically(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def part_name(key: str, replication: int) -> str:
    """The folder of one replication; the key says of which configuration."""
    return f"replication-{replication:05d}-{key[:16]}"


def write_part(parts: Path, key: str, replication: int, result: Any, seconds: float) -> None:
    """Keeps one replication of all arms, as a folder that appears whole."""
    final = parts / part_name(key, replication)
    temporary = parts / f".{final.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        by_arm = [_months(arm, replication, columns) for arm, columns in result.months.items()]
        _write_batches(temporary / f"runs{PART}", by_arm)
        _write_batches(
            temporary / f"burn_in{PART}", [_months(BURN_IN, replication, result.burn_in, before=True)]
        )
        _write_batches(
            temporary / f"services{PART}",
            [_services(arm, replication, rows) for arm, rows in result.services.items()],
        )
        (temporary / NETWORK).write_text(
            json.dumps(result.network, default=_plain, sort_keys=True), encoding="utf-8"
        )
        (temporary / TIMING).write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
        if not final.exists():
            os.rename(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _months(arm: str, replication: int, columns: Mapping[str, np.ndarray], before: bool = False) -> pa.Table:
    """One arm's months as a table; months before the policy date count up to -1."""
    measures = {name: np.asarray(values) for name, values in columns.items() if name not in INDEX}
    length = len(next(iter(measures.values()), ()))
    months = np.arange(length, dtype=np.int32) - (length if before else 0)
    index = {
        "arm": pa.array([arm] * length, INDEX_TYPES["arm"]),
        "replication": np.full(length, replication, np.int32),
        "month": months.astype(np.int32),
    }
    return pa.table({**index, **measures})


def _services(arm: str, replication: int, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One arm's services at each year's end."""
    table = pa.Table.from_pylist(json.loads(json.dumps(list(rows), default=_plain)))
    measures = {name: table[name] for name in table.column_names if name not in INDEX}
    index = {
        "arm": pa.array([arm] * len(rows), INDEX_TYPES["arm"]),
        "replication": np.full(len(rows), replication, np.int32),
        "month": pa.array([row["month"] for row in rows], INDEX_TYPES["month"]),
    }
    return pa.table({**index, **measures})


def _write_batches(path: Path, tables: Sequence[pa.Table]) -> None:
    """Writes tables as the record batches of one Arrow file."""
    schema = union_of(table.schema for table in tables)
    with pa.ipc.new_file(path, schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        for table in tables:
            batches = with_columns(table, schema).combine_chunks().to_batches()
            writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema))


def write_groups(path: Path, tables: Iterable[pa.Table], schema: pa.Schema) -> None:
    """Writes tables as the row groups of one Parquet file."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, table.num_rows))


def union_of(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """All columns in order of first appearance."""
    return pa.unify_schemas([schema.remove_metadata() for schema in schemas], promote_options="permissive")


def with_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the schema's columns; what was never recorded is 0 where it is a count or money."""
    if table.schema.equals(schema):
        return table
    present = dict(zip(table.column_names, table.columns, strict=True))
    columns = []
    for column in schema:
        if column.name in present:
            columns.append(present[column.name].cast(column.type))
        else:
            empty = (
                0
                if pa.types.is_integer(column.type)
                else np.nan
                if pa.types.is_floating(column.type)
                else None
            )
            columns.append(pa.array([empty] * table.num_rows, column.type))
    return pa.table(columns, schema=schema)


def consolidate(out: Path, key: str, replications: Sequence[int]) -> None:
    """Joins the replications' folders into the result files, sorted by arm, replication and month."""
    folders = [out / "parts" / part_name(key, replication) for replication in replications]
    for name in TABLES:
        parts = [pa.ipc.open_file(folder / f"{name}{PART}") for folder in folders]
        schema = union_of(part.schema for part in parts)
        write_atomically(
            out / f"{name}.parquet", partial(write_groups, tables=_grouped(parts, schema), schema=schema)
        )
    network = (folders[0] / NETWORK).read_text(encoding="utf-8")
    write_atomically(out / NETWORK, lambda temporary: _write_text(temporary, network))


def record_of(folders: Sequence[Path]) -> Any:
    """The monthly record of some replications, every arm of it, as a table of pandas."""
    parts = [pa.ipc.open_file(folder / f"runs{PART}").read_all() for folder in folders]
    return pa.concat_tables(parts, promote_options="permissive").to_pandas()


def _grouped(parts: Sequence[Any], schema: pa.Schema) -> Iterable[pa.Table]:
    """The row groups of a result file: all replications of the first arm, then of the next."""
    for arm in range(parts[0].num_record_batches):
        for start in range(0, len(parts), REPLICATIONS_A_GROUP):
            batch = parts[start : start + REPLICATIONS_A_GROUP]
            yield pa.concat_tables(
                [with_columns(pa.Table.from_batches([part.get_batch(arm)]), schema) for part in batch]
            )


def seconds_of(out: Path, key: str, replications: Sequence[int]) -> list[float]:
    """How long each replication took, as it was measured when it ran."""
    files = [out / "parts" / part_name(key, replication) / TIMING for replication in replications]
    return [float(json.loads(file.read_text(encoding="utf-8"))["seconds"]) for file in files]


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def outputs(out: Path) -> dict[str, str]:
    """Checksums of all result files but the manifest, by their names inside the folder."""
    files = sorted(
        path for path in out.rglob("*") if path.is_file() and "parts" not in path.relative_to(out).parts
    )
    named = {path.relative_to(out).as_posix(): path for path in files}
    return {name: checksum(path) for name, path in named.items() if name != "manifest.json"}
