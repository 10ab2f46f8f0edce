"""What it takes to show help and to refuse: `python benchmarks/start_up.py [FOLDER]`, with a copy of another version to compare.

Each command runs in a process of its own, in turn for this version and the other, and is measured by the time that
processors spend on it, so that whatever else the machine does counts less. What is told are medians.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
COMMANDS = (("--help",), ("compare", "--help"), ("compare", "years=abc"), ("sweep", "--help"))
ROUNDS = 7


def seconds_of(root: Path, words: tuple[str, ...]) -> tuple[float, float]:
    """Processor time and time on the clock of one command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    line = [sys.executable, "-P", "-m", "redesign" if (root / "redesign").is_dir() else "experiments.cli", *words]
    subprocess.run(line, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended - began


def main(folders: list[str]) -> int:
    """Measures this version, and others beside it."""
    roots = [HERE, *map(Path, folders)]
    for words in COMMANDS:
        found: dict[Path, list[tuple[float, float]]] = {root: [] for root in roots}
        for _ in range(ROUNDS):
            for root in roots:
                found[root].append(seconds_of(root, words))
        for root, times in found.items():
            busy, clock = (statistics.median(each) for each in zip(*times, strict=True))
            print(f"{' '.join(words):<18} {root.name:<10} {busy:.2f} s of processors, {clock:.2f} s on the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
