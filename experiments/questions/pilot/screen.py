"""One screen of what pilots would have shown."""

from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.questions.pilot.answer import ANSWER
from experiments.questions.pilot.words import (
    CAUTION,
    METHODS,
    WAYS,
    how_many,
    known_in,
    sentences,
    shown_rows,
    worth_in_words,
)
from experiments.results import results_folder
from experiments.text import terminal
from experiments.text.purpose import PURPOSE

READING = (
    "In each cell: found less true, in the mean over pilots; how often the 95% interval holds the truth (95% ought to); and how "
    "often it excludes 0 where zones change nothing (5% ought to)."
)
PUT_TOGETHER = (
    "pilots drawn from lives that every authority had both ways with the same luck, each evaluated on the one life that would "
    "have been seen"
)
RUN_EACH = (
    "services see what neighbours and like councils have in use, so each pilot was run, and the same country with the same "
    "luck and no zone"
)
EVERYBODY = (
    "Authorities have as little luck as if all their people had been simulated. Real ones have shocks that the model lacks, "
    "so what is true of them lies between this and luck=as_lived."
)


def show(out: Path) -> None:
    """Prints the screen of a finished question from its files."""
    console = terminal.console()
    facts, table = results_folder.read_manifest(out), storage.read_csv(out / ANSWER)
    lived = facts["configuration"]["nation"]
    console.print(PURPOSE, style="italic")
    how = RUN_EACH if facts["configuration"]["settings"]["spill_over"] else PUT_TOGETHER
    console.print(
        f"\n{lived['place_title']}: {how}. Zones begin in {known_in(min(facts['starts']) - 1)}; "
        "who was deprived then is by the Index of 2010."
    )
    if facts["configuration"]["settings"]["luck"] == "of_everybody":
        console.print(EVERYBODY)
    outcomes = load_outcomes()
    for name in dict.fromkeys(table["outcome"]):
        console.print()
        for said in sentences(table, outcomes[name], name):
            console.print(f"- {said}")
        rows = shown_rows(table, name)
        console.print(_table(rows, outcomes[name]))
        console.print(how_many(rows), style="dim")
    console.print(READING, style="dim")
    console.print(CAUTION)
    for note in facts["left_out"]:
        console.print(f"Left out: {note}.", style="dim")
    console.print(f"Results: {out}  ({ANSWER}, pilots.parquet, figures)", style="dim", soft_wrap=True)


def _table(rows: pd.DataFrame, outcome: Outcome) -> Table:
    """What evaluations are worth, method by method and choice by choice."""
    when, zones = known_in(int(rows["year"].iloc[0])), int(rows["zones"].iloc[0])
    table = Table(title=f"{outcome.title}, {zones} zones, judged in {when}", title_justify="left")
    table.add_column("Evaluated by")
    ways = [way for way in WAYS if (rows["chosen"] == way).any()]
    for way in ways:
        table.add_column(WAYS[way], justify="right")
    for method, own in rows.groupby("estimator", sort=False):
        cells = own.set_index("chosen").to_dict("index")
        table.add_row(METHODS[str(method)], *(worth_in_words(cells[way]) if way in cells else "" for way in ways))
    return table
