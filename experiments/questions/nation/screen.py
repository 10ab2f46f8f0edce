"""One screen of a country: its total, how many authorities differ, and who gains and who loses."""

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.questions.nation.facts import DEPRIVATION, GRANTS, GROUPS
from experiments.questions.nation.tables import (
    AUTHORITIES,
    COUNTRY,
    OWN_LUCK,
    TOGETHER,
    groups_told,
    last_year,
    read_groups,
    shown,
)
from experiments.questions.screen import begin
from experiments.results.run_index import DESIGN
from experiments.text.numerals import counted, difference, figure
from experiments.text.purpose import CHANCE_ONLY

OF_A_COUNTRY = {
    "authorities",
    "spread",
    "place",
    "scale",
    "seed",
    "years",
    "replicates",
    "arms",
    "out",
    "workers",
    "threads",
}
OF_THIS_RUN = OF_A_COUNTRY | {"runner", "scheduler", "insecure", "large"}
"""Settings that one authority by itself has other values of, or none."""
MONEY = "public_spend_total"
BEYOND = "Services saw what neighbours and like councils had in use, so no authority can be lived by itself."
BETWEEN = {*DEPRIVATION[1:-1], *GRANTS[1:-1]}
"""Groups that are in the table and in the figure, and not on the screen."""


def show(out: Path) -> None:
    """Prints the screen of a finished country from its files."""
    page, facts, first, second = begin(out)
    every, together = storage.read_csv(out / AUTHORITIES), read_groups(out)
    lived, part = facts["authorities"], figure(1 / facts["scale"])
    simulated = "each of them" if facts["scale"] == 1 else f"one in {part}"
    page.print(
        f"\n{facts['place_title']}. {lived} authorities, {facts['people'] / 1e6:.1f} million people, {simulated} "
        f"simulated, each under its own money; {counted(facts['replicates'], 'replication')}. Differences "
        f"are {first} minus {second} in year {int(every['horizon'].max())}, under the same luck, with 95% intervals."
    )
    page.print(_total(together, (second, first)))
    page.print(OWN_LUCK)
    page.print(facts["sentence"])
    for line in facts["told"]:
        page.print(line)
    page.print(_groups(together))
    if together["group"].isin(BETWEEN).any():
        page.print(f"Fifths in between are in {TOGETHER}.", style="dim")
    for name in _in_groups(together):
        page.print(groups_told(together, name))
    if facts.get("nation", {}).get("spread", "within") == "within":
        page.print(f"One authority by itself, the same people and luck (the seed of each is in {AUTHORITIES}):")
        page.print(f"  {by_itself(out, every.iloc[0].to_dict(), facts)}", soft_wrap=True)
    else:
        page.print(BEYOND)
    page.print(CHANCE_ONLY)
    files = f"{AUTHORITIES}, {TOGETHER}, runs.parquet, figures"
    page.print(f"Results: {out}  ({files})", style="dim", soft_wrap=True)


def _total(together: pd.DataFrame, arms: Sequence[str]) -> Table:
    """A line for each headline outcome of the country."""
    outcomes = load_outcomes()
    rows = together[(together["by"] == COUNTRY) & (together["horizon"] == together["horizon"].max())]
    spoken = rows[[name not in outcomes or outcomes[name].spoken for name in rows["outcome"]]]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("All people together")
    for label in (*arms, "difference"):
        table.add_column(label.replace("_", " "), justify="right")
    for row in (spoken if len(spoken) else rows).to_dict("records"):
        cells = (figure(float(row[arm])) for arm in arms)
        table.add_row(f"{row['title']}, {row['unit']}", *cells, difference(row, brief=True))
    return table


def _groups(together: pd.DataFrame) -> Table:
    """A line for each group of authorities, of fifths the first and the last, with the difference in two outcomes."""
    names = _in_groups(together)
    titles = [last_year(together, name).iloc[0] for name in names]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("Who gains, who loses", no_wrap=True)
    for title in titles:
        table.add_column(f"{title['title']}, {title['unit']}", justify="right", min_width=24)
    for by, words in GROUPS.items():
        rows = [last_year(together[together["by"] == by], name).set_index("group") for name in names]
        if rows[0].empty:
            continue
        table.add_row(words, style="bold")
        for group, row in rows[0].iterrows():
            if group not in BETWEEN:
                cells = (difference(each.loc[group].to_dict(), brief=True) for each in rows)
                table.add_row(f"  {group} ({row['authorities']})", *cells)
    return table


def _in_groups(together: pd.DataFrame) -> list[str]:
    """The outcomes that are told of by group."""
    return list(dict.fromkeys([shown(together)[0], *(name for name in (MONEY,) if name in set(together["outcome"]))]))


def by_itself(out: Path, row: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """The command that asks the same of one authority, and gives a page of its own."""
    typed = json.loads((out / DESIGN).read_text(encoding="utf-8"))["overrides"]
    rest = [word for word in typed if word.partition("=")[0] not in OF_THIS_RUN]
    same = [f"{name}={facts[name]}" for name in ("scale", "years", "replicates")]
    if not any(word.startswith("settling_luck=") for word in rest):
        same.append("settling_luck=shared")  # as the country has it; a comparison by itself has another
    arms = f"arms=[{','.join(facts['arms'])}]"
    return shlex.join(["redesign", "compare", f"place={row['place']}", f"seed={row['seed']}", *same, arms, *rest])
