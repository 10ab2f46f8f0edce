"""The tables of two frontiers, and what they say in a sentence."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.point_differences import POINT
from experiments.analysis.uncertainty.discovery.scenario_discovery import plain, value
from experiments.analysis.verdicts import valued
from experiments.configuration.validate import Plan
from experiments.questions.frontier import curves as frontier
from experiments.questions.frontier.curves import OPEN, REACHED, TOO_FEW, VALUE, Curve
from experiments.text.numerals import counted, difference

BEST, SHIPPED = "best", "as shipped"
OPEN_WHICH = ", though luck leaves open whether that is so"
LUCK_ALONE = (
    "Settings were chosen with other luck than they are reported with. Intervals cover luck at those settings, not how "
    "well they were chosen, nor what is uncertain about the model."
)


def tables(found: pd.DataFrame, about: pd.DataFrame, arms: Sequence[str], sign: float) -> dict[str, pd.DataFrame]:
    """Works out both frontiers and their comparison.

    Args:
        found: outcome and money of every run; a row per point and replication, the same replications at every point.
        about: a row per thing shown: point, arm, kind, cut, settings, and the gain that the search promised.
        arms: the two that are compared.
        sign: 1 where more of the outcome is better, -1 where less is.
    """
    curves = {arm: _curve(found, about, arm, BEST) for arm in arms}
    shipped = {arm: _curve(found, about, arm, SHIPPED) for arm in arms}
    first, second = arms
    equal = frontier.at_equal_budget(curves[first], curves[second], sign, arms)
    as_shipped = frontier.at_equal_budget(shipped[first], shipped[second], sign, arms)
    equal["shipped_diff"], equal["shipped_lo"], equal["shipped_hi"] = (
        as_shipped[name].to_numpy() for name in ("diff", "ci_lo", "ci_hi")
    )
    equal["verdict"] = frontier.verdict(equal, sign, arms)
    needs = [
        frontier.at_equal_outcome(curves[by], curves[other], sign, (by, other)) for by, other in (arms, arms[::-1])
    ]
    return {
        "frontier": _frontier(found, about),
        "equal_budget": equal,
        "equal_outcome": pd.concat(needs, ignore_index=True),
    }


def _curve(found: pd.DataFrame, about: pd.DataFrame, arm: str, kind: str) -> Curve:
    """The curve of one arm, at its best or as shipped."""
    rows = about[(about["arm"] == arm) & (about["kind"] == kind)].sort_values("cut")
    return frontier.curve_of(found, rows["cut"].tolist(), rows[POINT].tolist())


def _frontier(found: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    """What every arm gave at every budget, at its best and as shipped, and what the search was worth."""
    rows = []
    for row in about.to_dict("records"):
        mine = found.xs(row[POINT], level=POINT)
        outcome = frontier.interval(mine[VALUE].to_numpy(dtype=float))
        rows.append(
            {**row, "outcome": outcome.pop("mean"), **outcome, **frontier.money_table(mine), **_gain(found, about, row)}
        )
    return pd.DataFrame(rows)


def _gain(found: pd.DataFrame, about: pd.DataFrame, row: Mapping[str, Any]) -> dict[str, float]:
    """How far the best differs from as shipped with fresh luck, paired."""
    names = ("gain", "gain_lo", "gain_hi")
    if row["kind"] != BEST:
        return dict.fromkeys(names, math.nan)
    same = about[(about["arm"] == row["arm"]) & (about["cut"] == row["cut"]) & (about["kind"] == SHIPPED)]
    values = [found.xs(point, level=POINT)[VALUE].to_numpy(dtype=float) for point in (row[POINT], same[POINT].iloc[0])]
    return dict(zip(names, frontier.interval(values[0] - values[1]).values(), strict=True))


def sentences(
    found: Mapping[str, pd.DataFrame], outcome: Outcome, arms: Sequence[str], years: int, usual_cut: float
) -> list[str]:
    """The answer: who does better everywhere, the same money and the same outcome at the usual cut, and what luck covers."""
    equal, needs = found["equal_budget"], found["equal_outcome"]
    at = equal.loc[(equal["cut"] - usual_cut).abs().idxmin()]
    mine = needs[(needs["cut"] == at["cut"]) & (needs["arm"] == arms[0])]
    told = [
        f"{outcome.title}, average of {counted(years, 'year')}: {overall(equal, arms)}",
        same_money(at, outcome, arms),
        *(same_outcome(row) for row in mine.to_dict("records")),
        money_words(found["frontier"]),
        chosen_words(found["frontier"], outcome),
        LUCK_ALONE,
    ]
    return [each for each in told if each]


def judged(fresh: Path, base: Plan, about: pd.DataFrame, arms: Sequence[str], usual_cut: float) -> str:
    """What society's side says of both policies at their best under the budget that is nearest to the usual cut."""
    best = about[about["kind"] == BEST]
    cut = best["cut"].iloc[int((best["cut"] - usual_cut).abs().argmin())]
    at = best[best["cut"] == cut].set_index("arm")["point"]
    said = valued.of_pair(fresh, base.valuation, base.settings.years, arms, [int(at[arm]) for arm in arms])
    return f"For society, both at their best under a cut of {cut:.1%}. {said}"


