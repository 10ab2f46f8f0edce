"""What comes of offers: their middle and spread by role, the pounds they would come to, and what the model can make of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median, quantiles

from experiments.lab.state import ALL, Choice, State

PER_CENT = 100.0
LEVER, STRENGTH = "pooling", "pooling.strength"
PACKAGE = "radical"
"""The policy whose pool is bargained over: everything else in it stays as it is."""
MAPPING = (
    "The model has no pot of money. It has one share, the same for all. It says how much of what early help saves "
    "the others each budget counts and pays for. A budget that puts in 40% counts 40% of it. Nobody can be made to "
    "join, so all join as far as the one who wants it least: the lowest of the three middle offers is what is run. "
    "Schools and the benefits office are in the pool too: nobody plays them, and they go along."
)
"""What the model does with a bargain, and what it cannot."""


@dataclass(frozen=True)
class Offers:
    """What was said in one round, each in the order of size.

    Attributes:
        offers: per cent of the budget, by role.
        demands: how many households ask for each thing.
    """

    offers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    demands: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """The offers of one role.

    Attributes:
        count: how many there are.
        lowest, low, middle, high, highest: their range, the middle half of them, and the median.
    """

    count: int
    lowest: float
    low: float
    middle: float
    high: float
    highest: float


def spread(offers: tuple[int, ...]) -> Spread:
    """Median, middle half and range of at least one offer."""
    low, _, high = quantiles(offers, n=4, method="inclusive") if len(offers) > 1 else offers * 3
    return Spread(len(offers), min(offers), low, median(offers), high, max(offers))


def spreads(offers: Offers) -> dict[str, Spread]:
    """The same by role, of those that offered anything."""
    return {role: spread(given) for role, given in offers.offers.items() if given}


def agreed_share(offers: Offers) -> float | None:
    """The share from 0 to 1 that all who pay agree to: the lowest of their medians; none where nobody offered."""
    middles = [each.middle for each in spreads(offers).values()]
    return min(middles) / PER_CENT if middles else None


def pooled(offers: Offers, budgets: Mapping[str, float]) -> dict[str, float]:
    """Pounds a year that the medians would come to, by role; of roles that nobody offered for there is nothing."""
    return {role: budgets[role] * each.middle / PER_CENT for role, each in spreads(offers).items()}


def comparison(state: State, share: float) -> State:
    """Redesign with no pool against redesign with this much of one: the same place, people and luck as another comparison.

    All challenges are lived, so that every role has something to do.
    """
    pool = Choice(PACKAGE, {} if share == 1 else {STRENGTH: share})
    return replace(state, challenge=ALL, a=Choice(PACKAGE, {LEVER: "off"}), b=pool)
