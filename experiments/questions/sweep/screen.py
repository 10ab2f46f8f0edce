"""One screen of a sweep: the paired difference at every point, as far as the screen goes."""

from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments.analysis.statistics import point_differences
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.questions.screen import begin, tell_value
from experiments.text.numerals import counted, difference
from experiments.text.purpose import CHANCE_ONLY
from experiments.text.titles import called

MOST_POINTS, MOST_OUTCOMES, LETTERS = 24, 3, 26
SHOWN_FIRST = ("crises", "life_satisfaction_in_need", "public_spend_total")


def show(out: Path) -> None:
    """Prints the screen of a finished sweep from its files."""
    console, facts, first, second = begin(out)
    table = pd.read_parquet(out / "sweep.parquet")
    last = table[table["horizon"] == table.groupby("point")["horizon"].transform("max")]
    console.print(
        f"\n{facts['place_title']}, {counted(facts['points'], 'point')}, {counted(facts['replicates'], 'replication')} "
        f"each. Differences are {first} minus {second} in the last year simulated, under the same luck, with 95% intervals."
    )
    console.print(_table(last))
    told = last["point"].nunique()
    if told > MOST_POINTS:
        console.print(f"{told - MOST_POINTS} more points in sweep.csv", style="dim")
    console.print(facts["sentence"])
    tell_value(console, facts)
    console.print(f"{point_differences.HOWEVER_SMALL} {CHANCE_ONLY}")
    files = "sweep.csv, sweep.parquet, valued.csv, runs.parquet, figures"
    console.print(f"Results: {out}  ({files})", style="dim", soft_wrap=True)


def _table(last: pd.DataFrame) -> Table:
    """A line for each point: what it sets, and the difference it makes."""
    keys = point_differences.keys_of(last)
    found = list(dict.fromkeys(last["outcome"]))
    names = [name for name in (*SHOWN_FIRST, *found) if name in found]
    names = list(dict.fromkeys(names))[:MOST_OUTCOMES]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for label in headings(keys):
        table.add_column(label, justify="right", overflow="fold", max_width=LETTERS)
    outcomes = load_outcomes()
    for name in names:
        table.add_column(f"{outcomes[name].title}, {outcomes[name].unit}", justify="right", max_width=LETTERS)
    for _, rows in list(last.groupby("point", sort=False))[:MOST_POINTS]:
        by_name = {row["outcome"]: row for row in rows.to_dict("records")}
        cells = [_shown(next(iter(by_name.values()))[key]) for key in keys]
        table.add_row(*cells, *(difference(by_name[name], brief=True) for name in names))
    return table


def _shown(value: object) -> str:
    """A point's value in few figures."""
    if value is None or value != value:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def headings(keys: list[str]) -> list[str]:
    """What keys are called; those that are called alike by their last parts."""
    titles = [called(key) for key in keys]
    return [title if titles.count(title) == 1 else short(keys)[key] for key, title in zip(keys, titles, strict=True)]


def short(keys: list[str]) -> dict[str, str]:
    """Keys as short as they can be told apart: their last parts."""
    found = {}
    for key in keys:
        parts = key.split(".")
        for length in range(1, len(parts) + 1):
            tail = ".".join(parts[-length:])
            if length >= min(2, len(parts)) and sum(other.endswith(tail) for other in keys) == 1:
                break
        found[key] = tail.replace("_", " ")
    return found
