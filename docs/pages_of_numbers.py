"""Pages about every number: value, range, source, grade, and which rest on judgement."""

from collections.abc import Iterator
from typing import Any

import yaml
from sources import ROOT
from wordlist import NOTE, code, table

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.evidence import register, thresholds
from simulation.parameters.observed import Observed
from simulation.parameters.quantity import Quantity

GRADES = {
    "A": "seen in the source",
    "B": "worked out from what was seen in the source",
    "C": "recalled from a named source and not checked against it",
    "J": "judgement: an assumption of this project",
}


def _quantities(data: Any, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every number of a configuration file, by its key."""
    if isinstance(data, dict):
        if {"value", "grade"} <= set(data):
            if not isinstance(data["value"], dict):
                known = {key: data[key] for key in Observed.model_fields if key in data}
                yield prefix, Observed.model_validate({"low": data["value"], "high": data["value"], **known})
        else:
            for key, value in data.items():
                yield from _quantities(value, f"{prefix}.{key}" if prefix else str(key))


def _files() -> Iterator[tuple[str, list[tuple[str, Quantity]]]]:
    """Every configuration file with the numbers in it."""
    for group in (*options.ONE_OF, *options.ALL_AT_ONCE):
        for name, option in options.in_full(group).items():
            found = list(_quantities(option.read()))
            if found:
                yield f"{group}/{name}.yaml", found
    evidence = yaml.safe_load((ROOT / "configs" / "levers.yaml").read_text(encoding="utf-8"))
    yield "levers.yaml", list(_quantities(evidence))


def _shown(value: float | tuple[float, ...]) -> str:
    """A value, or values, as people write them."""
    return ", ".join(
        f"{v:,.0f}" if abs(v) >= 1e5 else f"{v:,g}" for v in (value if isinstance(value, tuple) else (value,))
    )


def _number_tables(grades: str) -> tuple[list[str], dict[str, int], int]:
    """A table per file of the numbers of some grades, and how many there are of each grade."""
    parts, count, total = [], dict.fromkeys(grades, 0), 0
    for file, found in _files():
        total += len(found)
        rows = []
        for key, q in found:
            if q.grade in grades:
                count[q.grade] += 1
                about = q.source + (f" ({q.note})" if q.note else "")
                rows.append(
                    (code(key), _shown(q.value), f"{_shown(q.low)} to {_shown(q.high)}", q.unit, q.grade, about)
                )
        if rows:
            parts += [
                f"\n## `configs/{file}`\n",
                table(("number", "value", "low to high", "unit", "grade", "source"), rows),
            ]
    return parts, count, total


def _judging(grades: str) -> str:
    """What results are judged by: thresholds of the analysis, of some grades."""
    rows = [
        (code(y.key), ", ".join(map(_shown, y.values)), y.unit, y.decides, y.grade, y.source)
        for y in thresholds.known()
        if y.grade in grades
    ]
    heading = ("number", "value", "unit", "decides", "grade", "source")
    return f"\n## What results are judged by (`experiments/analysis`)\n\n{table(heading, rows)}"


def numbers() -> str:
    """Reference: every number."""
    parts, count, total = _number_tables("ABCJ")
    grades = [(g, about, count[g]) for g, about in GRADES.items()]
    return "\n".join(
        [
            "# Every number of the model\n",
            NOTE,
            f"\n{total} entries, tables by age or level counted once.\n",
            table(("grade", "meaning", "numbers"), grades),
            *parts,
            _judging("ABCJ"),
        ]
    )


def assumptions() -> str:
    """Explanation: what rests on judgement or on memory."""
    parts, count, total = _number_tables("CJ")
    return "\n".join(
        [
            "# Assumptions\n",
            NOTE,
            f"\nOf the {total} numbers in the shipped configuration, **{count['J']} are judgements** (grade J) and",
            f"**{count['C']} were recalled from a named source and not checked against it** (grade C). Here they all are, file",
            "by file. *Low to high* is the range that the authors hold plausible, and is what a sensitivity analysis should",
            "vary. Structural assumptions are in [ODD](odd.md) and [design decisions](design-decisions.md). All other",
            "numbers: [every number](../reference/numbers.md). Last stand the thresholds that results are judged by; they are",
            "not counted here.\n",
            *parts,
            _judging("CJ"),
        ]
    )


def judged() -> str:
    """How many numbers are judgement, in a sentence."""
    _, count, total = _number_tables("ABCJ")
    share = [f"{100 * count[grade] / total:.0f}% ({count[grade]})" for grade in "ABCJ"]
    return (
        f"Of {total} numbers, {share[3]} are judgements (grade J) and {share[2]} were recalled from a named source and not "
        f"checked against it (C). {share[1]} were worked out from a source (B) and {share[0]} seen in one (A).\n"
        f"{_judged_in_use()}\n"
    )


def _judged_in_use() -> str:
    """The same of the numbers that the default comparison uses."""
    plan = check(compose("compare", [], []))
    grades = [entry.grade for entry in register.entries(plan.world, plan.policies)]
    judged, used = grades.count("J"), len(grades)
    return (
        f"Of the {used} that a run of Croydon uses, {100 * judged / used:.0f}% ({judged}) are judgements (`redesign evidence`): "
        "what else ships is mostly other places' figures and what results are held against, and far more of that was seen."
    )
