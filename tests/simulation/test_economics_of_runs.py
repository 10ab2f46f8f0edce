"""What the world records is what the economics count: every penny of every policy stands in one account."""

import numpy as np
import pandas as pd
import pytest
from worlds import SHIPPED

from experiments.analysis.economics import ledgers

pytestmark = pytest.mark.unhurried

CASH_HOLDERS = (
    "adult_care",
    "children",
    "public_health",
    "housing",
    "council_other",
    "schools",
    "nhs",
    "police",
    "dwp",
)


@pytest.fixture(scope="module")
def record(decade):
    """The months of every shipped policy as the store keeps them, one replication."""
    parts = [
        pd.DataFrame({"arm": arm, "replication": 0, "month": np.arange(120)} | dict(decade.months[arm]))
        for arm in SHIPPED
    ]
    return pd.concat(parts, ignore_index=True).fillna(0)


def test_cash_becomes_resources_to_the_penny_under_every_policy(record):
    table = ledgers.reconcile(ledgers.Book.of(record, 1.0))
    for arm, part in table.groupby("arm"):
        cash = record.loc[record["arm"] == arm, [c for c in record if c.startswith("spend.")]].to_numpy().sum()
        received = part.loc[part["account"].isin(ledgers.TO_HOUSEHOLDS), "cash_pence"].sum()
        assert part["resource_pence"].sum() + received == cash, arm
        assert received > 0


@pytest.mark.unhurried
def test_what_agencies_hold_is_income_less_what_the_accounts_say_they_spent(record):
    book = ledgers.Book.of(record, 1.0)
    for agency in CASH_HOLDERS:
        spent = book.pence(agency=agency, months=True)[:, 0]
        for n, arm in enumerate(book.arms):
            own = record[record["arm"] == arm].sort_values("month")
            held, income = (own[f"{name}.{agency}"].to_numpy() for name in ("reserves", "envelope"))
            assert (np.diff(held) == (income - spent[n])[1:]).all(), (arm, agency)
