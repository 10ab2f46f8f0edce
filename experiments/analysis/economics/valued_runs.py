"""Values single runs as `compare` values its own: the same conventions, the same ledgers, a number for every run."""

from collections.abc import Sequence

import pandas as pd

from experiments.analysis.economics.ledgers import MEASURES, Book
from experiments.analysis.economics.social_value import Ledgers
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.verdicts.responses import GAIN


def needed(measures: Sequence[str]) -> list[str]:
    """Names the columns that the ledgers are made of."""
    return [name for name in measures if name in MEASURES or name.startswith("spend.")]


def by_run(record: pd.DataFrame, values: Valuation, years: int) -> pd.DataFrame:
    """Works out each run's net present social value, as a comparison does: nothing that is cut is free.

    Args:
        record: months of runs, with the columns of `needed`.
        values: the conventions.
        years: from the policy date that are added up.

    Returns:
        Columns arm, replication, value: present value in pounds per resident.
    """
    ledgers = ledgers_of(record, values, years)
    book = ledgers.book
    return pd.DataFrame(
        {
            "arm": [arm for arm in book.arms for _ in book.replications],
            "replication": list(book.replications) * len(book.arms),
            "value": ledgers.social_value.ravel(),
        }
    )


def ledgers_of(record: pd.DataFrame, values: Valuation, years: int) -> Ledgers:
    """The ledgers of some runs per resident; the place's full size does not enter."""
    return Ledgers(Book.of(record, 1.0), values, years)


def valued_by(values: Valuation) -> str:
    """Names the conventions, their vintage, and what counts as the gain."""
    return (
        f"{values.title} (vintage {values.vintage}): the gain is {GAIN[values.effect]} worth £{values.per_effect:,.0f} in "
        f"{values.money_of} prices, discount rate {values.lives_discount}; of money {values.discount}; a pound spent on services "
        f"outside the model is worth {outside(values)}"
    )


def outside(values: Valuation) -> str:
    """What a pound spent outside the model is taken to be worth, with its range."""
    worth = values.outside_services
    return f"£{worth.value:.2f} (an assumption; £{worth.at('low'):.2f} to £{worth.at('high'):.2f})"
