"""Reads files that may come from anybody: regular files inside their folder, no larger than they may be, and nothing else.

Links, pipes and devices are never opened: a link may lead anywhere, a pipe waits for ever and a device may never end.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_JSON = 64 * 2**20
"""Bytes of a JSON file: thirty times the largest of a sweep of a thousand points."""
MOST_BYTES = 64 * 2**30
"""Bytes of any one file, and of all files of a folder."""
MOST_FILES = 100_000
"""Files and folders inside one results folder."""
LONGEST_NAME, DEEPEST = 1_024, 32
PIECE = 2**20
STRANGE_LETTERS = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
"""Letters that no file of ours has, that some system reads as something else, or that spoil a screen."""


def is_inside(name: str) -> bool:
    """Whether a name with `/` between its parts stays inside the folder it is looked up in, on every system."""
    parts = name.split("/")
    named = all(part.strip(". ") and part == part.rstrip(". ") for part in parts)
    return named and len(name) <= LONGEST_NAME and len(parts) <= DEEPEST and not STRANGE_LETTERS.search(name)


def is_regular(path: Path) -> bool:
    """Whether a path is a file, itself and not by a link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, itself and not by a link."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def detour(folder: Path, name: str) -> Path | None:
    """The first part of a file's way from a folder that is a link or a file; none where it leads straight there."""
    here = folder
    for part in name.split("/")[:-1]:
        here /= part
        if not is_folder(here):
            return here
    return None


def opened(path: Path, most: int = MOST_BYTES) -> Any:
    """A file opened for reading, once it is known to be a regular one of no more than so many bytes.

    Raises:
        OSError: it cannot be opened, or is a link.
        ValueError: it is no regular file, or too large.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not is_regular(path):
        path.lstat()  # what is not there is said to be so
        raise ValueError(f"{path.name} is no ordinary file")
    file = os.fdopen(os.open(path, flags), "rb")
    about = os.fstat(file.fileno())
    if stat.S_ISREG(about.st_mode) and about.st_size <= most:
        return file
    file.close()
    raise ValueError(f"{path.name} is larger than {most:,} bytes, the most that is read")


def read(path: Path, most: int = MOST_JSON) -> bytes:
    """The bytes of a regular file that is no larger than it may be.

    Raises:
        OSError, ValueError: it is not there, no such file, or larger.
    """
    with opened(path, most) as file:
        content: bytes = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"{path.name} is larger than {most:,} bytes, the most that is read")
    return content


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        OSError, ValueError: it cannot be read, says something twice or is nested too deeply.
    """
    return parsed(read(path))


def parsed(content: bytes) -> Any:
    """What JSON in UTF-8 says.

    Raises:
        ValueError: it is no such text, says something twice or is nested too deeply.
    """
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_each_once)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, every name of which stands there once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("says the same thing twice")
    return found


def checksum(path: Path, most: int = MOST_BYTES) -> str:
    """The SHA-256 of a regular file.

    Raises:
        OSError, ValueError: it is not there, no such file, or too large.
    """
    digest, left = hashlib.sha256(), most
    with opened(path, most) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            left -= len(piece)
            if left < 0:
                raise ValueError(f"{path.name} has more than {most:,} bytes")
    return digest.hexdigest()


def walked(folder: Path, left_out: tuple[str, ...] = ()) -> Iterator[str]:
    """Names inside a folder of everything that is no folder itself, with `/` between the parts; no link is followed.

    Args:
        folder: to be walked through.
        left_out: folders right inside it that are passed by.

    Raises:
        ValueError: it holds more than anybody's results.
    """
    seen, left = 0, [""]
    while left:
        inside = left.pop()
        for entry in sorted(os.scandir(folder / inside), key=lambda entry: entry.name):
            name = f"{inside}{entry.name}"
            seen += 1
            if seen > MOST_FILES or name.count("/") > DEEPEST:
                raise ValueError(
                    f"{folder} holds more than {MOST_FILES:,} files, or folders within folders without end"
                )
            if not entry.is_dir(follow_symlinks=False):
                yield name
            elif name not in left_out:
                left.append(f"{name}/")


def shown(name: str) -> str:
    """A name as it can be printed: letters that would steer a screen are marked."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
