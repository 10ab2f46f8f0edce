"""Compares two arms at their best under the same money, and asks what each needs for the same outcome.

Every arm has a curve: at each budget, the money it received and what came of it, in every replication. What was received and
not spent is cash kept, and told apart. Curves are read off their means over replications, straight between neighbouring
budgets. Intervals are those of every paired difference, of what each replication adds to a curve's reading (the jackknife's
pseudo-values, of both arms at once since they share luck; of a mean they are the values themselves). They cover luck at the
settings chosen, and neither the choice of settings nor what is uncertain about the model.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.equal_money import DEFICIT, INCOME, PUBLIC_SPEND, SAME_MONEY_TOLERANCE
from experiments.analysis.statistics.paired import CONFIDENCE, difference_interval
from experiments.analysis.statistics.point_differences import POINT, values_at_points

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
"""Which replications are kept."""
VALUE, SPENT, RECEIVED, SHORT = "value", "spent", "received", "deficit"
MONEY = {SPENT: PUBLIC_SPEND, RECEIVED: INCOME, SHORT: DEFICIT}
REACHED, CHEAPEST, NEVER = "reached", "with less than the least explored", "not with the most explored"
OPEN, TOO_FEW = "too close to call", "too few runs to say"


@dataclass(frozen=True)
class Curve:
    """What one arm gets for its money.

    Attributes:
        cuts: depth of the council's cut at each budget.
        received: public money a head and year, whether it was spent or kept; shape (replications, budgets).
        spent: what of it was spent; shape (replications, budgets).
        value: the outcome; shape (replications, budgets).
    """

    cuts: Floats
    received: Floats
    spent: Floats
    value: Floats

    def mean(self, kept: Numbers) -> tuple[Floats, Floats, Floats, Floats]:
        """Money received, outcome, cut and spending averaged over some replications, by rising money."""
        received, value, spent = (each[kept].mean(axis=0) for each in (self.received, self.value, self.spent))
        order = np.argsort(received, kind="stable")
        return received[order], value[order], self.cuts[order], spent[order]


def averaged(outcome: Outcome) -> Outcome:
    """An outcome over all years since the policy date, as the money is; stocks at the end stay as they are."""
    return outcome.model_copy(update={"window": "cumulative"}) if outcome.window == "year" else outcome


def measured(out: Path, outcome: str, years: int) -> pd.DataFrame:
    """Reads the outcome and the money of every run, money in pounds a head and year.

    Returns:
        Columns value, spent, received and deficit (what neither budgets nor reserves covered);
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


def pseudo_values(statistic: Callable[[Numbers], Floats], n: int) -> Floats:
    """What each of n replications adds to a statistic of all: of a mean, the values themselves.

    Args:
        statistic: of the numbers of the replications that are kept; gives a row of values.
        n: how many replications there are.

    Returns:
        Shape (replications, values). Source: Tukey's jackknife.
    """
    every = np.arange(n, dtype=np.int64)
    whole = np.asarray(statistic(every), dtype=np.float64)
    if n < 2:
        return whole[None]
    return n * whole - (n - 1) * np.array([statistic(np.delete(every, k)) for k in every])


