"""Double entry: what is paid is written down twice, and can be put back to see that nothing is unexplained."""

import numpy as np
from numpy.typing import NDArray

from simulation.compile import rule

Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
TREASURY, FIRST_LINE = 0, 1  # their places among the balances


@rule
def write_down(balance: Longs, cash: Longs, month: Longs, line: Longs, purse: Longs, amount: Longs) -> None:
    """Every payment is written down twice: its purse has less, its line has as much more, this month too."""
    for n in range(amount.size):
        balance[FIRST_LINE + line[n]] += amount[n]
        cash[purse[n]] -= amount[n]
        month[line[n]] += amount[n]


@rule
def put_back_spending(payer: Longs, month: Longs, left: Longs) -> None:
    """Put what went to each payer's lines this month back to what the payer has left."""
    for line in range(month.size):
        left[payer[line]] += month[line]


@rule
def split(bill: Longs, shares: Doubles, last_payer: Longs, has_payer: Bools, parts: Longs) -> None:
    """Split bills among their payers to the penny, the last of whom takes the odd pence."""
    for s in range(bill.size):
        left = bill[s]
        for a in range(shares.shape[1]):
            parts[s, a] = int(np.floor(bill[s] * shares[s, a]))
            left -= parts[s, a]
        if has_payer[s]:
            parts[s, last_payer[s]] += left
