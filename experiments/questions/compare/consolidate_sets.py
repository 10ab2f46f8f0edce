"""Joins what every parameter set kept into the result files, which say of each row which set it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from experiments import storage
from experiments.evidence.parameter_sets import AS_USED, INDEX
from experiments.results import consolidate, store
from experiments.running.parameter_set_job import VALUES, SetJob

if TYPE_CHECKING:
    import pandas as pd

SETS, ERROR = "parameter_sets.parquet", "error"
AFTER = 1  # the set stands right after the arm


def join(out: Path, job: SetJob, usable: Sequence[int]) -> None:
    """Writes runs, burn_in and services of all usable sets, sorted by arm, set, replication and month."""
    folders = [(number, job.replication(number, r)) for number in usable for r in range(job.replicates)]
    for name in consolidate.TABLES:
        files = [(number, folder / f"{name}{store.PART}") for number, folder in folders]
        arms = range(_opened(files[0][1]).num_record_batches)
        plain = store.union_of(_opened(file).schema for _, file in files)
        schema = plain.insert(AFTER, pa.field(INDEX, pa.int32()))
        groups = _groups(files, arms, plain)
        storage.write_atomically(
            out / f"{name}.parquet", partial(consolidate.write_groups, tables=groups, schema=schema)
        )
    network = (job.replication(AS_USED, 0) / store.NETWORK).read_bytes()
    storage.write_atomically(out / store.NETWORK, lambda temporary: _write(temporary, network))


def _write(path: Path, content: bytes) -> None:
    """Writes bytes."""
    path.write_bytes(content)


def _opened(file: Path) -> Any:
    """One replication's table; read whole, because there may be more of them than files may be open."""
    return pa.ipc.open_file(pa.BufferReader(file.read_bytes()))


def _groups(files: Sequence[tuple[int, Path]], arms: Iterable[int], schema: pa.Schema) -> Iterable[pa.Table]:
    """The row groups of a result file: one arm of one replication of one set each, joined in chunks."""
    for arm in arms:
        for start in range(0, len(files), consolidate.REPLICATIONS_A_GROUP):
            chunk = files[start : start + consolidate.REPLICATIONS_A_GROUP]
            yield pa.concat_tables([_marked(number, file, arm, schema) for number, file in chunk])


def _marked(number: int, file: Path, arm: int, schema: pa.Schema) -> pa.Table:
    """One arm of one replication, every row with its set."""
    table = store.with_columns(pa.Table.from_batches([_opened(file).get_batch(arm)]), schema)
    return table.add_column(AFTER, pa.field(INDEX, pa.int32()), pa.array([number] * table.num_rows, pa.int32()))


def values_of(job: SetJob, usable: Sequence[int]) -> pd.DataFrame:
    """Every outcome by set, arm, replication and year."""
    import pandas as pd

    tables = [pd.read_parquet(job.folder(number) / VALUES).assign(**{INDEX: number}) for number in usable]
    return pd.concat(tables, ignore_index=True)


def write_sets(out: Path, sets: pd.DataFrame, errors: Sequence[str]) -> None:
    """Writes what was drawn, a row per set, and why a set could not be lived with."""
    table = sets.assign(**{ERROR: list(errors)}).reset_index()
    storage.write_table(out / SETS, pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata())
