"""Follows what is saved and spent month by month until it has come back, for every purse and for society.

When it first has, when for good, how deep it went, and in which share of replications never.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.economics.agencies import PUBLIC, purses
from experiments.analysis.economics.agencies import positions as agency_positions
from experiments.analysis.economics.discounting import monthly
from experiments.analysis.economics.ledgers import ACCOUNTS, TRANSFERS
from experiments.analysis.economics.social_value import POUNDS, Ledgers
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR
from experiments.analysis.statistics.paired import wilson_interval

Floats = NDArray[np.float64]

SOCIETY = "society"
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


@dataclass(frozen=True)
class BreakEven:
    """When running totals that had gone below 0 came back, one entry per replication; periods count from 0.

    Attributes:
        first: first period whose running total is not below 0 after one that was; infinity if there is none, 0 where nothing
            was ever put in.
        durable: first period from which it is never below 0 again; infinity if it ends below, 0 where nothing was put in.
        peak_funding: the deepest the running total went below 0, as a positive sum.
        peak_period: when that was; NaN where nothing was put in.
    """

    first: Floats
    durable: Floats
    peak_funding: Floats
    peak_period: Floats

    @property
    def never(self) -> float:
        """The share of replications that never come back."""
        return float(np.isinf(self.first).mean())

    @property
    def not_for_good(self) -> float:
        """The share that have not come back at the end."""
        return float(np.isinf(self.durable).mean())

    @property
    def unfunded(self) -> float:
        """The share in which nothing ever had to be put in."""
        return float((self.peak_funding == 0).mean())


def break_even(net: ArrayLike) -> BreakEven:
    """Follows running totals of net flows (discounted already); periods are the last axis."""
    table = np.atleast_2d(np.asarray(net, dtype=np.float64))
    total = np.cumsum(table, axis=-1)
    below = total < 0
    back = ~below & np.logical_or.accumulate(below, axis=-1)
    funded, periods = below.any(axis=-1), total.shape[-1]
    first = np.where(back.any(axis=-1), back.argmax(axis=-1), np.where(funded, math.inf, 0.0))
    below_last = periods - 1 - below[..., ::-1].argmax(axis=-1)
    durable = np.where(funded, below_last + 1, 0).astype(np.float64)
    deepest = total.min(axis=-1)
    return BreakEven(
        first.astype(np.float64),
        np.where(below[..., -1], math.inf, durable),
        np.maximum(-deepest, 0.0) + 0.0,
        np.where(deepest < 0, total.argmin(axis=-1), math.nan),
    )


def censored_quantile(values: ArrayLike, share: float) -> float:
    """Gives a quantile of times some of which are 'not within the run' (infinity), never dropping those."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if ordered.size == 0:
        return math.nan
    place = max(math.ceil(share * ordered.size) - 1, 0)
    return float(ordered[place])


def public_by_month(ledgers: Ledgers, first: int, second: int) -> Floats:
    """What the public purse saves each month, present value in pounds per resident; (replications, months)."""
    pence = ledgers.book.public(months=True)
    return _discounted(ledgers, pence[second] - pence[first], ledgers.factors)


def society_by_month(ledgers: Ledgers, first: int, second: int) -> Floats:
    """What society gains each month: worth of the gain less resources and carbon; (replications, months)."""
    book = ledgers.book
    used = book.pence(accounts=[each for each in ACCOUNTS if each not in TRANSFERS], months=True)
    found = _discounted(ledgers, used[second] - used[first], ledgers.factors)
    measures = book.measures
    nothing = np.zeros_like(measures["citizens"])
    if ledgers.values.effect == "wellby":
        neutral = ledgers.values.neutral_life_satisfaction.value
        points = measures.get("life_satisfaction_total", neutral * measures["citizens"])
        gain = (points - neutral * measures["citizens"]) / MONTHS_A_YEAR
    else:
        gain = measures.get("qalys", nothing)
    worth = (gain[first] - gain[second]) * ledgers.values.per_effect / POUNDS
    carbon = measures.get("carbon_tonnes", nothing)
    harm = (carbon[first] - carbon[second]) * ledgers.values.worth("carbon") / POUNDS
    found += _discounted(ledgers, worth, ledgers.lives_factors)
    outside = book.pence(accounts=["outside"], months=True) * ledgers.values.outside_services.value
    found += _discounted(ledgers, outside[first] - outside[second], ledgers.factors)
    return found - _discounted(ledgers, harm, ledgers.factors)


def _discounted(ledgers: Ledgers, pence: NDArray[np.int64] | Floats, factors: Floats) -> Floats:
    """Pence by replication and month in present pounds per resident."""
    kept = pence[:, : ledgers.years * MONTHS_A_YEAR] * POUNDS * monthly(factors)
    return np.asarray(kept / ledgers.book.residents[:, None])


