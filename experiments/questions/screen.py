"""What the screen of every question begins with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from experiments.results import results_folder
from experiments.text.purpose import PURPOSE
from experiments.text.terminal import console


def begin(out: Path) -> tuple[Console, dict[str, Any], str, str]:
    """Prints what the model is for, first of all; returns where to print, the facts of a finished folder and its two arms."""
    page, facts = console(), results_folder.read_manifest(out)
    page.print(PURPOSE, style="italic")
    first, second = facts["contrast"]
    return page, facts, first, second


def tell_value(page: Console, facts: Mapping[str, Any]) -> None:
    """Prints what society's side says, under this valuation and every other judgement, and what the valuation is."""
    if facts.get("judged"):
        page.print(facts["judged"])
    if facts.get("valued_by"):
        page.print(f"Valued by {facts['valued_by']}.")
