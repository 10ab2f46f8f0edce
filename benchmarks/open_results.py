"""How long it takes to open a finished folder of two thousand runs with every checksum: `python benchmarks/open_results.py`.

The folder is as large as that of a comparison in the teaching town with a thousand replications of two arms over ten
years: the bytes of its record are made up, because only their number matters to whoever compares them.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from experiments.results import manifest
from experiments.results.open_results import look

REPLICATIONS, MONTHS, ARMS = 1_000, 120, 2
BYTES_A_MONTH = 2_200
"""Of a month of one arm in runs.parquet, every group told apart: 1.6 MB for 2 replications of 3 arms and 120 months is 2.2 kB."""
FIGURES, ROUNDS = 80, 3


def build(out: Path) -> float:
    """Writes the folder; returns its size in megabytes."""
    luck = np.random.default_rng(1)
    (out / "figures").mkdir(parents=True)
    for k in range(FIGURES):
        (out / "figures" / f"{k}.svg").write_bytes(luck.bytes(60_000))
    with (out / "runs.parquet").open("wb") as file:
        for _ in range(REPLICATIONS):
            file.write(luck.bytes(BYTES_A_MONTH * MONTHS * ARMS))
    manifest.write(out, {"question": "compare", "results_key": "0" * 64}, finished=True)
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6


def main() -> int:
    """Builds the folder, opens it and says how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        size = build(out)
        seconds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            found = look(out)
            seconds.append(time.perf_counter() - began)
            assert found is not None
            assert found.is_whole
    print(f"{size:,.0f} MB, {FIGURES + 1} files: opened in {min(seconds):.2f} s (of {ROUNDS})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
