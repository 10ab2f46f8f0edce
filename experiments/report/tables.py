"""Makes the tables of pages: the headline table of differences, and the numbers under each figure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.verdicts.sentence import verdict
from experiments.report.folder_contents import Results, plain
from experiments.report.layout import Cell, Table
from experiments.report.style import amount, figures, three
from experiments.text.numerals import decimals, fixed
from experiments.text.titles import titled

VERDICTS = {
    "better": "{first} better",
    "worse": "{second} better",
    "higher": "higher under {first}",
    "lower": "lower under {first}",
    "small": "difference too small to matter",
    "unclear": "could not tell apart",
    "same": "exactly the same",
    "unknown": "too few runs to say",
}
LARGE_GAIN = 10.0
PENCE_FROM = 2
"""Decimals that a difference in money must bear for its pence to be written."""


def comparison(results: Results, horizon: int) -> Table:
    """Tells every headline outcome at one horizon: arms, difference, same-luck wins and pairing's gain."""
    rows = results.summary[results.summary["horizon"] == horizon]
    shown = [
        (results.outcomes[row["outcome"]], row)
        for row in rows.to_dict("records")
        if row["outcome"] in results.outcomes and results.outcomes[row["outcome"]].headline
    ]
    head = ["Outcome", *(plain(arm) for arm in results.arms)]
    first, second = (plain(arm) for arm in results.contrast)
    head += [
        f"{first} minus {second} (95% interval)",
        "What can be said",
        f"Same luck: {first} better (95% interval)",
        "Gain from pairing",
    ]
    return Table(
        f"Headline outcomes in year {horizon}", head, [_compared(outcome, row, results) for outcome, row in shown]
    )


def _compared(outcome: Outcome, row: Mapping[Any, Any], results: Results) -> list[Cell | str]:
    """One outcome's cells."""
    cells: list[Cell | str] = [Cell(outcome.title, below=outcome.unit)]
    cells += [amount(_number(row.get(arm)), outcome.unit) for arm in results.arms]
    first, second = (plain(arm) for arm in results.contrast)
    diff, low, high = (_number(row.get(key)) for key in ("diff", "ci_lo", "ci_hi"))
    known = not math.isnan(low)
    places = decimals(max(abs(diff), abs(low), abs(high)) if known else diff)
    low_words, high_words = (difference(end, outcome.unit, places) for end in (low, high))
    return [
        *cells,
        Cell(
            difference(diff, outcome.unit, places),
            below="percentage points" if outcome.unit.startswith("%") else "",
            interval=f"{low_words} to {high_words}" if known else "no interval",
            strong=True,
        ),
        Cell(VERDICTS[verdict(outcome, diff, low, high)].format(first=first, second=second), wraps=True),
        wins(row),
        gain(_number(row.get("vrf"))),
    ]


def difference(value: float, unit: str, places: int) -> str:
    """Writes a difference with its sign, no more figures than its interval bears, and of its unit only the pounds."""
    if math.isnan(value):
        return "not known"
    value = value if places else three(value)
    if unit.startswith("£"):
        pounds = fixed(abs(value), 0 if places < PENCE_FROM else 2)
        return f"{'−' if value < 0 else '+'}£{pounds}" if value else "£0"
    return fixed(value, places, signed=True).replace("-", "−")


def gain(vrf: float) -> str:
    """Writes the variance-reduction factor of pairing."""
    if math.isnan(vrf):
        return "–"
    return "exact" if math.isinf(vrf) else f"{three(vrf):,.{1 if vrf < LARGE_GAIN else 0}f}×"


def wins(row: Mapping[Any, Any]) -> Cell | str:
    """Tells in how many same-luck pairs the first arm did better, the share's interval, ties apart."""
    won, rate = _number(row.get("wins")), _number(row.get("winrate"))
    if math.isnan(won):
        return "–"
    ties = int(_number(row.get("ties")))
    told = f"{int(won)} of {int(_number(row.get('n')))}{f', {ties} tied' if ties else ''}"
    if math.isnan(rate):
        return told
    low, high = (100 * _number(row.get(key)) for key in ("wr_lo", "wr_hi"))
    return Cell(told, below=f"({low:.0f}–{high:.0f}%)")


def _number(value: Any) -> float:
    """Reads a cell as a number, empty ones as NaN."""
    return math.nan if value is None or pd.isna(value) else float(value)


def numbers(data: pd.DataFrame, title: str, notes: Sequence[str] = ()) -> Table:
    """Tells the numbers of a figure with three significant figures."""
    rows = [
        [_cell(name, value) for name, value in zip(data.columns, row, strict=True)]
        for row in data.itertuples(index=False)
    ]
    return Table(title, [_head(str(name)) for name in data.columns], rows, notes)


def _head(column: str) -> str:
    """What a column is called: a number by its title, anything else as it stands."""
    title = titled(column)
    return title[:1].upper() + title[1:] or plain(column)


def _cell(column: Any, value: Any) -> str:
    """One value of a figure's numbers."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else figures(value)
    return plain(str(value)) if column in ("arm", "design", "services (average)") else str(value)
