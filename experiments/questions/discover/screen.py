"""One screen of where each policy does worse, and the figures of the map."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.statistics.point_differences import HOWEVER_SMALL, POINT
from experiments.analysis.uncertainty.discovery.scenario_discovery import OPEN, UNKNOWN, plain
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.questions.screen import begin, tell_value
from experiments.text.numerals import counted

CAUTION = (
    "Boxes are found by looking: each was held against the best boxes of shuffled futures. What decides is what was varied "
    f"here and nothing else. {HOWEVER_SMALL}"
)


def show(out: Path) -> None:
    """Prints the screen of a finished question from its files."""
    console, facts, first, second = begin(out)
    console.print(
        f"\n{facts['place_title']}: {plain(first)} against {plain(second)} over {len(facts['inputs'])} numbers, "
        f"{counted(facts['replicates'], 'replication')} a point, after {counted(facts['years'], 'year')}."
    )
    if (out / "win_map.csv").exists():
        console.print(_map(storage.read_csv(out / "win_map.csv"), (first, second)))
    if (out / "boxes.csv").exists():
        found = storage.read_csv(out / "boxes.csv")
        for words in found[found["response"] != SOCIAL_VALUE][
            "words"
        ]:  # those of the social value are in the sentence below
            console.print(f"- {words}")
        console.print("")
    for words in facts.get("sentences") or [facts["sentence"]]:
        console.print(words)
    tell_value(console, facts)
    console.print(CAUTION)
    files = ("win_map.csv", "boxes.csv", "box_sides.csv", "influence.csv", "futures.csv", "figures")
    kept = ", ".join(name for name in files if (out / name).exists())
    console.print(f"Results: {out}  ({kept})", style="dim", soft_wrap=True)


def _map(rows: pd.DataFrame, contrast: Sequence[str]) -> Table:
    """How much of the map each arm wins, by response."""
    title = "Cells of the map, by who does better or, of money, costs less"
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, title=title, title_justify="left")
    who = (*contrast, OPEN, *([UNKNOWN] if (rows["winner"] == UNKNOWN).any() else []))
    for name in ("what", *map(plain, who), "as used"):
        table.add_column(name, justify="left" if name == "what" else "right", overflow="fold")
    for _, each in rows.groupby("response", sort=False):
        counts = each[each[POINT] > 0]["winner"].value_counts()
        used = each[each[POINT] == 0]["winner"]
        told = plain(used.iloc[0]) if len(used) else "-"
        table.add_row(each["title"].iloc[0], *(str(counts.get(name, 0)) for name in who), told)
    return table
