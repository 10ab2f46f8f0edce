"""Sets two arms side by side at each horizon: what differed, by how much, and how sure luck lets us be."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics import paired
from experiments.analysis.statistics.equal_money import same_money_check
from experiments.analysis.statistics.outcomes import INDEX, ByArm, Outcome, expand, years_of
from experiments.analysis.verdicts.sentence import plain_sentence

__all__ = ["ByArm", "horizons_for", "paired_table", "plain_sentence", "same_money_check", "summarise"]

HORIZONS = (1, 3, 5, 10, 20)
BEFORE_ARMS = ("outcome", "title", "unit", "better", "horizon")
AFTER_ARMS = (
    "contrast",
    "diff",
    "sd_diff",
    "ci_lo",
    "ci_hi",
    "ci_method",
    "smallest_seen",
    "median",
    "p5",
    "p95",
    "winrate",
    "wr_lo",
    "wr_hi",
    "wins",
    "ties",
    "n",
    "vrf",
    "stop_rule_met",
    "uncertainty_type",
)
CHANCE = "chance"


def horizons_for(years: int) -> list[int]:
    """Lists the years at which results are shown: 1, 3, 5, 10, 20 as far as runs go, and their last year."""
    if years < 1:
        raise ValueError(f"years is {years}: a run must last at least 1 year")
    return sorted({horizon for horizon in HORIZONS if horizon <= years} | {years})


def summarise(
    record: pd.DataFrame,
    outcomes: Mapping[str, Outcome],
    contrast: Sequence[str],
    horizons: Sequence[int] | None = None,
    known: ByArm | None = None,
) -> pd.DataFrame:
    """Compares two arms, first minus second, on every outcome at every horizon, beside every arm's mean.

    Args:
        record: the monthly record of all arms.
        outcomes: the catalogue; entries per challenge or agency are spread out by what was recorded.
        contrast: the two arms' names.
        horizons: years; without it, those of `horizons_for`.
        known: every outcome of the record, where it has been worked out already.

    Returns:
        One row per horizon and outcome: the catalogue's words, a column per arm (mean over its
        replications), then the paired comparison over replications that both arms have a value in (`n`).
        `winrate` and `wins` are empty where neither less nor more is better. `stop_rule_met` says whether
        the precision of the difference was reached and kept (`paired.sequential_stop` with the catalogue's
        `matters`), which takes 35 pairs at least.
    """
    first, second = _two_arms(record, contrast)
    horizons = horizons_for(years_of(record)) if horizons is None else horizons
    arms = [str(arm) for arm in record["arm"].astype(str).unique()]
    taken = set(arms) & {*BEFORE_ARMS, *AFTER_ARMS}
    if taken:
        raise ValueError(f"an arm may not be called {sorted(taken)[0]!r}: the summary has a column of that name")
    known = known or ByArm.of(record, outcomes)
    single = expand(outcomes, [str(c) for c in record.columns if c not in INDEX and "@" not in str(c)])
    for horizon in horizons:
        if not 1 <= horizon <= (longest := years_of(record)):
            raise ValueError(f"horizon {horizon} is outside the runs: allowed 1 to {longest} years")
    return compared(known, single, (first, second), horizons)


def compared(
    known: ByArm, outcomes: Mapping[str, Outcome], contrast: Sequence[str], horizons: Sequence[int]
) -> pd.DataFrame:
    """The rows of `summarise` from outcomes that have been worked out, each by its own name."""
    first, second = contrast
    arms, rows = list(known.arms), []
    for horizon in horizons:
        for place, name in enumerate(known.names):
            outcome = outcomes[name]
            values = {arm: table[place, horizon - 1] for arm, table in known.arms.items()}
            rows.append(
                {
                    "outcome": name,
                    "title": outcome.title,
                    "unit": outcome.unit,
                    "better": outcome.better,
                    "horizon": horizon,
                    **{arm: _mean(values[arm]) for arm in arms},
                    "contrast": f"{first} minus {second}",
                    **compare(values[first], values[second], outcome),
                }
            )
    found = pd.DataFrame(rows, columns=[*BEFORE_ARMS, *arms, *AFTER_ARMS])
    return found.astype({"wins": "Int64", "ties": "Int64"})


def by_chance(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of a summary that are about luck alone; all of them where nothing else was asked."""
    return summary[summary["uncertainty_type"] == CHANCE] if "uncertainty_type" in summary.columns else summary


