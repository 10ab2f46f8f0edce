"""What society's side says: clear for, no answer or clear against, as valued here and under every other judgement."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from experiments.analysis.economics.appraisal import (
    CLEAR_AGAINST,
    CLEAR_FOR,
    NO_ANSWER,
    TOO_FEW,
    TURNS,
    UNCLEAR,
    switches,
    turns_at,
    unclear_at,
)
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.economics.valued_runs import ledgers_of
from experiments.analysis.statistics.point_differences import POINT, by_point, read_runs
from experiments.analysis.verdicts.sentence import listed, number
from experiments.text.numerals import counted

TABLE = "valued.csv"
"""The file that keeps the verdicts of every point."""
VERDICTS = (CLEAR_FOR, NO_ANSWER, CLEAR_AGAINST, TOO_FEW)


def judged(record: pd.DataFrame, values: Valuation, years: int, contrast: Sequence[str]) -> pd.DataFrame:
    """The social value of one arm less another under every judgement, with the worth of a pound outside at which it turns.

    Args:
        record: the months of both arms, with what ledgers are made of.
        values: the conventions.
        years: that are added up.
        contrast: the first arm and the second.

    Returns:
        A row per judgement, that of the valuation first: columns of `appraisal.switches`, `outside_turns_at` and
        `outside_unclear_at`.
    """
    ledgers = ledgers_of(record, values, years)
    first, second = (ledgers.book.arms.index(arm) for arm in contrast)
    worths = {TURNS: turns_at(ledgers, first, second), UNCLEAR: unclear_at(ledgers, first, second)}
    known = {name: float("nan") if at is None else at for name, at in worths.items()}
    return switches(ledgers, first, second).assign(**known)


def of_pair(out: Path, values: Valuation, years: int, contrast: Sequence[str], at: Sequence[int]) -> str:
    """What society's side says of two arms in a results folder, each with the point that its runs are of."""
    return _sentence(out, values, years, contrast, at, "")


def as_used(out: Path, values: Valuation, years: int, contrast: Sequence[str]) -> str:
    """What society's side says of the first point of a results folder, which has the numbers as used."""
    return _sentence(out, values, years, contrast, (0, 0), ", with the numbers as used")


def _sentence(out: Path, values: Valuation, years: int, contrast: Sequence[str], at: Sequence[int], of: str) -> str:
    """The verdict as valued, the others, and where a pound outside turns it."""
    runs = read_runs(out, {}, valued=True)
    wanted = [(runs["arm"] == arm) & (runs[POINT] == point) for arm, point in zip(contrast, at, strict=True)]
    found = judged(runs[wanted[0] | wanted[1]].drop(columns=POINT), values, years, contrast)
    return f"{standing(found, contrast, of)} {turning(found[TURNS].iloc[0], found[UNCLEAR].iloc[0], values)}"


def standing(switched: pd.DataFrame, contrast: Sequence[str], of: str = "") -> str:
    """How the answer stands as it is valued here, and under every other judgement."""
    here, *others = (_of(str(verdict), contrast[0]) for verdict in switched["verdict"])
    told = listed([f"{many} {verdict}" for verdict, many in Counter(others).items()])
    return f"As valued here{of}: {here}; judged otherwise in {len(others)} ways, one at a time: {told}."


def turning(at: float | None, unclear: float | None, values: Valuation) -> str:
    """What a pound spent outside the model is taken to be worth, and at which worth the answer would turn or be clear no more.

    Args:
        at: the worth at which the sign turns; nothing where none does it.
        unclear: the worth at which a clear answer is lost; nothing where there is none to lose.
        values: the conventions.
    """
    worth = values.outside_services
    low, high = worth.at("low"), worth.at("high")
    lost, turned = (each if each is not None and low <= each <= high else None for each in (unclear, at))
    if lost is not None and turned is not None:
        told = _no_longer_clear(lost, turned, worth.value)
    elif lost is not None:
        told = f"there is no clear answer where it is worth {_than(lost, worth.value)}"
    elif turned is not None:
        told = f"this turns where it is worth {_than(turned, worth.value)}"
    else:
        told = f"no worth of it from {pounds(low)} to {pounds(high)} turns this"
    return f"A pound spent outside the model counts as {pounds(worth.value)}; {told}."


