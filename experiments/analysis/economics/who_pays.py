"""Says in plain words who pays and who gains, from the tables of the economics; swapping the arms swaps the words."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from experiments.analysis.economics.agencies import EVERYBODY, PUBLIC
from experiments.analysis.economics.appraisal import TURNS, UNCLEAR
from experiments.analysis.economics.ledgers import HOUSEHOLDS
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.catalogue import ACRONYMS
from experiments.analysis.verdicts import valued
from experiments.analysis.verdicts.sentence import listed
from experiments.analysis.verdicts.valued import pounds
from experiments.text.numerals import HALF_A_PENNY, counted

NAMED = 3
"""Purses named on each side; the rest are in agency_year.csv."""


def amount(row: Mapping[str, Any], down: str = "less", up: str = "more", than: str = "") -> str:
    """Writes a difference and its interval in words: `£37 less than rationing (95% £24 to £46)`."""
    value, low, high = (float(row[key]) for key in ("value", "lo", "hi"))
    if not any(abs(each) >= HALF_A_PENNY for each in (value, low, high)):
        return f"the same as {than}" if than else "the same"
    words = f"{pounds(value)} {up if value > 0 else down}" + (f" than {than}" if than else "")
    if math.isnan(low) or math.isnan(high):
        return f"{words} (too few runs for an interval)"
    if low > 0 or high < 0:
        near, far = sorted((abs(low), abs(high)))
        return f"{words} (95% {pounds(near)} to {pounds(far)})"
    return f"{words} (could be chance: 95% {pounds(low)} {down} to {pounds(high)} {up})"


class Tables(NamedTuple):
    """The tables that the lines are read off.

    Attributes:
        economics: the tidy table of the appraisal.
        pockets: what every purse would say on its own ledger.
        break_even: one row per ledger.
        equity: the tidy table by group.
        switches: the social value under every switch.
    """

    economics: pd.DataFrame
    pockets: pd.DataFrame
    break_even: pd.DataFrame
    equity: pd.DataFrame
    switches: pd.DataFrame


def lines(tables: Tables, values: Valuation, contrast: Sequence[str], years: int, same_income: bool) -> list[str]:
    """Writes the few lines for the screen and the page.

    Args:
        tables: what the lines are read off.
        values: the conventions used.
        contrast: first and second arm.
        years: the horizon told.
        same_income: whether the agencies of both arms had the same income.
    """
    comparison = f"{contrast[0]} minus {contrast[1]}"
    named = [arm.replace("_", " ") for arm in contrast]
    table = tables.economics
    rows = table[(table["comparison"] == comparison) & (table["horizon"] == years)].set_index("measure")
    by_name: dict[str, dict[str, Any]] = {str(k): v for k, v in rows.to_dict("index").items()}
    if _nothing_differs(by_name):
        return [f"Who pays, who gains: nobody. {named[0]} and {named[1]} cost and gave exactly the same."]
    said = [
        _public(by_name, named, years, same_income),
        _purses(tables.pockets),
        _society(by_name, named, values, tables.switches),
        _groups(tables.equity, named),
        _recovered(tables.break_even, named),
    ]
    return [line for line in said if line]


def _nothing_differs(rows: dict[str, dict[str, Any]]) -> bool:
    """Whether every sum and every gain is exactly the same in both arms."""
    told = ("public_cost", "resource_cost", "households_cost", "effect", "social_value")
    return all(rows[name][key] == 0 for name in told for key in ("value", "lo", "hi"))


def _public(rows: Mapping[str, Mapping[str, Any]], contrast: Sequence[str], years: int, same_income: bool) -> str:
    """What the public purse and households pay."""
    purse, outside = rows["public_cost"], rows["account_outside"]
    span = "1 year" if years == 1 else f"{years} years"
    given = " from the same income" if same_income else ""
    text = (
        f"Who pays (present value per resident over {span}): {contrast[0]} costs the public purse"
        f"{given} {amount(purse, than=contrast[1])}, households {amount(rows['households_cost'])}."
    )
    if abs(rows["cash_kept"]["value"]) >= HALF_A_PENNY:
        text += f" Cash kept, which it has not saved but may still spend, is {amount(rows['cash_kept'])}."
    if abs(outside["value"]) > abs(purse["value"]) > 0:
        text += f" Services outside the model get {amount(outside)}."
    return text


def _purses(pockets: pd.DataFrame) -> str:
    """Which purses spend less cash of their own, what they cut outside the model included, and which more."""
    public = pockets[~pockets["agency"].isin([HOUSEHOLDS, PUBLIC, EVERYBODY]) & (pockets["silo"].abs() >= HALF_A_PENNY)]
    told = []
    for answer, words in (("yes", "less"), ("no", "more")):
        part = public[public["accepts"] == answer]
        part = part.reindex(part["silo"].abs().sort_values(ascending=False).index)
        names = [f"{plain(row.agency)} ({pounds(float(row.silo))})" for row in part.itertuples()]
        more = [counted(len(names) - NAMED, "other")] if len(names) > NAMED else []
        if names:
            told.append(f"{listed([*names[:NAMED], *more])} {'spends' if len(names) == 1 else 'spend'} {words}")
    unsure = public[public["accepts"] == "cannot tell"]
    if len(unsure):
        few = unsure["silo_lo"].isna().all()
        told.append(f"of {len(unsure)} too few runs to say" if few else f"{len(unsure)} cannot be told from chance")
    of_their_own = "Of their own cash, cuts outside the model included and before payments between agencies,"
    return f"{of_their_own} {'; '.join(told)}." if told else ""


def _society(
    rows: Mapping[str, Mapping[str, Any]], contrast: Sequence[str], values: Valuation, switched: pd.DataFrame
) -> str:
    """What society is left with, by which conventions, and which of them turn the answer round."""
    what = "a point of life satisfaction for a year" if values.effect == "wellby" else "a healthy year"
    text = (
        f"Who gains: society is {amount(rows['social_value'], 'worse off', 'better off')} under {contrast[0]}, "
        f"at £{values.per_effect:,.0f} for {what} ({values.title}, vintage {values.vintage}; "
        f"{values.money_of} prices)."
    )
    turning = list(switched.loc[switched["turns_the_answer"], "switch"])
    turns = f" This turns round if {listed(turning)}." if turning else ""
    said = valued.turning(rows[TURNS]["value"], rows[UNCLEAR]["value"], values)
    return f"{text} {said}{turns} {valued.standing(switched, contrast)}"


def _groups(equity: pd.DataFrame, contrast: Sequence[str]) -> str:
    """How many fifths gain, lose, or hardly differ in life satisfaction, and how likely it is that none is worse off."""
    part = equity[(equity["outcome"] == "life_satisfaction") & (equity["by"] == "deprivation fifth")]
    differences = part[part["measure"] == "difference"]
    if differences.empty:
        return ""
    counts = differences["verdict"].value_counts()
    told = [
        f"{counts[key]} {words}"
        for key, words in (
            ("gains", "gain"),
            ("loses", "lose"),
            ("too small to matter", "differ by too little to matter"),
            ("cannot tell", "cannot be told from chance"),
            ("the same", "the same"),
            ("too few runs to say", "with too few runs to say"),
        )
        if key in counts
    ]
    nobody = part[part["measure"] == "nobody_worse"]
    share = float(nobody["value"].iloc[0]) if len(nobody) else math.nan
    chance = "" if math.isnan(share) else f"; some fifth is worse off in {1 - share:.0%} of same-luck pairs"
    together = f"Of the deprivation fifths, all {len(differences)} looked at together (Holm's correction)"
    return f"{together}, in life satisfaction under {contrast[0]}: {listed(told)}{chance}."


def _recovered(break_even: pd.DataFrame, contrast: Sequence[str]) -> str:
    """When the public purse has its money back, and how deep it went."""
    rows = break_even[(break_even["ledger"] == "public")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    peak = float(row["peak_funding_mean"])
    depth = f", peak funding {pounds(peak)} per resident on average" if peak >= HALF_A_PENNY else ""
    return f"Break-even of {contrast[0]} for the public purse: {row['words']}{depth}."


def plain(name: str) -> str:
    """An agency's name in words."""
    return ACRONYMS.get(name, name.replace("_", " "))
