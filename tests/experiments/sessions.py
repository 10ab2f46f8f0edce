"""The real command as a session of processes that can be watched, interrupted and killed one by one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = ("runs.parquet", "burn_in.parquet", "services.parquet")
WORDS = ("compare", "place=teaching_town", "scale=0.2", "years=1", "workers=2", "out=out")
FOUR = (*WORDS, "replicates=4")
ALONE = "workers=1"
REAL = """
import sys
from experiments import cli
open("begun", "w").close()
sys.exit(cli.main())
"""
UNDRAWN = """
import sys
from experiments import cli
from experiments.questions.compare import question as compare
open("begun", "w").close()
compare.Compare.figures = lambda self, out, artists=None: (out / "report.html").write_text("a page")
sys.exit(cli.main())
"""
"""The command without its figures, which take longer than everything else in a run of this size."""
READY = """
import os, pickle, sys, yaml
from experiments import cli
from experiments.configuration import compose
from experiments.questions.compare import question as compare
open("begun", "w").close()
compare.Compare.figures = lambda self, out, artists=None: (out / "report.html").write_text("a page")
def asked(question, words):
    with open(os.environ["READY"], "rb") as file:
        composed = pickle.load(file)
    settings = dict(word.split("=", 1) for word in words if not word.startswith("place="))
    composed.data.update({key: yaml.safe_load(value) for key, value in settings.items()})
    return lambda: question.answer(question.plans(composed))
compose.answer_to = asked
sys.exit(cli.main())
"""
"""Nor is its configuration put together anew each time, where the disturbance comes later anyway."""
PATIENCE = 600  # seconds until a hanging test is given up, on however busy a machine; nothing is measured by them
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")


def start(folder, *words, code=REAL, before=None):
    """Begins a command in a folder, as the leader of a session of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=environment,
        text=True,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def finish(process):
    """Waits for a command; returns its status and its complaints."""
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def run(folder, *words, **how):
    """A command from beginning to end."""
    return finish(start(folder, *words, **how))


def members(session):
    """The processes of a session that are still running."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except OSError:
                continue
            if int(its_session) == session and state not in "ZX":
                found.append(int(entry.name))
    return sorted(found)


def wait_until(true):
    """Waits until something holds."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def kill(pid):
    """Kills a process without warning, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def there(folder, pattern):
    """What is in a folder now; nothing where it is removed while it is looked at."""
    try:
        return list(folder.glob(pattern))
    except FileNotFoundError:
        return []


def kept(folder):
    """What an interrupted run has kept: the folders of its replications and its settled place, each as it was written."""
    parts = Path(folder) / "out" / "parts"
    paths = [*there(parts, "replication-*/timing.json"), *there(parts, "settled-*")]
    return {path.relative_to(parts).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def tables(folder):
    """The bytes of the tables that have been written."""
    paths = [Path(folder) / "out" / name for name in TABLES]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def leftovers(folder):
    """Everything in a folder that a finished run has no use for."""
    return sorted(path.name for path in Path(folder).rglob("*") if path.name.startswith(".") or path.name == "parts")
