"""Puts several comparisons into one table: their differences, or all their policies, up to six."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import difference_interval
from experiments.analysis.verdicts.sentence import signed, verdict
from experiments.lab import configuration, results
from experiments.lab.number_format import rounded, three
from experiments.lab.session import Kept, place_title
from experiments.lab.state import Choice, State
from experiments.text.numerals import counted

MOST = 6
"""Policies in one table."""
NO_POLICY = Choice("")
World = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Side:
    """A policy as it was lived.

    Attributes:
        title: of the policy, and where it was lived.
        world: everything but the policies: only lives of one world can be compared run by run.
        values: of each outcome in the last year, by replication.
    """

    title: str
    world: World
    values: dict[str, pd.Series]


def sides(comparisons: Sequence[Kept]) -> list[Side]:
    """The policies of some comparisons, each once."""
    found: dict[World, Side] = {}
    for kept in comparisons:
        world = _known_by(replace(kept.state, a=NO_POLICY, b=NO_POLICY))
        where = f"{place_title(kept.state.place)}, {counted(kept.state.years, 'year')}, luck {kept.state.seed}"
        values = {name: table[table["year"] == table["year"].max()] for name, table in results.values(kept).items()}
        for choice, arm in zip((kept.state.a, kept.state.b), configuration.arms_of(kept.state), strict=True):
            mine = {name: t[t["arm"] == arm].set_index("replication")["value"] for name, t in values.items()}
            lived = _known_by(replace(kept.state, a=choice, b=NO_POLICY))
            found.setdefault(lived, Side(f"{configuration.title_of(choice)}: {where}", world, mine))
    return list(found.values())


def _known_by(state: State) -> World:
    """What tells a choice from every other."""
    return tuple(sorted(state.address().items()))


def policies(comparisons: Sequence[Kept]) -> pd.DataFrame:
    """A row an outcome, a column a policy: its level, and what can be said of it beside the first one of the same world."""
    shown = sides(comparisons)[:MOST]
    firsts: dict[World, Side] = {}
    for side in shown:
        firsts.setdefault(side.world, side)
    rows = {}
    for name in results.SHOWN:
        outcome = results.catalogue()[name]
        rows[f"{outcome.title}, {outcome.unit}"] = [_cell(outcome, side, firsts[side.world]) for side in shown]
    return pd.DataFrame(rows, index=[side.title for side in shown]).T


def _cell(outcome: Outcome, side: Side, first: Side) -> str:
    """A level, and the difference from the first policy where both met the same people and the same luck."""
    if outcome.name not in side.values:
        return ""
    mine = side.values[outcome.name]
    level = three(float(mine.mean()))
    if side is first:
        return level
    pairs = (mine - first.values[outcome.name]).dropna().to_numpy()
    low, high, _ = difference_interval(pairs)
    return f"{level} ({results.VERDICTS[verdict(outcome, float(pairs.mean()), low, high)]})"


def differences(comparisons: Sequence[Kept]) -> pd.DataFrame:
    """A row a comparison, a column an outcome: second policy minus first in the last year."""
    rows = {}
    for kept in comparisons:
        found = results.answer(kept)
        assert found is not None, "only finished comparisons stand side by side"
        rows[kept.label] = {
            outcome.title: signed(rounded(float(found.last[name]["diff"])), outcome.unit)
            for name, outcome in found.outcomes.items()
            if name in results.SHOWN and name in found.last
        }
    return pd.DataFrame(rows).T
