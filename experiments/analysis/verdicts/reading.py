"""Reads a comparison the way a brief tells it: which way each difference points, and against what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.analysis.statistics.components import ONLY_EFFORT, WHOLE
from experiments.analysis.verdicts.against_base import CUT_ALONE, NO_CHANGE
from experiments.analysis.verdicts.sentence import verdict

if TYPE_CHECKING:
    from experiments.analysis.verdicts.answer import Answer

HARDEST = ("crises", "need_share")
"""What being let down does to lives: how large a difference is, and whether a cut is undone, goes by these."""
SPENT, DEFICIT, CARE = "public_spend_total", "deficit", "informal_care"
LIVES_DIFFER = ("better", "worse")


@dataclass(frozen=True)
class Reading:
    """What a brief may say of two arms, first against second.

    Attributes:
        answer: what was found.
        called: what people call an arm, where that is not its name.
    """

    answer: Answer
    called: Mapping[str, str]

    def name(self, arm: str) -> str:
        """What an arm is called in a sentence."""
        own = {CUT_ALONE: "the cut alone", NO_CHANGE: "no change"}
        return self.called.get(arm) or own.get(arm) or arm.replace("_", " ")

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """What can be said of every headline outcome about people and services, for the first arm against the second."""
        outcomes = self.answer.outcomes
        kept = [name for name in self.answer.last if name in outcomes and outcomes[name].headline]
        return {
            name: self.answer.says(name)
            for name in kept
            if outcomes[name].family != "money" and outcomes[name].better != "neither"
        }

    @cached_property
    def too_few(self) -> bool:
        """Whether there are too few runs to say anything of people and services; what is exactly the same may be said."""
        return are_too_few(self.verdicts.values())

    def money(self, name: str) -> str:
        """What can be said of an outcome in pounds; nothing where it is not in the table."""
        return self.answer.says(name) if name in self.answer.last and name in self.answer.outcomes else ""

    @cached_property
    def _references(self) -> dict[tuple[str, str], dict[str, Mapping[str, Any]]]:
        """The rows against no change and the cut alone by outcome, for each arm and base."""
        table = self.answer.facts.references
        found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
        for row in [] if table is None else table.to_dict("records"):
            key = (str(row["arm"]), str(row["base"]))
            found.setdefault(key, {})[str(row["outcome"])] = {str(k): v for k, v in row.items()}
        return found

    def against(self, arm: str, reference: str) -> dict[str, Mapping[str, Any]]:
        """The rows of an arm against no change or the cut alone, by outcome; empty where that is not known."""
        return self._references.get((arm, reference), {})

    def held(self, arm: str, reference: str, names: Sequence[str] = HARDEST) -> dict[str, str]:
        """What can be said of some outcomes of an arm against no change or the cut alone; empty where that is not known.

        Verdicts are those of the table, which allow for so many being looked at together.
        """
        rows = self.against(arm, reference)
        return {name: str(rows[name]["verdict"]) for name in names if name in rows}

    def references(self) -> list[str]:
        """No change and the cut alone, as far as they were run beside the two arms."""
        beside = [base for base in (NO_CHANGE, CUT_ALONE) if base not in self.answer.contrast]
        return [base for base in beside if self.against(self.answer.contrast[0], base)]

    @cached_property
    def only_effort(self) -> tuple[str, Mapping[str, Any], str] | None:
        """What is left of the difference where freer management, which is a judgement, costs effort and brings nothing.

        Returns:
            The first outcome in which the two arms differ, of what is hardest before any other: its name, the row of what is
            left, and what can be said of that; None where they differ in nothing, or where nobody lived so.
        """
        table = self.answer.facts.components
        differing = [each for each in (*HARDEST, *self.verdicts) if self.verdicts.get(each) in LIVES_DIFFER]
        name = next(iter(differing), None)
        if table is None or name is None:
            return None
        rows = self._of_the_two(table)
        rows = rows[rows["outcome"] == name]
        if not {ONLY_EFFORT, WHOLE} <= set(rows["part"]):
            return None
        left, whole = rows[rows["part"] == ONLY_EFFORT], rows[rows["part"] == WHOLE]
        row = {str(key): value for key, value in left.iloc[0].to_dict().items()}
        said, of_all = (verdict(self.answer.outcomes[name], *_numbers(each.iloc[0])) for each in (left, whole))
        can_say = self.verdicts[name] in (
            said,
            of_all,
        )  # too few pairs to see even the whole of it cannot say what is lost
        return name, row, said if can_say else "unknown"

    @cached_property
    def worth_only_effort(self) -> Mapping[str, Any] | None:
        """What society would be better or worse off by there; None where nobody lived so."""
        table = self.answer.facts.valued
        if table is None:
            return None
        rows = self._of_the_two(table)
        rows = rows[rows["part"] == ONLY_EFFORT]
        return {str(key): value for key, value in rows.iloc[0].to_dict().items()} if len(rows) else None

    def _of_the_two(self, table: pd.DataFrame, column: str = "contrast") -> pd.DataFrame:
        """The rows of a table about the two arms at the end; a column says which two arms each row is about."""
        return table[(table[column] == " minus ".join(self.answer.contrast)) & (table["horizon"] == self.answer.year)]

    def is_cut(self, arm: str) -> bool:
        """Whether a policy takes money from the council, as far as its levers are known."""
        found: Any = self.answer.facts.configuration
        for key in ("policy", arm, "levers", "envelope", "cut"):
            found = found.get(key) if isinstance(found, Mapping) else None
        numbers = [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, int | float)]
        return isinstance(found, str) or any(each > 0 for each in numbers)

    def account(self, measure: str) -> Mapping[str, Any] | None:
        """A sum over all years, first arm less second, with its interval; None where it was not worked out."""
        table = self.answer.facts.economics
        if table is None:
            return None
        rows = self._of_the_two(table, "comparison")
        rows = rows[rows["measure"] == measure]
        return {str(k): v for k, v in rows.iloc[0].to_dict().items()} if len(rows) else None

    def matters(self, name: str) -> float:
        """The smallest difference worth acting on."""
        found = self.answer.outcomes.get(name)
        return 0.0 if found is None else found.matters or 0.0

    def clearly(self, measure: str) -> int:
        """Whether a sum is clearly less (-1) or more (1) by enough to matter, or neither can be said (0)."""
        row = self.account(measure)
        if row is None or pd.isna(row["lo"]) or abs(row["value"]) < self.matters(SPENT):
            return 0
        return -1 if row["hi"] < 0 else 1 if row["lo"] > 0 else 0

    @cached_property
    def received(self) -> str:
        """Whether the first arm had less, more or equal money, cash that it kept included; nothing if that is not known."""
        row = self.account("received")
        kept = [self.account(name) for name in ("public_cost", "cash_kept")] if row is None else [row]
        rows = [each for each in kept if each is not None]  # older folders have the two parts and not their sum
        if len(rows) < len(kept):
            told = {"lower": "less", "higher": "more", "small": "equal", "same": "equal"}
            return told.get(self.money(SPENT), "")
        value, low, high = (sum(float(each[key]) for each in rows) for key in ("value", "lo", "hi"))
        enough = self.matters(SPENT)
        if max(abs(low), abs(high)) < enough:
            return "equal"
        return "less" if high < 0 and value <= -enough else "more" if low > 0 and value >= enough else ""


def are_too_few(verdicts: Collection[str]) -> bool:
    """Whether verdicts say of nothing but what is exactly the same how it differs, for want of runs."""
    return "unknown" in verdicts and set(verdicts) <= {"unknown", "same"}


def _numbers(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    """A difference and its interval."""
    return float(row["diff"]), float(row["ci_lo"]), float(row["ci_hi"])
