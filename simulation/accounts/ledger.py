"""The ledger: whole pence, double entry. It reads what happened and steers nothing but the cash that is left.

Every posting takes pence from one account and gives them to another, so all balances always add up to nothing. Agencies
hold cash, with a purse for each zone; the treasury grants it; spending accounts show what it went on.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.accounts.double_entry import FIRST_LINE, TREASURY, put_back_spending, split, write_down
from simulation.parameters.quantity import AGENCIES
from simulation.state.agencies import AGENCY_COUNT, INDEX, by_agency, envelopes, purse_of
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
SERVICE_KINDS = ("staff", "cover", "inspection", "redesign", "double_running", "redundancy")
DEMAND_LED = "demand_led"
HOUSEHOLDS = "households"
CHARGES = "charges"  # what users pay is spent less by those who charge, and by households in their place
AGENCY_KINDS = ("other_services", "windfall", "support", "transfer", CHARGES)
CARE_LINES = {"adult_care": "working_age_care", "children": "placements"}
"""What care spends on those who are not simulated and need it for long, apart from all else it does."""
INFORMAL = "informal_care"  # households' own account: unpaid care at what it would cost to replace
PAY_FORGONE = "pay_forgone"  # ... and what staff go without while pay is held back: their work is worth no less


def pence(pounds: Doubles) -> Longs:
    """Pounds as whole pence."""
    return np.floor(np.asarray(pounds) * 100 + 0.5).astype(np.int64)


@dataclass(eq=False)
class Ledger:
    """Accounts of one arm.

    Attributes:
        lines: names of the spending lines, `agency.challenge.tier.kind` or `agency.kind`.
        of_service: by each of `SERVICE_KINDS`, the line of each service.
        of_payment: (services, agencies), the line of what is paid case by case; -1 where nothing is.
        lines_of_services: all of `of_service`, one kind after another.
        paying_services: the purse that pays each of these.
        paid: services and agencies, who pays something case by case.
        paying_cases: the purse that pays each of these.
        last_payer: of each service's demand-led bill.
        has_payer: whether a service has demand-led bills.
        of_agency: by each of `AGENCY_KINDS`, the line of each agency but households; by `care` that of `CARE_LINES`.
        of_households: by what households give, its line.
        payer: the agency of each line.
        balance: pence by account: the treasury, each line, then cash of each purse.
        month: pence spent on each line this month.
        income: pence granted to each purse this month.
        opening: pence each purse held when the month began.
    """

    lines: tuple[str, ...]
    of_service: dict[str, Longs]
    of_payment: Longs
    lines_of_services: Longs
    paying_services: Longs
    paid: tuple[Longs, Longs]
    paying_cases: Longs
    last_payer: Longs
    has_payer: NDArray[np.bool_]
    of_agency: dict[str, Longs]
    of_households: dict[str, int]
    payer: Longs
    balance: Longs
    month: Longs
    income: Longs
    opening: Longs

    def copy(self) -> "Ledger":
        """The same accounts, to be kept otherwise."""
        kept = {name: getattr(self, name).copy() for name in ("balance", "month", "income", "opening")}
        return replace(self, **kept)

    @property
    def cash(self) -> Longs:
        """Pence in each purse; negative is a deficit."""
        return self.balance[FIRST_LINE + len(self.lines) :]

    @cached_property
    def spending(self) -> Longs:
        """The purses that spend on something of their own: all but households'."""
        purses = np.arange(self.cash.size)
        return purses[purses % AGENCY_COUNT != INDEX[HOUSEHOLDS]]

    @cached_property
    def of_purses(self) -> dict[str, Longs]:
        """The lines of `of_agency`, for each of the purses that spend."""
        return {kind: lines[self.spending % AGENCY_COUNT] for kind, lines in self.of_agency.items()}

    @cached_property
    def lines_of_cases(self) -> Longs:
        """The lines of what is paid case by case."""
        return self.of_payment[self.paid]

    def divided(self, services: Services, share: Doubles) -> "Ledger":
        """The same accounts with a purse for every zone.

        Args:
            services: with the zones they lie in.
            share: of each agency's cash that goes to each zone: (zones, agencies).
        """
        part = np.floor(share * self.cash).astype(np.int64)
        lines, cash = self.balance[: FIRST_LINE + len(self.lines)], self.cash - part.sum(axis=0)
        nothing = np.zeros(part.size, dtype=np.int64)
        return replace(
            self,
            paying_services=np.tile(purse_of(services), len(SERVICE_KINDS)),
            paying_cases=self.paid[1] + AGENCY_COUNT * services.zone[self.paid[0]].astype(np.int64),
            balance=np.concatenate([lines, cash, part.ravel()]),
            income=np.concatenate([self.income, nothing]),
            opening=np.concatenate([self.opening, nothing]),
        )

    def begin_month(self) -> None:
        """A new page."""
        self.month[:] = 0
        self.income[:] = 0
        self.opening[:] = self.cash

    def grant(self, pounds: Doubles) -> None:
        """The treasury pays agencies their month's income."""
        amount = pence(pounds)
        self.cash[:] += amount
        self.balance[TREASURY] -= amount.sum()
        self.income += amount

    def spend(self, line: Longs, purse: Longs, amount: Longs) -> None:
        """Agencies pay for something: cash goes down, the line goes up by the same pence."""
        write_down(self.balance, self.cash, self.month, line, purse, amount)

    def spend_on_services(self, pounds: dict[str, Doubles]) -> None:
        """Owners pay every kind of cost of their services.

        Args:
            pounds: by each of `SERVICE_KINDS`, by service.
        """
        bills = pence(np.concatenate([pounds[kind] for kind in SERVICE_KINDS]))
        self.spend(self.lines_of_services, self.paying_services, bills)

    def pay_case_by_case(self, pounds: Doubles, shares: Doubles) -> Longs:
        """Payers share each service's demand-led bill to the penny, the last payer taking the odd pence.

        Args:
            pounds: by service.
            shares: (services, agencies), rows adding up to 1 or to nothing.

        Returns:
            Pence by service and agency.
        """
        parts = np.empty(shares.shape, dtype=np.int64)
        split(pence(pounds), shares, self.last_payer, self.has_payer, parts)
        self.spend(self.lines_of_cases, self.paying_cases, parts[self.paid])
        return parts

    def spend_by_agencies(self, kind: str, pounds: Doubles) -> None:
        """Agencies pay for something that is not one of the modelled services."""
        if pounds.any():
            self.spend(self.of_purses[kind], self.spending, pence(pounds[self.spending]))

    def give_care(self, pounds: float) -> None:
        """Households give unpaid care: no cash moves between agencies, their own account goes down."""
        self._given_by_households(INFORMAL, int(pence(np.array(pounds))))

    def forgo_pay(self, pounds: float) -> None:
        """Those who work, who are households somewhere, do it for less than in 2010: their own account bears the difference."""
        self._given_by_households(PAY_FORGONE, int(pence(np.array(pounds))))

    def charge_users(self, pounds: Doubles) -> None:
        """Users pay agencies, by purse: the agencies have spent so much less, and households as much more."""
        if pounds.any():
            amount = pence(pounds)
            self.spend(self.of_purses[CHARGES], self.spending, -amount[self.spending])
            self._given_by_households(CHARGES, int(amount.sum()))

    def _given_by_households(self, what: str, amount: int) -> None:
        """Households' own account goes down by so many pence."""
        line = self.of_households[what]
        self.balance[FIRST_LINE + line] += amount
        self.cash[INDEX[HOUSEHOLDS]] -= amount
        self.month[line] += amount

    def transfer(self, gives: Doubles, takes: Doubles) -> None:
        """Pool members pay one another; the last taker takes the odd pence, so transfers net to nothing."""
        if not (gives.any() or takes.any()):
            return
        out, come = pence(gives), pence(takes)
        takers = np.flatnonzero(come)
        if takers.size:
            come[takers[-1]] += out.sum() - come.sum()
        self.spend(self.of_purses["transfer"], self.spending, (out - come)[self.spending])

    def sweep(self) -> None:
        """Departments of one council share cash, zone by zone: those with some cover those without, as transfers."""
        if not (self.cash < 0).any():
            return
        for members, agencies, _ in envelopes(self.cash.size):
            if len(members) == 1:
                continue
            cash: list[int] = self.cash[members].tolist()
            short, spare = [max(0, -c) for c in cash], [max(0, c) for c in cash]
            cover = min(sum(short), sum(spare))
            if cover == 0:
                continue
            give = [c * cover // sum(spare) for c in spare]
            take = [c * cover // sum(short) for c in short]
            give[spare.index(max(spare))] += cover - sum(give)
            take[short.index(max(short))] += cover - sum(take)
            moved = np.array(give) - np.array(take)
            self.spend(self.of_agency["transfer"][agencies], np.array(members), moved)

    def check(self) -> None:
        """Nothing is made or lost: balances add up to nothing, and every agency's cash is explained.

        Raises:
            AssertionError: if a penny is missing.
        """
        assert self.balance.sum() == 0, f"the ledger is out by {self.balance.sum()} pence"
        unexplained = by_agency(self.cash - self.opening - self.income)
        put_back_spending(self.payer, self.month, unexplained)
        assert not unexplained.any(), f"cash of {AGENCIES[int(np.argmax(unexplained != 0))]} is not explained"
        transfers = self.month[self.of_agency["transfer"]].sum()
        assert transfers == 0, f"transfers net to {transfers} pence, not to nothing"
