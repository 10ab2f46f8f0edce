"""Tells chance from evidence: how far results move with luck alone, and how far with the numbers that are not known.

Every parameter set is run several times with other luck, the same luck for all sets and arms. The variance of a result
then has two parts (analysis of variance, method of moments: O'Hagan, Stevenson and Madan 2007):

    MSB = n x variance of the sets' means        MSW = mean of the variances inside sets
    variance due to evidence = (MSB - MSW) / n, and 0 where MSB is smaller than MSW

Sets' means hold luck too, which would widen the range of the evidence and pull every share towards one half. So means
are drawn in towards their own mean until their variance is the one due to evidence. Where that is 0 they stay as they
are and it is said that evidence could not be told from luck.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.paired import CONFIDENCE, count_wins, wilson_interval

Floats = NDArray[np.float64]
EVIDENCE = "evidence"
RANGE = (5.0, 95.0)
"""Percentiles of the evidence's range: nine parameter sets in ten lie between them."""
FEWEST_FOR_RANGE = 10
"""With fewer sets a twentieth of them is less than half a set, and the range is simply from the lowest to the highest."""
POOLED = "paired t, luck pooled over parameter sets"
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
EXTRA = ("parameter_sets", "msb", "msw", "variance_evidence", "variance_chance_of_mean")
SHARES = {
    "outcomes": "better lives, whatever the money",
    "cost": "less money, whatever the lives",
    "both": "better lives for less money",
    "neither": "neither better lives nor less money",
}


@dataclass(frozen=True)
class Split:
    """The two parts of a result's variance.

    Attributes:
        means: of each set, as they came out.
        n: replications of each set.
        msb: mean square between sets.
        msw: mean square within sets.
        evidence: variance due to the evidence, never below 0.
        truncated: whether it came out below 0 and was set to 0.
    """

    means: Floats
    n: int
    msb: float
    msw: float
    evidence: float
    truncated: bool

    @property
    def without_luck(self) -> Floats:
        """The sets' means drawn in until their variance is the one due to the evidence."""
        spread = self.msb / self.n
        if self.evidence == 0.0 or spread == 0.0:
            return self.means
        centre = self.means.mean()
        return np.asarray(centre + (self.means - centre) * math.sqrt(self.evidence / spread))


def anova_split(runs: ArrayLike) -> Split:
    """Splits the variance of results laid out as one row per set and one column per replication (two of each or more)."""
    table = np.asarray(runs, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise ValueError(f"two sets or more and two replications or more are needed, not {table.shape}")
    n = table.shape[1]
    means = table.mean(axis=1)
    between, within = float(n * means.var(ddof=1)), float(table.var(axis=1, ddof=1).mean())
    return Split(means, n, between, within, max(0.0, (between - within) / n), between < within)


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
    first arm is better with its Wilson interval, `n` the number of sets.
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


def pooled_chance(
    by_chance: pd.DataFrame, values: pd.DataFrame, contrast: Sequence[str], replicates: int
) -> pd.DataFrame:
    """The summary of the numbers as used with intervals from the luck inside all sets, which few replications need."""
    found = by_chance.copy()
    for place, row in by_chance.iterrows():
        table = differences(values, row["outcome"], row["horizon"], contrast)
        if len(table) > 1 and row["n"] == replicates:
            freedom = len(table) * (table.shape[1] - 1)
            half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * math.sqrt(
                anova_split(table.to_numpy()).msw / table.shape[1]
            )
            found.loc[place, ["ci_lo", "ci_hi"]] = row["diff"] - half, row["diff"] + half
            found.loc[place, "ci_method"] = POOLED
    return found


def _across(table: pd.DataFrame, outcome: Outcome) -> dict[str, Any]:
    """What the sets say of one difference; the keys are the summary's columns and `EXTRA`."""
    if len(table) < 2:
        return {"uncertainty_type": EVIDENCE, "n": len(table), "parameter_sets": len(table), "wins": None, "ties": 0}
    split = anova_split(table.to_numpy())
    means = split.without_luck
    low, high = evidence_range(means)
    wins = count_wins(means, outcome.better)
    method = UNSPLIT if split.truncated else METHOD if len(means) >= FEWEST_FOR_RANGE else FEW
    return {
        "diff": float(split.means.mean()), "sd_diff": float(means.std(ddof=1)),
        "ci_lo": low, "ci_hi": high, "ci_method": method,
        "median": float(np.median(means)), "p5": float(np.percentile(means, 5)), "p95": float(np.percentile(means, 95)),
        "winrate": wins.rate if wins else math.nan, "wr_lo": wins.low if wins else math.nan,
        "wr_hi": wins.high if wins else math.nan, "wins": wins.wins if wins else None,
        "ties": int((means == 0).sum()), "n": len(means), "uncertainty_type": EVIDENCE,
        "parameter_sets": len(means), "msb": split.msb, "msw": split.msw,
        "variance_evidence": split.evidence, "variance_chance_of_mean": split.msw / split.n,
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
    signs = {name: 1 if outcomes[name].better == "higher" else -1 for name in (LIVES, MONEY)}
    better = {name: both[name] * sign > 0 for name, sign in signs.items()}
    return both.assign(better_on_outcomes=better[LIVES], better_on_cost=better[MONEY]).reset_index()


def shares(where: pd.DataFrame) -> pd.DataFrame:
    """In which share of sets the first arm is better on outcomes, on cost, on both and on neither, with Wilson intervals."""
    lives, money = where["better_on_outcomes"], where["better_on_cost"]
    counts = {"outcomes": lives, "cost": money, "both": lives & money, "neither": ~lives & ~money}
    rows = []
    for name, words in SHARES.items():
        count, of = int(counts[name].sum()), len(where)
        low, high = wilson_interval(count, of)
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
