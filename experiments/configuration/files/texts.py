"""Reads texts that a user names or keeps in a configuration folder: ordinary files, none too large, none that leads elsewhere."""

from importlib.resources.abc import Traversable
from pathlib import Path

from experiments import regular_files
from experiments.errors import refused


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
    try:
        path = Path(str(source)).resolve()
        if within is not None and not path.is_relative_to(within.resolve()):
            raise refused(where, f"is a link that leads out of {within}", "put the file itself there")
        text = regular_files.read(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(
            where, f"is not text in UTF-8: {error.reason} at byte {error.start}", "save it as UTF-8"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        fix = "give the path of a file that is there" if isinstance(error, FileNotFoundError) else ""
        raise refused(where, f"cannot be read: {getattr(error, 'strerror', None) or error}", fix) from error
    if "\0" in text:
        raise refused(where, "holds NUL characters, so it is no text", "save it as plain text in UTF-8")
    return text
