"""Says across sets of plausible numbers whether any group is worse off, luck taken out.

A group's difference in a set is averaged over the set's luck and drawn in towards the middle of all sets, as everywhere
(`two_uncertainties`). In a set no group is worse off where none of these differences is for the worse.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics import equity
from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.uncertainty.common_luck import anova_split, share_interval, shifts
from experiments.analysis.uncertainty.two_uncertainties import EVIDENCE, evidence_range
from experiments.analysis.uncertainty.value_of_information import LUCK_EXPLAINS

COLUMNS = ("horizon", *equity.HEAD, "note", "uncertainty_type")
SPOKEN = "life_satisfaction", "fifth"
"""The outcome and the kind of groups that the screen tells of."""


@dataclass(frozen=True)
class Gaps:
    """One set's paired differences of one outcome by group, first arm minus second: replications by groups."""

    outcome: Outcome
    by: str
    groups: tuple[str, ...]
    differences: NDArray[np.float64]


def gaps_of(record: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str], horizon: int) -> list[Gaps]:
    """Works out one set's differences by group, of every outcome that is told by group."""
    first, second = contrast
    return [
        Gaps(each.outcome, each.by, each.groups, each.values[first] - each.values[second])
        for each in equity.by_group(record, outcomes, horizon)
    ]


def table(sets: Sequence[Sequence[Gaps]], contrast: Sequence[str], horizon: int) -> pd.DataFrame:
    """Lists each group's difference with the range of the evidence, and in which share of sets no group is worse off.

    Args:
        sets: of every set, its differences.
        contrast: first and second arm.
        horizon: the year looked at.

    Returns:
        `measure` is `difference` (a row per group), `nobody_worse` or `nobody_much_worse` (shares of sets with their
        intervals, as other sets and other luck might have been drawn: no group at all, and none by more than would matter).
    """
    rows: list[dict[str, Any]] = []
    for each in zip(*sets, strict=True):
        one = each[0]
        head = {
            "horizon": horizon,
            "by": equity.KINDS[one.by],
            "outcome": one.outcome.name,
            "title": one.outcome.title,
            "unit": one.outcome.unit,
            "comparison": f"{contrast[0]} minus {contrast[1]}",
            "uncertainty_type": EVIDENCE,
        }
        runs = np.stack([gaps.differences for gaps in each])
        rows += [head | row for row in _rows(one, runs[np.isfinite(runs).all(axis=(1, 2))])]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(one: Gaps, runs: NDArray[np.float64]) -> list[dict[str, Any]]:
    """What sets (by replications by groups) say of one outcome; nothing where fewer than two are defined everywhere."""
    if min(runs.shape[:2]) < 2:
        return []
    splits = [anova_split(runs[:, :, k]) for k in range(len(one.groups))]
    rows: list[dict[str, Any]] = []
    for group, split in zip(one.groups, splits, strict=True):
        low, high = evidence_range(split.without_luck)
        rows.append({"measure": "difference", "group": group, "value": float(split.means.mean()), "lo": low, "hi": high,
                     "n": len(runs), "note": _unsplit(split.truncated)})  # fmt: skip
    if one.outcome.better == "neither":
        return rows
    gains = np.stack([split.without_luck for split in splits], axis=1)
    other = shifts(np.stack([split.replications for split in splits], axis=1))
    moved = gains + other[:, None]
    gains, moved = (gains, moved) if one.outcome.better == "higher" else (-gains, -moved)
    note = _unsplit(any(split.truncated for split in splits))
    for measure, tolerated in (("nobody_worse", 0.0), ("nobody_much_worse", one.outcome.matters)):
        if tolerated is not None:
            fair = (gains >= -tolerated).all(axis=-1)
            low, high = share_interval(fair, (moved >= -tolerated).all(axis=-1))
            rows.append(
                {"measure": measure, "value": float(fair.mean()), "lo": low, "hi": high, "n": len(runs), "note": note}
            )
    return rows


def _unsplit(truncated: bool) -> str:
    """Says where luck alone explains what differs between sets, so that it could not be taken out."""
    return LUCK_EXPLAINS.partition(":")[0] if truncated else ""


def in_words(found: pd.DataFrame) -> list[str]:
    """Says for the screen in how many sets no deprivation fifth is worse off."""
    name, by = SPOKEN
    own = found[(found["outcome"] == name) & (found["by"] == equity.KINDS[by])].set_index("measure")
    if "nobody_worse" not in own.index:
        return []
    row = own.loc["nobody_worse"]
    if math.isnan(row["value"]):
        return []
    return [
        f"Across the evidence, no deprivation fifth is worse off in life satisfaction in {row['value']:.0%} "
        f"({row['lo']:.0%} to {row['hi']:.0%}) of {row['n']} sets of plausible numbers."
    ]
