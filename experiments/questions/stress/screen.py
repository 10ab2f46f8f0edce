"""One screen of both worst cases and of the structural alternatives, and their figures."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.statistics.point_differences import HOWEVER_SMALL
from experiments.analysis.uncertainty.discovery.scenario_discovery import plain
from experiments.analysis.verdicts.responses import SOCIAL_VALUE
from experiments.questions.screen import begin, tell_value
from experiments.questions.stress.findings import AS_USED, structure_in_words
from experiments.text.numerals import counted, difference

CAUTION = (
    "A worst case is one set of plausible numbers and nobody knows how likely; the search may have missed a worse one. "
    f"Mechanisms are each tried alone and are never averaged. {HOWEVER_SMALL}"
)


def show(out: Path) -> None:
    """Prints the screen of a finished question from its files."""
    console, facts, first, second = begin(out)
    own = facts["stress"]
    console.print(
        f"\n{facts['place_title']}: {plain(first)} against {plain(second)} after "
        f"{counted(facts['years'], 'year')}. "
        f"Shown: {own['report_replicates']} runs with other people and luck than the search."
    )
    if facts["searched"]:
        kind = {"register": "evidence", "posterior": "evidence, or of calibration"}[facts["parameter_source"]]
        console.print(
            f"{facts['evaluations']:,} points were searched inside the ranges of the {kind}, over "
            f"{len(facts['searched'])} of {facts['inputs']} uncertain numbers: {facts['picked_by']}."
        )
    if (out / "worst_cases.csv").exists():
        console.print(_cases(storage.read_csv(out / "worst_cases.csv"), facts["objective"], (first, second)))
    if (out / "structures.csv").exists():
        console.print(
            _structures(
                storage.read_csv(out / "structures.csv", keep_default_na=False, na_values=[""]),
                facts["objective"],
                (first, second),
            )
        )
    for words in facts["sentences"]:
        console.print(f"- {words}")
    tell_value(console, facts)
    console.print(CAUTION)
    console.print(
        f"Results: {out}  (worst_cases.csv, worst_inputs.csv, structures.csv, search.csv, figures)",
        style="dim",
        soft_wrap=True,
    )


def _cases(rows: pd.DataFrame, objective: str, contrast: Sequence[str]) -> Table:
    """Every response as used and where each arm does worst on what was searched."""
    first, second = map(plain, contrast)
    title = str(rows.loc[rows["response"] == objective, "title"].iloc[0])
    what = "social value" if objective == SOCIAL_VALUE else title[:1].lower() + title[1:]
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        title_justify="left",
        title=f"{first} minus {second}, with its 95% interval",
    )
    for name in ("", "as used", *(f"worst for {plain(arm)}\nin {what}" for arm in contrast)):
        table.add_column(name, justify="right" if name else "left", overflow="fold")
    for _, each in rows.groupby("response", sort=False):
        one = each.iloc[0]
        cells = [_told(one["as_used"], one["as_used_lo"], one["as_used_hi"])]
        for arm in contrast:
            own = each[each["arm"] == arm]
            cells.append(_told(*own.iloc[0][["diff", "ci_lo", "ci_hi"]]) if len(own) else "-")
        table.add_row(f"{one['title']}, {one['unit']}", *cells)
    return table


def _told(diff: float, low: float, high: float) -> str:
    """A difference with its interval."""
    return difference({"diff": diff, "ci_lo": low, "ci_hi": high})


def _structures(rows: pd.DataFrame, objective: str, contrast: Sequence[str]) -> Table:
    """The structures, best for the first arm first, by what was searched."""
    own = rows[rows["response"] == objective]
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        title_justify="left",
        title=f"\nOther mechanisms, best for {plain(contrast[0])} first: {own['title'].iloc[0]}, {own['unit'].iloc[0]}",
    )
    for name in ("mechanism", "difference (95%)", "change from as used", "who does better"):
        table.add_column(
            name, justify="left" if "m" in name[:1] or name.startswith("who") else "right", overflow="fold"
        )
    for row in own.to_dict("records"):
        used = row["choice"] == AS_USED
        name = "(the model's own)" if used else structure_in_words(row["mechanism"], row["choice"])
        change = "" if used else _told(row["change"], row["change_lo"], row["change_hi"])
        who = plain(str(row["winner"]))
        table.add_row(name, _told(row["diff"], row["ci_lo"], row["ci_hi"]), change, who, style="bold" if used else "")
    return table
