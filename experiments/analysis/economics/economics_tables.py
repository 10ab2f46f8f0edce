"""Works out who pays and who gains in a finished run, from its stored files alone, and writes it beside them.

`write(out, ...)` is the one call; `appraise(...)` gives the same tables to other questions without a folder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from experiments import storage
from experiments.analysis.economics import agencies, appraisal, cash_flow, cashability, who_pays
from experiments.analysis.economics.ledgers import BY_FIFTH, MEASURES, Book, reconcile
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics import equity, equity_across
from experiments.analysis.statistics.catalogue import Outcome, load_outcomes
from experiments.analysis.statistics.equal_money import SAME_MONEY_TOLERANCE
from experiments.analysis.statistics.outcomes import INDEX
from experiments.analysis.uncertainty import economics_across_sets

FOLDER = "economics"
USUAL = "status_quo"
"""The arm that carries on as before; where it was run both others are set against it too."""


@dataclass(frozen=True)
class Economics:
    """All tables of who pays and who gains; each is a file of its name.

    Attributes:
        economics: the tidy table, one row per horizon, comparison and measure.
        agency_year: agency by year for every comparison.
        pockets: what every purse would say on its own ledger, and side-payments.
        leakage: what leaves the books of those who own the services.
        ladder: from demand avoided to cash.
        break_even: when money comes back, by ledger.
        cash_flow: running totals by replication and month.
        plane: gain and cost of every replication.
        curves: how the choice depends on the value of a unit of gain.
        switches: social value under each value judgement.
        equity: outcomes by group, who gains, how unequal.
        ledgers: from cash to resources, account by account, in whole pence of the runs.
    """

    economics: pd.DataFrame
    agency_year: pd.DataFrame
    pockets: pd.DataFrame
    leakage: pd.DataFrame
    ladder: pd.DataFrame
    break_even: pd.DataFrame
    cash_flow: pd.DataFrame
    plane: pd.DataFrame
    curves: pd.DataFrame
    switches: pd.DataFrame
    equity: pd.DataFrame
    ledgers: pd.DataFrame


def write(
    out: Path,
    contrast: Sequence[str],
    values: Valuation,
    scale: float,
    horizons: Sequence[int],
    only: Sequence[tuple[str, str, int]] | None = None,
) -> list[str]:
    """Writes every table into `economics/` of a results folder; returns the lines for the screen.

    Args:
        out: folder with runs.parquet and services.parquet.
        contrast: first and second arm; everything is the first less the second.
        values: the conventions to value by.
        scale: simulated people per real person.
        horizons: years to add up to; the tables without a horizon are of the last.
        only: which rows of both files are meant, where they hold several sets of numbers.
    """
    outcomes = load_outcomes()
    columns = [str(name) for name in pq.read_schema(out / "runs.parquet").names]
    record = pd.read_parquet(out / "runs.parquet", columns=needed(columns, outcomes), filters=only)
    services = pd.read_parquet(out / "services.parquet", filters=only)
    found, said = appraise(record, services, outcomes, contrast, values, scale, horizons)
    write_tables(out, {field.name: getattr(found, field.name) for field in fields(found)})
    return said


def write_across(
    out: Path,
    records: Iterable[tuple[int, pd.DataFrame]],
    numbers: pd.DataFrame,
    contrast: Sequence[str],
    values: Valuation,
    scale: float,
    horizons: Sequence[int],
) -> list[str]:
    """Adds the tables across sets of plausible numbers to `economics/`; returns the lines for the screen.

    Args:
        out: a results folder.
        records: number and months of every drawn set.
        numbers: what was drawn, a row per set in the same order, a column per number that could be found out by itself.
        contrast: first and second arm.
        values: the conventions to value by.
        scale: simulated people per real person.
        horizons: years to add up to.
    """
    outcomes, last = load_outcomes(), max(horizons)
    valued, gaps = [], []
    for number, record in records:
        valued.append(economics_across_sets.value_set(number, record, contrast, values, scale, horizons))
        gaps.append(equity_across.gaps_of(record, outcomes, contrast, last))
    found = economics_across_sets.tables(valued, contrast, values, numbers)
    groups = equity_across.table(gaps, contrast, last)
    write_tables(out, {**found, "equity_across_evidence": groups})
    return [*economics_across_sets.in_words(found, contrast), *equity_across.in_words(groups)]


def write_tables(out: Path, found: Mapping[str, pd.DataFrame]) -> None:
    """Writes tables into `economics/`, each as a file of its name."""
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    for name, table in found.items():
        storage.write_csv(folder / f"{name}.csv", table)


def needed(columns: Sequence[str], outcomes: Mapping[str, Outcome]) -> list[str]:
    """Names the columns of the record that economics and equity read."""
    wanted = {*INDEX, *equity.columns_needed(outcomes, columns)}
    bases = {*MEASURES, *BY_FIFTH}
    kept = ("spend.", "envelope.", "deficit.", "in_service.")
    return [
        name
        for name in columns
        if name in wanted or name.split("@", 1)[0] in bases or (name.startswith(kept) and "@" not in name)
    ]


def appraise(
    record: pd.DataFrame,
    services: pd.DataFrame,
    outcomes: Mapping[str, Outcome],
    contrast: Sequence[str],
    values: Valuation,
    scale: float,
    horizons: Sequence[int],
) -> tuple[Economics, list[str]]:
    """Makes every table from the monthly record and the services at each year's end; and says it in words."""
    book = Book.of(record, scale)
    first, second = (book.arm(name) for name in contrast)
    last = max(horizons)
    ledgers = Ledgers(book, values, last)
    pairs = comparisons(book, contrast)
    rows = appraisal.levels(ledgers)
    for years in horizons:
        for one, other in pairs:
            rows += appraisal.compare(Ledgers(book, values, years), one, other)
    steps = cashability.ladders(
        book, services.astype({"arm": str}), first, second, values.step_posts.value, int(values.step_lag.value)
    )
    by_group = equity.tell(equity.by_group(_common(record, book), outcomes, last), *contrast)
    found = Economics(
        economics=appraisal.tidy(rows),
        agency_year=pd.concat(
            [agencies.matrix(ledgers, one, other).assign(comparison=_words(book, one, other)) for one, other in pairs],
            ignore_index=True,
        ),
        pockets=agencies.wrong_pockets(ledgers, first, second),
        leakage=agencies.leakage(ledgers, first, second),
        ladder=cashability.table(steps, last),
        break_even=cash_flow.table(ledgers, first, second),
        cash_flow=cash_flow.running_totals(ledgers, first, second),
        plane=plane(ledgers, first, second),
        curves=appraisal.curves(ledgers, first, second),
        switches=appraisal.switches(ledgers, first, second),
        equity=by_group,
        ledgers=reconcile(book),
    )
    tables = who_pays.Tables(found.economics, found.pockets, found.break_even, found.equity, found.switches)
    return found, who_pays.lines(tables, values, contrast, last, same_income(book, first, second))


