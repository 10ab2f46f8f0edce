"""The page that words and tables are printed on."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from experiments.text.streams import readable

WIDTH, WIDEST = 100, 140


class Page(Console):
    """A terminal on which every text is what it says: brackets and colons are no markup, and nothing in a text is obeyed."""

    def __init__(self, **more: Any):
        super().__init__(markup=False, emoji=False, highlight=False, **more)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Lays out what is printed; what a title or a path would tell the terminal to do is left out."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else piece._replace(text=readable(piece.text))


def console() -> Console:
    """The terminal up to a readable width; where nobody watches, as wide as a page, or as COLUMNS says."""
    found = Page()
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
