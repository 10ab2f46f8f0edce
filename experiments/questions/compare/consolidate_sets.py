"""Joins what every parameter set kept into the result files, which say of each row which set it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from experiments import storage
from experiments.evidence.parameter_sets import AS_USED, INDEX
from experiments.results import consolidate, store
from experiments.results.part_contents import KeptTable, kept_table
from experiments.running.parameter_set_job import VALUES, SetJob

if TYPE_CHECKING:
    import pandas as pd

SETS, ERROR = "parameter_sets.parquet", "error"
AFTER = 1  # the set stands right after the arm
Opens = Callable[[], KeptTable]
"""Opens a table for as long as it is read: there may be more of them than files may be open."""


def join(out: Path, job: SetJob, usable: Sequence[int]) -> None:
    """Writes runs, burn_in and services of all usable sets, sorted by arm, set, replication and month."""
    folders = [(number, job.replication(number, r)) for number in usable for r in range(job.replicates)]
    for name in consolidate.TABLES:
        tables = [(number, partial(kept_table, folder, name)) for number, folder in folders]
        arms = range(tables[0][1]().batches())
        plain = store.union_of(opened().schema for _, opened in tables)
        schema = plain.insert(AFTER, pa.field(INDEX, pa.int32()))
        groups = _groups(tables, arms, plain)
        storage.write_atomically(
            out / f"{name}.parquet", partial(consolidate.write_groups, tables=groups, schema=schema)
        )
    network = (job.replication(AS_USED, 0) / store.NETWORK).read_bytes()
    storage.write_whole(out / store.NETWORK, network)


def _groups(tables: Sequence[tuple[int, Opens]], arms: Iterable[int], schema: pa.Schema) -> Iterable[pa.Table]:
    """The row groups of a result file: one arm of one replication of one set each, joined in chunks."""
    for arm in arms:
        for start in range(0, len(tables), consolidate.REPLICATIONS_A_GROUP):
            chunk = tables[start : start + consolidate.REPLICATIONS_A_GROUP]
            yield pa.concat_tables([_marked(number, opened(), arm, schema) for number, opened in chunk])


def _marked(number: int, kept: KeptTable, arm: int, schema: pa.Schema) -> pa.Table:
    """One arm of one replication, every row with its set."""
    table = store.with_columns(kept.batch(arm), schema)
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
