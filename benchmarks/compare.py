"""How long the first question takes: `redesign compare` as a new user types it, and typed again.

Run with `make benchmarks`. Writes benchmarks/compare.md. The first time rules are compiled, as on a fresh machine after
installation; the second time they are there. Results go to a new folder each time, so that nothing is resumed.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("redesign")
OUT = Path(__file__).with_name("compare.md")


def timed(out: Path, cache: Path) -> tuple[float, dict[str, float]]:
    """Wall time of the whole command, and what its manifest says of it."""
    start = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    subprocess.run([COMMAND, "compare", f"out={out}"], check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start, json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def main() -> None:
    """Ask twice; write the table."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        first, said = timed(here / "first", here / "cache")
        again, _ = timed(here / "again", here / "cache")
    lines = [
        "# The first question",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}; "
        f"`redesign compare`: {said['people_simulated']:,} people, {said['replicates']} replications, "
        f"{said['citizen_months'] / 1e6:,.0f} million citizen-months; report, figures and economics included.",
        "",
        "| | seconds |",
        "|---|---:|",
        f"| first use, rules compiled on the way | {first:.0f} |",
        f"| again | {again:.0f} |",
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
