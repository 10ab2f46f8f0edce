"""Writes the part of the page on who pays and who gains: the words, the ledgers, the purses, the judgements."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.report import tables
from experiments.report.folder_contents import LeftOut, Results, plain
from experiments.report.style import figures, sum_of_money

LEDGERS = {
    "Cash": (
        "public_cost",
        "account_services",
        "account_outside",
        "account_change",
        "account_benefits",
        "account_redundancy",
        "account_pool",
    ),
    "Households": ("account_unpaid_care", "households_cost"),
    "Resources": ("resource_cost",),
    "Society": ("effect_value", "outside_worth", "carbon_cost", "social_value"),
}
GAINS = ("effect", "effect_living_better", "effect_living_longer", "qalys", "carbon_tonnes")
WEIGHTED = ("social_value", "social_value_weighted_low", "social_value_weighted_central", "social_value_weighted_high")
RATIOS = ("icer", "bcr", "cost_shunting", "evpi")
INDICES = {
    "concentration_index": "Concentration index",
    "erreygers": "Erreygers' index",
    "slope_index": "Slope index",
    "relative_slope": "Relative index",
    "gap": "Most less least deprived",
    "nobody_worse": "Pairs in which no group is worse off",
    "nobody_much_worse": "… by more than would matter",
}
TOLD_UNEQUAL = ("life_satisfaction", "need_share", "crises")
THOUSAND = 1_000


def who_pays(results: Results) -> str:
    """Writes what it costs and whom: the accounts, and what every purse would say; or why they are left out."""
    return _or_why(results, _words, _ledgers, _purses, _ratios)


def pays_back(results: Results) -> str:
    """Writes when each ledger breaks even."""
    return _or_why(results, _break_even)


def unequal(results: Results) -> str:
    """Writes how unequal outcomes are."""
    return _or_why(results, _unequal)


def judgements(results: Results) -> str:
    """Writes what the answer is under other value judgements."""
    return _or_why(results, _judgements)


def _or_why(results: Results, *parts: Callable[[Results], str]) -> str:
    """Some parts, or why they are left out."""
    if results.contrast is None:
        return "<p>There is only one arm, so nobody gains or loses by comparison.</p>"
    try:
        return "\n".join(part(results) for part in parts)
    except LeftOut as reason:
        return f"<p>The accounts are left out: {html.escape(str(reason))}.</p>"


def _words(results: Results) -> str:
    """The lines of the screen, and the conventions."""
    said = results.manifest.get("who_pays") or ()
    lines = "".join(f"<li>{html.escape(str(line))}</li>\n" for line in said)
    valued = html.escape(str(results.manifest.get("valued_by") or "the valuation file"))
    return (
        f"<ul>\n{lines}</ul>\n<p>Valued by {valued}. Money is in present value, £ per resident at the policy date, unless it "
        "says otherwise. Every interval is about chance only. Services outside the model are taken to be worth what "
        "the valuation file says (as a rule, what they cost), so that cutting them is no gain in itself.</p>"
    )


def _rows(results: Results, names: Sequence[str]) -> list[tuple[str, str, dict[str, Mapping[str, Any]]]]:
    """Title, unit, and the row of every arm and comparison, of some measures at the last horizon."""
    told = results.told("economics")
    told = told[told["horizon"] == told["horizon"].max()]
    found = []
    for name in names:
        part = told[told["measure"] == name]
        if len(part):
            by = {str(row["comparison"]): row for row in part.to_dict("records")}
            found.append((str(part["title"].iloc[0]), str(part["unit"].iloc[0]), by))
    return found


def _comparisons(results: Results) -> list[str]:
    """The comparisons told, the one asked for first."""
    told = [str(name) for name in dict.fromkeys(results.told("economics")["comparison"])]
    return [name for name in told if " minus " in name]


def _ledgers(results: Results) -> str:
    """Cash, resources and what society is left with: every arm, and every comparison with its interval."""
    shown = _comparisons(results)
    head = ["Account", *(plain(arm) for arm in results.arms), *map(_heading, shown)]
    body = []
    for ledger, names in LEDGERS.items():
        for title, _, by in _rows(results, names):
            cells = [f"<small>{ledger}</small><br>{html.escape(title)}"]
            cells += [_value(by.get(arm), sum_of_money) for arm in results.arms]
            body.append([*cells, *(_gap(by.get(name), sum_of_money) for name in shown)])
    for title, unit, by in _rows(results, GAINS):
        cells = [
            f"{html.escape(title)}<br><small>{html.escape(unit.replace('per resident', ''))} per 1,000 residents</small>"
        ]
        cells += [_value(by.get(arm), figures, THOUSAND) for arm in results.arms]
        body.append([*cells, *(_gap(by.get(name), figures, THOUSAND) for name in shown)])
    title = f"Three ledgers over {results.years} years: cash, resources, society"
    return tables.table(head, body, title if results.years > 1 else title.replace("1 years", "1 year"))


def _heading(comparison: str) -> str:
    """Names a comparison in words."""
    first, _, second = comparison.partition(" minus ")
    return f"{plain(first)} minus {plain(second)} (95% interval)"


def _value(row: Mapping[str, Any] | None, write: Any, factor: float = 1.0) -> str:
    """One arm's value."""
    return "–" if row is None or _number(row["value"]) is None else html.escape(write(factor * row["value"]))


