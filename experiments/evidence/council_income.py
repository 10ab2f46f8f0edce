"""Tells council tax, reserves and grant apart in what paid for councils' services, and so in what they lost.

    python -m experiments.evidence.council_income

Each year's real spending on services, council tax and what was drawn from reserves are taken as shares of 2010-11's
service spending. What is left is grants, business rates and fees: it fell by as much as spending did, and by as much
again as more council tax and reserves made good. Places hold these rows (`place.income`).

Council tax is chained: in 2013-14 the return begins to leave council tax support out, so its change in that year is not
known and is taken as none in real terms. What was drawn from reserves in 2010-11 itself is not known either, and is left out.
"""

from importlib import resources
from typing import NamedTuple

import pandas as pd

FILE = "council_income.csv"
BREAK = "2013-14"
"""The year in which the return's council tax becomes another thing."""


class Income(NamedTuple):
    """What paid for a council's services, as shares of 2010-11's service spending; rows are 2011-12 to 2017-18.

    Attributes:
        council_tax: of 2010-11.
        cut: by which spending was below 2010-11's.
        more_tax: by which council tax was above it.
        from_reserves: drawn in the year; below 0 put by.
        less_grant: by which all else was below it.
    """

    council_tax: float
    cut: pd.Series
    more_tax: pd.Series
    from_reserves: pd.Series
    less_grant: pd.Series


def table() -> pd.DataFrame:
    """What councils spent and what paid for it, in cash, by council and year."""
    with resources.files(__package__).joinpath(FILE).open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", index_col=["council", "year"])


def income(council: str) -> Income:
    """Tells a council's income apart."""
    cash = table().loc[council]
    real = cash.div(cash["deflator"] / cash["deflator"].iloc[0], axis=0)
    before = real["services"].iloc[0]
    growth = real["council_tax"].pct_change().fillna(0.0).where(real.index != BREAK, 0.0)
    share = float(real["council_tax"].iloc[0] / before)
    drawn = -cash["reserves"].diff() * real["services"] / cash["services"] / before
    rows = pd.DataFrame(
        {"cut": 1 - real["services"] / before, "more_tax": share * ((1 + growth).cumprod() - 1), "from_reserves": drawn}
    ).iloc[1:]
    return Income(share, rows["cut"], rows["more_tax"], rows["from_reserves"], rows.sum(axis=1))


def main() -> None:
    """Prints every council's."""
    for council in table().index.unique("council"):
        found = income(council)
        print(f"{council}: council tax paid for {found.council_tax:.1%} of services in 2010-11")
        print(pd.DataFrame(found._asdict()).drop(columns="council_tax").round(3).to_string())


if __name__ == "__main__":
    main()