def _no_longer_clear(lost: float, turned: float, used: float) -> str:
    """Where an answer is lost, and beyond that turns; where both round alike, only that it turns."""
    beyond = f"below {pounds(turned)}" if turned < used else f"from {pounds(turned)} on"
    if _than(lost, used) == _than(turned, used):
        return f"{beyond} the answer leans the other way"
    return f"the answer is no longer clear if it is worth {_than(lost, used)}, and {beyond} it leans the other way"


def _than(at: float, used: float) -> str:
    """On which side of a worth, seen from the one that is used."""
    return f"{'less' if at < used else 'more'} than {pounds(at)}"


def at_points(out: Path, values: Valuation, years: int, contrast: Sequence[str]) -> pd.DataFrame:
    """The same at every point of a results folder: the columns of `judged` after the point's number."""
    parts = [table.assign(**{POINT: point}) for point, table in _by_point(out, values, years, contrast)]
    found = pd.concat(parts, ignore_index=True)
    return found[[POINT, *(name for name in found.columns if name != POINT)]]


def _by_point(out: Path, values: Valuation, years: int, contrast: Sequence[str]) -> Iterator[tuple[int, pd.DataFrame]]:
    """The judgements of each point that has runs, over as many years as were lived there."""
    for point, record in by_point(read_runs(out, {}, valued=True)):
        lived = (int(record["month"].max()) + 1) // 12
        yield point, judged(record, values, min(years, lived), contrast)


def over_points(found: pd.DataFrame, values: Valuation, contrast: Sequence[str]) -> str:
    """How the answer stands at many points, and whether what a pound outside the model is worth would turn it at any."""
    as_set = found["switch"] == found["switch"].iloc[0]
    here, others = _counts(found.loc[as_set, "verdict"], contrast[0]), found["switch"].nunique() - 1
    verdicts = found.pivot(index=POINT, columns="switch", values="verdict")
    first = verdicts[found["switch"].iloc[0]]
    moved = int((verdicts.ne(first, axis=0)).any(axis=1).sum())
    many = f"{'one or more of ' if moved else ''}{others} other ways, each by itself,"
    ways = "one other way" if others == 1 else many
    points, none = len(verdicts), f"none of the {counted(len(verdicts), 'point')}"
    worth = values.outside_services
    at = found.drop_duplicates(POINT)[TURNS]
    turns = at[at.between(worth.at("low"), worth.at("high"))]
    some = f"worth of it from {pounds(worth.at('low'))} to {pounds(worth.at('high'))}"
    where = f"at {none} does any {some} turn the sign"
    if len(turns):
        ends = f"from {pounds(turns.min())} to {pounds(turns.max())}"
        where = f"at {len(turns)} of {points} points some {some} turns the sign, {ends}"
    changes = f"{moved} of {points} points" if moved else none
    return (
        f"For society, as valued here: {here}. In {ways} the verdict changes at {changes} ({TABLE}). A pound spent outside the "
        f"model counts as {pounds(worth.value)}; {where}."
    )


def _counts(verdicts: pd.Series, arm: str) -> str:
    """At how many points each verdict holds."""
    counts = verdicts.value_counts()
    return listed([f"{_of(verdict, arm)} at {counts[verdict]}" for verdict in VERDICTS if verdict in counts])


def _of(verdict: str, arm: str) -> str:
    """A verdict with the arm that it is of."""
    return f"{verdict} {arm}" if verdict in (CLEAR_FOR, CLEAR_AGAINST) else verdict


def pounds(value: float) -> str:
    """A sum without its sign."""
    return f"£{number(abs(value), money=True)}"
