"""Tells whose luck a difference is: who lives there, or what happens to them later.

Some peoples live several lives each: the same people, ties, needs and history up to the policy date, other luck from then on. The
variance of the difference between two arms, over peoples each with luck of their own, then has two parts (one-way analysis of
variance with random effects: a life's later luck is no other people's, so that there is no second way to sort lives by):

    later luck = MSW        people = (MSB - MSW) / lives, and 0 where MSB is smaller than MSW

The interval of people's share is the exact one for normal effects (Searle, Casella and McCulloch 1992, section 3.6). With
F = MSB / MSW, and q a quantile of F for peoples - 1 and peoples x (lives - 1) degrees of freedom, an end is
(F / q - 1) / (F / q - 1 + lives), cut at 0 likewise. Simulated with 30 peoples of 3 lives: 0.95 for normal effects, 0.94 for
effects of skewness 1 where people are a third of the variance, 0.9 where they are two thirds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import f as fisher

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.statistics.paired import CONFIDENCE, FEWEST_FOR_INTERVAL
from experiments.analysis.uncertainty.common_luck import anova_split

EXACT, SAME = "exact F, for normal effects", "undefined: every difference is the same"
FEW = f"undefined: fewer than {FEWEST_FOR_INTERVAL} peoples"


@dataclass(frozen=True)
class WhoseLuck:
    """The two parts of the variance of a difference.

    Attributes:
        people: variance between peoples, never below 0.
        later: variance of later luck.
        uncut: what the variance between peoples came out as.
        low, high: within which people's share of both lies, 95%; NaN where `method` says why.
        method: how that was worked out.
    """

    people: float
    later: float
    uncut: float
    low: float
    high: float
    method: str

    @property
    def share(self) -> float:
        """People's share of both; NaN where nothing varies."""
        whole = self.people + self.later
        return self.people / whole if whole > 0 else math.nan


def whose_luck(differences: ArrayLike, confidence: float = CONFIDENCE) -> WhoseLuck:
    """Splits the variance of differences laid out as one row per people and one column per life (two of each or more).

    Raises:
        ValueError: there are fewer.
    """
    split = anova_split(differences)
    peoples, lives = split.means.size, split.n
    uncut = (split.msb - split.msw) / lives
    low = high = math.nan
    method = EXACT if peoples >= FEWEST_FOR_INTERVAL else FEW
    if split.msb == split.msw == 0:
        method = SAME
    elif method == EXACT and split.msw == 0:
        low = high = 1.0
    elif method == EXACT:
        tail = (1 - confidence) / 2
        quantiles = fisher.ppf([1 - tail, tail], peoples - 1, peoples * (lives - 1))
        excess = np.maximum(0.0, split.msb / split.msw / quantiles - 1)
        low, high = (float(end) for end in excess / (excess + lives))
    return WhoseLuck(max(0.0, uncut), split.msw, uncut, low, high, method)


def by_life(lives: Sequence[ByArm], contrast: Sequence[str], year: int) -> pd.DataFrame:
    """The difference between two arms in every life of every people.

    Args:
        lives: the outcomes of both arms in the first life of every people, in the second, and so on.
        contrast: the two arms, first less second.
        year: at whose end.

    Returns:
        Columns contrast, outcome, replication, life and diff; of each outcome only peoples with a value in every life.
    """
    first, second = contrast
    names, replications = lives[0].names, lives[0].replications
    differences = np.stack([(life.arms[first] - life.arms[second])[:, year - 1] for life in lives], axis=2)
    known = np.isfinite(differences).all(axis=2, keepdims=True)
    outcome, people, life = np.nonzero(np.broadcast_to(known, differences.shape))
    return pd.DataFrame(
        {
            "contrast": f"{first} minus {second}",
            "outcome": np.asarray(names, dtype=object)[outcome],
            "replication": replications[people].astype(np.int32),
            "life": life.astype(np.int32),
            "diff": differences[outcome, people, life],
        }
    )


def summarise(differences: pd.DataFrame, outcomes: Mapping[str, Outcome], year: int) -> pd.DataFrame:
    """Each outcome's variance in its two parts.

    Args:
        differences: of `by_life`.
        outcomes: in words.
        year: at whose end.

    Returns:
        A row per outcome that two peoples or more have a value of: columns contrast, outcome, title, unit, better, horizon,
        peoples, lives, variance_people, variance_later, share_people, share_later, share_lo and share_hi (of people), cut
        (people's variance came out below 0, as `uncut`, and was set to 0), uncut, ci_method.
    """
    rows = []
    for (contrast, name), group in differences.groupby(["contrast", "outcome"], sort=False):
        table = group.pivot(index="replication", columns="life", values="diff").to_numpy()
        if len(table) < 2:
            continue
        about, found = outcomes[str(name)], whose_luck(table)
        told: dict[str, Any] = {"title": about.title, "unit": about.unit, "better": about.better, "horizon": year}
        told |= {"peoples": len(table), "lives": table.shape[1]}
        told |= {"variance_people": found.people, "variance_later": found.later, "share_people": found.share}
        told |= {"share_later": 1 - found.share, "share_lo": found.low, "share_hi": found.high}
        told |= {"cut": found.uncut < 0, "uncut": found.uncut, "ci_method": found.method}
        rows.append({"contrast": contrast, "outcome": name, **told})
    return pd.DataFrame(rows)
