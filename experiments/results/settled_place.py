"""Keeps settled places, each in a file of typed arrays and JSON in which there is nothing to run.

The file is laid out as safetensors files are: the length of a header in 8 bytes (the lowest first), the header as JSON,
and the bytes of the arrays one after another (lowest first, row by row). The header says

- of each array, by name: its `dtype` (a key of `DTYPES`), its `shape`, and as `data_offsets` where its bytes begin and
  end, counted from the end of the header. Its name is the JSON pointer to where it is met first in the content;
- under `__metadata__`: the `format` (`FORMAT`), the `name` of the file, so that none passes for another, and, as a text
  of JSON, the `content`: what the place is made of. A record
  is an object with its fields, a mapping an object, a tuple a list, an array its name; numbers, texts and configuration
  stand there as they are, of configuration the fields that were set.

The last array, `sha256`, is the SHA-256 of all bytes before it. Classes are known from the type a reader asks for.
Arrays that overlap, leave gaps or are not of the size that they say are refused: no file costs more memory than its bytes.
"""

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from experiments import regular_files, storage
from experiments.results import store
from experiments.results.typed_arrays import Array, put_together, take_apart

SETTLED = ".safetensors"
FORMAT = "redesign settled place 2"
ABOUT, DIGEST = "__metadata__", "sha256"
LENGTH_BYTES, DIGEST_BYTES = 8, 32
DTYPES = {
    "BOOL": np.dtype("?"),
    **{f"U{8 * size}": np.dtype(f"<u{size}") for size in (1, 2, 4, 8)},
    **{f"I{8 * size}": np.dtype(f"<i{size}") for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": np.dtype(f"<f{size}") for size in (4, 8)},
}
MOST_BYTES, MOST_HEADER, MOST_AXES = 32 * 2**30, 256 * 2**20, 8
UNFIT = (LookupError, TypeError, ValueError, RecursionError)
"""What reading raises where a file is not what was written."""
Kind = TypeVar("Kind")


def settled_name(key: str) -> str:
    """What the file of a settled place is called; the key says of which world."""
    return f"settled-{key[:16]}{SETTLED}"


def write_settled(path: Path, settled: Any) -> None:
    """Keeps a settled place.

    Raises:
        TypeError, ValueError: something in it cannot be kept.
    """
    content, arrays = take_apart(settled, type(settled))
    header = _header(path.name, json.dumps(content), arrays)
    storage.write_atomically(path, lambda temporary: _write(temporary, header, arrays))


def read_settled(path: Path, kind: type[Kind]) -> Kind:
    """Reads a settled place.

    Args:
        path: its file.
        kind: what a settled place is made of, by whom it was settled.

    Raises:
        ValueError: its bytes have changed since it was written, or it is no such place.
    """
    try:
        content, body, arrays = _opened(path)
        found = {name: _array(body, about) for name, about in arrays.items()}
        return put_together(kind, json.loads(content), found)
    except UNFIT as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def has_settled(path: Path) -> bool:
    """Whether a settled place is kept; one that is damaged is set aside."""
    if not path.exists() and not path.is_symlink():
        return False
    with suppress(*UNFIT):
        if not path.is_symlink():
            _opened(path)
            return True
    store.set_aside(path)
    return False


def sound(path: Path, engine: ModuleType, worlds: Collection[Any]) -> Any:
    """A kept place that can have settled in one of some worlds, and so is fit for compiled rules; any other is set aside.

    Args:
        path: its file.
        engine: module that simulates.
        worlds: those that the place was to settle in; all of them settle alike.

    Returns:
        The place; nothing where none is kept.
    """
    if not has_settled(path):
        return None
    with suppress(*UNFIT):
        found = read_settled(path, engine.settled_type())
        if not engine.unsound(found, worlds):
            return found
    store.set_aside(path)
    return None


def _header(file: str, content: str, arrays: Mapping[str, Array]) -> bytes:
    """What the file says of itself: its own length, and as JSON what follows.

    Raises:
        TypeError: an array is of a type that is not kept, such as one of objects.
    """
    names = {dtype: name for name, dtype in DTYPES.items()}
    header: dict[str, Any] = {ABOUT: {"format": FORMAT, "name": file, "content": content}}
    end = 0
    for name, array in {**arrays, DIGEST: np.zeros(DIGEST_BYTES, np.uint8)}.items():
        if array.dtype not in names:
            raise TypeError(f"{name} is an array of {array.dtype}; only {', '.join(DTYPES)} are kept")
        first, end = end, end + array.nbytes
        header[name] = {"dtype": names[array.dtype], "shape": array.shape, "data_offsets": [first, end]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(LENGTH_BYTES, "little") + text


def _write(path: Path, header: bytes, arrays: Mapping[str, Array]) -> None:
    """Writes header and arrays, and the digest of both."""
    digest = hashlib.sha256(header)
    with path.open("wb") as file:
        file.write(header)
        for array in arrays.values():
            content = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            digest.update(content)
            file.write(content)
        file.write(digest.digest())


def _opened(path: Path) -> tuple[str, NDArray[np.uint8], dict[str, Any]]:
    """What a place is made of, the bytes of its arrays and where they are, once all bytes are known to be those written."""
    with regular_files.opened(path, MOST_BYTES) as file:
        content = np.asarray(np.memmap(file, np.uint8, "r"))
    if hashlib.sha256(content[:-DIGEST_BYTES].data).digest() != content[-DIGEST_BYTES:].tobytes():
        raise ValueError("its checksum does not fit")
    length = int.from_bytes(content[:LENGTH_BYTES].tobytes(), "little")
    if not 0 < length <= min(MOST_HEADER, content.size - LENGTH_BYTES - DIGEST_BYTES):
        raise ValueError(f"its header cannot have {length:,} bytes")
    header = regular_files.parsed(content[LENGTH_BYTES : LENGTH_BYTES + length].tobytes())
    about, body = header.pop(ABOUT), content[LENGTH_BYTES + length :]
    if about["format"] != FORMAT:
        raise ValueError(f"its format is '{about['format']}', not '{FORMAT}'")
    if about["name"] != path.name:
        raise ValueError(f"it was kept as '{about['name']}'")
    _refuse_odd(header, body.size)
    del header[DIGEST]
    return about["content"], body, header


def _refuse_odd(arrays: Mapping[str, Any], size: int) -> None:
    """Refuses arrays that do not lie one after another, fill the file, and have as many bytes as their shape needs.

    Raises:
        ValueError: one does not.
    """
    last = 0
    for name, about in arrays.items():
        first, end = about["data_offsets"]
        shape = about["shape"]
        if not all(type(number) is int and number >= 0 for number in (first, end, *shape)) or len(shape) > MOST_AXES:
            raise ValueError(f"{name} has a shape or place that no array has")
        if first != last or end - first != math.prod(shape) * DTYPES[about["dtype"]].itemsize:
            raise ValueError(f"{name} is not as long as it says, or not where the array before it ends")
        last = end
    if last != size or list(arrays)[-1:] != [DIGEST]:
        raise ValueError("its arrays are not all that is in it")


def _array(body: NDArray[np.uint8], about: Mapping[str, Any]) -> Array:
    """One of the arrays, in memory of its own."""
    first, end = about["data_offsets"]
    if about["dtype"] == "BOOL" and (body[first:end] > 1).any():
        raise ValueError("a truth value is neither 0 nor 1")
    return np.array(body[first:end].view(DTYPES[about["dtype"]]).reshape(about["shape"]))