def running_totals(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Lists the running total of every replication and month; columns ledger, replication, month (from 1), total."""
    parts = []
    for name, net in (
        ("public purse", public_by_month(ledgers, first, second)),
        (SOCIETY, society_by_month(ledgers, first, second)),
    ):
        total = np.cumsum(net, axis=1)
        replications, months = total.shape
        parts.append(
            pd.DataFrame(
                {
                    "ledger": name,
                    "replication": np.repeat(ledgers.book.replications, months),
                    "month": np.tile(np.arange(1, months + 1), replications),
                    "total": total.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def table(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Says of every purse, all of them and society when it breaks even, as a distribution over replications.

    Returns:
        One row per ledger: years (from 1, which is also that of replications that never put anything in; empty where that
        quantile of replications does not within the run) of first and durable break-even, shares that never do and that
        never had to put anything in, peak funding in pounds per resident and for the whole place, its month, and words.
    """
    people = ledgers.book.residents / ledgers.book.scale
    return rows_of(flows(ledgers, first, second), people, ledgers.years, "replications")


def flows(ledgers: Ledgers, first: int, second: int) -> dict[tuple[str, str], Floats]:
    """What the first arm saves or gains over the second, in present pounds per resident, by ledger and who it is.

    Returns:
        Of all public bodies and of society by month; of every purse by year, on its own ledger, before payments between
        agencies; (replications, months or years) each.
    """
    found = {
        ("public", PUBLIC): public_by_month(ledgers, first, second),
        ("social", SOCIETY): society_by_month(ledgers, first, second),
    }
    for each in purses(agency_positions(ledgers.book, first, second)):
        pounds = each.own[:, : ledgers.years] * POUNDS * ledgers.factors / ledgers.book.residents[:, None]
        found["own", each.agency] = pounds
    return found


def rows_of(net: Mapping[tuple[str, str], Floats], people: Floats, years: int, cases: str) -> pd.DataFrame:
    """Says when each ledger breaks even, as a distribution over cases.

    Args:
        net: flows by case (rows) and month, or year for purses.
        people: residents of the whole place in each case.
        years: how many are followed.
        cases: what rows are, in words.
    """
    return pd.DataFrame([_row(*who, break_even(table), people, years, cases) for who, table in net.items()])


def _row(ledger: str, who: str, found: BreakEven, people: Floats, horizon: int, cases: str) -> dict[str, object]:
    """One ledger's break-even; months are turned into the years they lie in."""
    by_year = ledger == "own"
    step = 1 if by_year else MONTHS_A_YEAR
    years: Mapping[str, Floats] = {
        "first": np.floor(found.first / step) + 1,
        "durable": np.floor(found.durable / step) + 1,
    }
    low, high = wilson_interval(int(np.isinf(found.durable).sum()), found.durable.size)
    row: dict[str, object] = {"ledger": ledger, "who": who, "followed_by": "year" if by_year else "month"}
    for name, values in years.items():
        for quartile, share in QUARTILES.items():
            year = censored_quantile(values, share)
            row[f"{name}_{quartile}"] = None if math.isinf(year) else int(year)
    peak = found.peak_period[np.isfinite(found.peak_period)] * (MONTHS_A_YEAR if by_year else 1)
    row |= {
        "never_share": found.never,
        "not_for_good_share": found.not_for_good,
        "not_for_good_lo": low,
        "not_for_good_hi": high,
        "never_in_debt_share": found.unfunded,
        "peak_funding_mean": float(found.peak_funding.mean()),
        "peak_funding_p95": float(np.quantile(found.peak_funding, 0.95)),
        "peak_funding_whole_place": float((found.peak_funding * people).mean()),
        "peak_month_median": float(np.median(peak)) + 1 if peak.size else None,
        "n": found.first.size,
    }
    return {**row, "words": in_words(found, years, horizon, cases)}


def in_words(found: BreakEven, years: Mapping[str, Floats], horizon: int, cases: str = "replications") -> str:
    """Says when it breaks even, and how often not."""
    if found.unfunded == 1:
        return "never has to put anything in"
    first, durable = (censored_quantile(years[name], 0.5) for name in ("first", "durable"))
    count = found.durable.size
    lost = int(np.isinf(found.durable).sum())
    end = f"not for good within {horizon} year{'' if horizon == 1 else 's'} in {lost} of {count} {cases}"
    if math.isinf(durable):
        return end if math.isinf(first) else f"first in year {first:.0f}, but {end}"
    if found.unfunded >= 0.5:  # as those count as year 1, the median would say so
        when = f"in {round(found.unfunded * count)} of {count} {cases} never has to put anything in"
    else:
        when = f"for good from year {durable:.0f} (median)"
    return f"{when}; {end}" if lost else when
