"""What a difference is made of: some replications are also lived where redesigns, management or both change nothing."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import storage
from experiments.analysis.economics import valued_runs
from experiments.analysis.economics.appraisal import PER_RESIDENT
from experiments.analysis.statistics.catalogue import Outcome, expand, load_outcomes
from experiments.analysis.statistics.components import (
    AS_IS,
    COMPONENTS,
    DESIGNS,
    GAINS,
    MANAGEMENT,
    ONLY_EFFORT,
    PARTS,
    UNMANAGED,
    VALUED,
    WHOLE,
    WORLDS,
    Off,
    by_replication,
    parts_of,
    summarise,
    with_intervals,
)
from experiments.analysis.statistics.outcomes import INDEX, ByArm
from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.analysis.verdicts.against_base import in_words
from experiments.analysis.verdicts.sentence import signed
from experiments.configuration.points import Point
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.questions.compare.further_lives import own_folder
from experiments.questions.compare.further_lives.own_folder import CUT_ALONE
from experiments.results import consolidate
from experiments.running.job import Job
from experiments.running.session import Session, engine
from experiments.text.numerals import HALF_A_PENNY, pounds
from simulation.policy.policy import Policy

Floats = NDArray[np.float64]
Found = TypeVar("Found")
WORTH = "Net present social value"
FOLDER, PAIRS = "components", "components_by_replication.parquet"
ONE_IN = 3
"""One replication of so many is split, unless that is fewer than have an interval."""
SWITCHED_OFF: Mapping[str, tuple[str, str]] = {
    DESIGNS: ("behaviour.structure.designs", "idle"),
    MANAGEMENT: ("behaviour.structure.management", "none"),
    GAINS: ("behaviour.structure.management", "only_effort"),
}


def count(settings: Settings, used: int) -> int:
    """How many of the replications that are used are split, the first ones; too few to say anything are not split at all."""
    if settings.components is not None:
        return min(settings.components, used)
    return max(FEWEST_FOR_INTERVAL, -(-used // ONE_IN)) if used >= FEWEST_FOR_INTERVAL else 0


def redesigning(plan: Plan) -> str | None:
    """The first arm of the contrast that redesigns anything or frees management; None where there is nothing to tell apart."""

    def is_split(policy: Policy) -> bool:
        return bool(engine().tries_redesigns(policy, plan.settings.years)) or _frees(policy)

    return next((arm for arm in plan.settings.contrast if is_split(plan.policies[arm])), None)


def _frees(policy: Policy) -> bool:
    """Whether a policy frees management anywhere, which rests on a judgement however little is redesigned."""
    levers = {**policy.levers, **(policy.zones.levers if policy.zones is not None else {})}
    return "freedom" in levers and levers["freedom"].strength > 0


def points_of(plan: Plan) -> list[Point]:
    """The lives that split the difference, world by world; an arm is lived only where what is off matters to it.

    Where the numbers are drawn, none of the comparison's own lives are surely those of the numbers as used, so all are lived.
    """
    years = plan.settings.years
    (whole,) = own_folder.plans_at(plan.composed, [Point(0, "all of them", {})])
    matters = {arm: _what_matters(policy, years) for arm, policy in whole.policies.items()}
    found = []
    for number, world in enumerate(WORLDS):
        known = plan.policies if world == AS_IS and plan.settings.uncertainty == "chance" else ()
        arms = tuple(arm for arm, own in matters.items() if world <= own and arm not in known)
        values = dict(SWITCHED_OFF[name] for name in sorted(world))
        where = " and ".join(f"{name} off" for name in sorted(world)) or "as it is"
        found += [Point(number, where, values, arms)] * bool(arms)
    assert any(redesigning(plan) in each.arms for each in found), "what redesigns nothing is not split"
    return found


def _what_matters(policy: Any, years: int) -> Off:
    """What an arm would miss if it changed nothing."""
    managed = engine().manages_otherwise
    matters = {DESIGNS: engine().tries_redesigns, MANAGEMENT: managed, GAINS: managed}
    return frozenset(name for name, does in matters.items() if does(policy, years))


def live(plan: Plan, session: Session, main: Job, used: int, at_once: bool = False) -> None:
    """Lives what splits the difference, and keeps it beside the comparison in a folder of its own.

    Args:
        plan: of the comparison.
        session: its folder.
        main: what its replications have in common; the same settled place serves every world here.
        used: how many replications of it are used.
        at_once: whether its own lives are led in the same go, so that each of those that are split begins once.
    """
    split = count(plan.settings, used)
    if split and redesigning(plan):
        why = "to tell what the difference is made of"
        own_folder.live(plan, session, main, points_of(plan), split, FOLDER, why, used if at_once else 0)


def tabulated(plan: Plan, out: Path, record: pd.DataFrame | None = None) -> list[str]:
    """Splits the difference and writes the tables; returns what is said of it, nothing where nothing was split.

    Args:
        plan: of the comparison.
        out: its folder.
        record: the months of its arms, of everybody, where they are part of the split.
    """
    if not (out / FOLDER / consolidate.RUNS).is_file():
        return []
    contrast, year, outcomes = plan.settings.contrast, plan.settings.years, load_outcomes()
    beside = pd.read_parquet(out / FOLDER / consolidate.RUNS).astype({"arm": str})
    single = expand(outcomes, [str(c) for c in beside.columns if c not in (*INDEX, "point")])
    split = int(beside["replication"].max()) + 1
    own = beside.iloc[:0] if record is None else record[record["replication"] < split]
    months = _months(own, beside)
    lives = _everywhere({life: ByArm.of(each, outcomes) for life, each in months.items()})
    alone = [(redesigning(plan) or contrast[0], CUT_ALONE)] * (CUT_ALONE not in contrast)
    pairs = pd.concat([by_replication(lives, two, year, split) for two in (contrast, *alone)], ignore_index=True)
    storage.write_frame(out / PAIRS, pairs)
    table = summarise(pairs, single, year)
    storage.write_csv(out / COMPONENTS, table)
    worth = _everywhere({life: _worth(each, plan, split) for life, each in months.items()})
    valued = pd.concat([_valued(worth, two, year) for two in (contrast, *alone)], ignore_index=True)
    storage.write_csv(out / VALUED, valued)
    return [each for two in (contrast, *alone) for each in (sentence(table, outcomes, two), worth_told(valued, two))]


def _months(record: pd.DataFrame, beside: pd.DataFrame) -> dict[tuple[str, Off], pd.DataFrame]:
    """The months of every life that was led, by arm and world."""
    known = {(str(arm), AS_IS): months for arm, months in record.groupby("arm", sort=False)}
    for (number, arm), months in beside.drop(columns="point").groupby([beside["point"], "arm"], sort=False):
        known[str(arm), WORLDS[int(number)]] = months
    return known


def _everywhere(known: Mapping[tuple[str, Off], Found]) -> dict[tuple[str, Off], Found]:
    """What is known of every arm in every world; where what is off does not matter to an arm, it is as without."""
    arms = dict.fromkeys(arm for arm, _ in known)
    return {(arm, world): _nearest(known, arm, world) for arm in arms for world in WORLDS}


def _nearest(known: Mapping[tuple[str, Off], Found], arm: str, world: Off) -> Found:
    """What is known of an arm in a world, or in that which has as much off as matters to it."""
    return known[arm, max((off for name, off in known if name == arm and off <= world), key=len)]


def _worth(months: pd.DataFrame, plan: Plan, replications: int) -> Floats:
    """What a life is worth to society at the valuation's prices, in the first replications: pounds per resident."""
    value = valued_runs.by_run(months, plan.valuation, plan.settings.years).set_index("replication")["value"]
    return value.loc[range(replications)].to_numpy()


