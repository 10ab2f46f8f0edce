"""Tells who pays and who gains, for the page: the words, the ledgers, the purses, the judgements."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.report.folder_contents import LeftOut, Results, counted, plain
from experiments.report.layout import Accounts, Cell, Folded, Table
from experiments.report.style import figures, sum_of_money
from experiments.text.numerals import decimals, fixed

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
ABOUT_INDICES = (
    "The concentration index is below 0 if more falls on the most deprived; Erreygers' index is the one for what "
    "can only lie between two bounds. The slope index is the fitted value at the least deprived end less that at the "
    "most deprived end (a straight line weighted by people). Shares of pairs are in the last column."
)
THOUSAND = 1_000
UNKNOWN = "–"


def accounts(results: Results, section: str) -> Accounts | None:
    """Tells what belongs to one section of the page, or why it is left out; None where a section has no accounts."""
    if section not in SECTIONS:
        return None
    try:
        return SECTIONS[section](results)
    except LeftOut as reason:
        return Accounts(left_out=f"The accounts are left out: {reason}.")


def _who_pays(results: Results) -> Accounts:
    """What it costs and whom: the accounts, and what every purse would say."""
    return Accounts(
        tables=[_ledgers(results), *_purses(results)],
        folded=[Folded("Ratios, and why some are not given", _ratios(results))],
        said=[str(line) for line in results.manifest.get("who_pays") or ()],
        valued_by=str(results.manifest.get("valued_by") or "the valuation file"),
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


def _ledgers(results: Results) -> Table:
    """Cash, resources and what society is left with: every arm, and every comparison with its interval."""
    shown = _comparisons(results)
    body: list[list[Cell | str]] = []
    for ledger, names in LEDGERS.items():
        for title, _, by in _rows(results, names):
            arms = [_value(by.get(arm), sum_of_money) for arm in results.arms]
            body.append([Cell(title, above=ledger), *arms, *(_gap(by.get(name), sum_of_money) for name in shown)])
    for title, unit, by in _rows(results, GAINS):
        per_thousand = Cell(title, below=f"{unit.replace('per resident', '')} per 1,000 residents")
        arms = [_value(by.get(arm), figures, THOUSAND) for arm in results.arms]
        body.append([per_thousand, *arms, *(_gap(by.get(name), figures, THOUSAND) for name in shown)])
    title = f"Three ledgers over {counted(results.years, 'year')}: cash, resources, society"
    return Table(title, ["Account", *map(plain, results.arms), *map(_heading, shown)], body)


def _heading(comparison: str) -> str:
    """Names a comparison in words."""
    first, _, second = comparison.partition(" minus ")
    return f"{plain(first)} minus {plain(second)} (95% interval)"


def _value(row: Mapping[str, Any] | None, write: Callable[[float], str], factor: float = 1.0) -> str:
    """One arm's value."""
    return UNKNOWN if row is None or _number(row["value"]) is None else write(factor * row["value"])


def _gap(row: Mapping[str, Any] | None, write: Callable[[float], str], factor: float = 1.0) -> Cell | str:
    """A difference with its interval."""
    if row is None or _number(row["value"]) is None:
        return UNKNOWN
    low, high = _number(row["lo"]), _number(row["hi"])
    interval = "" if low is None or high is None else _ends(factor * low, factor * high, write)
    return Cell(write(factor * row["value"]), interval=interval, strong=True)


