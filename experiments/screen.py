"""One screen: what happened in every arm, by how much two of them differ, and how sure luck lets us be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments import folder
from experiments.analysis.catalogue import load_outcomes
from experiments.purpose import CHANCE_ONLY, PURPOSE

WIDTH = 100
LABEL = 30
MOST_ARMS, MOST_HORIZONS, MOST_DECIMALS = 3, 4, 3
OVER_TIME = ("crises", "need_share", "failure_demand", "life_satisfaction_in_need", "public_spend")
SHORTER = (
    ("points out of ", "of "), ("tonnes ", "t "), (" people", ""), (" per head", "/head"), ("per 1,000", "/1,000"),
    (" a year", "/yr"), ("years /", "years/"),
)  # fmt: skip
UNKNOWN = "-"
LARGEST_VRF = 999


def show(out: Path, chosen: Sequence[str] | None = None, console: Console | None = None) -> None:
    """Prints the screen of a finished run from its files."""
    console = console or Console(highlight=False)
    console.width = WIDTH if not console.is_terminal else min(WIDTH, console.width)
    summary, facts = pd.read_csv(out / "summary.csv"), folder.read_manifest(out)
    last = summary[summary["horizon"] == summary["horizon"].max()]
    names = list(chosen or [name for name, o in load_outcomes().items() if o.headline])
    rows = [row for name in names for row in last[last["outcome"] == name].to_dict("records")]
    _heading(console, facts)
    console.print(_arms_table(rows, facts, int(last["horizon"].iloc[0])))
    over_time = list(chosen)[: len(OVER_TIME)] if chosen else OVER_TIME
    console.print(_over_time_table(summary, over_time))
    for line in (facts.get("sentence"), facts.get("same_money"), CHANCE_ONLY):
        if line:
            console.print(line, soft_wrap=False, style="bold" if line == facts.get("sentence") else "")
    console.print(f"Results: {out}  (report.html, summary.csv, figures)", style="dim", soft_wrap=True)


def _heading(console: Console, facts: Mapping[str, Any]) -> None:
    """The purpose, and what was run."""
    first, second = facts["contrast"]
    years, replicates, arms = facts["years"], facts["replicates"], facts["arms"]
    console.print(PURPOSE, style="italic")
    console.print(
        f"\n{facts['place_title']}: {facts['people_simulated']:,} people simulated (scale {facts['scale']:g}), "
        f"{_many(years, 'year')} from April 2011, {_many(replicates, 'replication')}, arms {', '.join(arms)}. "
        f"Differences are {first} minus {second} under the same luck.", highlight=False,
    )  # fmt: skip


def _many(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _arms_table(rows: Iterable[Mapping[str, Any]], facts: Mapping[str, Any], year: int) -> Table:
    """Every outcome's value in the arms, and the paired difference."""
    contrast = list(facts["contrast"])
    others = [arm for arm in facts["arms"] if arm not in contrast]
    arms = [arm for arm in facts["arms"] if arm in contrast or arm in others[: MOST_ARMS - len(contrast)]]
    hidden = _many(len(facts["arms"]) - len(arms), "more arm")
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, caption_justify="left")
    table.caption = f"{hidden} in summary.csv" if len(facts["arms"]) > len(arms) else None
    table.add_column(f"Year {year}", no_wrap=True, width=LABEL)
    for arm in arms:
        words = arm.replace("_", " ")
        table.add_column(words, justify="right", width=min(10, max(7, *map(len, words.split()))))
    table.add_column("difference (95%)", justify="right", no_wrap=True)
    table.add_column(f"% {contrast[0].replace('_', ' ')} better", justify="right", width=12)
    table.add_column("VRF", justify="right", no_wrap=True, min_width=4)
    for row in rows:
        table.add_row(
            _label(row), *(number(row[arm]) for arm in arms), difference(row), _wins(row), _vrf(row["vrf"])
        )
    return table


def _over_time_table(summary: pd.DataFrame, names: Iterable[str]) -> Table:
    """The difference at every horizon, of a few outcomes."""
    horizons = sorted(summary["horizon"].unique())[-MOST_HORIZONS:]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("\nDifference over time", no_wrap=True, width=LABEL)
    for horizon in horizons:
        table.add_column(f"\nyear {horizon}", justify="right", no_wrap=True, min_width=15)
    indexed = {(row["outcome"], row["horizon"]): row for row in summary.to_dict("records")}
    for name in names:
        found = [indexed.get((name, horizon)) for horizon in horizons]
        if any(found):
            label = next(_label(row) for row in found if row)
            table.add_row(label, *(difference(row, brief=True) if row else UNKNOWN for row in found))
    table.add_row("")
    return table


def _label(row: Mapping[str, Any]) -> str:
    """An outcome with its unit, shortened to a line; the unit stays whole."""
    title, unit = str(row["title"]).replace(" since the policy date", " so far"), str(row["unit"])
    for long, short in SHORTER:
        unit = unit.replace(long, short)
    room = LABEL - len(unit) - 2
    if len(title) > room:
        outcome = load_outcomes().get(str(row["outcome"]))
        title = outcome.words[:1].upper() + outcome.words[1:] if outcome else title
    return f"{title if len(title) <= room else title[: room - 2].rstrip() + '..'}, {unit}"


def number(value: float) -> str:
    """A value in three significant figures, pounds and pence aside."""
    if not math.isfinite(value):
        return UNKNOWN
    decimals = _decimals(value, 3)
    return f"{value:,.{decimals}f}" if decimals <= MOST_DECIMALS + 1 else f"{value:.1e}"


def _decimals(size: float, figures: int) -> int:
    """Decimals that show so many significant figures; none from 100 up."""
    if size == 0 or not math.isfinite(size):
        return 0
    return max(0, figures - 1 - math.floor(math.log10(abs(size))))


def difference(row: Mapping[str, Any], brief: bool = False) -> str:
    """A difference with its interval, all to the same decimals; in brief, with half the interval's width."""
    diff, low, high = (float(row[key]) for key in ("diff", "ci_lo", "ci_hi"))
    if not math.isfinite(diff):
        return UNKNOWN
    wide = math.isfinite(low) and math.isfinite(high)
    decimals = _decimals(diff or (high if wide else 0.0), 2)
    form = f",.{decimals}f" if decimals <= MOST_DECIMALS else ".0e"
    if not wide:
        return f"{diff:+{form}}"
    return (
        f"{diff:+{form}} ±{(high - low) / 2:{form}}"
        if brief
        else f"{diff:+{form}} ({low:{form}} to {high:{form}})"
    )


def _wins(row: Mapping[str, Any]) -> str:
    """The share of same-luck pairs that the first arm wins, with Wilson's interval."""
    if not math.isfinite(float(row["winrate"])):
        return UNKNOWN
    share, low, high = (100 * float(row[key]) for key in ("winrate", "wr_lo", "wr_hi"))
    return f"{share:.0f} ({low:.0f}-{high:.0f})"


def _vrf(value: float) -> str:
    """By how much pairing shrinks the variance of the difference."""
    if not math.isfinite(value):
        return UNKNOWN
    return f">{LARGEST_VRF}" if value > LARGEST_VRF else f"{value:.{1 if value < 10 else 0}f}"