def overall(equal: pd.DataFrame, arms: Sequence[str]) -> str:
    """Which frontier lies above the other."""
    first, second = map(plain, arms)
    said, n = str(equal["verdict"].iloc[0]), len(equal)
    every = "both" if n == 2 else f"all {n}"
    if said == "apart":
        return f"{first} and {second} never received the same money, so that they cannot be compared with the same."
    if said == TOO_FEW:
        return f"{TOO_FEW} which of {first} and {second} does better; replicates=8 or more gives intervals."
    counts = {arm: int((equal["better"] == arm).sum()) for arm in arms}
    left, few = (int((equal["better"] == word).sum()) for word in (OPEN, TOO_FEW))
    tally = (
        f"budget by budget, {first} does better at {counts[arms[0]]}, {second} at {counts[arms[1]]}, and "
        f"{left} {'is' if left == 1 else 'are'} {OPEN}{f' ({few} with {TOO_FEW})' * bool(few)}"
    )
    turns = " and ".join(pounds(money) for money in frontier.crossings(equal))
    where = f" On average the lines cross at {turns} a head and year." if turns else ""
    for arm, other in (arms, arms[::-1]):
        if said == f"{arm} everywhere":
            return f"at its best, {plain(arm)} does better than {plain(other)} at {every} budgets."
        if said == f"{arm} somewhere":
            return (
                f"at its best, {plain(arm)} does better than {plain(other)} at some of {n} budgets and, beyond luck, worse "
                f"at none; {tally}.{where}"
            )
    if said == "cross":
        return f"at their best, {first} and {second} each do better at some of {n} budgets; {tally}.{where}"
    return f"at their best, {first} and {second} cannot be told apart over {n} budgets together; {tally}.{where}"


def same_money(row: Mapping[str, float], outcome: Outcome, arms: Sequence[str]) -> str:
    """What both arms reach with the same money at one budget."""
    if not math.isfinite(row["diff"]):
        return ""
    first, second = map(plain, arms)
    had = [
        f"{level(row, arm)} (of the money £{row[f'{arm}_spent']:,.0f} spent, {kept(row[f'{arm}_kept'])})"
        for arm in arms
    ]
    known = "" if math.isfinite(row["ci_lo"]) else " (too few runs for an interval)"
    return (
        f"With the same money received (£{row['money']:,.0f} a head and year, what is left by a cut of {row['cut']:.1%} of the "
        f"council's budget) {first} comes to {had[0]} and {second} to {had[1]} {outcome.unit}: a difference of "
        f"{difference(row)}{known}."
    )


def kept(cash: float) -> str:
    """What became of the cash that was not spent."""
    return f"£{cash:,.0f} kept" if round(cash) >= 0 else f"£{-cash:,.0f} more than received"


def between(row: Mapping[str, Any], words: Callable[[float], str]) -> str:
    """An interval in words, if there are runs enough for one."""
    low, high = row["ci_lo"], row["ci_hi"]
    return f"{words(low)} to {words(high)}" if math.isfinite(low) else "too few runs for an interval"


