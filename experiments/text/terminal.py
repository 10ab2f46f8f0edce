"""The page that words and tables are printed on, and whether anything is told meanwhile."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.table import Table

WIDTH, WIDEST = 100, 140
_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


def console() -> Console:
    """The terminal up to a readable width; where nobody watches, as wide as a page, or as COLUMNS says."""
    found = Console(highlight=False)
    found.width = min(WIDEST, found.width) if found.is_terminal or "COLUMNS" in os.environ else WIDTH
    return found


@contextmanager
def silent() -> Iterator[None]:
    """Lets nothing be told of what runs inside the block."""
    before = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(before)


def is_silent() -> bool:
    """Whether nothing is to be told."""
    return _SILENT.get()


def tell(words: str) -> None:
    """Tells the user something on the error stream."""
    if not is_silent():
        print(words, file=sys.stderr)


def table(page: Console, headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Prints a plain table."""
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, heading in enumerate(headings):
        grid.add_column(heading, justify="right" if place in right else "left", overflow="fold", no_wrap=place in right)
    for row in rows:
        grid.add_row(*row)
    page.print(grid)
