"""Settled places from others: whatever their header says, they are values or refused, and cost no more than their bytes."""

import hashlib
import json
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.results import settled_place
from experiments.results.settled_place import has_settled, read_settled, write_settled

NAME = "settled-0123456789abcdef.safetensors"


class Pair(NamedTuple):
    a: NDArray[np.float64]
    b: NDArray[np.bool_]


def written(header, body=b"", length=None):
    """A file with a digest that fits, as somebody would write it who means harm."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    content = (len(text) if length is None else length).to_bytes(8, "little") + text + body
    return content + hashlib.sha256(content).digest()


def header(a=(0, 16), b=(16, 17), shape=(2,), kind="F64", **more):
    about = {"format": settled_place.FORMAT, "name": NAME, "content": json.dumps({"a": "/a", "b": "/b"})}
    arrays = {
        "/a": {"dtype": kind, "shape": list(shape), "data_offsets": list(a)},
        "/b": {"dtype": "BOOL", "shape": [1], "data_offsets": list(b)},
    }
    size = max(end for _, end in (a, b) if isinstance(end, int))
    digest = {"sha256": {"dtype": "U8", "shape": [32], "data_offsets": [size, size + 32]}}
    return {"__metadata__": {**about, **more.pop("about", {})}, **arrays, **more, **digest}


BODY = np.array([1.0, 2.0]).tobytes() + b"\1"
NESTED = "[" * 100_000 + "]" * 100_000
HOSTILE = {
    "a header longer than the file": written(header(), BODY, length=2**40),
    "a header of all there can be": written(header(), BODY, length=2**64 - 1),
    "no header": written(b"", BODY),
    "a header nested without end": written(NESTED.encode(), BODY),
    "content nested without end": written(header(about={"content": NESTED}), BODY),
    "beyond the file": written(header(a=(0, 2**40), shape=(2**37,)), BODY),
    "before the file": written(header(a=(-16, 0)), BODY),
    "overlapping": written(header(a=(0, 16), b=(8, 9)), BODY[:16]),
    "a gap": written(header(a=(0, 16), b=(24, 25)), BODY[:16] + b"\0" * 9),
    "a negative shape": written(header(shape=(-1,)), BODY),
    "two negatives that make a positive": written(header(shape=(-2, -1)), BODY),
    "a product beyond 64 bits": written(header(shape=(2**32, 2**32)), BODY),
    "a product that comes round to the right one": written(header(shape=(2**63, 2, 0, 1)), BODY),
    "too many axes": written(header(shape=(2, *[1] * 100)), BODY),
    "a shape of texts": written(header(shape=("2",)), BODY),
    "a shape of fractions": written(header(shape=(2.0,)), BODY),
    "a shape of truths": written(header(a=(0, 8), b=(8, 9), shape=(True,)), BODY[8:]),
    "objects": written(header(kind="O"), BODY),
    "a type of NumPy's": written(header(kind="float64"), BODY),
    "a type with code": written(header(kind="__import__('os')"), BODY),
    "a truth of seven": written(header(), BODY[:16] + b"\7"),
    "the same name twice": written(
        json.dumps(header()).replace('"/b": {"dtype": "BOOL"', '"/a": {"dtype": "BOOL"').encode(), BODY
    ),
    "another's name": written(header(about={"name": "settled-ffffffffffffffff.safetensors"}), BODY),
    "bytes that nobody names": written(header(), BODY + b"more"),
    "UTF-16": written(json.dumps(header()).encode("utf-16"), BODY),
    "numbers without end": written(json.dumps(header()).replace("[2]", f"[{'9' * 5000}]").encode(), BODY),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def test_the_file_that_the_others_are_made_from_is_read(path):
    path.write_bytes(written(header(), BODY))
    assert has_settled(path)
    found = read_settled(path, Pair)
    assert (found.a.tolist(), found.b.tolist()) == ([1.0, 2.0], [True])


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused(what, path):
    path.write_bytes(HOSTILE[what])
    with pytest.raises(ValueError, match="is damaged: "):
        read_settled(path, Pair)


def test_ten_thousand_names_for_the_same_bytes_cost_no_memory(path):
    body = b"\0" * 2**20
    arrays = {f"/{k}": {"dtype": "U8", "shape": [2**20], "data_offsets": [0, 2**20]} for k in range(10_000)}
    path.write_bytes(written(header(a=(0, 8), b=(8, 9), shape=(1,), **arrays), body))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="is damaged: "):
            read_settled(path, Pair)
        assert tracemalloc.get_traced_memory()[1] < 2**27
    finally:
        tracemalloc.stop()


def test_two_places_that_swap_names_settle_again(tmp_path):
    paths = [tmp_path / settled_place.settled_name(letter * 16) for letter in "ab"]
    for number, path in enumerate(paths):
        write_settled(path, Pair(np.array([float(number)]), np.array([True])))
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
        assert not has_settled(path)
        assert not path.exists()


@pytest.mark.parametrize("what", ["pipe", "link", "link to nothing", "folder"])
def test_what_is_no_regular_file_is_set_aside(what, path, tmp_path, put_no_file):
    real = tmp_path / "elsewhere" / NAME
    real.parent.mkdir()
    write_settled(real, Pair(np.array([1.0]), np.array([True])))
    put_no_file(path, what, real)
    assert not has_settled(path)
    assert not path.exists()
    assert has_settled(real)


def test_a_vast_file_is_not_read(path):
    with path.open("wb") as file:
        file.truncate(2**42)
    with pytest.raises(ValueError, match="the most that is read"):
        read_settled(path, Pair)
