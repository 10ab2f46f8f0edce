"""A disk that fills up or turns read-only, and Ctrl-C: one clear message, nothing half-written, and a rerun goes on."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time
from itertools import count

import pytest
from how_often import tried
from lives import Life
from sessions import (
    ALONE,
    FOUR,
    NEEDS_PROC,
    READY,
    UNDRAWN,
    finish,
    kept,
    leftovers,
    members,
    run,
    start,
    tables,
    wait_until,
)

pytestmark = [NEEDS_PROC, pytest.mark.usefixtures("ready")]
TURNS_READ_ONLY = """
import errno, os
rename, renamed = os.rename, []
def refusing(source, target):
    renamed.append(target)
    if len(renamed) > 2:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(target))
    rename(source, target)
os.rename = refusing
"""


def complaint(said):
    """What was said, as long as it is one plain message."""
    lines = [line for line in said.splitlines() if line and "kept from before" not in line]
    assert len(lines) == 1, said
    return lines[0]


def half_written(folder):
    """Files under a temporary name; the lock of a run that ended is no such thing."""
    return [name for name in leftovers(folder) if name.endswith((".tmp", ".part"))]


def goes_on(folder, before, expected):
    """A rerun repeats nothing that was kept, completes, and writes the bytes of a run that nothing happened to."""
    settled = [name for name in before if name.startswith("settled")]
    status, said = run(folder, *FOUR, ALONE, code=READY)
    assert status == 0, said
    done = len(before) - len(settled)
    assert (f"{done} of 4 replications are kept from before" in said) == (0 < done < 4), said
    assert tables(folder) == expected
    assert leftovers(folder) == []


def limited(most):
    """Lets a process write no file larger than so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.parametrize("limit", [100_000, pytest.param(600_000, marks=pytest.mark.slow)])
def test_a_limit_on_files_that_lets_nothing_finish_leaves_nothing(tmp_path, limit):
    status, said = run(tmp_path, *FOUR, ALONE, code=READY, before=limited(limit))
    assert status == 1, said
    assert "results cannot be written (File too large" in complaint(said)
    assert "Nothing had finished yet" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_disk_that_turns_read_only_and_then_fills_up_costs_nothing_that_had_finished(tmp_path, expected):
    status, said = run(tmp_path, *FOUR, ALONE, code=TURNS_READ_ONLY + READY)
    assert status == 1, said
    assert "results cannot be written (Read-only file system" in complaint(said)
    assert "2 of 4 replications are kept in out" in said
    first = kept(tmp_path)
    status, said = run(tmp_path, *FOUR, ALONE, code=READY, before=limited(1_000_000))
    assert status == 1, said
    assert "results cannot be written (File too large" in complaint(said)
    assert half_written(tmp_path) == []
    assert first.items() <= kept(tmp_path).items()
    assert len(kept(tmp_path)) == 5
    goes_on(tmp_path, kept(tmp_path), expected)


def command(*words):
    """A command of the system; skips the test where it is missing or forbidden."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not here")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{' '.join(words[:2])} is not permitted: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of so many kilobytes, which can be made larger."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(kilobytes, *more):
        command("mount", "-t", "tmpfs", "-o", ",".join([*more, f"size={kilobytes}k"]), "tmpfs", str(disk))
        return disk

    yield mount
    if os.path.ismount(disk):
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("kilobytes", tried([1500, 6500, 100, 4200, 8500]))
def test_a_full_disk_ends_a_run_with_one_message(small_disk, expected, kilobytes):
    disk = small_disk(kilobytes)
    status, said = run(disk, *FOUR, "large=true", code=READY)
    assert status == 1, said
    assert "results cannot be written (No space left on device" in complaint(said)
    assert half_written(disk) == []
    small_disk(64_000, "remount")
    goes_on(disk, kept(disk), expected)


@pytest.mark.slow
@pytest.mark.parametrize("below", ["out", "out/parts"])
def test_a_folder_that_may_no_longer_be_written_ends_a_run_with_one_message(tmp_path, expected, below):
    process = start(tmp_path, *FOUR, code=READY)
    wait_until(lambda: len(kept(tmp_path)) >= 2 or process.poll() is not None)
    try:
        command("chattr", "+i", str(tmp_path / below))
        status, said = finish(process)
    finally:
        subprocess.run(["chattr", "-i", str(tmp_path / below)], check=False)
    assert status == 1, said
    assert "results cannot be written (Operation not permitted" in complaint(said)
    assert half_written(tmp_path / "out") == [] or below == "out/parts"
    goes_on(tmp_path, kept(tmp_path), expected)


class Interrupted(Life):
    """A folder whose runs are stopped by Ctrl-C, pressed once or twice, as in a terminal: every process gets it."""

    def disturbed(self, most):
        self.prepare()
        process = start(self.folder, *self.words, code=self.code)
        stage, presses = self.await_stage(process), self.chance.choice([1, 2])
        self.log.append(f"{stage}: Ctrl-C {presses} times, {len(kept(self.folder))} kept")
        running = process.poll() is None
        for _ in range(presses if running else 0):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(self.chance.uniform(0.05, 0.3))
            if process.poll() is not None:
                break
        status, said = finish(process)
        wait_until(lambda: not members(process.pid))
        assert status in (0, 130), (status, said, self.log)
        if status == 130:
            assert complaint(said).startswith("redesign: stopped"), (said, self.log)
        assert half_written(self.folder) == []
        return int(running), status == 0


@pytest.mark.parametrize(
    ("presses", "code"),
    [
        pytest.param(3, READY, marks=pytest.mark.slow),
        pytest.param(20, UNDRAWN, marks=[pytest.mark.slow, pytest.mark.nightly]),
    ],
    ids=["3 times", "20 times"],
)
def test_ctrl_c_at_any_moment_is_one_clear_line(tmp_path, expected, presses, code):
    chance, pressed = random.Random(presses), 0
    for number in count():
        if pressed >= presses:
            break
        life = Interrupted(tmp_path / f"stopped-{number}", FOUR, code, chance)
        pressed += life.go(min(10, presses - pressed))
        assert life.complete() == expected, life.log
        print(*life.log, sep="\n")
