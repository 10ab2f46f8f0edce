"""One screen of a sensitivity analysis."""

from pathlib import Path

import pandas as pd
from rich.table import Table
from rich.text import Text

from experiments import storage
from experiments.analysis.uncertainty import value_of_information
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.questions.screen import begin, tell_value
from experiments.text.numerals import counted, plain, pounds
from experiments.text.titles import called

MOST_ROWS, LEAST = 12, 0.005
CAUTION = (
    "The tornado moves one input at a time and misses how inputs act together; total shares do not. Shares of variance "
    "are about the ranges of the evidence, and no forecast."
)
BEYOND = "Shares lie between 0 and 1; where more or less is shown there are too few points to tell."


def show(out: Path) -> None:
    """Prints the screen of a finished analysis from its files."""
    console, facts, first, second = begin(out)
    console.print(
        f"\n{facts['place_title']}: {facts['inputs']} uncertain inputs screened, {len(facts['survivors'])} followed "
        f"up, {counted(facts['replicates'], 'replication')} a point. The response is {first} minus {second}."
    )
    if (out / "indices.csv").exists():
        indices = storage.read_csv(out / "indices.csv")
        shown = indices[indices["response"] == SOCIAL_VALUE].head(MOST_ROWS)
        console.print(_table(shown, storage.read_csv(out / "tornado.csv")))
        if not shown[["ST", "ST_lo", "ST_hi", "S1"]].round(2).stack().dropna().between(0, 1).all():
            console.print(BEYOND)
    console.print(facts["sentence"])
    if (out / "worth_knowing.csv").exists():
        rows = storage.read_csv(out / "worth_knowing.csv", dtype={"note": str}).fillna({"note": ""})
        points = f"{int(rows['points'].iloc[0])} points spread over what is plausible"
        console.print(value_of_information.in_words(rows, points))
    tell_value(console, facts)
    console.print(CAUTION)
    console.print(
        f"Results: {out}  (screening.csv, indices.csv, tornado.csv, noise.csv, worth_knowing.csv, figures)",
        style="dim",
        soft_wrap=True,
    )


def _table(shown: pd.DataFrame, tornado: pd.DataFrame) -> Table:
    """Inputs by their total share of the social value's variance, with their ends."""
    table = Table(
        box=None, padding=(0, 1, 0, 0), pad_edge=False, title="Social value, £ per resident", title_justify="left"
    )
    for name in ("input", "total share (95%)", "own share", "at its low end", "at its high end", "answer turns at"):
        table.add_column(name, justify="left" if name == "input" else "right", overflow="fold")
    ends = tornado[tornado["response"] == SOCIAL_VALUE].set_index("input")
    for row in shown.itertuples():
        low, high, flips = _ends(ends, str(row.input))
        table.add_row(
            _input(str(row.input)),
            f"{row.ST:.2f} ({row.ST_lo:.2f} to {row.ST_hi:.2f})",
            f"{row.S1:.2f}",
            low,
            high,
            flips,
        )
    return table


def _input(name: str) -> Text:
    """What an input is called, with its key below where that is another."""
    return Text.assemble(called(name), "\n", (name, "dim")) if called(name) != name else Text(name)


def _ends(ends: pd.DataFrame, name: str) -> tuple[str, str, str]:
    """The response at both ends of an input, and where it flips, as far as it was looked at."""
    if name not in ends.index:
        return "-", "-", "-"
    row = ends.loc[name]
    flips = plain(float(row["switching_value"])) if row["flips"] else "-"
    return _sum(float(row["low_end"])), _sum(float(row["high_end"])), flips


def _sum(value: float) -> str:
    """A sum with its sign, in two figures."""
    return f"{'-' if value < 0 else '+'}{pounds(value)}" if abs(value) >= LEAST else "£0"
