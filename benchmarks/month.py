"""How much faster a month is lived than in the first edition, measured side by side.

Run with `make benchmarks`, in a clone that has the history, or with the folder of another edition to compare with. Writes
benchmarks/month.md. Both editions settle a place each and then live two years of it in turn, now one first, now the other,
so that whatever else the machine does falls on both.
"""

import os
import platform
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

HERE = Path(__file__).parents[1]
FIRST_EDITION = "2cbf842"
SIZES = (("0.1", "1"), ("1.0", "1"), ("1.0", "3"))  # of Croydon: share of its people, copies of its areas
THREADS = ("1", "2")
MONTHS, TURNS = "24", 12
WORKER = Path(__file__).with_name("_months.py")
OUT = Path(__file__).with_name("month.md")
KINDS = ("wall", "processor")


def first_edition(folder: Path) -> None:
    """Unpack the first edition from the history."""
    packed = subprocess.run(["git", "archive", FIRST_EDITION], cwd=HERE, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def worker(edition: Path, *settings: str) -> subprocess.Popen[str]:
    """A process that lives months of an edition when asked."""
    command = [sys.executable, str(WORKER), *settings]
    environment = {**os.environ, "PYTHONPATH": str(edition)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(command, cwd=edition, env=environment, text=True, **pipes)  # type: ignore[call-overload]


def answer(process: subprocess.Popen[str], question: str = "") -> str:
    """What a worker says next, asked or not."""
    assert process.stdin is not None
    assert process.stdout is not None
    if question:
        print(question, file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a worker has ended")
    return line


def in_turn(editions: tuple[Path, Path], *settings: str) -> NDArray[np.float64]:
    """Nanoseconds a citizen-month: (turns, editions, KINDS)."""
    processes = [worker(edition, *settings) for edition in editions]
    for process in processes:
        answer(process)
    took = np.empty((TURNS, 2, len(KINDS)))
    for turn in range(TURNS):
        for edition in (0, 1) if turn % 2 == 0 else (1, 0):
            took[turn, edition] = [float(x) for x in answer(processes[edition], "go").split()]
    for process in processes:
        process.communicate()
    return took


def ratio(took: NDArray[np.float64]) -> str:
    """How many times as fast the second edition is, with a 95% interval from its turns."""
    logs = np.log(took[:, 0] / took[:, 1])
    half = student.ppf(0.975, logs.size - 1) * logs.std(ddof=1) / np.sqrt(logs.size)
    return f"{np.exp(logs.mean()):.2f} ({np.exp(logs.mean() - half):.2f} to {np.exp(logs.mean() + half):.2f})"


def main() -> None:
    """Time every size and number of threads; write the table."""
    lines = [
        "# The month, beside the first edition",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}; {MONTHS} months of policy "
        f"radical, {TURNS} times each in turn. Medians of nanoseconds a citizen-month in the first edition and now, and how "
        "many times as fast, with a 95% interval.",
        "",
        "| share of Croydon | threads | wall, first | now | times as fast | processor, first | now | times as fast |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        other = Path(sys.argv[1] if len(sys.argv) > 1 else folder)
        if len(sys.argv) == 1:
            first_edition(other)
        for scale, copies in SIZES:
            for threads in THREADS:
                took = in_turn((other, HERE), scale, copies, threads, MONTHS)
                cells = [f"{float(scale) * int(copies):g}", threads]
                for kind in range(len(KINDS)):
                    before, now = np.median(took[:, :, kind], axis=0)
                    cells += [f"{before:.0f}", f"{now:.0f}", ratio(took[:, :, kind])]
                lines.append(f"| {' | '.join(cells)} |")
                print(lines[-1], file=sys.stderr, flush=True)
                OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
