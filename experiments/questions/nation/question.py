"""The question `redesign nation`: what do two policies do to every authority of a country, each under its own money?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `country`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.configuration.compose import Composed
from experiments.configuration.question_settings import own_and_base
from experiments.questions.base import OfPoints, found_in
from experiments.questions.nation.settings import NationSettings, chosen, refuse_what_is_of_one_place
from experiments.running.finished.plain_lines import may_have_finished

if TYPE_CHECKING:
    from experiments.running.design_run import DesignRun


class Nation(OfPoints):
    """The same policies in every authority: a point is an authority with luck of its own."""

    name = "nation"
    settings = NationSettings
    plans_at = found_in("country", "plans_at")
    reduce = found_in("country", "reduce")
    tables = found_in("country", "tables")

    def at_once(self, words: Sequence[str]) -> Callable[[], int] | None:
        """What shows the finished country that the very same line made."""
        if not may_have_finished(self.name, words):
            return None
        out = self.part("country").finished(words)
        return None if out is None else partial(self._shown, out)

    def _shown(self, out: Path) -> int:
        """Shows a finished country."""
        self.part("screen").show(out)
        return 0

    def plans(self, composed: Composed) -> DesignRun:
        """Makes the plan of every authority."""
        refuse_what_is_of_one_place(composed)
        own, base, _ = own_and_base(composed, NationSettings)
        asked = chosen(own.authorities)
        found: DesignRun = self.part("country").run_of(own, base, asked)
        return found


QUESTION = Nation()
