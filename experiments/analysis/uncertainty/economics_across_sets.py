"""Works out who pays and who gains in every set of plausible numbers, luck and evidence apart.

Every set is valued by itself, replication by replication, as a comparison by chance is. What differs between sets is the
evidence; luck is taken out of ranges, shares and worths as everywhere (`two_uncertainties`). Break-even follows each
set's average over its replications, so a little luck stays in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.economics import appraisal, cash_flow
from experiments.analysis.economics import cost_effectiveness as ce
from experiments.analysis.economics.ledgers import Book
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.paired import Interval
from experiments.analysis.uncertainty import value_of_information
from experiments.analysis.uncertainty.common_luck import Split, anova_split, more_interval, share_interval, shifts
from experiments.analysis.uncertainty.two_uncertainties import EVIDENCE, FEWEST_FOR_RANGE, SET, evidence_range
from experiments.analysis.verdicts.valued import pounds

Floats = NDArray[np.float64]

DECISION = "social_value"
"""What a choice goes by: net present social value."""
COST, BUDGET, GAIN = "social_cost", "public_cost", "effect"
CASES = "sets of plausible numbers"


@dataclass(frozen=True)
class Valued:
    """One set's differences, first arm minus second, in present value per resident.

    Attributes:
        number: of the set.
        measures: by horizon and measure, a value for each replication.
        flows: of the last horizon by ledger and who, averaged over replications, by month or year.
        titles: title and unit by measure.
        residents: of the whole place.
    """

    number: int
    measures: Mapping[tuple[int, str], Floats]
    flows: Mapping[tuple[str, str], Floats]
    titles: Mapping[str, tuple[str, str]]
    residents: float


def value_set(
    number: int, record: pd.DataFrame, contrast: Sequence[str], values: Valuation, scale: float, horizons: Sequence[int]
) -> Valued:
    """Values the runs of one set."""
    book = Book.of(record, scale)
    first, second = (book.arm(name) for name in contrast)
    measures, titles = {}, {}
    for years in horizons:
        ledgers = Ledgers(book, values, years)
        for measure, title, unit, found in (
            *appraisal.differences(ledgers, first, second),
            *appraisal.weighted(ledgers, first, second),
        ):
            measures[years, measure], titles[measure] = found, (title, unit)
    flows = cash_flow.flows(Ledgers(book, values, max(horizons)), first, second)
    means = {who: table.mean(axis=0) for who, table in flows.items()}
    return Valued(number, measures, means, titles, float(book.residents.mean()) / scale)


def tables(
    valued: Sequence[Valued], contrast: Sequence[str], values: Valuation, numbers: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Makes every table across sets.

    Args:
        valued: the drawn sets, not the one as used.
        contrast: first and second arm.
        values: the conventions.
        numbers: a column per uncertain number, a row per set, in the same order.

    Returns:
        `across_evidence` (tidy), `plane_across_evidence`, `curves_across_evidence`, `break_even_across_evidence`,
        `worth_knowing`.
    """
    horizons = sorted({years for years, _ in valued[0].measures})
    found = {key: np.stack([each.measures[key] for each in valued]) for key in valued[0].measures}
    people = np.array([each.residents for each in valued])
    splits = {key: anova_split(runs) for key, runs in found.items()}
    last = {measure: splits[years, measure] for years, measure in splits if years == horizons[-1]}
    net = {
        who: np.stack([each.flows.get(who, np.zeros_like(flow)) for each in valued])
        for who, flow in valued[0].flows.items()
    }
    return {
        "across_evidence": pd.DataFrame([
            row for years in horizons for row in _rows(splits, years, contrast, valued[0].titles, float(people.mean()))
        ]),
        "plane_across_evidence": plane(last, values, [each.number for each in valued]),
        "curves_across_evidence": curves(found, horizons[-1], contrast, values),
        "break_even_across_evidence": cash_flow.rows_of(net, people, horizons[-1], CASES).assign(uncertainty_type=EVIDENCE),
        "worth_knowing": worth_of(found[horizons[-1], DECISION], numbers, float(people.mean())),
    }  # fmt: skip


def _rows(
    splits: Mapping[tuple[int, str], Split],
    years: int,
    contrast: Sequence[str],
    titles: Mapping[str, tuple[str, str]],
    people: float,
) -> Iterable[dict[str, Any]]:
    """One horizon's tidy rows: sums with the range of the evidence, then quadrants and ratios."""
    about = {"horizon": years, "comparison": f"{contrast[0]} minus {contrast[1]}", "uncertainty_type": EVIDENCE}
    own = {measure: split for (horizon, measure), split in splits.items() if horizon == years}
    for measure, (title, unit) in titles.items():
        yield {**about, "measure": measure, "title": title, "unit": unit, **_across(own[measure])} | (
            {"whole_place": float(own[measure].means.mean()) * people} if unit == appraisal.PER_RESIDENT else {}
        )
    gain, cost, budget = own[GAIN], own[COST], own[BUDGET]
    places = gain.without_luck, cost.without_luck
    other = shifts(np.column_stack([gain.replications, cost.replications])).T[..., None]
    moved = ce.quadrants(places[0] + other[0], places[1] + other[1])
    for quadrant, inside in ce.quadrants(*places).items():
        low, high = share_interval(inside, moved[quadrant])
        yield {**about, "measure": f"quadrant_{quadrant}", "title": f"Sets with {ce.QUADRANTS[quadrant]}", "unit": "share",
               "value": float(inside.mean()), "lo": low, "hi": high, "n": gain.means.size}  # fmt: skip
    worth = own[DECISION].means.mean() + budget.means.mean()
    for name, title, ratio in (
        (
            "icer",
            appraisal.ICER,
            ce.cost_per_effect(float(gain.means.mean()), float(cost.means.mean()), _interval(gain), _interval(cost)),
        ),
        (
            "bcr",
            "Benefits per pound of the public budget",
            ce.benefit_cost_ratio(float(worth), float(budget.means.mean()), _interval(budget)),
        ),
    ):
        yield {**about, "measure": name, "title": title, "unit": "ratio of means", "value": ratio.value,
               "n": gain.means.size, "note": ratio.words}  # fmt: skip


