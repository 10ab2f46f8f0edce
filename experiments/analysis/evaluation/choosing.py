"""Who becomes a zone."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.evaluation.lives import NEVER, Lives, Rows, Years

KEENNESS = 1.0
"""How much more readily an authority volunteers, in logits for each standard deviation by which its last year was better.

A judgement (0 to 2): those who come forward for pilots of services are seldom those that are in trouble."""

Choice = Callable[[Lives, int, np.random.Generator], Rows]


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """In standard deviations from the mean; zeros where all are the same."""
    spread = values.std()
    return (values - values.mean()) / spread if spread else np.zeros_like(values)


def last_year(lives: Lives) -> NDArray[np.float64]:
    """The year before the first zone begins."""
    return lives.outside[:, min(lives.inside) - 1]


def random(lives: Lives, zones: int, rng: np.random.Generator) -> Rows:
    """By lot."""
    return rng.choice(len(lives.outside), zones, replace=False)


def volunteers(lives: Lives, zones: int, rng: np.random.Generator) -> Rows:
    """Whoever comes forward: the more likely, the better last year was."""
    keen = KEENNESS * lives.better * standardised(last_year(lives))
    return np.argsort(-(keen + rng.gumbel(size=len(keen))))[:zones]  # as drawn one by one without putting back


def most_deprived(lives: Lives, zones: int, rng: np.random.Generator) -> Rows:
    """The most deprived."""
    return np.argsort(-lives.deprivation, kind="stable")[:zones]


def worst_last_year(lives: Lives, zones: int, rng: np.random.Generator) -> Rows:
    """Those whose last year was worst, by skill or by bad luck."""
    return np.argsort(lives.better * last_year(lives), kind="stable")[:zones]


def matched_pairs(lives: Lives, zones: int, rng: np.random.Generator) -> Rows:
    """Of pairs that are alike in deprivation and last year, one each by the toss of a coin; pairs by lot."""
    pairs = paired(lives)
    taken = pairs[rng.choice(len(pairs), zones, replace=False)]
    return taken[np.arange(zones), rng.integers(2, size=zones)]


def paired(lives: Lives) -> Rows:
    """Pairs of authorities that are neighbours when ordered by deprivation and last year together; one may be left over.

    Returns:
        Pairs x 2, rows of authorities.
    """
    badness = standardised(lives.deprivation) - lives.better * standardised(last_year(lives))
    order = np.argsort(badness, kind="stable")
    return order[: len(order) // 2 * 2].reshape(-1, 2)


CHOICES: dict[str, Choice] = {
    choice.__name__: choice for choice in (random, matched_pairs, volunteers, most_deprived, worst_last_year)
}
"""Every way of choosing, by the word for it."""
SETTLED = (most_deprived.__name__, worst_last_year.__name__)
"""Ways that leave nothing to chance: in the same lives the zones are always the same ones."""


def most_zones(chosen: str, authorities: int) -> int:
    """How many zones there can be, so that somebody is left to compare them with."""
    return authorities // 2 if chosen == matched_pairs.__name__ else authorities - 2


def starting(zones: Rows, authorities: int, starts: Sequence[int], rng: np.random.Generator) -> Years:
    """The first year of each authority as a zone: all together where there is one start, else a like share at each, by lot."""
    first = np.full(authorities, NEVER)
    first[rng.permutation(zones)] = np.resize(np.asarray(starts), len(zones))
    return first
