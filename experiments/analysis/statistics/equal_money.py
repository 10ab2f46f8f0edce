"""Checks that arms compared at the same money spent the same money, and says who overspent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, outcome_values, years_of

SAME_MONEY_TOLERANCE = 0.005
"""Arms whose cumulative public spend per head is within this share of each other spent the same money."""
POUNDS_PER_PENNY = 0.01
HOUSEHOLDS_AND_TRANSFERS = ("spend.households.**", "spend.**.transfer")

PUBLIC_SPEND = Outcome(
    name="public_spend",
    title="Public spending in all",
    unit="£ per head",
    better="lower",
    family="money",
    numerator=("spend.**",),
    exclude=HOUSEHOLDS_AND_TRANSFERS,
    denominator=("citizens",),
    average_denominator=True,
    factor=POUNDS_PER_PENNY,
    window="cumulative",
    description="All public bodies' spending since the policy date.",
)
DEFICIT = PUBLIC_SPEND.model_copy(update={"name": "deficit", "numerator": ("deficit.*",), "exclude": ()})


@dataclass(frozen=True)
class SameMoney:
    """What each arm spent, and whether that was the same money.

    Attributes:
        same: every arm is within the tolerance of every other, on average over replications.
        gap: largest difference between arms as a share of their mean.
        worst_gap: the same in the replication where it is largest.
        tolerance: the share allowed.
        spend: pounds of public money per head since the policy date, by arm.
        deficit: pounds per head that no budget or reserve covered, by arm.
        words: all of it in plain words.
    """

    same: bool
    gap: float
    worst_gap: float
    tolerance: float
    spend: dict[str, float]
    deficit: dict[str, float]
    words: str


def same_money_check(record: pd.DataFrame, arms: Sequence[str], tolerance: float = SAME_MONEY_TOLERANCE) -> SameMoney:
    """Compares the public money that arms spent in all, per head, and reports deficits in words.

    Raises:
        ValueError: an arm was not run, or fewer than two arms are given.
    """
    known = list(record["arm"].astype(str).unique())
    unknown = [arm for arm in arms if arm not in known]
    if unknown or len(arms) < 2:
        fault = f"arm {unknown[0]!r} was not run" if unknown else "give at least two arms"
        raise ValueError(f"same-money check: {fault}; arms: {', '.join(known)}")
    years = years_of(record)
    measured = {PUBLIC_SPEND.name: PUBLIC_SPEND, DEFICIT.name: DEFICIT}
    kept = record[record["arm"].isin(list(arms)) & (record["month"] < years * MONTHS_A_YEAR)]
    values = outcome_values(kept, measured, [years])
    means = values.groupby(["outcome", "arm"])["value"].mean().to_dict()
    spend, deficit = ({arm: float(means[name, arm]) for arm in arms} for name in measured)
    gap = _gap(np.array([list(spend.values())]))
    spent = values[values["outcome"] == PUBLIC_SPEND.name]
    worst = _gap(spent.pivot(index="replication", columns="arm", values="value").dropna().to_numpy())
    same = gap <= tolerance
    words = _words(same, gap, tolerance, spend, deficit, years)
    return SameMoney(same, gap, worst, tolerance, spend, deficit, words)


def _gap(spend: NDArray[np.float64]) -> float:
    """Gives the largest difference between arms as a share of their mean, over rows of (replication, arm)."""
    if not spend.size:
        return float("nan")
    mean = np.abs(spend).mean(axis=1)
    return float(np.max(np.divide(np.ptp(spend, axis=1), mean, out=np.zeros_like(mean), where=mean > 0)))


def _words(
    same: bool, gap: float, tolerance: float, spend: dict[str, float], deficit: dict[str, float], years: int
) -> str:
    """Says in two sentences who spent what and who overspent."""
    verdict = "the same public money" if same else "DIFFERENT amounts of public money"
    limit = "within" if same else "more than"
    sums = ", ".join(f"{arm} £{pounds:,.0f}" for arm, pounds in spend.items())
    span = "1 year" if years == 1 else f"{years} years"
    apart = f"{gap:.2%} apart, {limit} {tolerance:.1%}"
    head = f"Over {span} the arms spent {verdict} per head: {sums} ({apart})."
    over = {arm: pounds for arm, pounds in deficit.items() if pounds > 0}
    if not over:
        return f"{head} No arm ran a deficit."
    owed = ", ".join(f"{arm} £{pounds:,.2f}" for arm, pounds in deficit.items())
    return f"{head} Spent per head beyond every budget and reserve (deficit): {owed}."
