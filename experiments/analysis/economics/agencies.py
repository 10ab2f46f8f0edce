"""Who pays and who gains: every agency and every year, what is shunted between them, and who would refuse on their own.

Positive is a gain to the agency: it pays less (or receives more) under the first arm than under the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.economics.ledgers import HOUSEHOLDS, TO_HOUSEHOLDS, Account, Book, Line
from experiments.analysis.economics.social_value import POUNDS, Ledgers
from experiments.analysis.statistics.paired import difference_interval

Floats = NDArray[np.float64]
Pence = NDArray[np.int64]

INVESTMENT = ("redesign", "double_running", "redundancy", "support")
OUTSIDE = ("other_services", "working_age_care", "placements", "windfall")
POOL = ("transfer",)
COLUMNS = ("investment", "running", "outside", "transfers", "received")
"""Parts of an agency's net position: setting up and supporting, the services followed, all else it does, pool payments, and
what households receive in benefits and redundancy pay."""
PUBLIC, EVERYBODY, COUNCIL = "all public bodies", "everybody", "council"
DEPARTMENTS = ("adult_care", "children", "public_health", "housing", "council_other")
"""Of one council, which has one purse: what moves among them is nobody else's money."""


@dataclass(frozen=True)
class Position:
    """One agency's gain in pence, by replication and year, part by part."""

    agency: str
    parts: dict[str, Pence]

    @property
    def net(self) -> Pence:
        """All parts together."""
        return np.asarray(sum(self.parts.values()))

    @property
    def own(self) -> Pence:
        """All parts on its own ledger: before payments between agencies."""
        return np.asarray(self.net - self.parts["transfers"])


def positions(book: Book, first: int, second: int) -> list[Position]:
    """Works out every agency's gain under the first arm, then those of the council, all public bodies and everybody."""
    found = [_position(book, agency, first, second) for agency in book.agencies]
    public = [each for each in found if each.agency != HOUSEHOLDS]
    council = [each for each in found if each.agency in DEPARTMENTS]
    return [*found, *([_added(COUNCIL, council)] if council else []), _added(PUBLIC, public), _added(EVERYBODY, found)]


def purses(found: list[Position]) -> list[Position]:
    """Keeps those who have money of their own: the council as one, other agencies, households."""
    return [each for each in found if each.agency not in (*DEPARTMENTS, PUBLIC, EVERYBODY)]


def _position(book: Book, agency: str, first: int, second: int) -> Position:
    """One agency's gain."""

    def gain(*kinds: str, but: bool = False) -> Pence:
        spent = book.pence(lambda line: (line.kind in kinds) != but, agency=agency)
        return np.asarray(spent[second] - spent[first])

    received = np.zeros_like(gain())
    if agency == HOUSEHOLDS:
        paid = book.pence(lambda line: line.account in TO_HOUSEHOLDS)
        received = paid[first] - paid[second]
    return Position(
        agency,
        {
            "investment": gain(*INVESTMENT),
            "running": gain(*INVESTMENT, *OUTSIDE, *POOL, but=True),
            "outside": gain(*OUTSIDE),
            "transfers": gain(*POOL),
            "received": received,
        },
    )


def _added(name: str, members: list[Position]) -> Position:
    """Several agencies as one."""
    return Position(name, {part: np.asarray(sum(each.parts[part] for each in members)) for part in COLUMNS})