def _interval(split: Split) -> Interval:
    """The range of the evidence."""
    return Interval(*evidence_range(split.without_luck), EVIDENCE)


def _across(split: Split) -> dict[str, Any]:
    """The average over sets, the range of the evidence, and in which share of sets the first arm has more."""
    means = split.without_luck
    low, high = evidence_range(means)
    more, apart = int((means > 0).sum()), int((means != 0).sum())
    from_, to = more_interval(means, split.replications)
    return {
        "value": float(split.means.mean()),
        "lo": low,
        "hi": high,
        "n": means.size,
        "share_more": more / apart if apart else None,
        "share_lo": from_,
        "share_hi": to,
        "variance_evidence": split.evidence,
        "variance_chance_of_mean": split.msw / split.n,
        "variance_common_of_mean": split.common / split.n,
        "note": value_of_information.LUCK_EXPLAINS.partition(":")[0] if split.truncated else "",
    }


def plane(last: Mapping[str, Split], values: Valuation, numbers: Sequence[int]) -> pd.DataFrame:
    """Lists gain, what society gave up for it, and social value of every set, luck taken out."""
    return pd.DataFrame({
        SET: numbers, **{name: last[name].without_luck for name in (GAIN, COST, "social_value")},
        "value_of_effect": values.per_effect, "effect_counted": values.effect, "uncertainty_type": EVIDENCE,
    })  # fmt: skip


def curves(
    found: Mapping[tuple[int, str], Floats], years: int, contrast: Sequence[str], values: Valuation
) -> pd.DataFrame:
    """Shows how society's choice depends on the value of a unit of effect, and what knowing everything would then be worth.

    At every value each set's social value has its luck taken out anew.
    """
    gain, cost = found[years, GAIN], found[years, "social_cost"]
    rows = []
    for value in appraisal.values_swept(values):
        runs = value * gain - cost
        split = anova_split(runs)
        at = ce.acceptability(split.without_luck, np.zeros(split.means.size), [1.0])
        best = bool(at.first_is_best[0])
        worth = value_of_information.everything(runs)
        rows.append({
            "value_of_effect": value, "share_first_better": float(at.probability[0]), "social_value": float(runs.mean()),
            "choose": contrast[0] if best else "either" if runs.mean() == 0 else contrast[1],
            "frontier": float(at.frontier[0]), f"expected_loss_{contrast[0]}": float(at.loss_first[0]),
            f"expected_loss_{contrast[1]}": float(at.loss_second[0]), "evpi": worth.value, "evpi_with_luck": worth.with_luck,
            "uncertainty_type": EVIDENCE,
        })  # fmt: skip
    return pd.DataFrame(rows)


def worth_of(runs: Floats, numbers: pd.DataFrame | Mapping[str, ArrayLike], people: float) -> pd.DataFrame:
    """What knowing everything, and each number alone, is worth before choosing by the social value; per resident and in all."""
    whole = value_of_information.everything(runs)
    inputs = {str(name): np.asarray(numbers[name], dtype=float) for name in numbers}
    each = value_of_information.one_by_one(runs.mean(axis=1), inputs, whole.value)
    rows = value_of_information.table(whole, each, decision=DECISION, title="net present social value")
    return rows.assign(whole_place=rows["worth"] * people, sets=len(runs), replications=runs.shape[1])


def in_words(found: Mapping[str, pd.DataFrame], contrast: Sequence[str]) -> list[str]:
    """Says for the screen what the evidence does to who pays, who gains, break-even and the choice."""
    tidy = found["across_evidence"]
    last = tidy[tidy["horizon"] == tidy["horizon"].max()].set_index("measure")
    row, cost = last.loc["social_value"], last.loc[BUDGET]
    sets, first = int(row["n"]), contrast[0].replace("_", " ")
    some = "nine sets in ten" if sets >= FEWEST_FOR_RANGE else "all sets"
    less, more = "worse off", "better off"
    said = [
        f"Across the evidence, under {first} society is {_sum(row['value'], less, more)} per resident on average "
        f"({some}: {_sum(row['lo'], less, more)} to {_sum(row['hi'], less, more)}), and better off in {_share(row)} of {sets} "
        f"sets; the public purse pays {_sum(cost['value'])} ({_sum(cost['lo'])} to {_sum(cost['hi'])})."
    ]
    back = found["break_even_across_evidence"].set_index("ledger").loc[["public", "social"]]
    said.append(
        "Money back across the evidence: " + "; ".join(f"{each.who}: {each.words}" for each in back.itertuples()) + "."
    )
    said.append(value_of_information.in_words(found["worth_knowing"], f"{sets} {CASES}"))
    return said


def _sum(value: float, down: str = "less", up: str = "more") -> str:
    """A sum in words."""
    return f"{pounds(value)} {up if value > 0 else down}"


def _share(row: pd.Series) -> str:
    """A share in words with its interval."""
    if row["share_more"] is None or pd.isna(row["share_more"]):
        return "none told apart"
    return f"{100 * row['share_more']:.0f}% ({100 * row['share_lo']:.0f}-{100 * row['share_hi']:.0f}%)"
