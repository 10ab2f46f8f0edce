"""What `redesign nation` runs: every authority under its own money; and what it makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments.analysis.statistics.sides import by_year
from experiments.analysis.verdicts.sentence import listed
from experiments.configuration.compose import Composed
from experiments.configuration.places.authorities import Authority, EnglishAuthority, authorities
from experiments.configuration.points import Point
from experiments.configuration.question_settings import without
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError
from experiments.questions.nation.plans import plan_again, planned
from experiments.questions.nation.rounds import InRounds, beside
from experiments.questions.nation.settings import IN_COMMON, NationSettings
from experiments.questions.nation.tables import tabulated
from experiments.running.design_run import DesignRun
from experiments.running.finished.recalled import Later, inputs_of, same_line
from experiments.running.job import Reduce
from experiments.running.rounds.together import faults_of, looked_to

QUESTION = "nation"
OWN = tuple(NationSettings.model_fields)
FEW = 3
"""So many authorities are called by their names."""
MOST_LETTERS = 40
"""Of the name of a results folder."""


def finished(words: Sequence[str]) -> Path | None:
    """The finished country that the very same line made; nothing where there is none."""
    session = same_line(QUESTION, words)
    return None if session is None else session.out


def run_of(own: NationSettings, base: Plan, asked: Sequence[EnglishAuthority]) -> DesignRun:
    """Every authority, and how they are lived; refuses those that cannot be before anything runs."""
    if own.spread != "within" and (faults := faults_of(base, f"spread={own.spread}", "spread=within")):
        raise ConfigurationError(*faults)
    pairs = Later(partial(planned, base, asked))
    points, plans = Later(lambda: [point for point, _ in pairs]), Later(lambda: [plan for _, plan in pairs])
    named = _under(base, _title(own.authorities, asked))
    kept = own.model_dump(mode="json")
    found = partial(tabulated, named)
    called = _called(named.world.place.title)
    known = inputs_of(QUESTION, base, kept)
    run = DesignRun(QUESTION, named, points, plans, kept, found, True, OWN, reduce(base), called, known)
    if own.spread != "within":
        run = InRounds(**vars(run) | {"points": Later(partial(beside, points))}, looks_to=looked_to(asked))
    if not run.recalled:
        len(pairs)  # so that whatever is wrong with any authority is refused now
    return run


def reduce(base: Plan) -> Reduce:
    """Of a life a row a year is kept: the sums that outcomes are made of."""
    return partial(by_year, base.settings.outcomes)


def plans_at(composed: Composed, points: Sequence[Point]) -> list[Plan]:
    """The plans of authorities as they were kept."""
    base = check(without(composed, OWN)[0])
    return [plan_again(base, point) for point in points]


def tables(base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """Works out every authority, every group and the country from the years that were kept."""
    return tabulated(_under(base, str(said["place_title"])), out)


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
