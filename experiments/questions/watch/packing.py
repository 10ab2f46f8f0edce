"""Packs records into few bytes, as text that a page can hold, and so that a page's own program can unpack them.

A table of small whole numbers, month by month and cell by cell, hardly ever changes from one month to the next. So only
changes are kept: for each cell in its order how many there are, and for each of them how many months have passed since the
last one (since month 0 for the first) and the new value; every cell starts at 0. All of these are whole numbers from 0,
and each takes as few bytes as it can: seven bits a byte from the lowest on, the eighth bit saying that more follow
(LEB128). The bytes are written in base64.
"""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
BITS, MORE = 7, 128
MOST_BYTES = 5
"""Of one number: 35 bits are more than any here has."""


def as_text(array: NDArray[Any]) -> str:
    """The bytes of an array, the lowest first, in base64."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def numbers(values: Longs) -> str:
    """Whole numbers from 0, in as few bytes each as it can be, in base64.

    Raises:
        ValueError: one is below 0 or does not fit.
    """
    if values.size and (values.min() < 0 or values.max() >> BITS * MOST_BYTES):
        raise ValueError(f"numbers from {values.min()} to {values.max()} cannot be packed")
    parts = np.stack([values >> BITS * k & MORE - 1 for k in range(MOST_BYTES)], axis=1).astype(np.uint8)
    length = np.maximum(1, MOST_BYTES - np.argmax(parts[:, ::-1] > 0, axis=1))
    length[values == 0] = 1
    kept = np.arange(MOST_BYTES) < length[:, None]
    parts[np.arange(MOST_BYTES) < (length - 1)[:, None]] |= MORE
    return base64.b64encode(parts[kept].tobytes()).decode()


def changes(table: NDArray[Any]) -> str:
    """A table of whole numbers from 0, (months, cells), as its changes."""
    values = table.astype(np.int64)
    before = np.concatenate([np.zeros_like(values[:1]), values[:-1]])
    cell, month = np.nonzero((values != before).T)
    return lists(table.shape[1], cell, month, values[month, cell])


def lists(cells: int, cell: Longs, month: Longs, value: Longs) -> str:
    """What happens in cells: how many things, and of each the months since the last one and what it is.

    Args:
        cells: how many there are.
        cell: where each thing happens, in the order of cells, then months.
        month: when.
        value: what.
    """
    count = np.bincount(cell, minlength=cells)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    head = 2 * first + np.arange(cells)
    found = np.zeros(cells + 2 * cell.size, dtype=np.int64)
    found[head] = count
    passed = np.diff(month, prepend=0)
    passed[first[count > 0]] = month[first[count > 0]]
    at = head[cell] + 1 + 2 * (np.arange(cell.size) - first[cell])
    found[at], found[at + 1] = passed, value
    return numbers(found)


class Words:
    """Texts that are said again and again, each kept once and known by its number.

    Attributes:
        texts: in the order in which they were first said.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts: list[str] = list(texts)
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def number(self, text: str) -> int:
        """The number of a text; a new one for a text that was not said before."""
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]


def in_order(found: Sequence[tuple[int, int, int]]) -> tuple[Longs, Longs, Longs]:
    """Things that happened, as cells, months and values in the order of cells, then of how they were found."""
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    order = np.argsort(table[:, 0], kind="stable")
    cell, month, value = table[order].T
    return cell, month, value