def _gap(row: Mapping[str, Any] | None, write: Any, factor: float = 1.0) -> str:
    """A difference with its interval."""
    if row is None or _number(row["value"]) is None:
        return "–"
    low, high = _number(row["lo"]), _number(row["hi"])
    told = f"<br>({write(factor * low)} to {write(factor * high)})" if low is not None and high is not None else ""
    return f"<strong>{write(factor * row['value'])}</strong>{told}"


def _number(value: Any) -> float | None:
    """A cell as a number; None where it is empty."""
    return None if value is None or pd.isna(value) or not math.isfinite(float(value)) else float(value)


def _purses(results: Results) -> str:
    """Whether each purse would accept, what would make it whole, and what leaves the books."""
    first, second = (plain(arm) for arm in results.contrast or ("", ""))
    body = [
        [
            html.escape(plain(str(row["agency"]))),
            _gap({"value": row["silo"], "lo": row["silo_lo"], "hi": row["silo_hi"]}, sum_of_money),
            sum_of_money(float(row["pooled"])),
            html.escape(str(row["accepts"])),
            "–" if _number(row["side_payment"]) is None else sum_of_money(float(row["side_payment"])),
        ]
        for row in results.told("pockets").to_dict("records")
    ]
    head = [
        "Purse",
        "Gains on its own ledger",
        "After payments between agencies that were made",
        "Would accept?",
        "Would have to receive (pay: −) for none to lose",
    ]
    purses = tables.table(head, body, f"Would each purse accept {first} rather than {second}?")
    moved = [
        [html.escape(str(row["title"])), _gap(row, sum_of_money)] for row in results.told("leakage").to_dict("records")
    ]
    left = tables.table(
        ["What leaves the books of those who own the services", f"{first} minus {second}"], moved, "Moved to others"
    )
    return f"{purses}\n{left}"


def _break_even(results: Results) -> str:
    """When each ledger breaks even, how deep it goes, and how often never."""
    body = []
    for row in results.told("break_even").to_dict("records"):
        share, low, high = (
            100 * float(row[key]) for key in ("not_for_good_share", "not_for_good_lo", "not_for_good_hi")
        )
        body.append(
            [
                html.escape(plain(str(row["who"]))),
                f"<span>{html.escape(str(row['words']))}</span>",
                f"{share:.0f}% ({low:.0f}–{high:.0f}%)",
                sum_of_money(float(row["peak_funding_mean"])),
                sum_of_money(float(row["peak_funding_p95"])),
                sum_of_money(float(row["peak_funding_whole_place"])),
            ]
        )
    head = [
        "Ledger",
        "Breaks even",
        "Pairs that have not at the end",
        "Peak funding per resident, average",
        "95 in 100 pairs below",
        "Whole place, average",
    ]
    return tables.table(head, body, "Break-even and peak funding")


def _judgements(results: Results) -> str:
    """The social value under each value judgement, unweighted and weighted."""
    body = [
        [
            html.escape(str(row["switch"])),
            _gap({**row, "value": row["social_value"]}, sum_of_money),
            "turns the answer round" if row["turns_the_answer"] else "no",
        ]
        for row in results.told("switches").to_dict("records")
    ]
    asked = _comparisons(results)[0]
    body += [
        [html.escape(title), _gap(by.get(asked), sum_of_money), "–"] for title, _, by in _rows(results, WEIGHTED)[1:]
    ]
    return tables.table(
        ["Judgement", f"Net present social value, {_heading(asked)}", "Does it turn the answer?"],
        body,
        "Does the answer turn on a judgement?",
    )


def _ratios(results: Results) -> str:
    """Ratios where they are defined, and otherwise why not."""
    asked = _comparisons(results)[0]
    body = []
    for title, _, by in _rows(results, RATIOS):
        row = by.get(asked)
        value = None if row is None else _number(row["value"])
        note = "" if row is None or not isinstance(row["note"], str) else row["note"]
        body.append([html.escape(title), "–" if value is None else figures(value), html.escape(note)])
    made = tables.table(["Ratio", "Value", "What it means, or why there is none"], body, "Ratios")
    return f"<details>\n<summary>Ratios, and why some are not given</summary>\n{made}\n</details>"


def _unequal(results: Results) -> str:
    """How unequal a few outcomes are by deprivation, in every arm."""
    told = results.told("equity")
    told = told[(told["by"] == "deprivation fifth") & told["outcome"].isin(TOLD_UNEQUAL)]
    asked = _comparisons(results)[0]
    body = []
    for (title, measure), part in told[told["measure"].isin(INDICES)].groupby(["title", "measure"], sort=False):
        by = {str(row["comparison"]): row for row in part.to_dict("records")}
        cells = [f"{html.escape(str(title))}<br><small>{INDICES[str(measure)]}</small>"]
        cells += [_value(by.get(arm), figures) for arm in results.arms]
        body.append([*cells, _gap(by.get(asked), figures)])
    head = ["Outcome by deprivation fifth", *(plain(arm) for arm in results.arms), _heading(asked)]
    made = tables.table(head, body, "How unequal, from most to least deprived")
    about = (
        "The concentration index is below 0 if more falls on the most deprived; Erreygers' index is the one for what "
        "can only lie between two bounds. The slope index is the fitted value at the least deprived end less that at the "
        "most deprived end (a straight line weighted by people). Shares of pairs are in the last column."
    )
    return f"<details>\n<summary>How unequal</summary>\n{made}\n<p>{about}</p>\n</details>"
