"""Reads ordinary files of an ordinary size, within a folder, and nothing that could hang or lead elsewhere."""

import os
import stat
from importlib.resources.abc import Traversable
from pathlib import Path

from experiments.errors import ConfigurationError, Fault

WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_text(source: Path | Traversable, where: str, most: int, within: Path | None = None) -> str:
    """The text of a file; a mark of the byte order before it is dropped.

    Args:
        source: the file.
        where: what a message calls it.
        most: bytes that it may have.
        within: the folder that it must lie in, links followed; none for anywhere.

    Raises:
        ConfigurationError: it cannot be read, is no file of that size there, or is no text in UTF-8.
    """
    path = Path(str(source))
    try:
        if within is not None and not path.resolve().is_relative_to(within.resolve()):
            raise _refused(where, f"is a link that leads out of {within}", "put the file itself there")
        content = _content(path, where, most)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            where, f"is not text in UTF-8: {error.reason} at byte {error.start}", "save it as UTF-8"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        raise _refused(where, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if "\0" in text:
        raise _refused(where, "holds NUL characters, so it is no text", "save it as plain text in UTF-8")
    return text


def _content(path: Path, where: str, most: int) -> bytes:
    """The bytes of an ordinary file that is not too large; looked at before it is opened, and again once it is."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise _refused(where, "is no ordinary file", "put an ordinary file there")
    with os.fdopen(os.open(path, os.O_RDONLY | WITHOUT_WAITING), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _refused(where, "is no ordinary file", "put an ordinary file there")
        content = file.read(most + 1)
    if len(content) > most:
        raise _refused(
            where, f"is larger than {most:,} bytes, the most that such a file may have", "leave out what is not needed"
        )
    return content


def _refused(where: str, wrong: str, fix: str = "") -> ConfigurationError:
    """The refusal of a file."""
    return ConfigurationError(Fault(where, wrong, fix))
