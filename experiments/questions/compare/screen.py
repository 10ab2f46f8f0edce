"""One screen: what happened in every arm, by how much two of them differ, and how sure luck lets us be."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from experiments import storage
from experiments.analysis.statistics.catalogue import load_outcomes, spelt_from
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL, LEAST_VRF, saves_little
from experiments.analysis.uncertainty.two_uncertainties import FEWEST_FOR_RANGE
from experiments.analysis.verdicts import against_base
from experiments.analysis.verdicts.answer import SUMMARY, Answer
from experiments.analysis.verdicts.sentence import signed
from experiments.questions.compare.further_lives import screen
from experiments.results import results_folder
from experiments.text import terminal
from experiments.text.columns import Column, table_of, width_of
from experiments.text.numerals import UNKNOWN, counted, difference, fixed, plain
from experiments.text.purpose import CHANCE_ONLY, NO_INTERVALS, PURPOSE, TWO_UNCERTAINTIES
from experiments.text.titles import words

LABEL, SHORT_LABEL = 38, 30
"""Letters that an outcome with its unit may take, and may take where there is little room."""
MOST_ARMS, MOST_HORIZONS = 3, 4
OVER_TIME = ("crises", "need_share", "failure_demand", "life_satisfaction_in_need", "public_spend")
SHORTER = (
    ("points out of ", "of "),
    ("tonnes ", "t "),
    (" people", ""),
    (" per head", "/head"),
    ("per 1,000", "/1,000"),
    (" a year", "/yr"),
    ("years /", "years/"),
)
LARGEST_VRF = 999
LEGEND = "better %: of pairs that differ (95% range). VRF: times the runs needed without the same luck."
Row = Mapping[str, Any]


def show(out: Path, chosen: Sequence[str] | None = None, console: Console | None = None) -> None:
    """Prints the screen of a finished run from its files, in a layout that fits the terminal."""
    console = console or terminal.console()
    whole, facts = storage.read_csv(out / SUMMARY), results_folder.read_manifest(out)
    answer = Answer.read(out)
    summary, last = answer.table, answer.last
    wanted = list(chosen or [name for name, o in load_outcomes().items() if o.headline])
    names = [name for each in wanted for name in last if name == each or spelt_from(name, each)]
    rows = [last[name] for name in names]
    console.print(f"{answer.brief.headline}.", style="bold")
    for told in answer.brief.lines:
        console.print(Text.assemble((f"{told.label}. ", "bold"), told.text))
    _heading(console, facts)
    for columns in _comparison(rows, facts, answer.year, console.width):
        console.print(table_of(columns))
    hidden = len(facts["arms"]) - len(_shown_arms(facts))
    if hidden:
        console.print(f"{counted(hidden, 'more arm')} in summary.csv", style="dim")
    console.print(LEGEND, style="dim")
    if sight := smallest_seen(rows):
        console.print(sight, style="dim")
    warning = weak_pairing(summary, names)
    if warning:
        console.print(warning, style="yellow")
    over_time = names[: len(OVER_TIME)] if chosen else OVER_TIME
    console.print(table_of(_over_time(summary, over_time, console.width)))
    console.print("")
    if (out / against_base.TABLE).is_file():
        _show_against_base(console, storage.read_csv(out / against_base.TABLE), chosen)
    for columns in screen.tables(out, chosen, console.width, partial(_label, most=SHORT_LABEL)):
        console.print(table_of(columns))
        console.print("")
    if len(whole) > len(summary):
        console.print(table_of(_two_intervals(whole, names, console.width)))
        console.print("")
    chance = CHANCE_ONLY if facts["replicates"] >= FEWEST_FOR_INTERVAL else NO_INTERVALS
    said = [*facts["evidence"], TWO_UNCERTAINTIES] if "evidence" in facts else [chance]
    paid = facts.get("who_pays", ())
    parts = (*facts.get("made_of", ()), *facts.get("whose_luck", ()))
    for line in (*parts, facts.get("same_money"), facts.get("stopping"), *paid, *said):
        if line:
            console.print(line, soft_wrap=False)
    console.print(f"Results: {out}  (report.html, summary.csv, economics, figures)", style="dim", soft_wrap=True)


def _heading(console: Console, facts: Row) -> None:
    """What was run, and what the model is for."""
    first, second = map(words, facts["contrast"])
    years, replicates = facts["years"], facts["replicates"]
    console.print(
        f"\n{facts['place_title']}: {facts['people_simulated']:,} people simulated (scale {facts['scale']:g}), "
        f"{counted(years, 'year')} from April 2011, {counted(replicates, 'replication')}; arms: "
        f"{', '.join(map(words, facts['arms']))}. "
        f"Differences are {first} minus {second}, with the same people and the same luck."
    )
    console.print(PURPOSE, style="italic")


def _comparison(rows: Sequence[Row], facts: Row, year: int, width: int) -> list[list[Column]]:
    """The comparison in the fullest layout that fits: one table, one with briefer intervals, or two."""
    first = facts["contrast"][0]
    labels, short = (Column(f"Year {year}", [_label(row, room) for row in rows]) for room in (LABEL, SHORT_LABEL))
    arms = [Column(words(arm).replace(" ", "\n"), [plain(row[arm]) for row in rows]) for arm in _shown_arms(facts)]
    whole, brief = (Column("difference (95%)", [difference(row, b) for row in rows]) for b in (False, True))
    sure = [
        Column(f"{words(first)}\nbetter %", [_wins(row) for row in rows]),
        Column("VRF", [_vrf(row["vrf"]) for row in rows]),
    ]
    for names, differences in ((labels, whole), (labels, brief), (short, brief)):
        if width_of([names, *arms, differences, *sure]) <= width:
            return [[names, *arms, differences, *sure]]
    return [[labels, *arms], [labels, brief, *sure]]


def _shown_arms(facts: Row) -> list[str]:
    """The two arms that are compared, and as many of the others as there is room for, in the order of the arms."""
    contrast = facts["contrast"]
    others = [arm for arm in facts["arms"] if arm not in contrast][: MOST_ARMS - len(contrast)]
    return [arm for arm in facts["arms"] if arm in contrast or arm in others]


def _over_time(summary: pd.DataFrame, names: Iterable[str], width: int) -> list[Column]:
    """The difference of a few outcomes at the last horizons, as many as there is room for."""
    indexed = {(row["outcome"], row["horizon"]): row for row in summary.to_dict("records")}
    horizons = sorted(summary["horizon"].unique())
    known = [name for name in names if any((name, horizon) in indexed for horizon in horizons)]
    labels = [_label(next(indexed[name, h] for h in horizons if (name, h) in indexed)) for name in known]
    columns: list[Column] = []
    for horizon in reversed(horizons[-MOST_HORIZONS:]):
        found = [indexed.get((name, horizon)) for name in known]
        cells = [difference(row, brief=True) if row else UNKNOWN for row in found]
        column = Column(f"\nyear {horizon}", cells)
        if columns and width_of([Column("", labels), column, *columns]) > width:
            break
        columns.insert(0, column)
    return [Column("\nDifference over time", labels), *columns]


def _show_against_base(console: Console, table: pd.DataFrame, chosen: Sequence[str] | None) -> None:
    """Every arm against one of them at the end: a line for each outcome, a column for each arm, as many tables as needed."""
    last = table[table["horizon"] == table["horizon"].max()]
    rows = {(row["outcome"], row["arm"]): row for row in last.to_dict("records")}
    names = [name for name in dict.fromkeys(last["outcome"]) if not chosen or name in chosen]
    arms = list(dict.fromkeys(last["arm"]))
    against = against_base.in_words(last["base"].iloc[0])
    labels = Column(
        f"Against {against},\nyear {last['horizon'].iloc[0]}", [_label(rows[name, arms[0]]) for name in names]
    )
    columns = [labels]
    for arm in arms if names else ():
        column = Column(words(arm).replace(" ", "\n"), [_held_against(rows[name, arm]) for name in names])
        if len(columns) > 1 and width_of([*columns, column]) > console.width:
            console.print(table_of(columns))
            console.print("")
            columns = [labels]
        columns.append(column)
    if names:
        console.print(table_of(columns))
        marks = " Those have a question mark." if last["verdict"].isin(against_base.OPEN).any() else ""
        console.print(f"{against_base.sentence(last)}{marks}", style="dim")
        console.print("")


def _held_against(row: Row) -> str:
    """A difference in brief, with a question mark where luck may have made it."""
    return difference(row, brief=True) + " ?" * (row["verdict"] in against_base.OPEN)


def _two_intervals(whole: pd.DataFrame, names: Iterable[str], width: int) -> list[Column]:
    """The difference of every outcome with both intervals, each under its own name; the evidence's if room is short."""
    year = int(whole["horizon"].max())
    last = whole[whole["horizon"] == year]
    chance, evidence = (
        {row["outcome"]: row for row in last[last["uncertainty_type"] == kind].to_dict("records")}
        for kind in ("chance", "evidence")
    )
    known = [name for name in names if name in chance and name in evidence]
    first = words(str(last["contrast"].iloc[0]).partition(" minus ")[0])
    some = "9 sets in 10" if max(int(evidence[name]["n"]) for name in known) >= FEWEST_FOR_RANGE else "all sets"
    columns = [
        Column(f"Year {year}, the difference", [_label(chance[name], SHORT_LABEL) for name in known]),
        Column("by chance\n(95%)", [difference(chance[name], brief=True) for name in known]),
        Column(f"by evidence\n({some})", [difference(evidence[name]) for name in known]),
        Column(f"% of sets\n{first} better", [_wins(evidence[name]) for name in known]),
    ]
    return columns if width_of(columns) <= width else [columns[0], *columns[2:]]


