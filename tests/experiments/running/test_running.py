"""Replications are run once, kept one by one, and joined into the same bytes whatever happened on the way."""

import multiprocessing
import os
import signal
import threading
import time

import pyarrow.parquet as pq
import pytest
from lives import run_all
from stand_in import kept

from experiments import storage
from experiments.errors import Stopped
from experiments.results import consolidate
from experiments.running import pool
from experiments.running.machine import signals

ARMS = ("status_quo", "radical")


def run(job, replications, workers=1):
    told = []
    run_all(job, replications, workers, told.append)
    return told


def joined(job, replications):
    out = job.parts.parent
    consolidate.consolidate(out, job.key, replications)
    return {name: (out / name).read_bytes() for name in ("runs.parquet", "burn_in.parquet", "services.parquet")}


@pytest.mark.unhurried
def test_one_or_two_workers_give_the_same_bytes(job, tmp_path):
    run(job, range(4), workers=1)
    alone = joined(job, range(4))
    for folder in job.parts.glob("replication-*"):
        folder.rename(tmp_path / folder.name)
    run(job, range(4), workers=2)
    assert joined(job, range(4)) == alone


def test_results_are_sorted_by_arm_replication_and_month(job):
    run(job, range(3))
    joined(job, range(3))
    table = pq.read_table(job.parts.parent / "runs.parquet").to_pandas()
    rows = [(arm, replication, month) for arm in ARMS for replication in range(3) for month in range(24)]
    assert list(table[["arm", "replication", "month"]].itertuples(index=False, name=None)) == rows
    before = pq.read_table(job.parts.parent / "burn_in.parquet").to_pandas()
    assert (before["month"].min(), before["month"].max()) == (-24, -1)
    assert set(before["arm"]) == {"burn_in"}


def test_a_rerun_repeats_nothing_that_is_kept(job, trouble):
    run(job, range(2))
    run(job, range(4))
    assert sorted(path.name.split("-")[1] for path in trouble.glob("ran-*")) == ["0", "1", "2", "3"]


@pytest.mark.unhurried
def test_a_killed_worker_costs_only_what_it_was_doing(job, trouble):
    (trouble / "kill-2").touch()
    run(job, range(5), workers=2)
    assert len(kept(job.parts)) == 5
    assert len(list(trouble.glob("ran-2-*"))) == 2


def test_workers_that_are_killed_every_time_end_the_run(job, trouble):
    (trouble / "always-kill-0").touch()
    with pytest.raises(Stopped, match="workers were killed 3 times"):
        run(job, range(2), workers=2)


def test_one_failing_replication_is_recorded_and_the_others_are_kept(job, trouble):
    (trouble / "fail-1").touch()
    with pytest.raises(Stopped, match=r"1 of 3 replications failed \(1\).*ValueError: made to fail"):
        run(job, range(3))
    assert len(kept(job.parts)) == 2
    assert "made to fail" in (job.parts / "failed-00001.txt").read_text()


def test_a_full_disk_ends_the_run_and_leaves_nothing_half_written(job, trouble):
    (trouble / "full-1").touch()
    with pytest.raises(Stopped, match=r"results cannot be written .No space left on device.*1 of 3"):
        run(job, range(3))
    assert len(kept(job.parts)) == 1
    assert list(job.parts.glob(".*.tmp")) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_stopping_keeps_what_is_finished(job, trouble, workers):
    (trouble / "slow-3").touch()

    def interrupt():
        while len(kept(job.parts)) < 3:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt)
    watcher.start()
    with pytest.raises(Stopped, match=r"stopped\. 3 of 4") as stopped:
        run(job, range(4), workers)
    watcher.join()
    assert stopped.value.status == 130
    (trouble / "slow-3").unlink()
    run(job, range(4), workers)
    assert len(kept(job.parts)) == 4


def test_half_written_leftovers_are_swept_up(job):
    (job.parts / ".replication-00000-x.99.tmp").mkdir()
    run(job, range(1))
    assert list(job.parts.glob(".*.tmp")) == []


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    def fails(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    (tmp_path / "a.json").write_text("old")
    with pytest.raises(OSError, match="No space"):
        storage.write_atomically(tmp_path / "a.json", fails)
    assert (tmp_path / "a.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def leave_at_work():
    """Leaves the block of a process that works for a minute; Ctrl-C comes while it is waited for."""
    with pool.local(1).pool(1) as executor:
        with signals.stop_waits():
            executor.submit(time.sleep, 60)
        threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_ctrl_c_while_processes_are_waited_for_ends_them():
    began, before = time.monotonic(), set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        leave_at_work()
    while set(multiprocessing.active_children()) != before:
        assert time.monotonic() - began < 30, "it works on"
        time.sleep(0.1)
