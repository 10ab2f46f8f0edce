"""Keeps results: every file appears whole or not at all, and the same configuration gives the same bytes."""

import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments import regular_files, storage
from experiments.errors import Stopped
from experiments.results import signed
from experiments.results.open_results import LOCK, MANIFEST, PARTS

INDEX = ("arm", "replication", "month")
LIVED, BURN_IN, SERVICES = "runs", "burn_in", "services"
PART = ".arrow"  # quick to write and read with thousands of columns; results are Parquet
NETWORK, TIMING, CHECKSUMS = "network.json", "timing.json", "checksums.json"
FILES = {f"{name}{PART}" for name in (LIVED, BURN_IN, SERVICES)} | {NETWORK, TIMING}
"""All that a replication may keep."""
MOST_BYTES = 4 * 2**30
"""Of one file of a replication."""
DAMAGED = "damaged-"
INDEX_TYPES = {"arm": pa.string(), "replication": pa.int32(), "month": pa.int32()}


def part_name(key: str, replication: int) -> str:
    """The folder of one replication; the key says of which configuration."""
    return f"replication-{replication:05d}-{key[:16]}"


def write_part(parts: Path, key: str, replication: int, result: Any, seconds: float, totals_only: bool = False) -> None:
    """Keeps one replication of all arms, as a folder that appears whole and knows its own checksums.

    Args:
        parts: the folder of all replications.
        key: names the configuration.
        replication: which one.
        result: what was simulated.
        seconds: how long it took.
        totals_only: whether to keep the months of everybody and leave out groups, burn-in, services and network.
    """
    final = parts / part_name(key, replication)
    temporary = parts / f".{final.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        by_arm = [_months(arm, replication, columns, totals_only=totals_only) for arm, columns in result.months.items()]
        _write_batches(temporary / f"runs{PART}", by_arm)
        if not totals_only:
            _write_rest(temporary, replication, result)
        (temporary / TIMING).write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
        sums = {path.name: storage.checksum(path) for path in sorted(temporary.iterdir())}
        signed.write(temporary / CHECKSUMS, {"key": key, "replication": replication, "files": sums})
        if not final.exists():
            os.rename(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write_rest(folder: Path, replication: int, result: Any) -> None:
    """Writes what a comparison keeps beside the months of its arms."""
    before = _months(BURN_IN, replication, result.burn_in, before=True)
    _write_batches(folder / f"burn_in{PART}", [before])
    services = [_services(arm, replication, rows) for arm, rows in result.services.items()]
    _write_batches(folder / f"services{PART}", services)
    network = json.dumps(result.network, default=storage.plain, sort_keys=True)
    (folder / NETWORK).write_text(network, encoding="utf-8")


def pack_part(folder: Path) -> dict[str, bytes]:
    """The files of one replication, to be sent to where they are kept."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def unpack_part(parts: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Keeps a replication that was run elsewhere, as a folder that appears whole."""
    final = parts / name
    temporary = parts / f".{name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        for file in sorted(files.keys() & {*FILES, CHECKSUMS}):
            (temporary / file).write_bytes(files[file])
        if not final.exists():
            os.rename(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def is_whole(folder: Path, key: str = "") -> bool:
    """Whether a folder is the replication that its name says, and has every file with the bytes it was written with.

    Args:
        folder: of the replication.
        key: of the configuration it has to be of; empty for any.
    """
    if not regular_files.is_folder(folder):
        return False
    try:
        kept = signed.read(folder / CHECKSUMS)
        sums, mine = kept["files"], str(kept["key"])
        is_named = folder.name == part_name(mine, int(kept["replication"])) and key in ("", mine)
        known = is_named and f"runs{PART}" in sums and sums.keys() <= FILES
        return known and set(regular_files.walked(folder)) == {*sums, CHECKSUMS} and sums == _sums(folder, sums)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return False


def has(path: Path, sum_: str, most: int = MOST_BYTES) -> bool:
    """Whether a file is there, regular, and has the bytes of a checksum."""
    try:
        return regular_files.checksum(path, most) == sum_
    except (OSError, ValueError):
        return False


def _sums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The checksums of the files of a replication."""
    return {name: regular_files.checksum(folder / name, MOST_BYTES) for name in names}


def set_damaged_aside(parts: Path) -> list[str]:
    """Renames kept replications whose files have changed since, so that they are run again; returns their names."""
    found = [path for path in sorted(parts.glob("replication-*")) if not is_whole(path)]
    for path in found:
        set_aside(path)
    return [path.name for path in found]


def set_aside(path: Path) -> None:
    """Renames what is damaged, so that it is out of the way and can be looked at; a link is removed."""
    aside = path.with_name(f"{DAMAGED}{path.name}")
    if aside.is_symlink() or not aside.is_dir():
        aside.unlink(missing_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    if path.is_symlink():
        path.unlink()
    else:
        path.replace(aside)


def _months(
    arm: str, replication: int, columns: Mapping[str, np.ndarray], before: bool = False, totals_only: bool = False
) -> pa.Table:
    """One arm's months as a table; those before the policy date count up to -1, and rows of more than a month say which."""
    kept = [name for name in columns if name not in INDEX and not (totals_only and "@" in name)]
    measures = {name: np.asarray(columns[name]) for name in kept}
    length = len(next(iter(measures.values()), ()))
    months = np.asarray(columns.get("month", np.arange(length))) - (length if before else 0)
    index = {
        "arm": pa.array([arm] * length, INDEX_TYPES["arm"]),
        "replication": np.full(length, replication, np.int32),
        "month": months.astype(np.int32),
    }
    return pa.table({**index, **measures})


def _services(arm: str, replication: int, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One arm's services at each year's end."""
    table = pa.Table.from_pylist(json.loads(json.dumps(list(rows), default=storage.plain)))
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
    how = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)  # for so little, threads only cost
    with pa.ipc.new_file(path, schema, options=how) as writer:
        for table in tables:
            batches = with_columns(table, schema).combine_chunks().to_batches()
            writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema))


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
            empty = 0 if pa.types.is_integer(column.type) else np.nan if pa.types.is_floating(column.type) else None
            columns.append(pa.array([empty] * table.num_rows, column.type))
    return pa.table(columns, schema=schema)


def run_name(key: str, replication: int) -> str:
    """What one replication is called: the hash of all that determines it but its number, and its number."""
    return f"{key[:16]}-{replication:05d}"


def fingerprint(out: Path, key: str, replication: int) -> str:
    """The SHA-256 of the months of a kept replication."""
    return str(signed.read(out / PARTS / part_name(key, replication) / CHECKSUMS)["files"][f"runs{PART}"])


def whole_folders(out: Path, runs: Iterable[tuple[str, int]]) -> list[Path]:
    """The folders of kept replications, each with the bytes it was written with.

    Raises:
        Stopped: the files of some have changed since; those are set aside.
    """
    kept = [(out / PARTS / part_name(key, replication), key) for key, replication in runs]
    if not all(is_whole(folder, key) for folder, key in kept):
        damaged = set_damaged_aside(out / PARTS)
        raise Stopped(
            f"the files of {len(damaged)} kept replications are damaged, the first {(damaged or ['?'])[0]}; "
            "the same command runs those again and nothing else."
        )
    return [folder for folder, _ in kept]


def seconds_of(out: Path, key: str, replications: Sequence[int]) -> list[float]:
    """How long each replication took, as it was measured when it ran."""
    files = [out / PARTS / part_name(key, replication) / TIMING for replication in replications]
    return [float(json.loads(file.read_text(encoding="utf-8"))["seconds"]) for file in files]


def outputs(out: Path, besides: Collection[str] = ()) -> dict[str, str]:
    """Checksums of all result files but the manifest, by their names inside the folder.

    Args:
        out: the results folder.
        besides: files that are none of the results.
    """
    left_out = {MANIFEST, LOCK, *besides}
    names = sorted(name for name in regular_files.walked(out, (PARTS,)) if name not in left_out)
    return checksums(out, [name for name in names if PARTS not in name.split("/")])


def checksums(out: Path, names: Sequence[str]) -> dict[str, str]:
    """Checksums of some files of a folder, by their names inside it."""
    return {name: storage.checksum(out / name) for name in names}