def _label(row: Row, most: int = LABEL) -> str:
    """An outcome with its unit, shortened to a line; the unit stays whole."""
    title, unit = str(row["title"]).replace(" since the policy date", " so far"), str(row["unit"])
    for long, short in SHORTER:
        unit = unit.replace(long, short)
    room = most - len(unit) - 2
    if len(title) > room:
        outcome = load_outcomes().get(str(row["outcome"]))
        title = outcome.words[:1].upper() + outcome.words[1:] if outcome else title
    return f"{title if len(title) <= room else title[: room - 2].rstrip() + '..'}, {unit}"


def _wins(row: Row) -> str:
    """The share of same-luck pairs that the first arm wins, with Wilson's interval."""
    if not math.isfinite(float(row["winrate"])):
        return UNKNOWN
    share, low, high = (100 * float(row[key]) for key in ("winrate", "wr_lo", "wr_hi"))
    return f"{share:.0f} ({low:.0f}-{high:.0f})"


def smallest_seen(rows: Sequence[Row]) -> str:
    """Says how large differences must be for so many pairs to tell them from luck; nothing where there are too few."""
    outcomes = load_outcomes()
    told = [
        f"{outcomes[row['outcome']].words} {signed(row['smallest_seen'], str(row['unit'])).removeprefix('+')}"
        for row in rows
        if row["outcome"] in outcomes and outcomes[row["outcome"]].spoken and row.get("smallest_seen", 0) > 0
    ]
    pairs = max((int(row.get("n", 0)) for row in rows), default=0)
    return f"What {pairs} pairs can tell from luck, four times in five: {'; '.join(told)}, or more." if told else ""


def weak_pairing(summary: pd.DataFrame, names: Sequence[str]) -> str:
    """Names the outcomes and years in which the same luck in both arms saves hardly any replications; often none."""
    weak: dict[str, list[str]] = {}
    for row in summary.to_dict("records"):
        if row["outcome"] in names and saves_little(float(row["vrf"]), int(row.get("n", 0))):
            weak.setdefault(str(row["title"]), []).append(f"{row['horizon']} ({row['vrf']:.1f})")
    if not weak:
        return ""
    said = "; ".join(f"{title}, year {', '.join(years)}" for title, years in weak.items())
    return (
        f"The same luck hardly helps here (VRF below {LEAST_VRF}), so these differences are nearly as unsure as those of "
        f"unrelated runs, and more replications are the remedy: {said}."
    )


def _vrf(value: float) -> str:
    """By how much pairing shrinks the variance of the difference."""
    if not math.isfinite(value):
        return UNKNOWN
    return f">{LARGEST_VRF}" if value > LARGEST_VRF else fixed(value, 1 if value < 10 else 0)
