"""Where compiled rules are kept: a folder that only the user can write to, of files that are known to be whole.

Numba keeps its index as a pickle and machine code as it is. Whoever can write there runs code as the user, and one bit
that has turned may give other results. So the folder is the user's alone, and every file begins with its own checksum.
"""

import atexit
import os
import pickle
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import platformdirs
from numba.core.caching import FunctionCache, IndexDataCacheFile

HANDED_ON = "REDESIGN_RULES"
"""The environment variable through which processes are told of a fresh folder that the one that started them has made."""
NOWHERE = "nowhere"
DIGEST = 16
TRIAL = bytes(4096)
OTHERS_WRITE, OTHERS_ANY = stat.S_IWGRP | stat.S_IWOTH, stat.S_IRWXG | stat.S_IRWXO


def folder_for(name: str) -> Path | None:
    """A folder for compiled rules that can be written and is the user's alone.

    It is in the user's cache. Where that cannot be had it is a fresh one, which goes when this process ends and which the
    processes that this one starts share; None where nothing can be written at all, so that nothing is kept.
    """
    handed = os.environ.get(HANDED_ON, "")
    if handed == NOWHERE:
        return None
    if handed and not _why_not(Path(handed)):
        return Path(handed)
    usual = platformdirs.user_cache_path("redesign") / name
    why = _made(usual) or _why_not(usual)
    if not why:
        return usual
    fresh = _fresh()
    os.environ[HANDED_ON] = str(fresh or NOWHERE)
    _say(f"compiled rules cannot be kept in {usual} ({why}), so they are compiled anew for this run")
    return fresh


def _made(folder: Path) -> str:
    """Makes a folder and those above it that are missing, for the user alone; returns why it is of no use, or nothing."""
    if not folder.is_absolute():
        return "there is no home folder"
    try:
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir(mode=0o700, exist_ok=True)
        above = folder.parent.stat()
        if _is_mine(above) and above.st_mode & OTHERS_WRITE:
            folder.parent.chmod(stat.S_IMODE(above.st_mode) & ~OTHERS_WRITE)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return "" if _is_mine(above) else f"{folder.parent} is another user's"  # who could put another in its place


def _why_not(folder: Path) -> str:
    """Why a folder is of no use, found out by writing to it; nothing where it is of use."""
    try:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            return "it is no folder"
        if not _is_mine(found):
            return "it is another user's"
        if hasattr(os, "geteuid") and found.st_mode & OTHERS_ANY:
            return "others may look into it or write to it"
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(TRIAL)
            trial.flush()
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def _is_mine(found: os.stat_result) -> bool:
    """Whether something belongs to whoever runs this; where files have no such owners, it does."""
    return not hasattr(os, "geteuid") or found.st_uid == os.geteuid()


def _fresh() -> Path | None:
    """A folder of this process alone, which goes with it; None where none can be made."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="redesign-rules-"))
    except OSError:
        return None
    atexit.register(_remove, folder, os.getpid())
    return None if _why_not(folder) else folder


def _remove(folder: Path, owner: int) -> None:
    """Removes a folder, if it is this process that made it and not one that was forked from it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _say(words: str) -> None:
    """Tells the user something; processes that others have started leave it to those."""
    if parent_process() is None:
        print(f"note: {words}", file=sys.stderr)


@lru_cache(maxsize=1)
def _say_damaged(folder: str) -> None:
    """Says once that compiled rules were found damaged."""
    _say(f"compiled rules in {folder} were damaged; they are compiled anew")


@lru_cache(maxsize=1)
def sound(folder: Path) -> None:
    """Removes what is damaged, once, so that it is said before processes are started that would each find it."""
    for path in folder.rglob("*.nb[ic]"):
        content_of(path)


def content_of(path: Path) -> bytes | None:
    """What was written to a file; None where it is not there, cannot be read, or holds anything else, and then it goes."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        found = b""
    content = found[DIGEST:]
    if found and blake2b(content, digest_size=DIGEST).digest() == found[:DIGEST]:
        return content
    _say_damaged(str(path.parents[1]))
    with suppress(OSError):  # where it stays, it is written over, or compiled anew each time
        path.unlink()
    return None


class CheckedFiles(IndexDataCacheFile):  # type: ignore[misc,unused-ignore]
    """The files of one rule: what is damaged is compiled anew, and so is what cannot be written."""

    def save(self, key: Any, data: Any) -> None:
        """Keeps machine code, if that can be done."""
        try:
            super().save(key, data)
        except OSError:
            return  # a disk that is full, a folder that went: the rule is compiled and works

    def _load_index(self) -> dict[Any, str]:
        """Which file holds which signature."""
        stamp, files = self._read(self._index_path) or (None, {})
        return files if stamp == self._source_stamp else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        """Keeps which file holds which signature."""
        self._write(self._index_path, (self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        """Machine code."""
        found = self._read(self._data_path(name))
        if found is None:
            raise FileNotFoundError(name)
        return found

    def _save_data(self, name: str, data: Any) -> None:
        """Keeps machine code."""
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> Any:
        """What was written to a file; None where that is not to be had."""
        content = content_of(Path(path))
        return None if content is None else pickle.loads(content)

    def _write(self, path: str, what: Any) -> None:
        """Writes a file whole, its checksum first."""
        content = self._dump(what)
        with self._open_for_write(path) as file:
            file.write(blake2b(content, digest_size=DIGEST).digest() + content)


def checked(rule: Any) -> Any:
    """The same rule, whose files are checked as they are read."""
    cache = getattr(rule, "_cache", None)
    if isinstance(cache, FunctionCache):
        stamp = cache._impl.locator.get_source_stamp()
        cache._cache_file = CheckedFiles(cache._cache_path, cache._impl.filename_base, stamp)
    return rule
