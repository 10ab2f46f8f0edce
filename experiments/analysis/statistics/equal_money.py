"""Checks that arms compared at the same money had the same: what they spent and what they kept. Says who overspent."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, outcome_values, years_of
from experiments.text.numerals import counted

SAME_MONEY_TOLERANCE = 0.005
"""Arms had the same money if what they spent and kept per head, added up, is within this share of each other."""
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
INCOME = PUBLIC_SPEND.model_copy(update={"name": "income", "numerator": ("envelope.*",), "exclude": ()})


def same_money_check(record: pd.DataFrame, arms: Sequence[str]) -> str:
    """Compares the public money that arms spent and kept in all, per head, and reports it and deficits in words.

    Raises:
        ValueError: an arm was not run, or fewer than two arms are given.
    """
    known = list(record["arm"].astype(str).unique())
    unknown = [arm for arm in arms if arm not in known]
    if unknown or len(arms) < 2:
        fault = f"arm {unknown[0]!r} was not run" if unknown else "give at least two arms"
        raise ValueError(f"same-money check: {fault}; arms: {', '.join(known)}")
    years = years_of(record)
    measured = {each.name: each for each in (PUBLIC_SPEND, DEFICIT, INCOME)}
    kept = record[record["arm"].isin(list(arms)) & (record["month"] < years * MONTHS_A_YEAR)]
    values = outcome_values(kept, measured, [years])
    means = values.groupby(["outcome", "arm"])["value"].mean().to_dict()
    spend, deficit, income = ({arm: float(means[name, arm]) for arm in arms} for name in measured)
    kept = {arm: income[arm] - spend[arm] for arm in arms}
    had = np.array(list(income.values()))
    mean = np.abs(had).mean()
    gap = float(np.ptp(had) / mean) if mean > 0 else 0.0
    return f"{_words(gap, spend, kept, years)} {_overspent(deficit)}"


def _words(gap: float, spend: dict[str, float], kept: dict[str, float], years: int) -> str:
    """Says who had what, who spent it and who kept it; the gap is the largest between arms, as a share of their mean."""
    same = gap <= SAME_MONEY_TOLERANCE
    verdict = "the same public money" if same else "DIFFERENT amounts of public money"
    limit = "within" if same else "more than"
    sums = ", ".join(f"{arm} spent £{pounds:,.0f} and {_kept(kept[arm])}" for arm, pounds in spend.items())
    span = counted(years, "year")
    return f"Over {span} the arms had {verdict} per head ({gap:.2%} apart, {limit} {SAME_MONEY_TOLERANCE:.1%}): {sums}."


def _kept(pounds: float) -> str:
    """What became of the cash an agency holds."""
    return f"kept £{pounds:,.0f}" if round(pounds) >= 0 else f"used £{-pounds:,.0f} of reserves"


def _overspent(deficit: dict[str, float]) -> str:
    """Says who spent beyond every budget and reserve."""
    if not any(pounds > 0 for pounds in deficit.values()):
        return "No arm ran a deficit."
    owed = ", ".join(f"{arm} £{pounds:,.2f}" for arm, pounds in deficit.items())
    return f"Spent per head beyond every budget and reserve (deficit): {owed}."
