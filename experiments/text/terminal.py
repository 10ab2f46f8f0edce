"""The page that words and tables are printed on."""

from __future__ import annotations

import os

from rich.console import Console

WIDTH, WIDEST = 100, 140


def console() -> Console:
    """The terminal up to a readable width; where nobody watches, as wide as a page, or as COLUMNS says."""
    found = Console(highlight=False)
    found.width = min(WIDEST, found.width) if found.is_terminal or "COLUMNS" in os.environ else WIDTH
    return found
