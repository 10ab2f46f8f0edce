"""How long it takes to open a finished folder of two thousand runs with every checksum: `python benchmarks/open_results.py`.

A comparison of two policies in the teaching town over ten years is run as anybody would run it, with as many replications
as its record has in a row group. The same writer then repeats these groups, under numbers of their own, until there are a
thousand replications of both arms. So tables, figures and page are of the size that they have, and only what runs would
have differed in is repeated, at a distance at which nothing is compressed any better for it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import redesign
from experiments import storage
from experiments.results import consolidate, manifest, signed
from experiments.results.consolidate import REPLICATIONS_A_GROUP
from experiments.results.open_results import MANIFEST, look

ARMS, REPLICATIONS = ("rationing", "radical"), 1_000
ROUNDS = 3


def build(out: Path) -> float:
    """Makes the folder; returns its size in megabytes."""
    redesign.compare(
        place="teaching_town",
        arms=list(ARMS),
        years=10,
        replicates=REPLICATIONS_A_GROUP,
        components=0,
        out=str(out),
        progress=False,
    )
    said = signed.read(out / MANIFEST)
    for name in consolidate.TABLES:
        file = out / f"{name}.parquet"
        with pq.ParquetFile(file) as kept:
            schema = kept.schema_arrow
            write = partial(consolidate.write_groups, tables=repeated(kept), schema=schema)
            storage.write_atomically(file, write)
    manifest.write(out, said, finished=True)
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6


def repeated(kept: pq.ParquetFile) -> Iterator[pa.Table]:
    """The groups of a table, arm by arm, again and again with the numbers that follow."""
    for group in range(kept.num_row_groups):
        table = kept.read_row_group(group)
        place = table.column_names.index("replication")
        number = table["replication"].to_numpy()
        for first in range(0, REPLICATIONS, REPLICATIONS_A_GROUP):
            wanted = number + first < REPLICATIONS
            numbered = table.set_column(place, table.schema.field(place), pa.array((number + first).astype(np.int32)))
            yield numbered.filter(pa.array(wanted))


def main() -> int:
    """Builds the folder, opens it and says how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        size = build(out)
        runs = pq.read_table(out / "runs.parquet", columns=["arm", "replication"]).group_by(["arm", "replication"])
        assert runs.aggregate([]).num_rows == REPLICATIONS * len(ARMS)
        seconds = []
        for _ in range(ROUNDS):
            began, busy = time.perf_counter(), time.process_time()
            found = look(out)
            seconds.append((time.perf_counter() - began, time.process_time() - busy))
            assert found is not None
            assert found.is_whole
        files = sum(path.is_file() for path in out.rglob("*"))
        record = (out / "runs.parquet").stat().st_size / 1e6
    took, busy = min(seconds)
    print(f"{REPLICATIONS * len(ARMS):,} runs, {size:,.0f} MB in {files} files ({record:,.0f} MB of them runs.parquet)")
    print(f"opened in {took:.2f} s, with {busy:.2f} s of processor time (best of {ROUNDS})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