def comparisons(book: Book, contrast: Sequence[str]) -> list[tuple[int, int]]:
    """The pair asked about, and each of the two against carrying on as before where that was run."""
    first, second = (book.arm(name) for name in contrast)
    usual = [book.arm(USUAL)] if USUAL in book.arms and USUAL not in contrast else []
    return [(first, second), *((one, usual[0]) for one in (second, first) if usual)]


def _words(book: Book, first: int, second: int) -> str:
    """Names a comparison."""
    return f"{book.arms[first]} minus {book.arms[second]}"


def _common(record: pd.DataFrame, book: Book) -> pd.DataFrame:
    """The record of the replications that all arms have."""
    return record[record["replication"].isin(book.replications)]


def plane(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Lists the gain, what society gave up for it, and social value of every replication, per resident in present value."""
    return pd.DataFrame(
        {
            "replication": ledgers.book.replications,
            "effect": ledgers.effect[first] - ledgers.effect[second],
            "social_cost": ledgers.social_cost[first] - ledgers.social_cost[second],
            "social_value": ledgers.social_value[first] - ledgers.social_value[second],
            "value_of_effect": ledgers.values.per_effect,
            "effect_counted": ledgers.values.effect,
            "uncertainty_type": appraisal.CHANCE_ONLY,
        }
    )


def same_income(book: Book, first: int, second: int) -> bool:
    """Whether every agency was given the same money in both arms, but for what a few people more or less bring with them."""
    names = [name for name in book.measures if name.startswith("envelope.")]
    return bool(names) and all(
        abs(float(book.measures[name][first].sum()) / max(1.0, float(book.measures[name][second].sum())) - 1)
        <= SAME_MONEY_TOLERANCE
        for name in names
    )
