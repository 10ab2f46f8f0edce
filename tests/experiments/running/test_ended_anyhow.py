"""Every question that runs much, ended at random moments in every way: the same bytes in the end, no orphan, no leftover."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sessions import NEEDS_PROC, PATIENCE, ROOT, kill, members, wait_until

pytestmark = NEEDS_PROC
SMALL = ("place=teaching_town", "scale=0.05", "workers=2", "out=out")
COMMANDS = {
    "compare": ("compare", *SMALL, "years=1", "replicates=6"),
    "sweep": ("sweep", *SMALL, "years=1", "replicates=2", "grid={seed:[1,2,3]}"),
    "calibrate": (
        "calibrate", *SMALL, "waves=[20]", "replicates=4", "sample=20", "keep=4", "candidates=2000", "recovery_truths=0",
        "cut=10",
    ),
}  # fmt: skip
"""Small, but with enough pieces of work that an end falls between them."""
BYTES = ("*.parquet", "*.csv")
UNDRAWN = """
import sys
from experiments import cli
from experiments.questions.compare import question as compare
compare.Compare.figures = lambda self, out, artists=None: (out / "report.html").write_text("a page")
sys.exit(cli.main())
"""
TRACKER = b"resource_tracker"
"""Python's own process that tidies up; whoever kills that is told so by Python, at some length."""
WAYS = ("the parent, killed", "a worker, killed", "the parent, told", "everybody, told")
GONE = 30
"""Seconds within which all are gone, on however busy a machine."""


def start(folder, words):
    """A command, with a temporary folder of its own."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    told = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", UNDRAWN, *words], cwd=folder, env={**os.environ, **told}, text=True,
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def tables(folder):
    """The bytes of all tables, but for those that say how long something took."""
    paths = [path for pattern in BYTES for path in (folder / "out").glob(pattern)]
    return {path.name: path.read_bytes() for path in paths if path.name != "kept.parquet"}


def command_of(pid):
    """What a process was started as; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def end(process, way, chance):
    """Ends a run in some way; returns whether its parent was killed without a word."""
    others = [pid for pid in members(process.pid) if pid != process.pid and TRACKER not in command_of(pid)]
    if way == "a worker, killed" and others:
        kill(chance.choice(others))
        return False
    if way == "the parent, killed":
        return kill(process.pid)
    (os.kill if way == "the parent, told" else os.killpg)(process.pid, signal.SIGTERM)
    return False


def finish(process, way):
    """Waits until a run is over and all its processes gone."""
    _, said = process.communicate(timeout=PATIENCE)
    ended = time.monotonic() + GONE
    while members(process.pid) and time.monotonic() < ended:
        time.sleep(0.05)
    assert members(process.pid) == [], (way, said)
    assert process.returncode in (0, 143, -9, -15) or "workers were killed" in said, (way, process.returncode, said)
    assert "Traceback" not in said, (way, said)
    return said


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The tables of a command that nothing happens to, and how long it takes."""
    known = {}

    def run(command):
        if command not in known:
            folder = tmp_path_factory.mktemp(command)
            began = time.monotonic()
            process = start(folder, COMMANDS[command])
            said = finish(process, "nothing")
            assert process.returncode == 0, said
            assert list((folder / "tmp").iterdir()) == []
            known[command] = tables(folder), time.monotonic() - began
        return known[command]

    return run


def disturbed(folder, command, times, seed, longest):
    """Ends a command so often, each time in some way at some moment, and then lets it finish; returns what was done to it."""
    chance, log, ended = random.Random(seed), [], 0
    while ended < times:
        process, way = start(folder, COMMANDS[command]), chance.choice(WAYS)
        moment = time.monotonic() + chance.uniform(0.2, 1) * longest
        wait_until(lambda: process.poll() is not None or time.monotonic() >= moment)  # noqa: B023
        is_running = process.poll() is None
        was_killed = end(process, way, chance) if is_running else False
        ended += is_running
        finish(process, way)
        log.append(f"{way}: {process.returncode}")
        if not was_killed:
            assert list((folder / "tmp").iterdir()) == [], log
        shutil.rmtree(folder / "tmp")  # whoever was killed leaves a temporary folder, and nothing else
        if not is_running or process.returncode == 0:
            shutil.rmtree(folder / "out", ignore_errors=True)
    last = start(folder, COMMANDS[command])
    said = finish(last, "the last")
    assert last.returncode == 0, (said, log)
    return log


@pytest.mark.slow
@pytest.mark.parametrize(
    ("times", "seed"),
    [
        pytest.param(2, 1, id="twice"),
        *(pytest.param(17, seed, id=f"17 times, {seed}", marks=pytest.mark.nightly) for seed in (2, 3)),
    ],
)
@pytest.mark.parametrize(
    "command", [name if name == "compare" else pytest.param(name, marks=pytest.mark.nightly) for name in COMMANDS]
)
def test_ended_anyhow_the_tables_are_the_same_and_nothing_is_left(tmp_path, undisturbed, command, times, seed):
    """Two ends in the slow tests, a hundred and four more each night."""
    expected, longest = undisturbed(command)
    folder = Path(tmp_path / "run")
    log = disturbed(folder, command, times, seed, longest)
    assert tables(folder) == expected, log
    half = [path.name for path in folder.rglob(".*") if path.name.endswith((".tmp", ".part")) or path.name == "parts"]
    assert half == [], log
    print(*log, sep="\n")