def _valued(worth: Mapping[tuple[str, Off], Floats], contrast: Sequence[str], year: int) -> pd.DataFrame:
    """What made society better or worse off under the first of two arms, part by part."""
    told = {
        "contrast": f"{contrast[0]} minus {contrast[1]}",
        "measure": "social_value",
        "title": WORTH,
        "unit": PER_RESIDENT,
    }
    return pd.DataFrame([{**told, "horizon": year, **row} for row in with_intervals(parts_of(worth, contrast))])


def worth_told(table: pd.DataFrame, contrast: Sequence[str]) -> str:
    """Says what society is better or worse off by, and what of it is left to those who doubt what management does."""
    told = table[table["contrast"] == f"{contrast[0]} minus {contrast[1]}"].set_index("part")
    first, against = map(in_words, contrast)
    parts = "; ".join(f"{words} {_pounds(told.loc[part])}" for part, words in PARTS.items())
    return (
        f"Of what society is better off under {first} than under {against}, {_pounds(told.loc[WHOLE])} a head: {parts}. "
        "Where management does nothing, "
        f"{_pounds(told.loc[UNMANAGED])}; where freer management costs effort and brings nothing, "
        f"{_pounds(told.loc[ONLY_EFFORT])}."
    )


def sentence(table: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str]) -> str:
    """Says what the difference of the first spoken outcome is made of."""
    rows = table[table["contrast"] == f"{contrast[0]} minus {contrast[1]}"]
    name = next(each for each in rows["outcome"] if outcomes[each].spoken)
    told = rows[rows["outcome"] == name].set_index("part")
    whole, unit = told.loc[WHOLE], str(told["unit"].iloc[0])
    parts = "; ".join(f"{words} {_sized(told.loc[part], unit)}" for part, words in PARTS.items())
    first, against = map(in_words, contrast)
    return (
        f"Of {first}'s difference from {against} in {outcomes[name].words}, {signed(whole['diff'], unit)} over the "
        f"{whole['n']} pairs that were split: {parts}. "
        f"Where management does nothing, {_sized(told.loc[UNMANAGED], unit)} is left; where freer management costs effort and "
        f"brings nothing, {_sized(told.loc[ONLY_EFFORT], unit)}."
    )


def _sized(row: Any, unit: str) -> str:
    """A part with its size, and whether luck alone may have made it."""
    if row["diff"] == row["ci_lo"] == row["ci_hi"] == 0:
        return f"0 in all {int(row['n'])} pairs"
    return f"{signed(row['diff'], unit).partition(' ')[0]}{_doubt(row)}"


def _pounds(row: Any) -> str:
    """A part in pounds, with the sign that says who is better off, and whether luck alone may have made it."""
    sign = "" if abs(row["diff"]) < HALF_A_PENNY else "-" if row["diff"] < 0 else "+"
    return f"{sign}{pounds(row['diff'])}{_doubt(row)}"


def _doubt(row: Any) -> str:
    """Whether luck alone may have made a part."""
    if not math.isfinite(row["ci_lo"]):
        return " (too few to say)"
    return " (could be chance)" if row["ci_lo"] <= 0 <= row["ci_hi"] and row["ci_lo"] < row["ci_hi"] else ""
