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
    """

    table: pd.DataFrame
    outcomes: Mapping[str, Outcome] = field(default_factory=load_outcomes)

    @classmethod
    def read(cls, out: Path) -> Answer:
        """Reads it from the folder of a comparison."""
        return cls(by_chance(storage.read_csv(out / SUMMARY)))

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

    def says(self, name: str) -> str:
        """What can be said of an outcome in the last year, as one of the keys of `sentence.CLAUSES`."""
        row = self.last[name]
        return verdict(self.outcomes[name], *(float(row[key]) for key in ("diff", "ci_lo", "ci_hi")))