def matrix(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Lays out agency by year: the parts of the gain, in pounds for the whole place, averaged over replications.

    Returns:
        Columns agency, year, investment, running, outside, transfers, received, net, net_lo, net_hi, net_per_resident,
        outside_per_resident, present_value_to_date, first_positive_year (of the agency's running total; empty if it never is).
    """
    book, rows = ledgers.book, []
    for position in positions(book, first, second):
        whole = {part: pence * POUNDS / book.scale for part, pence in position.parts.items()}
        net = position.net * POUNDS / book.scale
        worth = np.cumsum(net.mean(axis=0) * ledgers.factors)
        above = np.flatnonzero(worth > 0)
        for year in range(book.years):
            interval = difference_interval(net[:, year])
            rows.append(
                {
                    "agency": position.agency,
                    "year": year + 1,
                    **{part: float(whole[part][:, year].mean()) for part in COLUMNS},
                    "net": float(net[:, year].mean()),
                    "net_lo": interval.low,
                    "net_hi": interval.high,
                    "net_per_resident": float((net[:, year] * book.scale / book.residents).mean()),
                    "outside_per_resident": float((whole["outside"][:, year] * book.scale / book.residents).mean()),
                    "present_value_to_date": float(worth[year]),
                    "first_positive_year": int(above[0]) + 1 if above.size else None,
                }
            )
    return pd.DataFrame(rows).astype({"first_positive_year": "Int64"})


def cost_shunting_index(net_by_agency: ArrayLike) -> float:
    """Says how much of all gains and losses only moved: 0 none, 1 all; NaN where nothing moved."""
    net = np.asarray(net_by_agency, dtype=np.float64)
    size = float(np.abs(net).sum())
    return 1 - abs(float(net.sum())) / size if size > 0 else float("nan")


def side_payments(net_by_agency: dict[str, float]) -> dict[str, float]:
    """Finds the smallest payments that leave nobody worse off: what each pays (below 0) or receives (above 0).

    Those who gain pay in proportion to their gain. Where gains do not cover losses they pay all, and losers are
    still short; what everybody ends with is the sum of gain and payment.
    """
    losses = -sum(min(net, 0.0) for net in net_by_agency.values())
    gains = sum(max(net, 0.0) for net in net_by_agency.values())
    moved = min(losses, gains)
    return {
        agency: -net * moved / gains if net > 0 else -net * moved / losses if net < 0 else 0.0
        for agency, net in net_by_agency.items()
    }


def wrong_pockets(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Asks every purse whether it would accept the first arm on its own ledger, and what would make it whole.

    Returns:
        One row per purse (the council is one), for all public bodies and everybody; pounds per resident in present value:
        `silo` without pool payments, `pooled` with those that were made, interval of the first, `accepts` (yes, no or
        cannot tell), and the side-payment among public purses that would leave none worse off. Households stand apart:
        nobody asks them, and they pay no one.
    """
    everyone = positions(ledgers.book, first, second)
    found = [*purses(everyone), *(each for each in everyone if each.agency in (PUBLIC, EVERYBODY))]
    silo = {each.agency: ledgers.money(each.own) for each in found}
    public = [each.agency for each in purses(everyone) if each.agency != HOUSEHOLDS]
    payments = side_payments({agency: float(silo[agency].mean()) for agency in public})
    rows = []
    for each in found:
        interval = difference_interval(silo[each.agency])
        rows.append(
            {
                "agency": each.agency,
                "silo": float(silo[each.agency].mean()),
                "silo_lo": interval.low,
                "silo_hi": interval.high,
                "pooled": float(ledgers.money(each.net).mean()),
                "accepts": accepts(interval.low, interval.high),
                "side_payment": payments.get(each.agency),
            }
        )
    return pd.DataFrame(rows)


def accepts(low: float, high: float) -> str:
    """What an agency would say that looks at nothing but its own ledger."""
    if low == high == 0:
        return "indifferent"
    return "yes" if low > 0 else "no" if high < 0 else "cannot tell"


def leakage(ledgers: Ledgers, first: int, second: int) -> pd.DataFrame:
    """Shows what leaves the books of the agencies that own the services, under the first arm less under the second.

    Returns:
        Columns item, title, unit, value, lo, hi; pounds are per resident in present value, positive is a burden moved
        out under the first arm.
    """
    book = ledgers.book
    owners = {line.service: line.agency for line in book.lines if line.kind == "staff"}

    def elsewhere(line: Line) -> bool:
        return line.kind == "demand_led" and owners.get(line.service) != line.agency

    items = {
        "unpaid_care": ("Unpaid care by households", ledgers.account("unpaid_care")),
        "other_payers": ("Bills paid by agencies that do not own the service", ledgers.money(book.pence(elsewhere))),
        "benefits": (
            "Benefits and redundancy pay",
            ledgers.money(book.pence(lambda line: line.account in TO_HOUSEHOLDS)),
        ),
        "deficits": ("Spending that no budget or reserve covered", ledgers.money(_deficits(book))),
    }
    by_few: Sequence[tuple[Account, str]] = (
        ("charges", "Charges that users pay"),
        ("pay", "Pay that staff go without"),
    )
    for account, title in by_few:
        if (borne := book.pence(agency=HOUSEHOLDS, accounts=[account])).any():
            items[account] = (title, ledgers.money(borne))
    rows = []
    for item, (title, values) in items.items():
        gap = values[first] - values[second]
        interval = difference_interval(gap)
        rows.append((item, title, "£ per resident", float(gap.mean()), interval.low, interval.high))
    return pd.DataFrame(rows, columns=["item", "title", "unit", "value", "lo", "hi"])


def _deficits(book: Book) -> Floats:
    """Pence of spending beyond every budget and reserve, by year."""
    names = [name for name in book.measures if name.startswith("deficit.")]
    return np.asarray(sum((book.total(name) for name in names), np.zeros_like(book.total("citizens"))))
