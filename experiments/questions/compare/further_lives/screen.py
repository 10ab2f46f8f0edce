"""What further lives tell of a difference, as tables for the screen: what it is made of, and whose luck it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import storage
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.components import COMPONENTS, PARTS, WHOLE
from experiments.analysis.uncertainty.two_uncertainties import WHOSE_LUCK
from experiments.text.columns import Column, width_of
from experiments.text.numerals import UNKNOWN, difference

Label = Callable[[Mapping[str, Any]], str]


def tables(out: Path, chosen: Sequence[str] | None, width: int, label: Label) -> Iterator[list[Column]]:
    """The tables of a finished folder, as far as its further lives were asked for.

    Args:
        out: the folder.
        chosen: outcomes that the user named, if any.
        width: letters of a line.
        label: writes an outcome with its unit.
    """
    if (out / COMPONENTS).is_file():
        made_of = storage.read_csv(out / COMPONENTS)
        made_of = made_of[made_of["part"].isin([*PARTS, WHOLE])]  # the rest is told in a sentence
        for contrast in dict.fromkeys(made_of["contrast"]):
            yield _made_of(made_of[made_of["contrast"] == contrast], chosen, width, label)
    if (out / WHOSE_LUCK).is_file():
        yield _whose_luck(storage.read_csv(out / WHOSE_LUCK), label)


def _made_of(rows: pd.DataFrame, chosen: Sequence[str] | None, width: int, label: Label) -> list[Column]:
    """What a difference is made of: a line for each part and for their sum, a column for each outcome there is room for."""
    outcomes = load_outcomes()
    wanted = chosen or [name for name, outcome in outcomes.items() if outcome.spoken and outcome.family != "money"]
    heading = str(rows["contrast"].iloc[0]).replace("_", " ").replace(" null", " the cut alone")
    first = rows[rows["outcome"] == rows["outcome"].iloc[0]]
    heading += f",\nfirst {int(rows['n'].max())} pairs"
    columns = [Column(f"What is it made of?\n{heading}", first["words"].to_list())]
    for name in wanted:
        of_it = rows[rows["outcome"] == name].to_dict("records")
        if not of_it:
            continue
        title, _, unit = label(of_it[0]).rpartition(", ")
        column = Column(f"{title},\n{unit}", [difference(row, brief=True) for row in of_it])
        if len(columns) > 1 and width_of([*columns, column]) > width:
            break
        columns.append(column)
    return columns


def _whose_luck(table: pd.DataFrame, label: Label) -> list[Column]:
    """Whose luck a difference is: a line for each headline outcome."""
    rows = table.to_dict("records")
    return [
        Column("Whose luck is the difference?\nshare of its variance, %", [label(row) for row in rows]),
        Column("people\n(95%)", [_share(row) for row in rows]),
        Column(
            "later\nluck",
            [UNKNOWN if pd.isna(row["share_later"]) else f"{100 * row['share_later']:.0f}" for row in rows],
        ),
        Column("", ["people's part below 0, cut" if row["cut"] else "" for row in rows]),
    ]


def _share(row: Mapping[str, Any]) -> str:
    """People's share with its interval, in hundredths."""
    if pd.isna(row["share_people"]):
        return UNKNOWN
    low, high = row["share_lo"], row["share_hi"]
    return f"{100 * row['share_people']:.0f}" + ("" if pd.isna(low) else f" ({100 * low:.0f} to {100 * high:.0f})")
