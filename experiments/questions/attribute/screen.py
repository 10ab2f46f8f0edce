"""One screen of an attribution: what each lever or part adds, and what a lever would add to the other policy."""

from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.questions.attribute import lever_shares
from experiments.questions.screen import begin, tell_value
from experiments.text.numerals import difference
from experiments.text.purpose import CHANCE_ONLY


def show(out: Path) -> None:
    """Prints the screen of a finished attribution from its files."""
    console, facts, first, second = begin(out)
    shares = storage.read_csv(out / "attribution.csv")
    kind = "part" if "part" in shares else "lever"
    added = f"each lever of {first} adds to the difference from {second}"
    if kind == "part":
        added = f"each part of what {first} and {second} do differently adds to {first} minus {second}"
    console.print(
        f"\n{facts['place_title']}, year {facts['years']}, {facts['replicates']} replications of {facts['points']} sets of "
        f"{kind}s. What {added}, averaged over every order in which {kind}s could come (Shapley), with 95% intervals."
    )
    console.print(_table(shares, kind, kind))
    names = ["attribution.csv", "interactions.csv", lever_shares.BY_REPLICATION]
    if kind == "lever":
        console.print(f"\nThe same lever added to {second} alone:")
        console.print(_table(storage.read_csv(out / "borrowed.csv"), f"{second} and", kind))
        names.append("borrowed.csv")
    console.print(facts["sentence"])
    tell_value(console, facts)
    console.print(CHANCE_ONLY)
    console.print(f"Results: {out}  ({', '.join(names)}, figures)", style="dim", soft_wrap=True)


def _table(rows: pd.DataFrame, head: str, kind: str) -> Table:
    """A line for each lever or part, a column for each measure."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(head, no_wrap=True)
    measures = list(dict.fromkeys(rows["measure"]))
    for measure in measures:
        row = rows[rows["measure"] == measure].iloc[0]
        table.add_column(f"{row['title']}, {row['unit']}", justify="right", max_width=22)
    for name in dict.fromkeys(rows[kind]):
        cells = []
        for measure in measures:
            row = rows[(rows["measure"] == measure) & (rows[kind] == name)].iloc[0].to_dict()
            cells.append(difference({**row, "diff": row["share"]}, brief=True))
        table.add_row(str(name).replace("_", " "), *cells)
    return table
