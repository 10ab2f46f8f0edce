"""Writes the table of patterns: what really happened, what the model does, and what a miss speaks against."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

NOTE = "<!-- Written by `redesign patterns write=...`. Do not edit: run it again. -->"
PICTURE = "patterns.png"
"""The figure, beside the page."""
VERDICTS = {"met": "**met**", "partly": "*partly*", "failed": "**failed**"}
POUNDS, PERCENT = "pounds", "%"


def amount(value: float | None, unit: str) -> str:
    """A number in words, with its sign and unit; two or three figures, no more than chance allows."""
    if value is None or not math.isfinite(value):
        return "not known"
    number = f"{abs(value):.1f}" if abs(value) < 100 else f"{abs(value):,.0f}"
    sign = ("+" if value > 0 else "−") if float(number.replace(",", "")) else ""
    if unit == POUNDS:
        return f"{sign.replace('+', '')}£{number}"
    return f"{sign}{number}{'%' if unit == PERCENT else f' {unit}'}"


def span(low: float, high: float, unit: str) -> str:
    """A range in words; points are said once, before it."""
    if unit == POUNDS:
        return f"{amount(low, unit)} to {amount(high, unit)}"
    return f"{amount(low, '').strip()} to {amount(high, unit if unit == PERCENT else '').strip()}"


def observed(row: Mapping[str, Any]) -> str:
    """What really happened, in words."""
    value = row["observed"]
    if value is None or pd.isna(value):
        return str(row["observed_words"])
    text = amount(value, row["unit"])
    if row["observed_low"] != row["observed_high"]:
        text += f" ({span(row['observed_low'], row['observed_high'], row['unit'])})"
    return text


def model(row: Mapping[str, Any]) -> str:
    """What the model does, with the interval that chance leaves."""
    text = amount(row["model"], row["unit"])
    if math.isfinite(row["ci_low"]) and row["ci_low"] != row["ci_high"]:
        text += f" ({span(row['ci_low'], row['ci_high'], row['unit'])})"
    return text


def beside(row: Mapping[str, Any]) -> str:
    """The same number in another arm, where one is named."""
    if not math.isfinite(row["beside"]):
        return ""
    return f"; {str(row['beside_arm']).replace('_', ' ')}: {amount(row['beside'], row['unit'])}"


def bounds(low: float, high: float, unit: str) -> str:
    """A tolerance as it was set, to its last digit."""

    def one(value: float) -> str:
        return f"{'−' if value < 0 else '+' if value > 0 and unit != POUNDS else ''}{'£' if unit == POUNDS else ''}{abs(value):g}"

    return f"{one(low)} to {one(high)}{PERCENT if unit == PERCENT else ''}"


def anchor(heading: str) -> str:
    """The anchor that a heading has on the usual hosts."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def verdict(row: Mapping[str, Any]) -> str:
    """Met, partly or failed, with a mark where chance alone could change it."""
    return VERDICTS[row["verdict"]] + ("" if row["certain"] else " ?")


def tallied(summary: pd.DataFrame) -> str:
    """How many patterns are met, partly met and failed, in one line."""
    each = summary.drop_duplicates("pattern")["pattern_verdict"].value_counts()
    return f"{each.get('met', 0)} met, {each.get('partly', 0)} partly met, {each.get('failed', 0)} failed"


def page(summary: pd.DataFrame, facts: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page.

    Args:
        summary: one row a number.
        facts: commit, day and sizes of the run.
        about: by pattern, its configuration.
    """
    lines = [
        NOTE,
        "",
        "# Patterns: does the model do what really happened?",
        "",
        f"*{facts['purpose']}*",
        "",
        f"Of {summary['pattern'].nunique()} patterns, **{tallied(summary)}**. Made on {facts['day']} with commit "
        f"`{facts['commit']}`{' and changes not committed' if facts['dirty'] else ''}: {facts['sizes']}. The table was "
        "written by `redesign patterns`, which takes some minutes, so it is not made anew by every test.",
        "",
        "Each pattern is an experiment of its own (`configs/pattern/<name>.yaml`): what really happened, the number by "
        "which the model is held against it, and how near is near enough were written down before the model was run. "
        "The model was told only what is said under *fed in*. Nothing was tuned to pass. A pattern is met when all its "
        "numbers are, has failed when its first one has, and is partly met otherwise. Numbers in brackets after the "
        "model's are the range that chance leaves for the mean (95%); `?` marks a verdict that chance alone could "
        "change. What the numbers of the world might otherwise be is not in these ranges.",
        "",
        "| | Pattern | Use | Verdict |",
        "|---|---|---|---|",
    ]
    for _, row in summary.drop_duplicates("pattern").iterrows():
        heading = f"{row['number']} {row['title']}"
        lines.append(
            f"| {row['number']} | [{row['title']}](#{anchor(heading)}) | {row['use']} | {VERDICTS[row['pattern_verdict']]} |"
        )
    lines += [
        "",
        f"![What really happened and what the model does, one row a number; the same as in the tables below]({PICTURE})",
    ]
    for name, part in summary.groupby("pattern", sort=False):
        lines += _section(part, about[str(name)])
    return "\n".join(lines) + "\n"


def _section(part: pd.DataFrame, about: Mapping[str, Any]) -> list[str]:
    """One pattern: its numbers, what was fed in, and what its misses indict."""
    first = part.iloc[0]
    lines = [
        "",
        f"## {first['number']} {first['title']}",
        "",
        f"{about['summary']}. *Fed in: {about['fed_in']}.*",
        "",
        "| Number | Really | Model | Met within | Partly within | Verdict |",
        "|---|---|---|---|---|---|",
    ]
    for _, row in part.iterrows():
        unit = row["unit"]
        lines.append(
            f"| {row['measure_title']} | {observed(row)} [{row['grade']}] | {model(row)}{beside(row)} "
            f"| {bounds(row['met_low'], row['met_high'], unit)} | {bounds(row['partly_low'], row['partly_high'], unit)} "
            f"| {verdict(row)} |"
        )
    lines += _about(part, about)
    missed = part[part["verdict"] != "met"]
    if len(missed):
        lines += ["", "Misses speak against:", ""]
        lines += [f"- *{row['measure_title']}*: {row['indicts']}." for _, row in missed.iterrows()]
    return lines


def _about(part: pd.DataFrame, about: Mapping[str, Any]) -> list[str]:
    """Where a pattern's numbers come from, how it was lived, and what to know about it, a line each."""
    first = part.iloc[0]
    sources = "; ".join(dict.fromkeys(f"{row['source']}" for _, row in part.iterrows()))
    runs = f"{first['years']} years, {part['replications'].max()} replications"
    size = f"{first['place_title']} (`{first['place']}`), scale {first['scale']:g}, {runs}"
    lines = ["", f"Sources: {sources}.", "", f"Experiment: {size}."]
    lines += ["", f"Put in: {about['why']}."] if about["why"] else []
    lines += ["", f"Note: {about['note'].strip().rstrip('.')}."] if about["note"] else []
    return lines
