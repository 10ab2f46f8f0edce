"""Tables of words and numbers for a terminal."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.table import Table


class Column(NamedTuple):
    """A column of a table; a heading of several lines is broken where it says so."""

    heading: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        """Letters of the widest line."""
        return max(map(len, [*self.heading.split("\n"), *self.cells]))


def width_of(columns: Iterable[Column]) -> int:
    """Letters that columns take side by side."""
    return sum(column.width + 1 for column in columns) - 1


def table_of(columns: Sequence[Column]) -> Table:
    """A table of a column of words and columns of numbers, its headings standing on its first line."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    tallest = max(column.heading.count("\n") for column in columns)
    for place, column in enumerate(columns):
        heading = "\n" * (tallest - column.heading.count("\n")) + column.heading
        table.add_column(heading, justify="right" if place else "left", no_wrap=True, min_width=column.width)
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table
