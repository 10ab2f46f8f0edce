"""JSON that proves itself: its last entry is the SHA-256 of all before it, so that no byte of the file changes unnoticed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments import regular_files, storage

SIGNATURE = "sha256"


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Writes data as JSON that proves itself."""
    plain = json.loads(json.dumps(content, default=storage.plain))
    text = _text({**plain, SIGNATURE: _hash(plain)})
    storage.write_whole(path, text)


def read(path: Path) -> dict[str, Any]:
    """The data without their proof.

    Raises:
        OSError, ValueError: the file cannot be read, or not all of it is as it was written.
    """
    return proven(regular_files.read(path))


def proven(content: bytes) -> dict[str, Any]:
    """The data that a file's bytes hold, without their proof.

    Raises:
        ValueError: some of the bytes are not those that were written.
    """
    found = regular_files.parsed(content)
    if not isinstance(found, dict) or SIGNATURE not in found:
        raise ValueError("does not prove itself")
    rest = {name: value for name, value in found.items() if name != SIGNATURE}
    as_written = _text({**rest, SIGNATURE: _hash(rest)})
    if content.replace(b"\r\n", b"\n") != as_written:
        raise ValueError("has changed since it was written")
    return rest


def _text(content: Mapping[str, Any]) -> bytes:
    """Data as the file holds them."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of data as the file would hold them alone."""
    return hashlib.sha256(_text(content)).hexdigest()
