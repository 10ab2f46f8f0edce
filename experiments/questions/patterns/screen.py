"""One screen of a run of patterns: what really happened, and what the model does, one line a number."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.table import Table

from experiments import storage
from experiments.questions.patterns import page
from experiments.text.purpose import PURPOSE
from experiments.text.terminal import Page

SUMMARY = "summary.csv"
WIDTH = 118


def show(out: Path) -> None:
    """Prints the table of a finished run from its files."""
    console = Page()
    console.width = WIDTH if not console.is_terminal else min(WIDTH, console.width)
    summary = storage.read_csv(out / SUMMARY)
    console.print(PURPOSE, style="italic")
    console.print(_table(summary))
    for _, row in summary[summary["verdict"] != "met"].iterrows():
        words = f"{row['number']} {row['verdict']}: {row['measure_title']}. Speaks against {row['indicts']}."
        console.print(words)
    console.print(
        f"{page.tallied(summary)}. {page.by_what(summary)}. ? marks a verdict that chance alone could change. "
        f"Results: {out}",
        style="bold",
    )


def _table(summary: pd.DataFrame) -> Table:
    """What really happened and what the model does, one line a number."""
    table = Table(
        title="What really happened, and what the model does", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1)
    )
    table.add_column("", justify="right")
    table.add_column("Number", max_width=44)
    table.add_column("Really", justify="right", max_width=13)
    table.add_column("Model (95%)", justify="right", min_width=24)
    table.add_column("Met within", justify="right", max_width=12)
    table.add_column("Verdict")
    table.add_column("By")
    for _, part in summary.groupby("pattern", sort=False):
        first = part.iloc[0]
        table.add_row(str(first["number"]), first["title"], "", "", "", first["pattern_verdict"], "", style="bold")
        for _, row in part.iterrows():
            table.add_row(
                "",
                row["measure_title"],
                page.observed(row).partition(" (")[0],
                page.model(row),
                page.bounds(row["met_low"], row["met_high"], row["unit"]),
                row["verdict"] + ("" if row["certain"] else " ?"),
                row["met_by"],
            )
    return table
