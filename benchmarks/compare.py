"""How long the first question takes: `redesign compare` as a new user types it, and typed again, beside the first edition.

Run with `make benchmarks`, in a clone that has the history. Writes benchmarks/compare.md. The first time rules are compiled, as
on a fresh machine after installation; from then on they are there. Results go to a new folder each time, so that nothing
is resumed. The first edition answers less: one population serves all its replications, and nothing is lived to tell what a
difference is made of. It is timed in turn with today's, because machines differ and one machine goes now faster, now slower:
it took 75 and 45 seconds where the aims were set.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.month import first_edition

COMMAND = ("-c", "import sys; from experiments.cli import main; sys.exit(main())", "compare")
OUT = Path(__file__).with_name("compare.md")
AGAIN = 3  # times that each is asked when its rules are there
AIMS, FIRST_TOOK = (120.0, 75.0), (75.0, 45.0)
"""Seconds that the question is to take at most, first and again, and what the first edition took on the same machine."""


def timed(out: Path, more: Mapping[str, str]) -> float:
    """Wall time of the whole command."""
    start = time.perf_counter()
    command, environment = [sys.executable, *COMMAND, f"out={out}"], {**os.environ, **more}
    subprocess.run(command, check=True, cwd=out.parent, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Ask both editions in turn, each once for the first time and then again; write the table."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        edition = here / "edition"
        first_edition(edition)
        mine = {"XDG_CACHE_HOME": str(here / "cache")}
        theirs = {"XDG_CACHE_HOME": str(here / "their-cache"), "PYTHONPATH": str(edition)}
        taken = [(timed(here / f"then-{k}", theirs), timed(here / f"now-{k}", mine)) for k in range(1 + AGAIN)]
        said = json.loads((here / "now-0" / "manifest.json").read_text(encoding="utf-8"))
    then, now = ((each[0], statistics.median(each[1:])) for each in zip(*taken, strict=True))
    rows = zip(("first use, rules compiled on the way", "again"), then, now, AIMS, FIRST_TOOK, strict=True)
    lines = [
        "# The first question",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}; "
        f"`redesign compare`: {said['people_simulated']:,} people, {said['replicates']} replications, "
        f"{said['citizen_months'] / 1e6:,.0f} million citizen-months and the lives that say what the difference is made of; "
        f"report, figures and economics included. Both editions in turn; seconds, the median of {AGAIN} of `again`, and how many "
        "times what the first edition takes here, which has one population for all replications and no such lives.",
        "",
        "| | first edition | now | times | at most |",
        "|---|---:|---:|---:|---:|",
        *(f"| {what} | {a:.0f} | {b:.0f} | {b / a:.2f} | {aim / took:.2f} |" for what, a, b, aim, took in rows),
        "",
        f"The aims were {AIMS[0]:.0f} and {AIMS[1]:.0f} seconds where the first edition took {FIRST_TOOK[0]:.0f} and "
        f"{FIRST_TOOK[1]:.0f}; the last column is their ratio, so that a machine of another pace can be held against them.",
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
