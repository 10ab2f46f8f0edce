"""Estimates what councils protected when their money fell: how readily care gave way, and how readily everything else.

    python -m experiments.evidence.planner_readiness

Across 152 councils, the change of care and the change of the rest are each a straight line in the change of all
spending, 2010-11 to 2013-14. Their slopes say who gives way; where the lines stand at no change says by how much care
grew because more people needed it. The model's April plan takes the ratio of the slopes (`planning.care_readiness`).
The later years are printed beside the estimate and take no part in it: the pattern `across_councils` is judged by them.

What errors the published lines have goes into the slopes: a line that swings by itself (highways, central services)
moves "all" and "the rest" together, which lowers the slope of care and raises that of the rest.
"""

from importlib import resources
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Doubles = NDArray[np.float64]
FILE = "council_spending.csv"
FIRST, LATER = "", "later_"
CONFIDENCE = 0.95


class Line(NamedTuple):
    """A straight line through the councils.

    Attributes:
        at_no_change: change, in logarithms, where all spending does not change.
        slope: of it on the change of all spending.
        errors: standard errors of the two.
        pull: each council's pull on the slope; their squares add up to the square of its error.
    """

    at_no_change: float
    slope: float
    errors: tuple[float, float]
    pull: Doubles


class Readiness(NamedTuple):
    """How readily care gives way where everything else does so at 1, and its 95% interval."""

    value: float
    low: float
    high: float


def changes(period: str = FIRST) -> pd.DataFrame:
    """Real changes of all services, care and the rest in logarithms, one row a council that has all three."""
    with resources.files(__package__).joinpath(FILE).open(encoding="utf-8") as file:
        table = pd.read_csv(file, comment="#", index_col="council")
    names = [f"{period}{each}" for each in ("all", "care", "rest")]
    return table[names].set_axis(["all", "care", "rest"], axis=1).dropna()


def line(x: Doubles, y: Doubles) -> Line:
    """A straight line by least squares, with errors that allow for councils that scatter unequally (HC3).

    Source: MacKinnon and White 1985; Long and Ervin 2000.
    """
    design = np.column_stack([np.ones_like(x), x])
    inverse = np.linalg.inv(design.T @ design)
    found = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    pulls = (design @ inverse) * ((y - design @ found) / (1 - leverage))[:, None]
    errors = np.sqrt((pulls**2).sum(axis=0))
    return Line(float(found[0]), float(found[1]), (float(errors[0]), float(errors[1])), pulls[:, 1])


def lines(table: pd.DataFrame) -> tuple[Line, Line]:
    """The lines of care and of the rest."""
    x = table["all"].to_numpy(dtype=np.float64)
    care, rest = (line(x, table[name].to_numpy(dtype=np.float64)) for name in ("care", "rest"))
    return care, rest


def readiness(table: pd.DataFrame) -> Readiness:
    """The slope of care over that of the rest, with an interval by the delta method.

    Both slopes come from the same councils, so their errors are not independent: pulls are combined council by council.
    """
    care, rest = lines(table)
    ratio = care.slope / rest.slope
    error = float(np.sqrt((((care.pull - ratio * rest.pull) / rest.slope) ** 2).sum()))
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(table) - 2)) * error
    return Readiness(ratio, ratio - reach, ratio + reach)


def said(period: str, title: str) -> str:
    """What was found in some years, in words."""
    table = changes(period)
    care, rest = lines(table)
    found = readiness(table)
    means = ", ".join(f"{name} {mean:+.3f}" for name, mean in table.mean().items())
    rows = [f"{title}: {len(table)} councils; mean change {means}"]
    for name, each in (("care", care), ("rest", rest)):
        rows.append(
            f"  {name} = {each.at_no_change:+.3f} (standard error {each.errors[0]:.3f})"
            f" + {each.slope:.2f} ({each.errors[1]:.2f}) x all"
        )
    rows.append(f"  readiness of care, the rest = 1: {found.value:.2f} ({found.low:.2f} to {found.high:.2f})")
    return "\n".join(rows)


def main() -> None:
    """Prints the estimate, and the years that take no part in it."""
    print(said(FIRST, "2010-11 to 2013-14"))
    print(said(LATER, "2013-14 to 2016-17, kept apart"))


if __name__ == "__main__":
    main()
