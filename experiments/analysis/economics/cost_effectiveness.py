"""Sets what is gained beside what it costs: quadrants, ratios where they mean something, and net benefit."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.analysis.statistics.paired import Interval

Floats = NDArray[np.float64]

QUADRANTS = {
    "NE": "more effect, more cost",
    "SE": "more effect, no more cost",
    "SW": "less effect, less cost",
    "NW": "less effect, no less cost",
    "same": "no difference in either",
}


class Ratio(NamedTuple):
    """A ratio, or None and the reason in words why there is none."""

    value: float | None
    words: str


class Acceptability(NamedTuple):
    """How two options fare at each value of a unit of effect.

    Attributes:
        probability: share of cases in which the first has the higher net benefit; ties count half.
        first_is_best: whether the first has the higher *expected* net benefit (a tie is not).
        frontier: share of cases in which the option with the higher expected net benefit is best.
        loss_first: expected loss from choosing the first.
        loss_second: expected loss from choosing the second.
    """

    probability: Floats
    first_is_best: NDArray[np.bool_]
    frontier: Floats
    loss_first: Floats
    loss_second: Floats


def quadrants(effect: ArrayLike, cost: ArrayLike) -> dict[str, NDArray[np.bool_]]:
    """Says which cases lie in each quadrant of the plane of more effect and more cost.

    A case without a difference in effect lies where its cost puts it: dearer is NW, cheaper is SE.
    """
    e, c = np.asarray(effect, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    return {
        "NE": (e > 0) & (c > 0),
        "SE": ((e > 0) & (c <= 0)) | ((e == 0) & (c < 0)),
        "SW": (e < 0) & (c < 0),
        "NW": ((e < 0) & (c >= 0)) | ((e == 0) & (c > 0)),
        "same": (e == 0) & (c == 0),
    }


def quadrant_shares(effect: ArrayLike, cost: ArrayLike) -> dict[str, float]:
    """Says which share of cases lies in each of the `quadrants`; NaN without cases."""
    inside = quadrants(effect, cost)
    return {name: float(where.mean()) if where.size else math.nan for name, where in inside.items()}


def net_benefit(effect: ArrayLike, cost: ArrayLike, value: ArrayLike) -> Floats:
    """Gives the worth of the effect less the cost; a row of values gives a row per value."""
    e, c = np.asarray(effect, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    return np.asarray(np.multiply.outer(np.asarray(value, dtype=np.float64), e) - c)


def acceptability(effect: ArrayLike, cost: ArrayLike, values: ArrayLike) -> Acceptability:
    """Compares two options, by first-minus-second effects and costs, at each value of a unit of effect."""
    gain = net_benefit(effect, cost, np.atleast_1d(np.asarray(values, dtype=np.float64)))
    probability = (gain > 0).mean(axis=1) + 0.5 * (gain == 0).mean(axis=1)
    expected = gain.mean(axis=1)
    best = expected > 0
    return Acceptability(
        probability,
        best,
        np.where(best, probability, 1 - probability),
        np.maximum(-gain, 0).mean(axis=1),
        np.maximum(gain, 0).mean(axis=1),
    )


def cost_per_effect(effect: float, cost: float, effect_range: Interval, cost_range: Interval) -> Ratio:
    """Gives the cost of one more unit of effect, only where both differences are sure and have one sign."""
    if effect == 0 and cost == 0:
        return Ratio(None, "not defined: no difference in effect or cost")
    if _unsure(effect_range) or _unsure(cost_range):
        unsure = [name for name, found in (("effect", effect_range), ("cost", cost_range)) if _unsure(found)]
        return Ratio(None, f"not defined: the difference in {' and in '.join(unsure)} could be 0")
    if effect > 0 > cost:
        return Ratio(None, "dominates: more effect at less cost, so no ratio is needed")
    if effect < 0 < cost:
        return Ratio(None, "dominated: less effect at more cost, so no ratio is needed")
    return Ratio(
        cost / effect,
        "north-east: the price of each unit gained" if effect > 0 else "south-west: the saving for each unit given up",
    )


def benefit_cost_ratio(benefits: float, cost: float, cost_range: Interval | None = None) -> Ratio:
    """Gives benefits per pound of public money, only where public money is put in."""
    if cost == 0 and benefits == 0:
        return Ratio(None, "not defined: nothing is spent and nothing gained")
    if cost_range is not None and _unsure(cost_range):
        return Ratio(None, "not defined: the difference in cost could be 0")
    if cost <= 0:
        return Ratio(None, "cost-saving: BCR not defined")
    return Ratio(benefits / cost, "benefits to society for each pound of the public budget")


def _unsure(found: Interval) -> bool:
    """Whether an interval holds 0 or is none."""
    return not (found.low > 0 or found.high < 0)
