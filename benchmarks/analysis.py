"""How long it takes to load and summarise many runs, beside how long it took to simulate them.

Run with `python benchmarks/analysis.py`. Writes benchmarks/analysis.md. A few pairs of runs are simulated; their months are
drawn anew (the same for both arms) until there are 2,000 runs of 120 months with all columns, which are then read
from disk, summarised, paired and valued as `redesign compare` does it.
"""

import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.analysis.economics import economics_tables
from experiments.analysis.statistics import summary
from experiments.configuration.compose import compose
from experiments.configuration.validate import Plan, check
from experiments.questions.compare import comparison
from experiments.questions.compare.question import QUESTION
from experiments.results.results_folder import read_manifest

RUNS, YEARS, REAL = 2_000, 10, 4
LIMIT = 10.0
SMALL = ["place=teaching_town", "scale=0.3", "arms=[rationing,radical]", f"years={YEARS}", f"replicates={REAL}"]
CHUNK = 100
OUT = Path(__file__).with_name("analysis.md")


def simulated(folder: Path) -> tuple[Plan, float]:
    """A few real pairs of runs, and the seconds a run took."""
    plan = check(compose("compare", [*SMALL, f"out={folder}"], []))
    QUESTION.answer(plan)
    return plan, float(np.mean(read_manifest(folder)["replication_seconds"])) / 2


def redrawn(folder: Path, runs: int) -> None:
    """Makes many runs of a few: every month of a pair comes from one of the real pairs, the same for both arms."""
    table, pairs, months = pq.read_table(folder / "runs.parquet"), runs // 2, 12 * YEARS
    choices = np.random.default_rng(1).integers(0, REAL, (pairs, months))
    half = table.num_rows // 2
    with pq.ParquetWriter(folder / "many.parquet", table.schema, compression="zstd") as writer:
        for arm in range(2):
            for start in range(0, pairs, CHUNK):
                own = choices[start : start + CHUNK]
                rows = (arm * half + own * months + np.arange(months)).ravel()
                part = table.take(pa.array(rows))
                numbers = np.repeat(np.arange(start, start + len(own), dtype=np.int32), months)
                place = part.schema.get_field_index("replication")
                writer.write_table(part.set_column(place, part.schema.field(place), pa.array(numbers)))
    (folder / "many.parquet").replace(folder / "runs.parquet")
    services = pq.read_table(folder / "services.parquet").to_pandas()
    first = services[services["replication"] == 0]
    every = [first.assign(replication=np.int32(number)) for number in range(pairs)]
    pq.write_table(
        pa.Table.from_batches([b for t in every for b in pa.Table.from_pandas(t, preserve_index=False).to_batches()]),
        folder / "services.parquet",
    )


def timed(what: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall and of processors."""
    wall, busy = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - busy


def main() -> None:
    """Makes the runs, times the analysis, writes the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "runs"
        plan, each = simulated(folder)
        redrawn(folder, runs)
        size = (folder / "runs.parquet").stat().st_size / 2**20
        columns = pq.ParquetFile(folder / "runs.parquet").metadata.num_columns
        settings, horizons = plan.settings, summary.horizons_for(YEARS)
        wall, busy = timed(lambda: comparison.tabulated(plan, folder, True))
        part, cores = timed(
            lambda: economics_tables.write(folder, settings.contrast, plan.valuation, settings.scale, horizons)
        )
    lines = [
        "# Speed of the analysis",
        "",
        f"{runs:,} runs of {12 * YEARS} months and {columns:,} columns ({size:,.0f} MB of Parquet), from disk to tables. "
        f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}, numpy {version('numpy')}, "
        f"pandas {version('pandas')}, pyarrow {version('pyarrow')}.",
        "",
        "| step | seconds | seconds of processors |",
        "|:---|---:|---:|",
        f"| load, summarise and pair every outcome, who pays and who gains | {wall:.1f} | {busy:.1f} |",
        f"| of which who pays and who gains | {part:.1f} | {cores:.1f} |",
        f"| simulating these runs on one core | {runs * each:.1f} | {runs * each:.1f} |",
        "",
        f"Wanted: under {LIMIT:.0f} seconds in the first line on two cores, for {RUNS:,} runs.",
    ]
    OUT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
