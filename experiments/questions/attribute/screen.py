"""One screen of an attribution: what each lever adds, and what it would add to the other policy."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments import storage
from experiments.results import results_folder
from experiments.text import terminal
from experiments.text.numerals import difference
from experiments.text.purpose import CHANCE_ONLY, PURPOSE


def show(out: Path, console: Console | None = None) -> None:
    """Prints the screen of a finished attribution from its files."""
    console = console or terminal.console()
    shares, borrowed = storage.read_csv(out / "attribution.csv"), storage.read_csv(out / "borrowed.csv")
    facts = results_folder.read_manifest(out)
    first, second = facts["contrast"]
    console.print(PURPOSE, style="italic")
    console.print(
        f"\n{facts['place_title']}, year {facts['years']}, {facts['replicates']} replications of {facts['points']} sets of "
        f"levers. What each lever of {first} adds to the difference from {second}, averaged over every order in which "
        "levers could come (Shapley), with 95% intervals."
    )
    console.print(_table(shares, "lever"))
    console.print(f"\nThe same lever added to {second} alone:")
    console.print(_table(borrowed, f"{second} and"))
    for line in (facts["sentence"], f"Valued by {facts['valued_by']}.", CHANCE_ONLY):
        console.print(line)
    console.print(
        f"Results: {out}  (attribution.csv, interactions.csv, borrowed.csv, figures)", style="dim", soft_wrap=True
    )


def _table(rows: pd.DataFrame, head: str) -> Table:
    """A line for each lever, a column for each measure."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(head, no_wrap=True)
    measures = list(dict.fromkeys(rows["measure"]))
    for measure in measures:
        row = rows[rows["measure"] == measure].iloc[0]
        table.add_column(f"{row['title']}, {row['unit']}", justify="right", max_width=22)
    for lever in dict.fromkeys(rows["lever"]):
        cells = []
        for measure in measures:
            row = rows[(rows["measure"] == measure) & (rows["lever"] == lever)].iloc[0].to_dict()
            cells.append(difference({**row, "diff": row["share"]}, brief=True))
        table.add_row(str(lever).replace("_", " "), *cells)
    return table
