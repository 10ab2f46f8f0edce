"""Shares what a package of levers achieves among its levers, exactly, from the results of every subset of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Subset = frozenset[int]


@dataclass(frozen=True)
class Attribution:
    """What each lever adds; arrays of shape (levers, ...) with one value per replication behind the first axis.

    Attributes:
        shapley: the average of what a lever adds over all orders in which levers could be introduced; sums exactly to
            the whole package's worth.
        first_in: what a lever adds to nothing.
        last_in: what a lever adds to all the others, so what is lost without it.
        interaction: Shapley interaction of each pair, shape (levers, levers, ...): above 0 two levers do more
            together than apart.
    """

    shapley: Floats
    first_in: Floats
    last_in: Floats
    interaction: Floats


def subsets(levers: int) -> list[Subset]:
    """Every subset of so many levers, small ones first."""
    return [frozenset(chosen) for size in range(levers + 1) for chosen in combinations(range(levers), size)]


def attribute(levers: int, worth: Mapping[Subset, Floats]) -> Attribution:
    """Shares the worth of the whole package among its levers.

    Args:
        levers: how many there are.
        worth: of every subset; a number, or one for each replication.

    Returns:
        Shapley's shares, first-in, last-in and pairwise interaction; every replication is shared by itself.
    """
    if levers < 1:
        raise ValueError("there is no lever to share anything among")
    known = {subset: np.asarray(worth[subset], dtype=np.float64) for subset in subsets(levers)}
    every = frozenset(range(levers))
    empty: Subset = frozenset()
    shape = known[empty].shape
    shapley = np.zeros((levers, *shape))
    pairs = np.zeros((levers, levers, *shape))
    for lever in range(levers):
        for rest in (subset for subset in known if lever not in subset):
            added = known[rest | {lever}] - known[rest]
            shapley[lever] += _share_of_orders(len(rest), levers) * added
    for one, other in combinations(range(levers), 2):
        for rest in (subset for subset in known if subset.isdisjoint((one, other))):
            both = known[rest | {one, other}] - known[rest | {one}] - known[rest | {other}] + known[rest]
            pairs[one, other] += _share_of_orders(len(rest), levers - 1) * both
        pairs[other, one] = pairs[one, other]
    first = np.stack([known[frozenset({lever})] - known[empty] for lever in range(levers)])
    last = np.stack([known[every] - known[every - {lever}] for lever in range(levers)])
    return Attribution(shapley, first, last, pairs)


def _share_of_orders(before: int, levers: int) -> float:
    """The share of all orders in which exactly these levers come before the next one."""
    return math.factorial(before) * math.factorial(levers - before - 1) / math.factorial(levers)


def names_of(subset: Subset, levers: Sequence[str]) -> list[str]:
    """A subset's levers by name, in the package's order."""
    return [levers[number] for number in sorted(subset)]
