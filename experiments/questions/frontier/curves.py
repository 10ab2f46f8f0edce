"""Compares two arms at their best under the same money, and asks what each needs for the same outcome.

Every arm has a curve: at each budget, what it spent and what came of it, in every replication. Curves are read off
their means over replications, straight between neighbouring budgets. Intervals come from leaving out one replication
at a time, of both arms at once since they share luck (the jackknife, with Student's t): they cover luck at the settings
chosen, and neither the choice of settings nor what is uncertain about the model.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.equal_money import DEFICIT, PUBLIC_SPEND, SAME_MONEY_TOLERANCE
from experiments.analysis.statistics.point_differences import POINT, values_at_points

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
"""Which replications are kept."""
CONFIDENCE = 0.95
VALUE, SPENT, GIVEN, SHORT = "value", "spent", "given", "deficit"
MONEY = {
    SPENT: PUBLIC_SPEND,
    GIVEN: PUBLIC_SPEND.model_copy(update={"numerator": ("envelope.*",), "exclude": ()}),
    SHORT: DEFICIT,
}
REACHED, CHEAPEST, NEVER = "reached", "with less than the least explored", "not with the most explored"
OPEN = "too close to call"


@dataclass(frozen=True)
class Curve:
    """What one arm gets for its money.

    Attributes:
        cuts: depth of the council's cut at each budget.
        spent: public money a head and year; shape (replications, budgets).
        value: the outcome; shape (replications, budgets).
    """

    cuts: Floats
    spent: Floats
    value: Floats

    def mean(self, kept: Numbers) -> tuple[Floats, Floats, Floats]:
        """Spending, outcome and cut averaged over some replications, by rising spending."""
        spent, value = self.spent[kept].mean(axis=0), self.value[kept].mean(axis=0)
        order = np.argsort(spent, kind="stable")
        return spent[order], value[order], self.cuts[order]


def averaged(outcome: Outcome) -> Outcome:
    """An outcome over all years since the policy date, as the money is; stocks at the end stay as they are."""
    return outcome.model_copy(update={"window": "cumulative"}) if outcome.window == "year" else outcome


def measured(out: Path, outcome: str, years: int) -> pd.DataFrame:
    """Reads the outcome and the money of every run, money in pounds a head and year.

    Returns:
        Columns value, spent, given (what agencies received) and deficit (what neither budgets nor reserves covered);
        a row per point and replication, each point having run one arm.
    """
    wanted = {name: money.model_copy(update={"name": name}) for name, money in MONEY.items()}
    wanted[VALUE] = averaged(load_outcomes()[outcome]).model_copy(update={"name": VALUE})
    found = values_at_points(out, wanted, [years])
    wide = found.pivot(index=[POINT, "replication"], columns="outcome", values="value")
    wide[list(MONEY)] /= years
    return wide.rename_axis(columns=None)


def complete(found: pd.DataFrame, points: Sequence[int]) -> pd.DataFrame:
    """The replications that every one of some points has; chance can be compared in no others."""
    mine = found[found.index.get_level_values(POINT).isin(points)].dropna()
    counts = mine.groupby(level="replication").size()
    whole = counts.index[counts == len(set(points))]
    return mine[mine.index.get_level_values("replication").isin(whole)]


def jackknife(
    statistic: Callable[[Numbers], Floats], n: int, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats, Floats]:
    """A statistic of n replications and its interval, by leaving out one at a time.

    Args:
        statistic: of the numbers of the replications that are kept; gives a row of values.
        n: how many replications there are.
        confidence: of the interval.
    """
    every = np.arange(n, dtype=np.int64)
    whole = np.asarray(statistic(every), dtype=np.float64)
    if n < 2:
        return whole, np.full_like(whole, -np.inf), np.full_like(whole, np.inf)
    without = np.array([statistic(np.delete(every, k)) for k in every])
    spread = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.5 + confidence / 2, n - 1) * spread
    return whole, whole - half, whole + half


def shared_money(first: Curve, second: Curve, kept: Numbers) -> Floats:
    """The sums at which both arms are compared: between their spending at each budget, where both have spent as much."""
    one, other = first.mean(kept)[0], second.mean(kept)[0]
    low, high = max(one[0], other[0]), min(one[-1], other[-1])
    if low > high:
        return np.full(len(one), np.nan)
    return np.clip((first.spent[kept].mean(axis=0) + second.spent[kept].mean(axis=0)) / 2, low, high)


def at_equal_budget(first: Curve, second: Curve, sign: float, arms: Sequence[str]) -> pd.DataFrame:
    """What each arm reaches at the same money, and the difference with its interval, budget by budget.

    Args:
        first: the arm that differences are of.
        second: the arm that is subtracted.
        sign: 1 where more of the outcome is better, -1 where less is.
        arms: names of both.

    Returns:
        A row per budget: the cut, the money, both outcomes, `diff` with `ci_lo`, `ci_hi`, wider `all_lo`, `all_hi` that
        hold at all budgets together, and who does better.
    """
    budgets = len(first.cuts)

    def read(kept: Numbers) -> Floats:
        money = shared_money(first, second, kept)
        values = [np.interp(money, *curve.mean(kept)[:2]) for curve in (first, second)]
        return np.concatenate([money, *values, values[0] - values[1]])

    n = len(first.value)
    whole, low, high = jackknife(read, n)
    _, all_low, all_high = jackknife(read, n, 1 - (1 - CONFIDENCE) / budgets)
    part = slice(3 * budgets, None)
    table = pd.DataFrame({"cut": first.cuts, "money": whole[:budgets]})
    table[arms[0]], table[arms[1]] = whole[budgets : 2 * budgets], whole[2 * budgets : 3 * budgets]
    table["diff"], table["ci_lo"], table["ci_hi"] = whole[part], low[part], high[part]
    table["all_lo"], table["all_hi"] = all_low[part], all_high[part]
    gaps = first.spent.mean(axis=0) - second.spent.mean(axis=0)
    table["spent_gap"] = gaps
    table["same_money"] = np.abs(gaps) <= SAME_MONEY_TOLERANCE * second.spent.mean(axis=0)
    ends = np.sort(sign * table[["ci_lo", "ci_hi"]].to_numpy(), axis=1)
    table["better"] = np.select([ends[:, 0] > 0, ends[:, 1] < 0], list(arms), default=OPEN)
    return table.assign(n=n)


def needed(spent: Floats, value: Floats, cuts: Floats, target: float) -> tuple[float, float, str]:
    """The least money at which a curve reaches a target, the cut that leaves it, and whether that lies inside the curve.

    Outside, both ends are carried on as straight lines where they rise, so that leaving out a replication moves the
    answer smoothly; what is outside is reported as such.

    Args:
        spent: rising.
        value: at each sum, more being better.
        cuts: that leave each sum.
        target: to be reached.
    """
    reached = np.flatnonzero(value >= target)
    if reached.size and reached[0] > 0:
        left, state = int(reached[0]) - 1, REACHED
    else:
        left, state = (0, CHEAPEST) if reached.size else (len(value) - 2, NEVER)
        if state == CHEAPEST and value[0] == target:
            state = REACHED
    rise = value[left + 1] - value[left]
    if rise <= 0:
        end = 0 if state != NEVER else -1
        return float(spent[end]), float(cuts[end]), state
    share = (target - value[left]) / rise
    return (
        float(spent[left] + share * (spent[left + 1] - spent[left])),
        float(cuts[left] + share * (cuts[left + 1] - cuts[left])),
        state,
    )


def at_equal_outcome(by: Curve, other: Curve, sign: float, arms: Sequence[str]) -> pd.DataFrame:
    """What one arm needs to reach what the other reaches at each budget.

    Args:
        by: the arm that is to reach it.
        other: the arm whose outcomes are to be reached.
        sign: 1 where more of the outcome is better, -1 where less is.
        arms: names of both.

    Returns:
        A row per budget of the other arm: the outcome, what the other spent, what this one needs, the saving (negative
        where it needs more) with its interval, the cut it could bear, whether this lies in what was explored, and
        whether luck leaves no doubt which needs less. Where it lies outside, the saving is to the end of what was explored,
        without an interval, and sure if the outcomes there differ for sure.
    """
    rows = []
    every = np.arange(len(by.value), dtype=np.int64)
    for k, cut in enumerate(other.cuts):

        def read(kept: Numbers, k: int = k) -> Floats:
            spent, value, cuts = by.mean(kept)
            there, target = other.spent[kept, k].mean(), other.value[kept, k].mean()
            needs, bears, _ = needed(spent, sign * value, cuts, sign * target)
            return np.array([there, target, needs, there - needs, bears])

        spent, value, cuts = by.mean(every)
        state = needed(spent, sign * value, cuts, sign * float(other.value[:, k].mean()))[2]
        whole, low, high = jackknife(read, len(every))
        sure = bool(low[3] > 0 or high[3] < 0)
        if state != REACHED:
            end = 0 if state == CHEAPEST else -1
            whole[2], whole[4] = spent[end], cuts[end]
            whole[3] = whole[0] - spent[end]
            low[:], high[:] = np.nan, np.nan
            place = int(np.argsort(by.spent.mean(axis=0), kind="stable")[end])
            apart = interval(by.value[:, place] - other.value[:, k])
            sure = apart["ci_lo"] > 0 or apart["ci_hi"] < 0
        rows.append({
            "arm": arms[0], "as_good_as": arms[1], "cut": cut, "outcome": whole[1], "other_spends": whole[0],
            "needs": whole[2], "saving": whole[3], "ci_lo": low[3], "ci_hi": high[3], "bears_cut": whole[4],
            "cut_lo": low[4], "cut_hi": high[4], "state": state, "sure": sure, "n": len(every),
        })  # fmt: skip
    return pd.DataFrame(rows)


def crossings(equal: pd.DataFrame) -> list[float]:
    """The sums of money at which, on average, the two curves cross."""
    rows = equal.dropna(subset=["money", "diff"]).sort_values("money")
    money, diff = rows["money"].to_numpy(float), rows["diff"].to_numpy(float)
    turns = np.flatnonzero(diff[:-1] * diff[1:] < 0)
    return [float(money[k] + (money[k + 1] - money[k]) * diff[k] / (diff[k] - diff[k + 1])) for k in turns]


def verdict(equal: pd.DataFrame, sign: float, arms: Sequence[str]) -> str:
    """Which curve lies above the other: everywhere for sure, somewhere, or as far as luck can tell nowhere.

    Everywhere is judged with intervals that hold at all budgets together, so that more budgets make no more verdicts.
    """
    if not np.isfinite(equal["money"]).any():
        return "apart"
    ends = np.sort(sign * equal[["all_lo", "all_hi"]].to_numpy(), axis=1)
    above, below = ends[:, 0] > 0, ends[:, 1] < 0
    if above.all() or below.all():
        return f"{arms[0] if above.all() else arms[1]} everywhere"
    if above.any() and below.any():
        return "cross"
    return "nowhere" if not (above.any() or below.any()) else f"{arms[0] if above.any() else arms[1]} somewhere"


def money_table(found: pd.DataFrame) -> dict[str, float | str]:
    """What was given and spent at one point, and in a word whether that is the same."""
    given, spent, short = (float(found[name].mean()) for name in (GIVEN, SPENT, SHORT))
    over = spent - given
    share = over / given if given else math.nan
    words = "as given"
    if math.isfinite(share) and abs(share) > SAME_MONEY_TOLERANCE:
        words = "overspends" if over > 0 else "underspends"
    return {GIVEN: given, SPENT: spent, "overspend": over, "share": share, SHORT: short, "money": words}


def curve_of(found: pd.DataFrame, cuts: Sequence[float], points: Sequence[int]) -> Curve:
    """The curve of one arm from the points that ran it, one per budget."""
    spent, value = (
        np.column_stack([found.xs(point, level=POINT)[name].to_numpy(dtype=float) for point in points])
        for name in (SPENT, VALUE)
    )
    return Curve(np.asarray(cuts, dtype=np.float64), spent, value)


def interval(sample: Floats) -> dict[str, float]:
    """A mean with Student's interval; one replication has none."""
    mean, low, high = jackknife(lambda kept: np.array([sample[kept].mean()]), len(sample))
    return {"mean": float(mean[0]), "ci_lo": float(low[0]), "ci_hi": float(high[0])}
