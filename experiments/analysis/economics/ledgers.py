"""Three ledgers of the same events: cash by agency, what it took in real resources, and what it was worth to society.

Every spending line is in exactly one account, so the ledgers reconcile to the penny. Transfers (money that changes hands
while nothing is used up) stand in the cash ledger and leave the resource ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR

Account = Literal["services", "outside", "change", "benefits", "redundancy", "pool", "charges", "unpaid_care", "pay"]
Floats = NDArray[np.float64]
Pence = NDArray[np.int64]

HOUSEHOLDS = "households"
PAYS_BENEFITS = ("dwp",)
"""Agencies whose payments case by case, and whose other spending, are benefits: income of those who get them."""
ACCOUNT_OF_KIND: Mapping[str, Account] = {
    "staff": "services", "cover": "services", "inspection": "services", "demand_led": "services",
    "other_services": "outside", "working_age_care": "outside", "placements": "outside", "windfall": "outside",
    "redesign": "change", "double_running": "change", "support": "change",
    "redundancy": "redundancy", "transfer": "pool", "charges": "charges", "informal_care": "unpaid_care",
    "pay_forgone": "pay",
}  # fmt: skip
ACCOUNTS: Mapping[Account, str] = {
    "services": "Services that the model follows",
    "outside": "Services outside the model",
    "change": "Setting up, supporting and running double",
    "benefits": "Benefits paid (a transfer: households receive them)",
    "redundancy": "Redundancy pay (a transfer: staff receive it)",
    "pool": "Between agencies (nets to nothing)",
    "charges": "Charges that users pay (a transfer: agencies receive them)",
    "unpaid_care": "Unpaid care, at what it would cost to replace",
    "pay": "Pay that staff go without (their work is worth no less)",
}
TRANSFERS: tuple[Account, ...] = ("benefits", "redundancy", "pool", "charges")
TO_HOUSEHOLDS: tuple[Account, ...] = ("benefits", "redundancy")
MEASURES = ("citizens", "life_satisfaction_total", "qalys", "carbon_tonnes", "informal_care_hours")
BY_FIFTH = ("citizens", "life_satisfaction_total", "qalys", "informal_care_hours")
FIFTHS = tuple(f"fifth_{n}" for n in range(1, 6))


def _is_total(name: str) -> bool:
    """Whether a column is wanted besides: income, deficits, and who is in acute care."""
    return "@" not in name and name.startswith(("envelope.", "deficit.", "in_service."))


@dataclass(frozen=True)
class Line:
    """One spending line of the record.

    Attributes:
        name: of its column.
        agency: who pays.
        service: `challenge.tier`, or empty where it is the agency's own.
        kind: what it went on.
    """

    name: str
    agency: str
    service: str
    kind: str

    @classmethod
    def of(cls, name: str) -> Line:
        """Reads a column's name: `spend.agency.challenge.tier.kind` or `spend.agency.kind`."""
        _, agency, *service, kind = name.split(".")
        return cls(name, agency, ".".join(service), kind)

    @property
    def account(self) -> Account:
        """Which account it stands in.

        Raises:
            ValueError: its kind is in no account, so nothing would reconcile.
        """
        if self.kind not in ACCOUNT_OF_KIND:
            raise ValueError(
                f"{self.name}: spending of the kind {self.kind!r} belongs to no account; "
                f"known: {', '.join(ACCOUNT_OF_KIND)}"
            )
        if self.agency in PAYS_BENEFITS and self.kind in ("demand_led", "other_services", "windfall"):
            return "benefits"
        return ACCOUNT_OF_KIND[self.kind]


