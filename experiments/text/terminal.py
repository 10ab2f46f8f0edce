"""The page that words and tables are printed on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

WIDTH, WIDEST = 100, 140


def console() -> Console:
    """The terminal up to a readable width; where nobody watches, as wide as a page, or as COLUMNS says."""
    found = Console(highlight=False)
    found.width = min(WIDEST, found.width) if found.is_terminal or "COLUMNS" in os.environ else WIDTH
    return found


def table(page: Console, headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Prints a plain table."""
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for place, heading in enumerate(headings):
        grid.add_column(heading, justify="right" if place in right else "left", overflow="fold", no_wrap=place in right)
    for row in rows:
        grid.add_row(*row)
    page.print(grid)
