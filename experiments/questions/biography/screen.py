"""One screen of a biography: who it is, where the two lives part, and what happens in each."""

import json
from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.text import terminal
from experiments.text.purpose import PURPOSE

MOST_MONTHS = 24
"""Months of the diary on the screen; the file has them all."""
BEFORE = 3
"""Months of the diary before the parting."""


def show(out: Path) -> None:
    """Prints the screen of a finished biography from its files."""
    console = terminal.console()
    facts = json.loads((out / "biography.json").read_text(encoding="utf-8"))
    console.print(PURPOSE, style="italic")
    console.print(f"\n{facts['who']}", style="bold")
    console.print(facts["found_by"])
    console.print(facts["caution"], style="italic")
    console.print("")
    for line in facts["told"]:
        console.print(line)
    diary = storage.read_csv(out / "diary.csv")
    rows, left = chosen(diary, facts)
    console.print("")
    console.print(_table(diary[diary["month"].isin(rows)], facts["arms"]))
    if left:
        console.print(f"({left} more months in which something happens: diary.csv)", style="dim")
    console.print(f"Results: {out}  (diary.csv, biography.csv, figures/biography.png)", style="dim", soft_wrap=True)


def chosen(diary: pd.DataFrame, facts: dict[str, object]) -> tuple[list[int], int]:
    """The months shown, from shortly before the parting on; and how many are not."""
    months = sorted(set(diary["month"]))
    parting = facts["parting"]
    parted = int(parting["month"]) if isinstance(parting, dict) else 0
    earlier = [month for month in months if month < parted]
    shown = [*earlier[-BEFORE:], *(month for month in months if month >= parted)][:MOST_MONTHS]
    return shown, len(months) - len(shown)


def _table(diary: pd.DataFrame, arms: list[str]) -> Table:
    """A line for each month in which something happens, a column for each arm; what is the same in both is said once."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for arm in arms:
        table.add_column(f"under {arm.replace('_', ' ')}", ratio=1)
    for month in sorted(set(diary["month"])):
        rows = diary[diary["month"] == month]
        cells = ["\n".join(rows[rows["arm"] == arm]["what"]) for arm in arms]
        if cells[0] == cells[1]:
            cells[1] = "the same"
        table.add_row(str(rows["date"].iloc[0]), *cells)
    return table
