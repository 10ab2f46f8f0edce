"""What a comparison found: the one place from which the screen, the page, the lab and Python take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.summary import by_chance
from experiments.analysis.verdicts.brief import Brief, brief
from experiments.analysis.verdicts.facts import Facts
from experiments.analysis.verdicts.policies import Described, described
from experiments.analysis.verdicts.reading import Reading
from experiments.analysis.verdicts.sentence import plain_sentence, verdict

SUMMARY = "summary.csv"
CONTRAST_WORD = " minus "
"""What stands between the two arms of a difference."""


@dataclass(frozen=True)
class Answer:
    """The difference between two arms under the same luck, and what can be said of it.

    Attributes:
        table: one row for each outcome and horizon, about luck alone; the columns are those of `summary.summarise`.
        outcomes: the catalogue.
        facts: what stands beside: what it costs and whom, other arms, the policies.
    """

    table: pd.DataFrame
    outcomes: Mapping[str, Outcome] = field(default_factory=load_outcomes)
    facts: Facts = field(default_factory=Facts)

    @classmethod
    def read(cls, out: Path) -> Answer:
        """Reads it from the folder of a comparison."""
        whole = storage.read_csv(out / SUMMARY)
        return cls(by_chance(whole), facts=Facts.read(out, whole))

    @cached_property
    def contrast(self) -> tuple[str, str]:
        """The two arms; differences are the first minus the second."""
        first, _, second = str(self.table["contrast"].iloc[0]).partition(CONTRAST_WORD)
        return first, second

    @cached_property
    def year(self) -> int:
        """The last year that is told of."""
        return int(self.table["horizon"].max())

    @cached_property
    def last(self) -> dict[str, dict[str, Any]]:
        """Every outcome's row in the last year, by name, in the order of the table."""
        rows = self.table[self.table["horizon"] == self.year].to_dict("records")
        return {str(row["outcome"]): {str(key): value for key, value in row.items()} for row in rows}

    @cached_property
    def sentence(self) -> str:
        """What happened, losses first.

        Raises:
            ValueError: there is no headline outcome to speak of.
        """
        return plain_sentence(self.table, self.outcomes, self.contrast)

    @cached_property
    def brief(self) -> Brief:
        """The finding in a headline, and what people feel, what got worse, what it costs and whom, how sure that is."""
        return self.briefly({})

    @cached_property
    def policies(self) -> list[Described]:
        """What every policy that was lived through does, in lay words from its levers; none where that was not kept."""
        asked = self.facts.configuration
        return described(asked, asked.get("arms") or self.contrast)

    def briefly(self, called: Mapping[str, str]) -> Brief:
        """The brief with policies called by other names than their own."""
        return brief(Reading(self, called))

    def says(self, name: str) -> str:
        """What can be said of an outcome in the last year, as one of the keys of `sentence.CLAUSES`."""
        row = self.last[name]
        return verdict(self.outcomes[name], *(float(row[key]) for key in ("diff", "ci_lo", "ci_hi")))
