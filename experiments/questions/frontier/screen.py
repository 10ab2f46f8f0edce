"""One screen of two frontiers, and their figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.uncertainty.discovery.scenario_discovery import plain
from experiments.errors import listed
from experiments.questions.frontier.curves import CHEAPEST, OPEN, REACHED
from experiments.questions.frontier.tables import BEST, level, places, pounds
from experiments.questions.screen import begin, tell_value
from experiments.text.numerals import counted, difference, fixed
from experiments.text.titles import called


def show(out: Path) -> None:
    """Prints the screen of a finished question from its files."""
    console, facts, *arms = begin(out)
    first, second = map(plain, arms)
    outcome = load_outcomes()[facts["frontier"]["objective"]]
    rows, equal, needs = (
        storage.read_csv(out / f"{name}.csv") for name in ("frontier", "equal_budget", "equal_outcome")
    )
    console.print(
        f"\n{facts['place_title']}: {first} and {second}, each at its best under the same money, "
        f"{counted(facts['years'], 'year')}, {counted(facts['replicates'], 'replication')} with other luck than the best was "
        "chosen with."
    )
    for arm in arms:
        console.print(_levers(arm, facts["levers"][arm]))
    money, same = _same_money(rows, equal, outcome, arms, facts["years"]), _same_outcome(needs, arms)
    console.print(money)
    usual = float(equal["diff"].abs().median())
    for row in rows[~rows["arm"].isin(arms)].to_dict("records"):
        console.print(
            f"For comparison, {plain(row['arm'])}: {row['outcome']:,.{places(usual)}f} with {pounds(row['received'])}."
        )
    console.print(same)
    console.print(_marks(money, same), style="dim")
    for line in facts["sentences"]:
        console.print(f"- {line}")
    tell_value(console, facts)
    console.print(
        f"Results: {out}  (frontier.csv, equal_budget.csv, equal_outcome.csv, tried.csv, figures)",
        style="dim",
        soft_wrap=True,
    )


def _levers(arm: str, about: Mapping[str, Any]) -> str:
    """What one policy chose on, what it kept, and what is not its own."""
    ends = [f"{called(f'lever.{name}')} ({each['low']:g}-{each['high']:g})" for name, each in about["free"].items()]
    kept = f" As shipped: {listed(about['as_shipped'])}." if about["as_shipped"] else ""
    others = f" Not its own and not given to it: {listed(about['not_its_own'])}." if about["not_its_own"] else ""
    return f"- {plain(arm)} chooses {listed(ends) if ends else 'nothing'}.{kept}{others}"


def _same_money(rows: pd.DataFrame, equal: pd.DataFrame, outcome: Outcome, arms: Sequence[str], years: int) -> Table:
    """A line for each budget: what was received, and kept of it, what came of it, and the difference."""
    first, second = map(plain, arms)
    title = f"The same money: {outcome.title.lower()}, {outcome.unit}, average of {counted(years, 'year')}; £ per head a year"
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, title=title, title_justify="left")
    heads = (
        "cut",
        f"{first} received",
        f"{second} received",
        "compared at",
        first,
        second,
        "difference",
        "does better",
    )
    for name in heads:
        table.add_column(name, justify="right" if name != "does better" else "left", overflow="fold")
    best = rows[rows["kind"] == BEST]
    for row in equal.to_dict("records"):
        had = [_had(best[(best["arm"] == arm) & (best["cut"] == row["cut"])].iloc[0]) for arm in arms]
        who = row["better"] if row["better"] == OPEN else plain(row["better"])
        table.add_row(
            f"{row['cut']:.1%}",
            *had,
            pounds(row["money"]),
            *(level(row, arm) for arm in arms),
            difference(row, brief=True),
            who,
        )
    return table


def _had(row: pd.Series) -> str:
    """What one policy received at one budget; in brackets what of it was not spent, or was spent beyond it."""
    left = (
        f" ({pounds(abs(row['kept']))} {'kept' if row['kept'] > 0 else 'overspent'})" if abs(row["kept"]) >= 1 else ""
    )
    return pounds(float(row["received"])) + left


def _same_outcome(needs: pd.DataFrame, arms: Sequence[str]) -> Table:
    """A line for each budget: what each policy needs to do as well as the other."""
    title = "The same outcome: what each could do without and still be as good as the other is at that cut, £ per head a year"
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, title=title, title_justify="left")
    table.add_column("the other's cut", justify="right")
    for arm in arms:
        table.add_column(f"{plain(arm)} saves", justify="right", overflow="fold")
        table.add_column("as if its cut were", justify="right", overflow="fold")
    for cut in dict.fromkeys(needs["cut"]):
        cells = []
        for arm in arms:
            row = needs[(needs["arm"] == arm) & (needs["cut"] == cut)].iloc[0].to_dict()
            open_ = "" if row["sure"] else " ?"
            if row["state"] == REACHED:
                cells += [difference({**row, "diff": row["saving"]}, brief=True) + open_, f"{row['bears_cut']:.1%}"]
            else:
                cells += [
                    _beyond(row) + open_,
                    f"{'over' if row['state'] == CHEAPEST else 'under'} {row['bears_cut']:.1%}",
                ]
        table.add_row(f"{cut:.1%}", *cells)
    return table


def _beyond(row: Mapping[str, Any]) -> str:
    """What a policy saves where that lies outside of what was explored."""
    cheapest, saving = row["state"] == CHEAPEST, fixed(row["saving"], 0, signed=True).replace("-", "−")
    if saving == "0":
        return "saves more than could be explored" if cheapest else "needs more than the most explored"
    return f"{saving} or {'more' if cheapest else 'worse'}"


def _marks(*tables: Table) -> str:
    """What the marks mean that stand in some tables."""
    used = " ".join(str(cell) for table in tables for column in table.columns for cell in column.cells)
    told = {"±": "±: 95% interval for luck.", " to ": "In brackets: 95% interval for luck."}
    told[" ?"] = "?: luck leaves open which needs less."
    return " ".join(words for mark, words in told.items() if mark in used)