def compare(first: Any, second: Any, outcome: Outcome) -> dict[str, object]:
    """Compares the paired values of two arms on one outcome; the keys are the summary's columns."""
    a, b = paired.finite_pairs(first, second)
    d = a - b
    interval = paired.difference_interval(d)
    spread = paired.percentiles(d)
    wins = paired.count_wins(d, outcome.better)
    return {
        "diff": float(d.mean()) if d.size else math.nan,
        "sd_diff": float(d.std(ddof=1)) if d.size > 1 else math.nan,
        "ci_lo": interval.low, "ci_hi": interval.high, "ci_method": interval.method,
        "smallest_seen": paired.smallest_seen(d),
        "median": spread.median, "p5": spread.p5, "p95": spread.p95,
        "winrate": wins.rate if wins else math.nan,
        "wr_lo": wins.low if wins else math.nan, "wr_hi": wins.high if wins else math.nan,
        "wins": wins.wins if wins else None, "ties": int((d == 0).sum()), "n": int(d.size),
        "vrf": paired.variance_reduction(a, b),
        "stop_rule_met": paired.sequential_stop(d, absolute=outcome.matters or 0.0).met,
        "uncertainty_type": CHANCE,
    }  # fmt: skip


def paired_table(
    record: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str], known: ByArm | None = None
) -> pd.DataFrame:
    """Lists the difference between two arms in every replication, year and outcome.

    Returns:
        Columns outcome, unit, contrast, replication, year, first, second, diff (first minus second), sorted by year, outcome
        and replication; replications in which neither arm has a value are left out.
    """
    first, second = _two_arms(record, contrast)
    known = known or ByArm.of(record, outcomes)
    single = expand(outcomes, [str(c) for c in record.columns if c not in INDEX and "@" not in str(c)])
    order = np.argsort(np.asarray(known.names))
    one, other = (known.arms[arm][order].swapaxes(0, 1).ravel() for arm in (first, second))
    years, count = known.arms[first].shape[1], known.replications.size
    names = np.asarray(known.names, dtype=object)[order]
    units = np.asarray([single[name].unit for name in names], dtype=object)
    table = pd.DataFrame(
        {
            "outcome": np.tile(np.repeat(names, count), years),
            "unit": np.tile(np.repeat(units, count), years),
            "contrast": f"{first} minus {second}",
            "replication": np.tile(known.replications.astype(np.int32), years * len(names)),
            "year": np.repeat(np.arange(1, years + 1, dtype=np.int32), count * len(names)),
            "first": one,
            "second": other,
            "diff": one - other,
        }
    )
    return table[~(np.isnan(one) & np.isnan(other))].reset_index(drop=True)


def _mean(values: np.ndarray) -> float:
    """The mean of those that have a value."""
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if kept.size else math.nan


def _two_arms(record: pd.DataFrame, contrast: Sequence[str]) -> tuple[str, str]:
    """Checks that a contrast names two arms that were run on at least one common replication."""
    known = list(record["arm"].astype(str).unique())
    if len(contrast) != 2 or isinstance(contrast, str):
        raise ValueError(f"contrast is {contrast!r}: give two arms, first minus second, out of {', '.join(known)}")
    for arm in contrast:
        if arm not in known:
            raise ValueError(f"contrast names the arm {arm!r}, which was not run; arms: {', '.join(known)}")
    first, second = (set(record.loc[record["arm"] == arm, "replication"]) for arm in contrast)
    if not first & second:
        raise ValueError(f"arms {contrast[0]!r} and {contrast[1]!r} share no replication, so nothing can be paired")
    return str(contrast[0]), str(contrast[1])
