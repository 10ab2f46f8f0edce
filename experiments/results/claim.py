"""One writer at a time: a results folder is locked, then looked at, then claimed."""

import errno
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from experiments import regular_files
from experiments.errors import ConfigurationError, Stopped
from experiments.results import signed, store
from experiments.results.open_results import LOCK, PARTS, Opened
from experiments.results.results_folder import CLAIM, Found, state_of, sweep, tidy, unusable

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
"""The errors of a disk, a quota or a limit that is used up."""
SECONDS_FOR_A_LOCK, SECONDS_BETWEEN, TRIES = 0.5, 0.05, 20
"""How long whoever is about to end may hold a folder that is wanted, and how often it is asked for."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keeps everybody else from writing to a folder, which is made where it is not there, for as long as the block lasts.

    Only who holds the lock removes its file, as the last thing; whoever waited for a file that is removed meanwhile
    asks again for the one of that name.

    Raises:
        ConfigurationError: the folder cannot be written.
        OSError: the disk is full.
        Stopped: another run is writing to it.
    """
    lock = FileLock(out / LOCK, timeout=SECONDS_FOR_A_LOCK, poll_interval=SECONDS_BETWEEN)
    try:
        _acquire(out, lock)
    except Timeout:
        raise Stopped(f"another run is writing to {out}; wait for it, or name another folder with out=") from None
    except OSError as error:
        with suppress(OSError):
            out.rmdir()
        if error.errno in FULL:
            raise
        raise unusable(out, error) from error
    try:
        yield
    finally:
        with suppress(OSError):
            (out / LOCK).unlink()
        lock.release()
        with suppress(OSError):
            out.rmdir()  # of a run that left nothing


def _acquire(out: Path, lock: FileLock) -> None:
    """Takes the lock; a folder that is removed while it is made or locked, by a run that left nothing, is made again.

    Making one that is there when it is to be made, and then is not, ends in FileExistsError.
    """
    for more in reversed(range(TRIES)):
        try:
            out.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # in one look: it may come and go meanwhile
                if not stat.S_ISREG((out / LOCK).lstat().st_mode):
                    raise OSError(errno.EINVAL, f"its {LOCK} is no regular file")
            lock.acquire()
            return
        except (FileNotFoundError, FileExistsError):
            if not more:
                raise


def clear_away(out: Path) -> None:
    """Removes what a run left that was killed once it had finished; it stays while somebody writes, or where nothing may be."""
    left = [path for path in (out / PARTS, out / LOCK) if path.exists() or path.is_symlink()]
    if left:
        with suppress(ConfigurationError, Stopped, OSError), locked(out):
            tidy(out)


@contextmanager
def claimed(out: Path, key: str, asked: Mapping[str, Any]) -> Iterator[Found]:
    """Makes the folder this run's own for as long as the block lasts, and says what is in it now that nobody else writes.

    First the lock, then a look at what is there, then the claim: what another run finished or claimed meanwhile is seen.

    Raises:
        ConfigurationError: it cannot be written, or holds something else.
        OSError: the disk is full.
        Stopped: another run is writing to it.
    """
    with locked(out):
        found = state_of(out, key, asked)
        if found.state == "finished":
            yield found
            return
        try:
            (out / PARTS).mkdir(exist_ok=True)
            signed.write(out / PARTS / CLAIM, {"results_key": key, "configuration": asked})
        except OSError as error:
            _leave_no_empty(out)
            if error.errno in FULL:
                raise
            raise unusable(out, error) from error
        try:
            sweep(out)
            if found.opened:
                remove_damaged(found.opened)
            yield found
        finally:
            _leave_no_empty(out)


def remove_damaged(opened: Opened) -> None:
    """Removes outputs that are damaged, so that nobody takes them for what they were; nothing outside is touched."""
    for name in opened.damaged:
        spoilt = regular_files.detour(opened.folder, name) or opened.folder / name
        if spoilt.is_symlink() or not spoilt.is_dir():
            spoilt.unlink(missing_ok=True)
        else:
            store.set_aside(spoilt)


def _leave_no_empty(out: Path) -> None:
    """Removes the claim of a run that left nothing behind."""
    with suppress(OSError):
        if {path.name for path in out.iterdir()} > {PARTS, LOCK}:
            return  # the steps of a question keep what they finished beside the claim, which says whose it is
        if {path.name for path in (out / PARTS).iterdir()} <= {CLAIM}:
            shutil.rmtree(out / PARTS)
