"""However a run is told to end, what had finished is kept and nothing else stays: no process, no half-written file."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from how_often import tried

sys.path.append(str(Path(__file__).parents[1] / "experiments"))

from sessions import NEEDS_PROC, PATIENCE, members, wait_until

from experiments.running.machine import processes, signals
from experiments.running.pool import POOL_DIED

ROOT = Path(__file__).parents[2]
pytestmark = NEEDS_PROC
STAND_IN = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have it ignored, as nohup does
from experiments import cli
from experiments.running import session
session.ENGINE = "stand_in"
sys.exit(cli.main())
"""
ITSELF = "import sys; from experiments import cli; sys.exit(cli.main())"
BUSY = """
import time
from experiments.lab.benches import worker
worker.carry_out = lambda *what: (print(flush=True), time.sleep(600))
worker.main()
"""
THREE = ("compare", "place=teaching_town", "replicates=3", "years=1", "workers=2", "out=here")
CALIBRATION = ("calibrate", "place=teaching_town", "scale=0.05", "workers=2", "out=here")
SOON = 20
"""Seconds within which processes are gone whose parent is, on however busy a machine; alone it takes one or two."""


class Running:
    """A command in a folder of its own, with a temporary folder of its own."""

    def __init__(self, folder, code, *words, **environment):
        self.folder, self.temporary = folder, folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        (folder / "trouble").mkdir(exist_ok=True)
        paths = f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'experiments'}"
        told = {"PYTHONPATH": paths, "TMPDIR": str(self.temporary), "STAND_IN_TROUBLE": str(folder / "trouble")}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, *words],
            cwd=folder,
            env={**os.environ, **told, **environment},
            text=True,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def await_kept(self, pattern, count):
        """Waits until so much has been kept."""
        wait_until(lambda: len(list(self.folder.glob(pattern))) >= count or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.stderr.read()

    def end(self, number, everybody=False):
        """Sends a signal; returns the status and what was said once every process is gone."""
        (os.killpg if everybody else os.kill)(self.process.pid, number)
        _, said = self.process.communicate(timeout=PATIENCE)
        end = time.monotonic() + SOON
        while members(self.process.pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert members(self.process.pid) == []
        return self.process.returncode, said

    def left_behind(self):
        """Temporary folders, and what is half-written."""
        half = [path.name for path in self.folder.rglob(".*") if path.name.endswith((".tmp", ".part"))]
        return [path.name for path in self.temporary.iterdir()] + half


@pytest.fixture
def slow(tmp_path):
    """Three replications, of which the last takes as long as it may."""
    (tmp_path / "trouble").mkdir()
    (tmp_path / "trouble" / "slow-2").touch()
    running = Running(tmp_path, STAND_IN, *THREE)
    running.await_kept("here/parts/replication-*", 2)
    return running


@pytest.mark.parametrize("everybody", [False, True], ids=["alone", "with its processes"])
@pytest.mark.parametrize("number", tried([signal.SIGTERM, signal.SIGHUP, signal.SIGINT], changes=1))
def test_every_way_of_saying_stop_is_the_same(slow, number, everybody):
    status, said = slow.end(number, everybody)
    assert status == 128 + number
    assert said.strip().splitlines()[-1].startswith("redesign: stopped. 2 of 3 replications are kept in here")
    assert "Traceback" not in said
    assert "leaked" not in said
    assert slow.left_behind() == []


@pytest.mark.slow
def test_a_run_that_is_told_again_and_again_ends_at_once_and_leaves_no_folder(slow):
    os.kill(slow.process.pid, signal.SIGSTOP)  # so that all three come before it can have ended
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(slow.process.pid, number)
    status, said = slow.end(signal.SIGCONT)
    assert status in (128 + number for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
    assert "Traceback" not in said
    assert slow.left_behind() == []


@pytest.mark.slow
def test_a_killed_parent_leaves_no_process_in_a_comparison(slow):
    status, said = slow.end(signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert said.strip() == ""


@pytest.mark.parametrize("number", tried([signal.SIGKILL, signal.SIGTERM], changes=1))
def test_a_calibration_leaves_no_process_either(tmp_path, number):
    running = Running(tmp_path, ITSELF, *CALIBRATION)
    running.await_kept("here/parts/**/run-*.json", 1)
    assert len(members(running.process.pid)) > 2
    status, said = running.end(number)
    if number == signal.SIGTERM:
        assert (status, running.left_behind()) == (143, [])
        assert "runs are kept in here; the same command goes on from there" in said
    kept = {path: path.read_bytes() for path in tmp_path.glob("here/parts/**/run-*.json")}
    time.sleep(1)
    assert {path: path.read_bytes() for path in tmp_path.glob("here/parts/**/run-*.json")} == kept


@pytest.mark.slow
def test_a_bench_of_the_lab_ends_in_the_middle_when_whoever_asked_is_gone(tmp_path):
    """However long the comparison: it looks no more at what is asked than at who asks."""
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    bench = subprocess.Popen(
        [sys.executable, "-P", "-c", BUSY], stdin=pipe, stdout=pipe, stderr=pipe, env=told, cwd=tmp_path
    )
    bench.stdin.write(json.dumps({"number": 1}).encode() + b"\n")
    bench.stdin.flush()
    bench.stderr.readline()  # what is printed goes there; it is at work now
    bench.send_signal(signal.SIGINT)  # a terminal sends it to everybody; the page decides what ends
    time.sleep(0.5)
    assert bench.poll() is None
    bench.stdin.close()
    assert bench.wait(timeout=SOON) == 0


def long_name(folder):
    """As long as it can be, so that a socket's name in it cannot."""
    path = folder / ("l" * (107 - len(str(folder)) - 1))
    path.mkdir(parents=True)
    return path


def not_there(folder):
    return folder / "nowhere"


def a_file(folder):
    (folder / "file").write_text("")
    return folder / "file"


def no_more_room(folder):
    path = folder / "full"
    path.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2", "tmpfs", str(path)], capture_output=True
    )
    if done.returncode:
        pytest.skip("may not mount")
    (path / "all").write_bytes(bytes(4096))
    return path


@pytest.mark.parametrize("place", tried([not_there, long_name, no_more_room, a_file], changes=0))
def test_a_temporary_folder_that_is_of_no_use_is_no_trouble(tmp_path_factory, place):
    folder = tmp_path_factory.mktemp("t")
    try:
        running = Running(folder, STAND_IN, *THREE, TMPDIR=str(place(folder)))
        _, said = running.process.communicate(timeout=PATIENCE)
    finally:
        subprocess.run(["umount", str(folder / "full")], check=False, capture_output=True)
    assert running.process.returncode == 0, said
    assert (folder / "here" / "runs.parquet").is_file()


def test_processes_that_cannot_be_started_are_no_trouble_of_the_disk():
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with pytest.raises(processes.Stopped, match=r"no process to work in can be started \(Resource temporarily"):
        processes._started(refuse)


def test_a_process_whose_pool_is_breaking_is_no_refusal_of_the_system():
    """Whoever kills every worker at once may do so while one is being started: that counts as killed too."""

    def closed():
        raise OSError("handle is closed")

    with pytest.raises(POOL_DIED, match="handle is closed"):
        processes._started(closed)


@pytest.fixture
def handlers():
    """What handles signals, as it was."""
    before = {each: signal.getsignal(each) for each in signals.STOPS}
    yield before
    for each, handler in before.items():
        signal.signal(each, handler)


def test_what_nohup_has_ignored_stays_ignored(handlers):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with signals.one_stop() as stop:
        signal.raise_signal(signal.SIGHUP)
    assert (stop.number, stop.times) == (0, 0)


def test_a_second_signal_does_not_disturb_the_order(handlers):
    with signals.one_stop() as stop:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert (stop.status, stop.times) == (143, 2)
    signal.raise_signal(signal.SIGTERM)  # nothing is left to stop


def test_a_script_of_the_users_is_interrupted_and_keeps_its_own_handlers(handlers):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with pytest.raises(KeyboardInterrupt), signals.stops_as_ctrl_c():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    mine = []
    signal.signal(signal.SIGTERM, lambda number, frame: mine.append(number))
    with signals.stops_as_ctrl_c():
        signal.raise_signal(signal.SIGTERM)
    assert mine == [signal.SIGTERM]


def test_being_told_to_stop_waits_while_processes_are_started(handlers):
    started = []

    def start():
        with signals.one_stop(), signals.stop_waits():
            signal.raise_signal(signal.SIGTERM)
            started.append("all of them")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert started == ["all of them"]
