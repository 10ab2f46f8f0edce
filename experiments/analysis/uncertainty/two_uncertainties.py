"""Tells chance from evidence: how far results move with luck alone, and how far with the numbers that are not known.

The variance of results is split in `common_luck`. What a set makes of luck by itself would widen the range of the evidence and
pull every share towards one half, so the sets' means are drawn in towards their own mean until their variance is the one due to
evidence. Where that is 0 they stay as they are and it is said that evidence could not be told from luck. Luck that all sets
share moves them together: it leaves the range as wide as it is, and the intervals of shares and of the average allow for it.

The interval of chance, with the numbers as used, is that of its own pairs and is not pooled over sets: most luck is common, so
that K sets of n replications know little more of it than n pairs do. The rule for pairs holds: none below `FEWEST_FOR_INTERVAL`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import count_wins
from experiments.analysis.uncertainty.common_luck import anova_split, more_interval, share_interval, shifts

Floats = NDArray[np.float64]
EVIDENCE = "evidence"
RANGE = (5.0, 95.0)
"""Percentiles of the evidence's range: nine parameter sets in ten lie between them."""
FEWEST_FOR_RANGE = 10
"""With fewer sets a twentieth of them is less than half a set, and the range is simply from the lowest to the highest."""
METHOD, FEW, UNSPLIT = (
    "90% of parameter sets, luck taken out",
    "all parameter sets, luck taken out",
    "luck not taken out",
)
LIVES, MONEY = "qalys", "public_spend_total"
"""What better on outcomes and on cost mean: the one outcome that adds up all needs of all people, and all public money."""
WHOSE_LUCK = "whose_luck.csv"
"""The file that keeps whose luck a difference is."""
SET, AS_USED = "parameter_set", 0
"""Column of the set's number, and the number of the set whose values are those of the configuration."""
EXTRA = (
    "parameter_sets",
    "msb",
    "msw",
    "msr",
    "variance_evidence",
    "variance_chance_of_mean",
    "variance_common_of_mean",
    "diff_lo",
    "diff_hi",
)
SHARES = {
    "outcomes": "better lives, whatever the money",
    "cost": "less money, whatever the lives",
    "both": "better lives for less money",
    "neither": "neither better lives nor less money",
}


def differences(values: pd.DataFrame, outcome: str, horizon: int, contrast: Sequence[str]) -> pd.DataFrame:
    """First minus second by set (rows) and replication (columns); sets in which a rate is over nobody are left out."""
    own = values[(values["outcome"] == outcome) & (values["horizon"] == horizon)]
    wide = own.pivot(index=[SET, "replication"], columns="arm", values="value")
    return (wide[contrast[0]] - wide[contrast[1]]).unstack("replication").dropna()


def evidence_rows(
    values: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str], horizons: Sequence[int]
) -> pd.DataFrame:
    """Compares two arms across the drawn sets: one row per horizon and outcome, in the summary's columns and `EXTRA`.

    `diff` is the mean over sets, `ci_lo` to `ci_hi` the range of the evidence, `winrate` the share of sets in which the
    first arm is better with an interval (other sets, other luck), `n` the number of sets, `diff_lo` to `diff_hi` the interval
    of `diff`.
    """
    arms = list(dict.fromkeys(values["arm"]))
    kept = values[values["horizon"].isin(horizons)]
    averages = kept.groupby(["horizon", "outcome", "arm"], sort=False, observed=True)["value"].mean()
    rows = []
    for horizon in horizons:
        at = kept[kept["horizon"] == horizon]
        for name, own in at.groupby("outcome", sort=False, observed=True):
            outcome = outcomes[str(name)]
            rows.append(
                {
                    "outcome": name,
                    "title": outcome.title,
                    "unit": outcome.unit,
                    "better": outcome.better,
                    "horizon": horizon,
                    **{arm: float(averages[horizon, name, arm]) for arm in arms},
                    "contrast": f"{contrast[0]} minus {contrast[1]}",
                    **_across(differences(own, str(name), horizon, contrast), outcome),
                }
            )
    return pd.DataFrame(rows).astype({"wins": "Int64", "ties": "Int64"})