def intervals(added: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """The interval of each column's mean, as of any paired difference; none of too few, or where a value is not known."""
    found = [difference_interval(each if np.isfinite(each).all() else each[:0], confidence) for each in added.T]
    return np.array([each.low for each in found]), np.array([each.high for each in found])


def shared_money(first: Curve, second: Curve, kept: Numbers) -> Floats:
    """The sums at which both arms are compared: midway between what they received at each budget, as far as both had as much."""
    one, other = first.mean(kept)[0], second.mean(kept)[0]
    low, high = max(one[0], other[0]), min(one[-1], other[-1])
    if low > high:
        return np.full(len(one), np.nan)
    return np.clip((first.received[kept].mean(axis=0) + second.received[kept].mean(axis=0)) / 2, low, high)


def at_equal_budget(first: Curve, second: Curve, sign: float, arms: Sequence[str]) -> pd.DataFrame:
    """What each arm reaches with the same money received, and the difference with its interval, budget by budget.

    Args:
        first: the arm that differences are of.
        second: the arm that is subtracted.
        sign: 1 where more of the outcome is better, -1 where less is.
        arms: names of both.

    Returns:
        A row per budget: the cut, the money, both outcomes, what each arm spent of the money and what it kept, `diff` with
        `ci_lo`, `ci_hi`, wider `all_lo`, `all_hi` that hold at all budgets together, and who does better.
    """
    every = np.arange(len(first.value), dtype=np.int64)

    def difference(kept: Numbers) -> Floats:
        money = shared_money(first, second, kept)
        one, other = (np.interp(money, *curve.mean(kept)[:2]) for curve in (first, second))
        return np.asarray(one - other)

    money = shared_money(first, second, every)
    table = pd.DataFrame({"cut": first.cuts, "money": money})
    for arm, curve in zip(arms, (first, second), strict=True):
        received, value, _, spent = curve.mean(every)
        table[arm], table[f"{arm}_spent"] = np.interp(money, received, value), np.interp(money, received, spent)
        table[f"{arm}_kept"] = money - table[f"{arm}_spent"]
    added = pseudo_values(difference, len(every))
    table["diff"] = table[arms[0]] - table[arms[1]]
    table["ci_lo"], table["ci_hi"] = intervals(added)
    table["all_lo"], table["all_hi"] = intervals(added, 1 - (1 - CONFIDENCE) / len(first.cuts))
    gaps = first.received.mean(axis=0) - second.received.mean(axis=0)
    table["received_gap"] = gaps
    table["same_money"] = np.abs(gaps) <= SAME_MONEY_TOLERANCE * second.received.mean(axis=0)
    ends = np.sort(sign * table[["ci_lo", "ci_hi"]].to_numpy(), axis=1)
    known = np.isfinite(ends).all(axis=1)
    conditions = [np.isnan(money), ~known, ends[:, 0] > 0, ends[:, 1] < 0]
    table["better"] = np.select(conditions, [OPEN, TOO_FEW, *arms], default=OPEN)
    return table.assign(n=len(every))


def needed(money: Floats, value: Floats, cuts: Floats, target: float) -> tuple[float, float, str]:
    """The least money at which a curve reaches a target, the cut that leaves it, and whether that lies inside the curve.

    Outside, both ends are carried on as straight lines where they rise, so that leaving out a replication moves the
    answer smoothly; what is outside is reported as such.

    Args:
        money: rising.
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
        return float(money[end]), float(cuts[end]), state
    share = (target - value[left]) / rise
    return (
        float(money[left] + share * (money[left + 1] - money[left])),
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
        A row per budget of the other arm: the outcome, what the other received, what this one needs, the saving (negative
        where it needs more) with its interval, the cut it could bear, whether this lies in what was explored, and
        whether luck leaves no doubt which needs less. Where it lies outside, the saving is to the end of what was explored,
        without an interval, and sure if the outcomes there differ for sure.
    """
    rows = []
    every = np.arange(len(by.value), dtype=np.int64)
    for k, cut in enumerate(other.cuts):

        def read(kept: Numbers, k: int = k) -> Floats:
            money, value, cuts, _ = by.mean(kept)
            there, target = other.received[kept, k].mean(), other.value[kept, k].mean()
            needs, bears, _ = needed(money, sign * value, cuts, sign * target)
            return np.array([there, target, needs, there - needs, bears])

        money, value, cuts, _ = by.mean(every)
        state = needed(money, sign * value, cuts, sign * float(other.value[:, k].mean()))[2]
        whole = read(every)
        low, high = intervals(pseudo_values(read, len(every)))
        sure = bool(low[3] > 0 or high[3] < 0)
        if state != REACHED:
            end = 0 if state == CHEAPEST else -1
            whole[2], whole[4] = money[end], cuts[end]
            whole[3] = whole[0] - money[end]
            low[:], high[:] = np.nan, np.nan
            place = int(np.argsort(by.received.mean(axis=0), kind="stable")[end])
            apart = interval(by.value[:, place] - other.value[:, k])
            sure = apart["ci_lo"] > 0 or apart["ci_hi"] < 0
        rows.append({
            "arm": arms[0], "as_good_as": arms[1], "cut": cut, "outcome": whole[1], "other_received": whole[0],
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
    if not np.isfinite(ends).any():
        return TOO_FEW
    above, below = ends[:, 0] > 0, ends[:, 1] < 0
    if above.all() or below.all():
        return f"{arms[0] if above.all() else arms[1]} everywhere"
    if above.any() and below.any():
        return "cross"
    return "nowhere" if not (above.any() or below.any()) else f"{arms[0] if above.any() else arms[1]} somewhere"


def money_table(found: pd.DataFrame) -> dict[str, float | str]:
    """What was received, spent and kept at one point, and in a word whether as much was spent as received."""
    received, spent, short = (float(found[name].mean()) for name in (RECEIVED, SPENT, SHORT))
    share = (spent - received) / received if received else math.nan
    words = "as given"
    if math.isfinite(share) and abs(share) > SAME_MONEY_TOLERANCE:
        words = "overspends" if share > 0 else "underspends"
    return {RECEIVED: received, SPENT: spent, "kept": received - spent, "share": share, SHORT: short, "money": words}


def curve_of(found: pd.DataFrame, cuts: Sequence[float], points: Sequence[int]) -> Curve:
    """The curve of one arm from the points that ran it, one per budget."""
    received, spent, value = (
        np.column_stack([found.xs(point, level=POINT)[name].to_numpy(dtype=float) for point in points])
        for name in (RECEIVED, SPENT, VALUE)
    )
    return Curve(np.asarray(cuts, dtype=np.float64), received, spent, value)


def interval(sample: Floats) -> dict[str, float]:
    """A mean with its interval, as of any paired difference."""
    low, high, _ = difference_interval(sample)
    return {"mean": float(np.mean(sample)), "ci_lo": low, "ci_hi": high}
