"""The command `redesign evidence`: every number of the model, how sure it is, where it comes from and who uses it.

Behind them stand the numbers that judge results without making them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from experiments import storage
from experiments.cli.arguments import Parser
from experiments.configuration import options, validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.parse import read_policies
from experiments.configuration.words.paths import path_of
from experiments.configuration.words.spelt_out import given_twice
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.evidence import register, thresholds
from experiments.evidence.register import Entry
from experiments.evidence.thresholds import Yardstick
from experiments.text.numerals import counted

USAGE = (
    "[grade=J] [challenge=...] [design=...] [lever=...] [policy=...] [out=FILE] [override ...] [--config-dir FOLDER]"
)
ABOUT = "Every number of the model: value, range, how it is drawn, unit, source, grade and who uses it."
EXAMPLES = ("grade=J", "'grade=[C,J]' challenge=obesity", "lever=pooling", "place=teaching_town out=all.csv")
WORDS = "filters, each naming one or several; out= for a CSV file in place of the screen; anything else is an override"
GRADES = {
    "A": "seen in the source",
    "B": "worked out from what was seen in the source",
    "C": "recalled from a named source and not checked against it",
    "J": "judgements of this project",
}
WHO = ("challenge", "design", "lever", "policy")
FILTERS = ("grade", *WHO)
COLUMNS = ("number", "value", "low", "high", "distribution", "unit", "source", "year", "grade", "used_by", "note")
KEY_WIDTH = 58
MOST_SHOWN = 4  # users of a number that the screen names
UNDATED = "undated"  # the source gave no year where it was seen, or its year is not recalled
TIMELESS = ("assumption", "convention", "arithmetic", "the normal distribution")  # sources of no year
YEAR = re.compile(r"\b(?:1[89]|20)\d\d(?:-(?:20)?\d\d)?\b")
LARGE = 1e5  # from here on thousands are worth a comma and decimals are not worth a place


def answer(page: Console, typed: Sequence[str]) -> int:
    """Prints the numbers that were asked for, or writes them to a file, and counts them by grade."""
    parser = Parser("evidence", USAGE, ABOUT, EXAMPLES, WORDS)
    words, folders = parser.words_and_folders(typed)
    asked, out, overrides = _read(words, parser.fix)
    composed = compose("compare", overrides, folders)
    _refuse_what_is_wrong(composed)
    from simulation.policy.levers import LEVERS

    known = {"grade": GRADES, "lever": LEVERS, **{group: composed.data[group] for group in options.ALL_AT_ONCE}}
    faults = [
        unknown(f"{kind}={name}", kind, name, known[kind])
        for kind, names in asked.items()
        for name in names
        if name not in known[kind]
    ]
    if faults:
        raise ConfigurationError(*faults)
    everything = {key: value for key, value in composed.data.items() if key not in ("challenges", "designs")}
    found = [entry for entry in register.entries(everything) if _is_asked_for(entry, asked)]
    judging = _judging(asked)
    if out:
        _write(out, found, judging)
    else:
        for entry in found:
            _print(page, entry)
        for yardstick in judging:
            _print_yardstick(page, yardstick)
    for line in in_words(found):
        page.print(line)
    if judging:
        page.print(f"{counted(len(judging), 'number')} besides judge results and make none (judging.*).")
    if out:
        page.print(f"Written: {out}", style="dim")
    return 0


def _refuse_what_is_wrong(composed: Composed) -> None:
    """Refuses what a comparison refuses, and whatever is wrong with options that take no part in it.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    validate.check(composed)
    faults: list[Fault] = []
    validate.read_parts(composed, composed.data["challenge"], composed.data["design"], faults)
    read_policies(composed.data, composed.data["policy"], faults)
    if faults:
        raise ConfigurationError(*faults)


def _read(words: Sequence[str], usage: str) -> tuple[dict[str, list[str]], Path | None, list[str]]:
    """Filters, the file to write, and overrides."""
    if faults := given_twice(words):
        raise ConfigurationError(*faults)
    asked: dict[str, list[str]] = {}
    out, overrides = None, []
    for word in words:
        kind, equals, value = word.partition("=")
        if kind in FILTERS and equals:
            asked[kind] = [name.strip() for name in value.strip("[]").split(",")]
        elif kind == "out" and equals:
            out = path_of(value, "out=")
        elif equals or word.startswith("~"):
            overrides.append(word)
        else:
            raise ConfigurationError(Fault(f"evidence {word}", "is no filter", usage))
    return asked, out, overrides


def _is_asked_for(entry: Entry, asked: Mapping[str, Sequence[str]]) -> bool:
    """Whether an entry passes every filter."""
    by_grade = "grade" not in asked or entry.grade in asked["grade"]
    return by_grade and all(
        any(f"{kind} {name}" in entry.used_by for name in names) for kind, names in asked.items() if kind in WHO
    )


