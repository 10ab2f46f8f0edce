"""The page that words and tables are printed on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.results import results_folder
from experiments.text.purpose import PURPOSE

WIDTH, WIDEST = 100, 140


def console() -> Console:
    """The terminal up to a readable width; where nobody watches, as wide as a page, or as COLUMNS says."""
    found = Console(highlight=False)
    found.width = min(WIDEST, found.width) if found.is_terminal or "COLUMNS" in os.environ else WIDTH
    return found


def begin(out: Path, given: Console | None) -> tuple[Console, dict[str, Any], str, str]:
    """Prints what the model is for, first of all; returns where to print, the facts of a finished folder and its two arms."""
    page, facts = given or console(), results_folder.read_manifest(out)
    page.print(PURPOSE, style="italic")
    first, second = facts["contrast"]
    return page, facts, first, second
