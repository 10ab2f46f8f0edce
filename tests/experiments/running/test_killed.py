"""A run that is interrupted or killed from outside keeps what it finished, leaves no process behind, and can be resumed."""

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lives import run_all
from stand_in import kept

from experiments.results import consolidate

ROOT, HERE = Path(__file__).parents[3], Path(__file__).parents[1]
COMMAND = """
import sys
from experiments import cli
from experiments.running import session
session.ENGINE = "stand_in"
sys.exit(cli.main())
"""
RUN_JOB = """
import pickle, sys
from lives import run_all
run_all(pickle.load(open(sys.argv[1], "rb")), range(6), 2, lambda report: None)
"""
PATIENCE = 600  # seconds, on however busy a machine; nothing is measured by them


def start(code, *words, cwd):
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def wait_until(true, process=None):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited too long"
        assert process is None or process.poll() is None, process.stderr.read()
        time.sleep(0.02)


def alive(group):
    """Whether any process of a session is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    states = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True, check=False).stdout
    return any(not state.startswith("Z") for state in states.split())


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_pressing_ctrl_c_twice_is_one_clear_line(tmp_path, trouble):
    (trouble / "slow-2").touch()
    words = ["compare", "place=teaching_town", "replicates=3", "years=1", "workers=2", "out=here"]
    process = start(COMMAND, *words, cwd=tmp_path)
    wait_until(lambda: len(kept(tmp_path / "here" / "parts")) == 2, process)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.05)  # else the system may make one signal of two
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "2 of 3 replications are kept in here" in said
    assert "Traceback" not in said
    assert "leaked" not in said
    wait_until(lambda: not alive(process.pid))


@pytest.mark.unhurried
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killing_the_parent_ends_its_workers_and_costs_only_unfinished_work(tmp_path, job, trouble):
    (trouble / "slow-3").touch()
    (tmp_path / "job.pickle").write_bytes(pickle.dumps(job))
    process = start(RUN_JOB, str(tmp_path / "job.pickle"), cwd=tmp_path)
    wait_until(lambda: len(kept(job.parts)) >= 4, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not alive(process.pid))
    before = {name: (job.parts / name).stat().st_mtime_ns for name in kept(job.parts)}
    (trouble / "slow-3").unlink()
    run_all(job, range(6), 1, lambda report: None)
    assert len(kept(job.parts)) == 6
    assert {name: (job.parts / name).stat().st_mtime_ns for name in before} == before
    consolidate.consolidate(job.parts.parent, job.key, range(6))
    undisturbed = tmp_path / "undisturbed" / "parts"
    undisturbed.mkdir(parents=True)
    again = type(job)(**{**vars(job), "parts": undisturbed})
    run_all(again, range(6), 1, lambda report: None)
    consolidate.consolidate(undisturbed.parent, job.key, range(6))
    assert (undisturbed.parent / "runs.parquet").read_bytes() == (job.parts.parent / "runs.parquet").read_bytes()
