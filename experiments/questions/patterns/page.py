"""Writes the table of patterns: what really happened, what the model does, and what a miss speaks against."""

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from experiments.report.templating import render

PICTURE = "patterns.png"
"""The figure, beside the page."""
VERDICTS = {"met": Markup("**met**"), "partly": Markup("*partly*"), "failed": Markup("**failed**")}
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


def by_what(summary: pd.DataFrame) -> str:
    """How many of the patterns that are met or partly met are so by behaviour, and how many through an input, in one line.

    What counts is a pattern's first number.
    """
    first = summary.drop_duplicates("pattern")
    each = first[first["pattern_verdict"] != "failed"]["met_by"].value_counts()
    return f"Met or partly met by behaviour: {each.get('behaviour', 0)}; through an input: {each.get('input', 0)}"


def page(summary: pd.DataFrame, facts: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page.

    Args:
        summary: one row a number.
        facts: commit, day and sizes of the run.
        about: by pattern, its configuration.
    """
    return render(
        "patterns.md.j2",
        facts=facts,
        tallied=tallied(summary),
        by_what=by_what(summary),
        picture=PICTURE,
        patterns=[_pattern(part, about[str(name)]) for name, part in summary.groupby("pattern", sort=False)],
    )


def _pattern(part: pd.DataFrame, about: Mapping[str, Any]) -> dict[str, Any]:
    """One pattern: its numbers, what was fed in, where they come from, how it was lived, and what its misses indict."""
    first, rows = part.iloc[0], part.to_dict("records")
    runs = f"{first['years']} years, {part['replications'].max()} replications"
    return {
        "number": first["number"],
        "title": first["title"],
        "anchor": anchor(f"{first['number']} {first['title']}"),
        "use": first["use"],
        "met_by": " and ".join(dict.fromkeys(str(row["met_by"]) for row in rows)),
        "verdict": VERDICTS[first["pattern_verdict"]],
        "summary": about["summary"],
        "fed_in": about["fed_in"],
        "numbers": [_number(row) for row in rows],
        "sources": "; ".join(dict.fromkeys(str(row["source"]) for row in rows)),
        "place_title": first["place_title"],
        "place": first["place"],
        "sizes": f"scale {first['scale']:g}, {runs}",
        "why": about["why"],
        "note": about["note"].strip().rstrip("."),
        "misses": [
            {"title": row["measure_title"], "indicts": row["indicts"]} for row in rows if row["verdict"] != "met"
        ],
    }


def _number(row: Mapping[str, Any]) -> dict[str, str]:
    """One number of a pattern, in words."""
    unit = row["unit"]
    return {
        "title": row["measure_title"],
        "really": observed(row),
        "grade": row["grade"],
        "model": model(row) + beside(row),
        "met": bounds(row["met_low"], row["met_high"], unit),
        "partly": bounds(row["partly_low"], row["partly_high"], unit),
        "verdict": verdict(row),
        "met_by": row["met_by"],
    }
