"""Follows outcomes from the last year before the policy date to the end, as figures over time show them."""

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR, bands, differences, series
from experiments.report.folder_contents import Results, plain

HEADLINES = ("crises", "need_share", "life_satisfaction_in_need", "wait_mean", "delayed_days", "public_spend")
"""The six shown over time; other headline outcomes take the place of those that were not recorded."""

LEVEL, DIFFERENCE = "level", "difference"
"""What a row of a figure over time shows: an arm, or one arm minus another under the same luck."""


def headlines(results: Results) -> list[Outcome]:
    """Picks up to six headline outcomes that the runs recorded and that are not running totals."""
    others = tuple(name for name, o in results.outcomes.items() if o.headline and name not in HEADLINES)
    found = [o for o in results.measurable(HEADLINES + others) if o.window != "cumulative"]
    chosen = {outcome.name for outcome in found[: len(HEADLINES)]}
    return sorted(
        (outcome for outcome in found if outcome.name in chosen),
        key=lambda outcome: (outcome.family == "money", list(results.outcomes).index(outcome.name)),
    )


def by_year(results: Results, outcome: Outcome) -> pd.DataFrame:
    """Gives mean and band of every arm in every year; all arms share year 0, the last before the policy date.

    Returns:
        Columns outcome, unit, arm, year, mean, low, high.
    """
    followed = bands(series(results.runs, outcome, every="year"))
    before = year_before(results, outcome)
    if before is not None:
        followed = pd.concat([*(before.assign(arm=arm) for arm in results.arms), followed], ignore_index=True)
    followed.insert(0, "unit", outcome.unit)
    followed.insert(0, "outcome", outcome.title)
    return followed


def difference_by_year(results: Results, outcome: Outcome) -> pd.DataFrame:
    """Gives the average difference of the two arms compared in every year, and its 95% interval, over same-luck pairs.

    Returns:
        Columns as of `by_year`, where the arm is both, and `shows`.
    """
    first, second = results.contrast
    found = differences(series(results.runs, outcome, every="year"), first, second)
    about = {"outcome": outcome.title, "unit": outcome.unit, "arm": f"{plain(first)} minus {plain(second)}"}
    return found.assign(**about, shows=DIFFERENCE)


def year_before(results: Results, outcome: Outcome) -> pd.DataFrame | None:
    """Gives mean and band of the last year before the policy date, as year 0; None of what adds up from that date on."""
    if outcome.window == "cumulative":
        return None
    burn_in = whole_years_before(results.burn_in)
    last = burn_in[burn_in["month"] > burn_in["month"].max() - MONTHS_A_YEAR]
    last = last.assign(month=last["month"] - last["month"].min())
    return bands(series(last, outcome, every="year")).assign(year=0)


def whole_years_before(burn_in: pd.DataFrame) -> pd.DataFrame:
    """Keeps whole years just before the policy date and counts their months from 0."""
    first = burn_in.groupby("replication")["month"].min().max()
    years = int(-first) // MONTHS_A_YEAR
    kept = burn_in[burn_in["month"] >= -years * MONTHS_A_YEAR]
    return kept.assign(month=kept["month"] + years * MONTHS_A_YEAR)


def at(followed: pd.DataFrame, arm: str, year: int) -> pd.Series:
    """Picks mean, low and high of one arm in one year."""
    return followed[(followed["arm"] == arm) & (followed["year"] == year)].iloc[0]