def _across(table: pd.DataFrame, outcome: Outcome) -> dict[str, Any]:
    """What the sets say of one difference; the keys are the summary's columns and `EXTRA`."""
    if len(table) < 2:
        return {"uncertainty_type": EVIDENCE, "n": len(table), "parameter_sets": len(table), "wins": None, "ties": 0}
    split = anova_split(table.to_numpy())
    means = split.without_luck
    low, high = evidence_range(means)
    wins = count_wins(means, outcome.better)
    sign = -1 if outcome.better == "lower" else 1
    from_, to = more_interval(sign * means, sign * split.replications) if wins else (math.nan, math.nan)
    mean_low, mean_high = split.mean_interval
    method = UNSPLIT if split.truncated else METHOD if len(means) >= FEWEST_FOR_RANGE else FEW
    return {
        "diff": float(split.means.mean()), "sd_diff": float(means.std(ddof=1)),
        "ci_lo": low, "ci_hi": high, "ci_method": method,
        "median": float(np.median(means)), "p5": float(np.percentile(means, 5)), "p95": float(np.percentile(means, 95)),
        "winrate": wins.rate if wins else math.nan, "wr_lo": from_, "wr_hi": to, "wins": wins.wins if wins else None,
        "ties": int((means == 0).sum()), "n": len(means), "uncertainty_type": EVIDENCE,
        "parameter_sets": len(means), "msb": split.msb, "msw": split.msw, "msr": split.msr,
        "variance_evidence": split.evidence, "variance_chance_of_mean": split.msw / split.n,
        "variance_common_of_mean": split.common / split.n, "diff_lo": mean_low, "diff_hi": mean_high,
    }  # fmt: skip


def evidence_range(means: ArrayLike) -> tuple[float, float]:
    """Where nine in ten sets lie; all of them where there are few."""
    means = np.asarray(means, dtype=np.float64)
    if means.size < FEWEST_FOR_RANGE:
        return float(means.min()), float(means.max())
    low, high = np.percentile(means, RANGE)
    return float(low), float(high)


def positions(
    values: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str], horizon: int
) -> pd.DataFrame:
    """Where each set lies: differences in lives and in money with luck taken out, and on which the first arm is better.

    A set that ties on one of them is not better on it.
    """
    found = {}
    for name in (LIVES, MONEY):
        table = differences(values, name, horizon, contrast)
        found[name] = pd.Series(anova_split(table.to_numpy()).without_luck, index=table.index)
    both = pd.DataFrame(found).dropna()
    better = _better(both[[LIVES, MONEY]].to_numpy(), outcomes)
    return both.assign(better_on_outcomes=better["outcomes"], better_on_cost=better["cost"]).reset_index()


def replication_means(values: pd.DataFrame, contrast: Sequence[str], horizon: int) -> Floats:
    """Gives the mean differences in lives and in money over all sets: one row per replication."""
    return np.column_stack([differences(values, name, horizon, contrast).mean() for name in (LIVES, MONEY)])


def _better(where: Floats, outcomes: Mapping[str, Outcome]) -> dict[str, NDArray[np.bool_]]:
    """Says where the first arm is better on what; the last axis of `where` is lives and money."""
    signs = [1 if outcomes[name].better == "higher" else -1 for name in (LIVES, MONEY)]
    lives, money = np.moveaxis(where * signs > 0, -1, 0)
    return {"outcomes": lives, "cost": money, "both": lives & money, "neither": ~lives & ~money}


def shares(where: pd.DataFrame, replications: Floats, outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """In which share of sets the first arm is better on outcomes, on cost, on both and on neither.

    Args:
        where: each set's differences in lives and money, of `positions`.
        replications: the mean differences by replication, of `replication_means`.
        outcomes: in words.

    Returns:
        A row per share with its 95% interval: other sets might have been drawn, and other luck that all share.
    """
    places = where[[LIVES, MONEY]].to_numpy()
    counts, moved = (_better(each, outcomes) for each in (places, places + shifts(replications)[:, None]))
    rows = []
    for name, words in SHARES.items():
        count, of = int(counts[name].sum()), len(where)
        low, high = share_interval(counts[name], moved[name])
        share = count / of if of else math.nan
        rows.append(
            {"better_on": name, "means": words, "sets": count, "of": of, "share": share, "low": low, "high": high}
        )
    return pd.DataFrame(rows)


def paired_table(values: pd.DataFrame, outcomes: Mapping[str, Outcome], contrast: Sequence[str]) -> pd.DataFrame:
    """Lists the difference between two arms in every set, replication, year and outcome."""
    kept = values[values["arm"].isin(list(contrast))]
    wide = kept.pivot(index=["horizon", "outcome", SET, "replication"], columns="arm", values="value").sort_index()
    wide = wide.dropna(how="all").reset_index()
    first, second = (wide[arm] for arm in contrast)
    return pd.DataFrame(
        {
            "outcome": wide["outcome"],
            "unit": wide["outcome"].map({name: outcome.unit for name, outcome in outcomes.items()}),
            "contrast": f"{contrast[0]} minus {contrast[1]}",
            SET: wide[SET].astype(np.int32),
            "replication": wide["replication"].astype(np.int32),
            "year": wide["horizon"].astype(np.int32),
            "first": first,
            "second": second,
            "diff": first - second,
        }
    )