@dataclass(frozen=True)
class Book:
    """All money and all that is valued, laid out by arm, replication and time.

    Attributes:
        arms: in order of appearance.
        replications: those that every arm has, in order.
        years: whole years.
        lines: spending lines.
        monthly: pence of each line, (lines, arms, replications, months).
        measures: monthly totals, (arms, replications, months), by measure or `measure@group`.
        scale: simulated people per real person.
    """

    arms: tuple[str, ...]
    replications: tuple[int, ...]
    years: int
    lines: tuple[Line, ...]
    monthly: Pence
    measures: Mapping[str, Floats]
    scale: float

    @classmethod
    def of(cls, record: pd.DataFrame, scale: float) -> Book:
        """Lays out the monthly record over the replications that all arms have.

        Raises:
            ValueError: months are missing, or no spending was recorded.
        """
        arms = tuple(dict.fromkeys(record["arm"].astype(str)))
        years = (int(record["month"].max()) + 1) // MONTHS_A_YEAR
        kept = [set(record.loc[record["arm"] == arm, "replication"]) for arm in arms]
        replications = tuple(sorted(int(r) for r in set.intersection(*kept)))
        table = record[record["replication"].isin(replications) & (record["month"] < years * MONTHS_A_YEAR)]
        place = table["arm"].astype(str).map({arm: n for n, arm in enumerate(arms)})
        order = np.lexsort((table["month"], table["replication"], place))
        shape = (len(arms), len(replications), years * MONTHS_A_YEAR)
        if len(order) != np.prod(shape):
            raise ValueError(f"{len(order)} months recorded where {shape} (arms, replications, months) were run")
        lines = tuple(Line.of(str(name)) for name in record.columns if str(name).startswith("spend."))
        if not lines:
            raise ValueError("runs hold no spending lines")

        def column(name: str) -> NDArray[np.generic]:
            return np.asarray(table[name].to_numpy()[order].reshape(shape))

        names = [*MEASURES, *(f"{name}@{fifth}" for name in BY_FIFTH for fifth in FIFTHS)]
        names += [str(name) for name in record.columns if _is_total(str(name))]
        measures = {name: column(name).astype(np.float64) for name in names if name in record.columns}
        monthly = np.stack([column(line.name).astype(np.int64) for line in lines])
        return cls(arms, replications, years, lines, monthly, measures, scale)

    def arm(self, name: str) -> int:
        """The place of an arm."""
        return self.arms.index(name)

    @property
    def agencies(self) -> tuple[str, ...]:
        """Who ever paid anything, households last."""
        public = tuple(dict.fromkeys(line.agency for line in self.lines if line.agency != HOUSEHOLDS))
        used = (*public, HOUSEHOLDS)
        return tuple(agency for agency in used if self.pence(agency=agency).any())

    @cached_property
    def yearly(self) -> Pence:
        """Pence of each line and year, (lines, arms, replications, years)."""
        shape = (*self.monthly.shape[:-1], self.years, MONTHS_A_YEAR)
        return np.asarray(self.monthly.reshape(shape).sum(axis=-1))

    def pence(
        self,
        where: Callable[[Line], bool] | None = None,
        agency: str = "",
        accounts: Sequence[Account] = (),
        months: bool = False,
    ) -> Pence:
        """Adds up lines, (arms, replications, years or months), whole pence at the simulated scale."""
        chosen = [
            n
            for n, line in enumerate(self.lines)
            if (not agency or line.agency == agency)
            and (not accounts or line.account in accounts)
            and (where is None or where(line))
        ]
        table = self.monthly if months else self.yearly
        found = np.zeros(table.shape[1:], dtype=np.int64)
        for n in chosen:  # one by one: together they would be copied first
            found += table[n]
        return found

    def public(self, months: bool = False) -> Pence:
        """Cash that public bodies paid out, transfers among them netted."""
        return self._public_monthly if months else self._public_yearly

    @cached_property
    def _public_monthly(self) -> Pence:
        return self.pence(lambda line: line.agency != HOUSEHOLDS, months=True)

    @cached_property
    def _public_yearly(self) -> Pence:
        return self.pence(lambda line: line.agency != HOUSEHOLDS)

    def total(self, measure: str) -> Floats:
        """A measure added up by year, (arms, replications, years); zeros where it was not recorded."""
        if measure not in self.measures:
            return np.zeros((len(self.arms), len(self.replications), self.years))
        values = self.measures[measure]
        return np.asarray(values.reshape(*values.shape[:-1], self.years, MONTHS_A_YEAR).sum(axis=-1))

    @property
    def residents(self) -> Floats:
        """People simulated in the first month, by replication; the same in all arms."""
        return np.asarray(self.measures["citizens"][:, :, 0].mean(axis=0))


def reconcile(book: Book) -> pd.DataFrame:
    """Shows how cash becomes resource cost, account by account, in whole pence added up over all runs.

    Returns:
        Columns arm, account, title, cash_pence (public bodies), household_pence, resource_pence; the first two add up to
        the third in every row once what households receive is set against what they give.

    Raises:
        AssertionError: a penny is in no account or in two, or transfers do not net to nothing.
    """
    rows = []
    for n, arm in enumerate(book.arms):
        for account, title in ACCOUNTS.items():
            cash = int(book.pence(lambda line: line.agency != HOUSEHOLDS, accounts=[account])[n].sum())
            own = int(book.pence(agency=HOUSEHOLDS, accounts=[account])[n].sum())
            received = cash if account in TO_HOUSEHOLDS else 0
            rows.append((arm, account, title, cash, own - received, cash + own - received))
    columns = ["arm", "account", "title", "cash_pence", "household_pence", "resource_pence"]
    found = pd.DataFrame(rows, columns=columns)
    for n, arm in enumerate(book.arms):
        part = found[found["arm"] == arm].set_index("account")
        assert part["cash_pence"].sum() == int(book.public()[n].sum()), f"{arm}: cash does not add up"
        assert part.loc["pool", "cash_pence"] == 0, f"{arm}: transfers between agencies do not net to nothing"
        assert not part.loc[list(TRANSFERS), "resource_pence"].any(), f"{arm}: a transfer used up resources"
    return found


def resource_cost(book: Book) -> Pence:
    """What society used up: public spending without transfers, unpaid care, and work that was not paid for; pence by year."""
    used = [account for account in ACCOUNTS if account not in TRANSFERS]
    return book.pence(accounts=used)
