"""Who pays and who gains under a pool, read off the tables of a comparison and told in lay words, role by role."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments import storage
from experiments.lab.classroom.roles import HOUSEHOLD, OTHERS, ROLES
from experiments.text.numerals import two

BY_YEAR = "economics/agency_year.csv"
SERVICES = "Services are those that the model follows person by person; all else is the rest of a budget."
"""What the lines mean by services."""
SMALLEST = 500.0
"""Pounds: a smaller sum over all years is told as about nothing."""


@dataclass(frozen=True)
class Books:
    """What a pool does to one role: pounds of the whole place over all years, averaged over runs; above 0 it has more of them.

    Attributes:
        pool: what it gets out of the pool, less what it pays in.
        services: what its part of the services that the model follows costs less, setting up new ones included.
        rest: what all else that it does costs less.
        received: benefits and redundancy pay that households get more of.
    """

    pool: float
    services: float
    rest: float
    received: float


def read(out: Path) -> dict[str, Books]:
    """The books of every role, and of those in the pool whom nobody plays, by title; from the folder of a comparison."""
    table = storage.read_csv(out / BY_YEAR)
    one = table[table["comparison"] == table["comparison"].iloc[0]]
    sums = one.groupby("agency")[["investment", "running", "outside", "transfers", "received"]].sum()
    whose = {role.title: (role.books,) for role in ROLES.values()} | {OTHERS.title: OTHERS.agencies}
    return {title: _books(sums.reindex(names).sum()) for title, names in whose.items() if set(names) & set(sums.index)}


def _books(sums: pd.Series) -> Books:
    row: Mapping[str, float] = {str(key): float(value) for key, value in sums.items()}
    return Books(row["transfers"], row["running"] + row["investment"], row["outside"], row["received"])


def told(title: str, books: Books) -> list[str]:
    """What a role pays and what it gains, a line each."""
    if title == ROLES[HOUSEHOLD].title:
        return [
            _line(
                books.services,
                "Families care for their own less: that is worth {}.",
                "Families care for their own more: that is worth {}.",
                "Families care for their own as much as before.",
            ),
            _line(
                books.received,
                "They get {} more in benefits and pay.",
                "They get {} less in benefits and pay.",
                "They get as much in benefits and pay as before.",
            ),
        ]
    return [
        _line(books.pool, "Gets {} out of the pool.", "Pays {} into the pool.", "Pays nothing into the pool."),
        _line(
            books.services,
            "Spends {} less on services.",
            "Spends {} more on services.",
            "Spends as much as before on services.",
        ),
        _line(books.rest, "Has {} less for all else.", "Has {} more for all else.", "Has as much for all else."),
    ]


def _line(value: float, above: str, below: str, none: str) -> str:
    return none if abs(value) < SMALLEST else (above if value > 0 else below).format(f"£{two(value)}")
