"""Says in everyday words what happened: a few sentences with rounded numbers that need no statistics to follow."""

from collections.abc import Sequence
from typing import NamedTuple

from experiments.analysis.statistics.catalogue import Outcome
from experiments.report.baseline import USUAL
from experiments.report.folder_contents import Results, plain
from experiments.report.style import amount

TOLD = ("crises", "need_share", "life_satisfaction_in_need", "wait_mean", "refused", "public_spend")
ENDS = {
    "better": "{first} did better.",
    "worse": "{second} did better.",
    "higher": "It was higher under {first}.",
    "lower": "It was lower under {first}.",
    "small": "The difference is too small to matter.",
    "unclear": "The difference could be luck, so we cannot say which did better.",
    "same": "There was no difference at all.",
    "unknown": "Too few runs were made to say which did better.",
}


class InPlainWords(NamedTuple):
    """What was done, and one line for each thing that came out and people would ask about."""

    done: str
    lines: Sequence[str]


def in_plain_words(results: Results) -> InPlainWords | None:
    """Says what was done and what came out; None where nothing was compared."""
    if results.contrast is None:
        return None
    first, second = (plain(arm) for arm in results.contrast)
    pairs = results.replications
    years = "a year" if results.years == 1 else f"{results.years} years"
    place = results.fact("place_title") or results.fact("place") or "the place"
    runs = "once" if pairs == 1 else f"{pairs} times"
    done = (
        f"We built {place} inside a computer, with made-up people who have needs, ask for help and are helped or turned away. "
        f"Then we let {years} go by under {first} and under {second}, {runs} each, always with the same people and the "
        "same luck on both sides. So what differs is due to the policy."
    )
    return InPlainWords(done, _lines(results))


def _lines(results: Results) -> list[str]:
    """One line for each outcome that was recorded, at the end of the runs."""
    known = results.answer.last
    return [_line(results.outcomes[name], results) for name in TOLD if name in known and name in results.outcomes]


def _line(outcome: Outcome, results: Results) -> str:
    """What one outcome was under both policies and as before, and what can be said of the difference."""
    answer, row = results.answer, results.answer.last[outcome.name]
    first, second = answer.contrast
    both = [f"{amount(float(row[arm]), outcome.unit)} under {plain(arm)}" for arm in (first, second)]
    before = ""
    if USUAL in results.arms and USUAL not in (first, second):
        before = f" (carrying on as before: {amount(float(row[USUAL]), outcome.unit)})"
    unit = "" if outcome.unit == "%" else f", {outcome.unit}"
    said = ENDS[answer.says(outcome.name)].format(first=plain(first), second=plain(second))
    return f"{outcome.title}{unit}: {both[0]}, {both[1]}{before}. {said}"
