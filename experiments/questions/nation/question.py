"""The question `redesign nation`: what do two policies do to every authority of a country, each under its own money?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments.analysis.statistics.sides import by_year
from experiments.analysis.verdicts.sentence import listed
from experiments.configuration.compose import Composed
from experiments.configuration.places.authorities import Authority, authorities
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.questions.base import Question
from experiments.questions.nation.plans import plan_again, planned
from experiments.questions.nation.rounds import InRounds, beside, looked_to, refuse_what_cannot
from experiments.questions.nation.settings import IN_COMMON, NationSettings, chosen, refuse_what_is_of_one_place
from experiments.questions.nation.tables import tabulated
from experiments.results.open_results import Opened
from experiments.running.design_run import DesignRun
from experiments.running.finished.recalled import Later, inputs_of, same_line
from experiments.running.job import Reduce
from experiments.running.session import Session

FEW = 3
"""So many authorities are called by their names."""
MOST_LETTERS = 40
"""Of the name of a results folder."""


class Nation(Question[DesignRun]):
    """The same policies in every authority: a point is an authority with luck of its own."""

    name = "nation"
    settings = NationSettings

    def at_once(self, words: Sequence[str]) -> Callable[[], int] | None:
        """What shows the finished country that the very same line made."""
        session = same_line(self.name, words)
        return None if session is None else partial(self._shown, session.out)

    def _shown(self, out: Path) -> int:
        """Shows a finished country."""
        self.part("screen").show(out)
        return 0

    def plans(self, composed: Composed) -> DesignRun:
        """Makes the plan of every authority."""
        refuse_what_is_of_one_place(composed)
        own, base, _ = own_and_base(composed, NationSettings)
        asked = chosen(own.authorities)
        pairs = Later(partial(planned, base, asked))
        points, plans = Later(lambda: [point for point, _ in pairs]), Later(lambda: [plan for _, plan in pairs])
        named = _under(base, _title(own.authorities, asked))
        kept = own.model_dump(mode="json")
        found, names = partial(tabulated, named), tuple(NationSettings.model_fields)
        called = _called(named.world.place.title)
        known = inputs_of(self.name, base, kept)
        run = DesignRun(self.name, named, points, plans, kept, found, True, names, self.reduce(base), called, known)
        if own.spread != "within":
            refuse_what_cannot(base)
            run = InRounds(**vars(run) | {"points": Later(partial(beside, points))}, looks_to=looked_to(asked))
        if not run.recalled:
            len(pairs)  # so that whatever is wrong with any authority is refused now
        return run

    def session(self, asked: DesignRun) -> Session:
        """The folder of the country."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Lives every authority and writes the tables."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the years that were kept."""
        return asked.again(opened)

    def reduce(self, base: Plan) -> Reduce:
        """Of a life a row a year is kept: the sums that outcomes are made of."""
        return partial(by_year, base.settings.outcomes)

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """The plans of authorities as they were kept."""
        base = self.base_at(composed)
        return [plan_again(base, point) for point in points]

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
        """Works out every authority, every group and the country from the years that were kept."""
        return tabulated(_under(base, str(said["place_title"])), out)


QUESTION = Nation()


def _under(base: Plan, title: str) -> Plan:
    """The same plan under another place's title."""
    place = base.world.place.model_copy(update={"title": title})
    return replace(base, world=base.world.model_copy(update={"place": place}))


def _title(words: Sequence[str], asked: Sequence[Authority]) -> str:
    """What the authorities that were asked for are called together."""
    if len(asked) == len(authorities()):
        return "England"
    by = words[0].partition(":")[0]
    if len(words) == 1 and by in IN_COMMON:
        return f"England, {by}: {getattr(asked[0], by)}"
    first = [each.title for each in asked[:FEW]]
    return listed([*first, f"{len(asked) - FEW} more"] if len(asked) > FEW else first)


def _called(title: str) -> str:
    """What the results folder is named after."""
    return "-".join(re.findall(r"[a-z]+", title.lower()))[:MOST_LETTERS].strip("-")
