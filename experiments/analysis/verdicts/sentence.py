"""Says in one plain sentence what happened, whichever arms are compared and whichever did better."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.text.numerals import pounds, two

CLAUSES = {
    "worse": "worse on",
    "better": "better on",
    "higher": "higher on",
    "lower": "lower on",
    "small": "too small a difference to matter on",
    "unclear": "could not tell apart on",
    "same": "exactly the same on",
    "unknown": "too few runs to say on",
}
"""What can be said of a difference, in the order in which it is said."""
IN_WORDS = {
    "worse": "worse",
    "better": "better",
    "higher": "higher",
    "lower": "lower",
    "small": "too little to matter",
    "same": "exactly the same",
    "unclear": "could be luck",
    "unknown": "too few runs to say",
}
"""The same in the cell of a table, losses first."""
NO_SIDE = ("unclear", "small", "same", "unknown")
"""What can be said of a difference that is on neither side."""
WHOLE_FROM = 100.0
WHOLE_POUNDS_FROM = 10.0
FIGURES = 3
MOST_DECIMALS = 6


def plain_sentence(summary: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str]) -> str:
    """Says what happened at the last horizon on the headline outcomes: lives and services first, then money.

    Losses come before gains. Where the catalogue marks some headline outcomes as spoken, the sentence keeps to those, and
    names of the others each that is better or worse.
    An outcome is too small to matter if its whole interval lies closer to 0 than the catalogue's `matters`, whether or not
    it holds 0; else it is better or worse only if its interval leaves out 0, and "could not tell apart" if it holds 0.
    Money is only ever higher or lower. Swapping the arms swaps the words and the signs and nothing else.

    Raises:
        ValueError: the summary is of another contrast or holds no headline outcome.
    """
    first, second = contrast
    last = summary[summary["horizon"] == summary["horizon"].max()]
    if set(last["contrast"]) != {f"{first} minus {second}"}:
        raise ValueError(f"the summary compares {sorted(set(last['contrast']))}, not {first} minus {second}")
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in last.to_dict("records")]
    told = [(outcomes[row["outcome"]], row) for row in rows if row["outcome"] in outcomes]
    told = [(outcome, row) for outcome, row in told if outcome.headline]
    if not told:
        raise ValueError("the summary holds no headline outcome to speak of")
    if any(outcome.spoken for outcome, _ in told):
        told = [(outcome, row) for outcome, row in told if outcome.spoken or _says(outcome, row) in ("worse", "better")]
    lives = _clauses([(outcome, row) for outcome, row in told if outcome.family != "money"])
    money = _clauses([(outcome, row) for outcome, row in told if outcome.family == "money"])
    said = [f"for people and services: {lives}"] * bool(lives) + [f"in money: {money}"] * bool(money)
    years = int(last["horizon"].iloc[0])
    span = "1 year" if years == 1 else f"{years} years"
    return f"After {span} with the same luck, {first} compared with {second}, {', and '.join(said)}."


def _clauses(told: list[tuple[Outcome, dict[str, Any]]]) -> str:
    """Groups outcomes by what can be said of them, in a fixed order."""
    by_verdict: dict[str, list[str]] = {key: [] for key in CLAUSES}
    for outcome, row in told:
        key = _says(outcome, row)
        sized = not row["ci_lo"] <= 0 <= row["ci_hi"] and key in ("better", "worse", "higher", "lower", "small")
        by_verdict[key].append(outcome.words + (f" ({roughly(row['diff'], outcome.unit)})" if sized else ""))
    return "; ".join(f"{CLAUSES[key]} {listed(names)}" for key, names in by_verdict.items() if names)


def _says(outcome: Outcome, row: Mapping[str, Any]) -> str:
    """What can be said of a row."""
    return verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"])


def verdict(outcome: Outcome, diff: float, low: float, high: float) -> str:
    """Decides what can be said of a difference between two arms; one of the keys of `CLAUSES`."""
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    if diff == low == high == 0:
        return "same"
    if outcome.matters is not None and max(abs(low), abs(high)) < outcome.matters:
        return "small"
    if low <= 0 <= high:
        return "unclear"
    direction = "higher" if diff > 0 else "lower"
    if outcome.family == "money" or outcome.better == "neither":
        return direction
    return "better" if direction == outcome.better else "worse"


def side_of(outcome: Outcome, row: Mapping[str, Any]) -> str:
    """Where the second policy came out: lower, higher, or the same where it could be luck or is too small to matter."""
    if verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"]) in NO_SIDE:
        return "same"
    return "higher" if row["diff"] > 0 else "lower"


def signed(difference: float, unit: str) -> str:
    """Writes a difference with its sign and unit: `-£4.32 per head`, `+1.25 percentage points`."""
    sign = "-" if difference < 0 else "+"
    size = number(abs(difference), money=unit.startswith("£"))
    if unit.startswith("£"):
        return f"{sign}£{size}{unit[1:]}"
    return f"{sign}{size} {unit.replace('%', 'percentage points', 1)}"


def roughly(difference: float, unit: str) -> str:
    """Writes a difference with its sign and unit in at most two figures, as a sentence says it: `-1.8 months`."""
    sign = "-" if difference < 0 else "+"
    if unit.startswith("£"):
        return f"{sign}{pounds(difference)}{unit[1:]}"
    return f"{sign}{two(difference)} {unit.replace('%', 'percentage points', 1)}"


def number(size: float, money: bool = False) -> str:
    """Writes a positive number with three significant figures; pence only below ten pounds."""
    if size >= (WHOLE_POUNDS_FROM if money else WHOLE_FROM) or size == 0:
        return f"{size:,.0f}"
    decimals = FIGURES - 1 - math.floor(math.log10(size))
    return f"{size:,.{2 if money else min(decimals, MOST_DECIMALS)}f}"


def listed(names: Sequence[str]) -> str:
    """Joins names as a sentence does: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
