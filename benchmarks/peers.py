"""How fast a month is lived beside Starsim, which has citizens as columns too.

Run with `make benchmarks`, or `python benchmarks/peers.py 4` for fewer turns, on a quiet machine. Writes benchmarks/peers.md.
Starsim is installed from the package registry into an environment of its own in a temporary folder. Both then live ten years
in turn, now one first, now the other, so that whatever else the machine does falls on both. Neither world is the other's: ours
has services, agencies and money besides six challenges, theirs six diseases that spread, on a random network.
"""

import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.month import HERE, KINDS, answer, ratio

STARSIM = "starsim==3.7.*"
SHARE, COPIES = "0.1", "1"  # of Croydon: share of its people, copies of its areas
AGENTS, MONTHS, THREADS = "36000", "120", "1"
TURNS, FEWEST = 10, 2
OUT = Path(__file__).with_name("peers.md")


def environment(folder: Path) -> Path:
    """The Python of a new environment that holds Starsim and what it needs."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if subprocess.run([python, "-m", "pip", "install", "--quiet", STARSIM], check=False).returncode:
        raise SystemExit(f"{STARSIM} cannot be installed: this benchmark needs a package registry within reach")
    return python


def version_in(python: Path) -> str:
    """The version of Starsim in an environment."""
    words = "from importlib.metadata import version; print(version('starsim'))"
    return subprocess.run([python, "-c", words], check=True, capture_output=True, text=True).stdout.strip()


def worker(python: Path | str, script: str, *settings: str) -> subprocess.Popen[str]:
    """A process that lives ten years when asked; returns once it is ready."""
    command = [str(python), str(Path(__file__).with_name(script)), *settings]
    one = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), THREADS)
    told = {
        **os.environ,
        **one,
        "PYTHONPATH": "" if python != sys.executable else str(HERE),
        "STARSIM_INSTALL_FONTS": "0",
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=HERE, env=told, text=True, **pipes)  # type: ignore[call-overload]
    while answer(process).strip() != "ready":
        pass
    return process


def in_turn(processes: tuple[subprocess.Popen[str], subprocess.Popen[str]], turns: int) -> NDArray[np.float64]:
    """Nanoseconds an agent-month: (turns, Starsim and Redesign, KINDS)."""
    took = np.empty((turns, 2, len(KINDS)))
    for turn in range(turns):
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            took[turn, which] = [float(x) for x in answer(processes[which], "go").split()]
        print(f"turn {turn + 1} of {turns}: {took[turn, :, 0].round()} ns an agent-month", file=sys.stderr, flush=True)
    return took


def asked(words: list[str]) -> int:
    """How many turns."""
    if not words:
        return TURNS
    if len(words) > 1 or not words[0].isdecimal() or int(words[0]) < FEWEST:
        raise SystemExit(f"turns={' '.join(words)} must be one whole number from {FEWEST}, as: peers.py {TURNS}")
    return int(words[0])


def main() -> None:
    """Time both in turn; write the table."""
    turns = asked(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        python = environment(Path(folder))
        theirs = version_in(python)
        processes = (
            worker(python, "_starsim.py", AGENTS, MONTHS),
            worker(sys.executable, "_months.py", SHARE, COPIES, THREADS, MONTHS),
        )
        load = os.getloadavg()[0]
        took = in_turn(processes, turns)
        for process in processes:
            process.communicate()
    lines = [
        "# The month, beside Starsim",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}, Starsim {theirs}; one thread; "
        f"{MONTHS} months, {turns} times each in turn. Starsim: {int(AGENTS):,} agents, six SIS diseases on a random network, "
        "births and deaths. Redesign: a tenth of Croydon (about as many), six challenges, policy radical, everything recorded. "
        f"Medians, and how many times as fast, with a 95% interval. When it began {load:.1f} processes wanted the cores; with "
        "more than a few tenths, quote nothing.",
        "",
        "| time | Starsim, million agent-months a second | Redesign | times as fast |",
        "|---|---:|---:|---:|",
    ]
    for kind, name in enumerate(KINDS):
        peer, ours = 1e3 / np.median(took[:, :, kind], axis=0)
        lines.append(f"| {name} | {peer:.2f} | {ours:.2f} | {ratio(took[:, :, kind])} |")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
