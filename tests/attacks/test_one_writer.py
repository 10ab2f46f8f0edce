"""Several who want one folder: never two inside at once, whatever is deleted, linked or killed between."""

import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest

from experiments.errors import ConfigurationError, Stopped
from experiments.results import claim, manifest
from experiments.results.claim import claimed, locked
from experiments.running.session import Resources, Session

KEY = "0123456789abcdef" * 4
OTHER = "f" * 64


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def hammer(out, inside, seconds, told):
    """Claims a folder over and over, often leaving nothing in it, so that it is removed; tells how often and what went wrong."""
    end, times, wrong = time.monotonic() + seconds, 0, []
    mine = inside / f"{os.getpid()}-{threading.get_ident()}"
    while time.monotonic() < end:
        try:
            with claimed(out, KEY, {}):
                mine.touch()
                if len(list(inside.iterdir())) > 1:
                    wrong.append("not alone")
                times += 1
                kept = out / "parts" / "x"
                if times % 3:
                    kept.unlink(missing_ok=True)
                else:
                    kept.touch()
                mine.unlink()
        except Stopped:
            pass
        except Exception as error:  # what somebody else did to the folder meanwhile
            wrong.append(repr(error))
    told.put((times, wrong))


def ran_together(workers, told):
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [told.get() for _ in workers]


@pytest.mark.slow
def test_never_are_two_processes_inside(out, tmp_path):
    """Of 805 claims by three processes 113 were not alone before folders were locked first."""
    (tmp_path / "inside").mkdir()
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    arguments = (out, tmp_path / "inside", 4.0, told)
    found = ran_together([context.Process(target=hammer, args=arguments) for _ in range(3)], told)
    assert sum(times for times, _ in found) > 30
    assert [wrong for _, wrong in found] == [[], [], []]


def test_never_are_two_threads_inside(out, tmp_path):
    import queue

    (tmp_path / "inside").mkdir()
    told = queue.Queue()
    arguments = (out, tmp_path / "inside", 1.0, told)
    found = ran_together([threading.Thread(target=hammer, args=arguments) for _ in range(3)], told)
    assert sum(times for times, _ in found) > 5
    assert [wrong for _, wrong in found] == [[], [], []]


def test_who_comes_second_is_told_and_changes_nothing(out):
    with claimed(out, KEY, {}):
        before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
        with pytest.raises(Stopped, match="another run is writing"), claimed(out, OTHER, {}):
            pass
        assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert not out.exists()


def test_what_was_finished_between_looking_and_locking_is_seen(out, monkeypatch):
    """The first of two has looked, finds nothing, and is slow to lock; the second finishes meanwhile."""
    acquire = claim._acquire

    def slow(folder, lock):
        monkeypatch.setattr(claim, "_acquire", acquire)
        with claimed(out, KEY, {}):
            (out / "summary.csv").write_text("a\n1\n")
            manifest.write(out, {"results_key": KEY}, finished=True)
        acquire(folder, lock)

    monkeypatch.setattr(claim, "_acquire", slow)
    with claimed(out, KEY, {}) as found:
        assert found.state == "finished"
    monkeypatch.setattr(claim, "_acquire", acquire)
    with pytest.raises(ConfigurationError, match="holds results of another configuration"), claimed(out, OTHER, {}):
        pass
    assert (out / "summary.csv").read_text() == "a\n1\n"


def test_whoever_waits_for_a_lock_that_is_removed_gets_the_next_one(out):
    """A lock on a file that has no name any more guards nothing."""
    from filelock import FileLock

    out.mkdir()
    waiting = FileLock(out / ".lock", timeout=5, poll_interval=0.01)
    with locked(out):
        thread = threading.Thread(target=waiting.acquire)
        thread.start()
        time.sleep(0.1)
        (out / "kept").touch()
    thread.join()
    with pytest.raises(Stopped), locked(out):
        pass
    assert (out / ".lock").exists()


@pytest.mark.parametrize("what", ["link", "link to nothing", "pipe", "folder"])
def test_a_lock_that_is_no_file_is_refused_and_its_target_left_alone(what, out, tmp_path, put_no_file):
    out.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    put_no_file(out / ".lock", what, victim)
    with pytest.raises(ConfigurationError, match=r"\.lock is no regular file"), claimed(out, KEY, {}):
        pass
    assert victim.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_parts_that_lead_elsewhere_are_refused(out, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".thesis.tmp").touch()
    (elsewhere / "replication-00000-0").mkdir()
    out.mkdir()
    (out / "parts").symlink_to(elsewhere)
    with pytest.raises(ConfigurationError, match="parts that is no folder of its own"), claimed(out, KEY, {}):
        pass
    assert sorted(path.name for path in elsewhere.iterdir()) == [".thesis.tmp", "replication-00000-0"]


def test_a_lock_that_a_killed_run_left_is_in_nobodys_way(out):
    out.mkdir()
    (out / ".lock").touch()
    with claimed(out, KEY, {}) as found:
        assert found.state == "new"
        (out / "kept").touch()
    assert sorted(path.name for path in Path(out).iterdir()) == ["kept", "parts"]


@pytest.fixture
def ended(out):
    """A session whose run was killed once it had finished, before it had cleared away."""
    with claimed(out, KEY, {}):
        (out / "summary.csv").write_text("a\n1\n")
        manifest.write(out, {"results_key": KEY}, finished=True)
    (out / ".lock").touch()
    (out / "parts" / "replication-00000-0").mkdir(parents=True, exist_ok=True)
    return Session("compare", out, KEY, {}, Resources(), model="made up")


def test_what_a_run_left_that_was_killed_once_it_had_finished_is_cleared_away(out, ended):
    assert ended.is_finished()
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "summary.csv"]


def test_it_stays_while_somebody_holds_the_folder(out, ended):
    with locked(out):
        assert ended.is_finished()
        assert (out / ".lock").exists()
        assert (out / "parts").exists()


@pytest.mark.parametrize("what", ["link", "pipe"])
def test_what_is_shown_touches_nothing_through_a_lock_that_is_no_file(what, out, tmp_path, ended, put_no_file):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (out / ".lock").unlink()
    put_no_file(out / ".lock", what, victim)
    assert ended.is_finished()
    assert victim.read_text() == "precious"


def test_what_a_helper_left_that_died_while_it_drew_is_gone(out):
    session = Session("compare", out, KEY, {}, Resources(), model="made up")

    def drawn():
        (out / ".crises.svg.123.tmp").touch()

    with session.claimed():
        session.sign({}, drawn)
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json"]
