"""Takes records apart into named arrays and plain data, and puts them together again, led by the records' type hints.

A record is a dataclass or a `NamedTuple`; its fields may be arrays, other records, mappings by name and tuples of
those, and whatever pydantic reads and writes: numbers, texts, configuration. Which classes there are follows from the
type that is asked for and never from what was kept, so data from anywhere can only be values or be refused.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

Array = NDArray[Any]
Kind = TypeVar("Kind")


class Shelf:
    """Arrays by name; one that is met in several places is kept once, under the name of the first.

    Attributes:
        arrays: by name.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}
        self._names: dict[tuple[Any, ...], str] = {}

    def put(self, array: Array, name: str) -> str:
        """What an array is kept as: the name given, unless it is there already."""
        place = (array.__array_interface__["data"], array.shape, array.strides, array.dtype)
        if place not in self._names:
            if name in self.arrays:
                raise ValueError(f"two arrays would be called {name}")
            self._names[place] = name
            self.arrays[name] = array
        return self._names[place]


def take_apart(value: Any, kind: type) -> tuple[Any, dict[str, Array]]:
    """What a value is made of: plain data that JSON can hold, and the arrays whose names stand in it.

    Args:
        value: to be taken apart; its arrays are not copied.
        kind: its type, which has the types of all that is in it.

    Raises:
        TypeError, ValueError: something in it is not of its type, or would not be the same when it is put together.
    """
    shelf = Shelf()
    return _plain(value, kind, "", shelf), shelf.arrays


def put_together(kind: type[Kind], plain: Any, arrays: Mapping[str, Array]) -> Kind:
    """The value that was taken apart; an array that stood in several places stands there again.

    Raises:
        LookupError, TypeError, ValueError: these data do not make such a value.
    """
    found: Kind = _value(kind, plain, arrays)
    return found


def _plain(value: Any, kind: Any, at: str, shelf: Shelf) -> Any:
    """A value as plain data; its arrays go on the shelf, named by where they are."""
    outer, of = get_origin(kind) or kind, get_args(kind)
    parts = _parts(outer)
    if not (parts or outer is np.ndarray or _holds_parts(outer, of)):
        return _leaf_as_plain(value, kind, at)
    if type(value) is not outer:
        raise TypeError(f"{at or 'this'} is of type {type(value).__name__}, not {outer.__name__}")
    if outer is np.ndarray:
        return shelf.put(value, at)
    if outer is tuple:
        pairs = zip(value, _each(of, len(value)), strict=True)
        return [_plain(inner, part, f"{at}/{k}", shelf) for k, (inner, part) in enumerate(pairs)]
    if outer is dict:
        return {name: _plain(inner, of[1], f"{at}/{name}", shelf) for name, inner in value.items()}
    return {name: _plain(getattr(value, name), part, f"{at}/{name}", shelf) for name, part in parts.items()}


def _value(kind: Any, plain: Any, arrays: Mapping[str, Array]) -> Any:
    """The value of a type that plain data and arrays describe."""
    outer, of = get_origin(kind) or kind, get_args(kind)
    if outer is np.ndarray:
        return arrays[plain]
    if parts := _parts(outer):
        return outer(**{name: _value(part, plain[name], arrays) for name, part in parts.items()})
    if not _holds_parts(outer, of):
        return _leaf(kind).validate_python(plain)
    if outer is dict:
        return {name: _value(of[1], inner, arrays) for name, inner in plain.items()}
    return tuple(_value(part, inner, arrays) for inner, part in zip(plain, _each(of, len(plain)), strict=True))


def _holds_parts(outer: Any, of: tuple[Any, ...]) -> bool:
    """Whether a type is a mapping by name, or a tuple, of what may in turn be taken apart."""
    return (outer is dict and of[:1] == (str,)) or (outer is tuple and bool(of))


def _each(of: tuple[Any, ...], length: int) -> tuple[Any, ...]:
    """The types of a tuple's parts, from what its own type says."""
    return of[:1] * length if of[-1] is Ellipsis else of


def _leaf_as_plain(value: Any, kind: Any, at: str) -> Any:
    """A number, a text or a piece of configuration as plain data, with the fields that were set and no others."""
    leaf = _leaf(kind)
    plain = leaf.dump_python(value, mode="json", exclude_unset=True)
    if leaf.validate_python(plain) != value:
        raise TypeError(f"{at or 'this'} would not be the same when it is read: {value!r}")
    return plain


@cache
def _parts(kind: Any) -> dict[str, Any]:
    """The fields that make up a record, with their types; none for what is no record.

    A field that takes no part in comparisons is no part of what the record is, and begins anew.
    """
    if is_dataclass(kind):
        names = [field.name for field in fields(kind) if field.compare]
    else:
        names = getattr(kind, "_fields", [])
    hints = get_type_hints(kind) if names else {}
    return {name: hints[name] for name in names}


@cache
def _leaf(kind: Any) -> TypeAdapter[Any]:
    """What writes and reads numbers, texts and configuration."""
    return TypeAdapter(kind)
