"""Values single runs as `compare` values its own: the same conventions, the same ledgers, a number for every run."""

from collections.abc import Sequence

import pandas as pd

from experiments.analysis.economics.ledgers import MEASURES, Book
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation

NET = "net_benefit"
GAIN = {"wellby": "a wellbeing point and year", "qaly": "a year in full health"}


def needed(measures: Sequence[str]) -> list[str]:
    """Names the columns that the ledgers are made of."""
    return [name for name in measures if name in MEASURES or name.startswith("spend.")]


def by_run(record: pd.DataFrame, values: Valuation, years: int) -> pd.DataFrame:
    """Works out each run's net benefit: the worth of what counts as the gain, less what the public purse paid.

    Args:
        record: months of runs, with the columns of `needed`.
        values: the conventions.
        years: from the policy date that are added up.

    Returns:
        Columns arm, replication, value: present value in pounds per resident.
    """
    ledgers = ledgers_of(record, values, years)
    book = ledgers.book
    worth = ledgers.effect_value - ledgers.public_cost
    return pd.DataFrame(
        {
            "arm": [arm for arm in book.arms for _ in book.replications],
            "replication": list(book.replications) * len(book.arms),
            "value": worth.ravel(),
        }
    )


def ledgers_of(record: pd.DataFrame, values: Valuation, years: int) -> Ledgers:
    """The ledgers of some runs per resident; the place's full size does not enter."""
    return Ledgers(Book.of(record, 1.0), values, years)


def title(values: Valuation) -> str:
    """What the net benefit counts, and at which worth."""
    return f"Net benefit at £{values.per_effect:,.0f} {GAIN[values.effect]}"


def valued_by(values: Valuation) -> str:
    """Names the conventions, their vintage, and what counts as the gain."""
    return (
        f"{values.title} (vintage {values.vintage}): the gain is {GAIN[values.effect]} worth £{values.per_effect:,.0f} in "
        f"{values.money_of} prices, discount rate {values.lives_discount}; of money {values.discount}"
    )