def _ends(low: float, high: float, write: Callable[[float], str]) -> str:
    """Both ends of an interval, in as many figures as it takes to tell them apart."""
    ends = [write(low), write(high)]
    if ends[0] == ends[1] and low != high:
        pound, places = "£" * (write is sum_of_money), decimals((high - low) / 2, 1)
        ends = [f"{'−' if end < 0 else ''}{pound}{fixed(abs(end), places)}" for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def _number(value: Any) -> float | None:
    """A cell as a number; None where it is empty."""
    return None if value is None or pd.isna(value) or not math.isfinite(float(value)) else float(value)


def _purses(results: Results) -> list[Table]:
    """Whether each purse would accept, what would make it whole, and what leaves the books."""
    first, second = (plain(arm) for arm in results.contrast)
    purses = [
        [
            plain(str(row["agency"])),
            _gap({"value": row["silo"], "lo": row["silo_lo"], "hi": row["silo_hi"]}, sum_of_money),
            sum_of_money(float(row["pooled"])),
            str(row["accepts"]),
            UNKNOWN if _number(row["side_payment"]) is None else sum_of_money(float(row["side_payment"])),
        ]
        for row in results.told("pockets").to_dict("records")
    ]
    head = [
        "Purse",
        "Cash gained on its own ledger, cuts outside the model included",
        "After payments between agencies that were made",
        "Would accept?",
        "Would have to receive (pay: −) for none to lose",
    ]
    moved = [[str(row["title"]), _gap(row, sum_of_money)] for row in results.told("leakage").to_dict("records")]
    leaves = ["What leaves the books of those who own the services", f"{first} minus {second}"]
    return [
        Table(f"Would each purse accept {first} rather than {second}?", head, purses),
        Table("Moved to others", leaves, moved),
    ]


def _pays_back(results: Results) -> Accounts:
    """When each ledger breaks even, how deep it goes, and how often never."""
    body: list[list[Cell | str]] = []
    for row in results.told("break_even").to_dict("records"):
        share, low, high = (
            100 * float(row[key]) for key in ("not_for_good_share", "not_for_good_lo", "not_for_good_hi")
        )
        funding = [sum_of_money(float(row[f"peak_funding_{of}"])) for of in ("mean", "p95", "whole_place")]
        never = f"{share:.0f}% ({low:.0f}–{high:.0f}%)"
        body.append([plain(str(row["who"])), Cell(str(row["words"]), wraps=True), never, *funding])
    head = [
        "Ledger",
        "Breaks even",
        "Pairs that have not at the end",
        "Peak funding per resident, average",
        "95 in 100 pairs below",
        "Whole place, average",
    ]
    return Accounts([Table("Break-even and peak funding; purses before payments between agencies", head, body)])


def _judgements(results: Results) -> Accounts:
    """The social value under each value judgement, unweighted and weighted."""
    body: list[list[Cell | str]] = [
        [
            str(row["switch"]),
            _gap({**row, "value": row["social_value"]}, sum_of_money),
            f"{row['verdict']}{': turned round' * bool(row['turns_the_answer'])}",
        ]
        for row in results.told("switches").to_dict("records")
    ]
    asked = _comparisons(results)[0]
    body += [[title, _gap(by.get(asked), sum_of_money), UNKNOWN] for title, _, by in _rows(results, WEIGHTED)[1:]]
    head = ["Judgement", f"Net present social value, {_heading(asked)}", f"The answer on {plain(results.contrast[0])}"]
    return Accounts([Table("Does the answer turn on a judgement?", head, body)])


def _ratios(results: Results) -> Table:
    """Ratios where they are defined, and otherwise why not."""
    asked = _comparisons(results)[0]
    body = []
    for title, _, by in _rows(results, RATIOS):
        note = by.get(asked, {}).get("note")
        body.append([title, _value(by.get(asked), figures), note if isinstance(note, str) else ""])
    return Table("Ratios", ["Ratio", "Value", "What it means, or why there is none"], body)


def _unequal(results: Results) -> Accounts:
    """How unequal a few outcomes are by deprivation, in every arm."""
    told = results.told("equity")
    told = told[(told["by"] == "deprivation fifth") & told["outcome"].isin(TOLD_UNEQUAL)]
    asked = _comparisons(results)[0]
    body: list[list[Cell | str]] = []
    for (title, measure), part in told[told["measure"].isin(INDICES)].groupby(["title", "measure"], sort=False):
        by = {str(row["comparison"]): row for row in part.to_dict("records")}
        arms = [_value(by.get(arm), figures) for arm in results.arms]
        body.append([Cell(str(title), below=INDICES[str(measure)]), *arms, _gap(by.get(asked), figures)])
    head = ["Outcome by deprivation fifth", *map(plain, results.arms), _heading(asked)]
    made = Table("How unequal, from most to least deprived", head, body, [ABOUT_INDICES])
    return Accounts(folded=[Folded("How unequal", made)])


SECTIONS: Mapping[str, Callable[[Results], Accounts]] = {
    "cost": _who_pays,
    "pays_back": _pays_back,
    "gains": _unequal,
    "flips": _judgements,
}
"""What each section of the page tells of who pays and who gains."""