def _judging(asked: Mapping[str, Sequence[str]]) -> list[Yardstick]:
    """What judges results, of the grades asked for; nothing where somebody's own numbers are wanted."""
    if any(kind in asked for kind in WHO):
        return []
    return [each for each in thresholds.known() if "grade" not in asked or each.grade in asked["grade"]]


def year_of(source: str) -> str:
    """The year, or the years, that a source names first; judgements, conventions and arithmetic have none."""
    if source.startswith(TIMELESS):
        return ""
    found = YEAR.search(source)
    return found[0] if found else UNDATED


def _print_yardstick(page: Console, yardstick: Yardstick) -> None:
    """What judges results, in the layout of the other numbers."""
    page.print(Text.assemble((yardstick.name.ljust(KEY_WIDTH), "bold"), f" {yardstick.grade}"))
    values = ", ".join(map(_shown, yardstick.values))
    page.print(Padding(f"{values}  (one value, not drawn) {yardstick.unit}", (0, 0, 0, 4)))
    source = f"{yardstick.source}{', undated' if year_of(yardstick.source) == UNDATED else ''}"
    about = f"{source}; decides {yardstick.decides}"
    page.print(Padding(Text(about, style="dim"), (0, 0, 0, 4)))


def _print(page: Console, entry: Entry) -> None:
    """One number on two lines or three."""
    value, low, high = (rows(entry, name) for name in ("value", "low", "high"))
    spread = f"{value}  ({low} to {high}; {drawn_as(entry)})"
    page.print(Text.assemble((entry.key.ljust(KEY_WIDTH), "bold"), f" {entry.grade}"))
    users = [*entry.used_by[:MOST_SHOWN], *(["..."] if len(entry.used_by) > MOST_SHOWN else [])]
    source = f"{entry.source}{', undated' if year_of(entry.source) == UNDATED else ''}"
    about = f"{source}{f' ({entry.note})' if entry.note else ''}; used by {', '.join(users) or 'nobody'}"
    page.print(Padding(f"{spread} {entry.unit}", (0, 0, 0, 4)))
    page.print(Padding(Text(about, style="dim"), (0, 0, 0, 4)))


def drawn_as(entry: Entry) -> str:
    """How a number is drawn, in words."""
    if entry.is_uncertain:
        return f"drawn as {entry.distribution}"
    return "one value, not drawn" if entry.low == entry.high else "decided, not drawn"


def rows(entry: Entry, end: str, form: Callable[[float], str] | None = None) -> str:
    """The value, the low or the high end of a number, or of all rows of a table."""
    shown: Any = getattr(entry.table or entry, end)
    return ", ".join((form or _shown)(v) for v in (shown if isinstance(shown, tuple) else (shown,)))


def _shown(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:g}"


def in_words(found: Sequence[Entry]) -> list[str]:
    """How many numbers there are of each grade, and of how many there is something to draw."""
    if not found:
        return ["No number answers to that."]
    by_grade = Counter(entry.grade for entry in found)
    grades = "; ".join(f"{by_grade[grade]} {words} ({grade})" for grade, words in GRADES.items() if by_grade[grade])
    drawn = len(register.uncertain(found))
    decided = sum(not entry.is_uncertain and entry.low < entry.high for entry in found)
    single = len(found) - drawn - decided
    return [
        f"\n{counted(len(found), 'number')}: {grades}.",
        f"{drawn} uncertain, which `redesign compare uncertainty=evidence` draws within their ranges; {decided} decided by "
        f"a policy, which it leaves as they are; {single} of one value.",
    ]


def _write(out: Path, found: Sequence[Entry], judging: Sequence[Yardstick]) -> None:
    """Writes the numbers as a table."""
    import pandas as pd

    ends = ("value", "low", "high")
    lines = [
        (e.key, *(rows(e, end, "{:.12g}".format) for end in ends), drawn_as(e).removeprefix("drawn as "), e.unit, e.source,
         year_of(e.source), e.grade, "; ".join(e.used_by), e.note)
        for e in found
    ]  # fmt: skip
    for y in judging:
        value = ", ".join(map("{:.12g}".format, y.values))
        fixed = (y.name, value, value, value, "one value, not drawn", y.unit, y.source, year_of(y.source))
        lines.append((*fixed, y.grade, f"analysis {y.key.partition('.')[0]}", f"decides {y.decides}"))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    try:
        storage.write_csv(out, table)
    except OSError as error:
        raise ConfigurationError(
            Fault(
                f"out={out}", f"cannot be written: {error.strerror or error}", "name a file in a folder that is there"
            )
        ) from error