def level(row: Mapping[str, float], arm: str) -> str:
    """A level, to as many decimals as show its difference from the other in two figures."""
    return f"{row[arm]:,.{places(row['diff'])}f}"


def places(difference: float) -> int:
    """Decimals that show two figures of a difference."""
    size = abs(difference)
    return 0 if size >= 10 else min(6, 1 - math.floor(math.log10(size))) if size > 0 else 2


def signed(number: float) -> str:
    """A difference with its sign."""
    return value(number) if number < 0 or not math.isfinite(number) else f"+{value(number)}"


def same_outcome(row: Mapping[str, Any]) -> str:
    """What one arm needs to do as well as the other at one budget."""
    by, other = plain(str(row["arm"])), plain(str(row["as_good_as"]))
    head, doubt = (
        f"To do as well as {other} there, {by} needs",
        "" if row["sure"] or (row["state"] == REACHED and math.isnan(row["ci_lo"])) else OPEN_WHICH,
    )
    gap = f"{pounds(abs(row['saving']))} a head and year {'less' if row['saving'] >= 0 else 'more'}"
    if row["state"] == REACHED:
        return (
            f"{head} {gap} ({between(row, pounds)}{' saved' * math.isfinite(row['ci_lo'])}{doubt}), as if the cut were "
            f"{row['bears_cut']:.1%}."
        )
    if row["state"] == frontier.CHEAPEST:
        return (
            f"{head} less than the least that was explored: with {gap}, at a cut of {row['bears_cut']:.1%}, it still does "
            f"better{doubt}."
        )
    return f"{head} more than the most that was explored: with {gap} it still does worse{doubt}."


def pounds(amount: float) -> str:
    """A sum of money of either sign, to the pound."""
    return f"{'−' if amount < 0 else ''}£{abs(amount):,.0f}" if math.isfinite(amount) else "not known"


def money_words(table: pd.DataFrame) -> str:
    """Who did not keep to the money that was given, among those at their best."""
    rows = table[table["kind"] == BEST]
    off = rows[rows["money"] != "as given"]
    if off.empty:
        widest = float(rows["share"].abs().max())
        known = f" (at most {widest:.2%} off)" if np.isfinite(widest) else ""
        return f"The ledger shows that both kept to the money they were given at every budget{known}."
    told = [
        f"{plain(row['arm'])} {row['money']} by {abs(row['share']):.1%} at a cut of {row['cut']:.1%}"
        for row in off.to_dict("records")
    ]
    return f"By the ledger, {', '.join(told)}; the comparison is at the money received, of which this is told apart."


def chosen_words(table: pd.DataFrame, outcome: Outcome) -> str:
    """How much better the best is than as shipped, with fresh luck, and where it turned out worse."""
    rows = table[(table["kind"] == BEST) & table["gain_lo"].notna()]
    if rows.empty:
        return ""
    sign = -1.0 if outcome.better == "lower" else 1.0
    told = []
    for arm, mine in rows.groupby("arm", sort=False):
        ends = np.sort(sign * mine[["gain_lo", "gain_hi"]].to_numpy(), axis=1)
        better, worse = int((ends[:, 0] > 0).sum()), int((ends[:, 1] < 0).sum())
        more = f", worse beyond luck at {worse}" if worse else ""
        told.append(f"{plain(str(arm))} at {better} of {len(mine)} budgets{more}")
    return f"Choosing its own levers did better, beyond luck, than its settings as shipped: {'; '.join(told)}."


def at_same_money(rows: pd.DataFrame, arms: Sequence[str]) -> tuple[str, ...]:
    """At how many budgets each policy does better, in words that get shorter."""
    first, second = (int((rows["better"] == arm).sum()) for arm in arms)
    if not first + second:
        return (f"too close to call at all {counted(len(rows), 'budget')}",)
    told, (one, other) = f"at {first} of {counted(len(rows), 'budget')}", map(plain, arms)
    return f"{one} better {told}, {other} at {second}", f"better {told}, worse at {second}"
