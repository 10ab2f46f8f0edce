"""Splits the difference between two arms into what made it: redesigned services, management, both together, and the rest.

Every replication that is split is also lived, by the same people with the same luck, where redesigns change nothing, where
management changes nothing, and where neither does anything. Four differences give four parts that add up to the first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.statistics.outcomes import ByArm
from experiments.analysis.statistics.paired import difference_interval

Floats = NDArray[np.float64]
Off = frozenset[str]
"""What changes nothing in a life: nothing of these, redesigns, management, or both; or what is good in freer management."""

COMPONENTS = "components.csv"
"""The file that keeps the parts of every outcome's difference."""
VALUED = "components_valued.csv"
"""The file that keeps the parts of what society is better or worse off."""
DESIGNS, MANAGEMENT, GAINS = "designs", "management", "gains of management"
AS_IS: Off = frozenset()
BOTH: Off = frozenset({DESIGNS, MANAGEMENT})
WITHOUT_GAINS: Off = frozenset({GAINS})
WORLDS: tuple[Off, ...] = (AS_IS, frozenset({DESIGNS}), frozenset({MANAGEMENT}), BOTH, WITHOUT_GAINS)
WHOLE = "whole"
PARTS = {
    DESIGNS: "redesigned services",
    MANAGEMENT: "management (a judgement)",
    "together": "both together",
    "rest": "all else (pooling, the cut)",
}
"""Every part by name, and what it is called; the whole difference is the sum of all."""
UNMANAGED, ONLY_EFFORT = "unmanaged", "only_effort"
SUMS = {
    WHOLE: "the whole difference",
    UNMANAGED: "the whole where management does nothing",
    ONLY_EFFORT: "the whole where freer management costs effort and brings nothing",
}
"""What is told beside the parts: their sum, and what is left to those who do not believe what management does."""


def split(difference: Mapping[Off, Floats]) -> dict[str, Floats]:
    """Splits differences, each replication by itself.

    Args:
        difference: the first arm's value less the second's in each of `WORLDS`, one per replication.

    Returns:
        Each of `PARTS` and the whole, which is their sum: what redesigns do where management does nothing, what management
        does where redesigns do nothing, what the two do together beyond that, and what is left where neither does anything.
    """
    whole, rest = difference[AS_IS], difference[BOTH]
    designs, management = difference[frozenset({MANAGEMENT})] - rest, difference[frozenset({DESIGNS})] - rest
    together = whole - (designs + management + rest)
    return {DESIGNS: designs, MANAGEMENT: management, "together": together, "rest": rest, WHOLE: whole}


def parts_of(values: Mapping[tuple[str, Off], Floats], contrast: Sequence[str]) -> dict[str, Floats]:
    """Every part of the difference between two arms, and what is left of it where freer management only costs effort.

    Args:
        values: of each arm in each of `WORLDS`, the last axis over replications.
        contrast: the two arms, first less second.
    """
    first, second = contrast
    difference = {world: values[first, world] - values[second, world] for world in WORLDS}
    return {**split(difference), ONLY_EFFORT: difference[WITHOUT_GAINS]}


def by_replication(
    lives: Mapping[tuple[str, Off], ByArm], contrast: Sequence[str], year: int, replications: int
) -> pd.DataFrame:
    """Every part of the difference between two arms in every replication that was split.

    Args:
        lives: the outcomes of each arm in each of `WORLDS`.
        contrast: the two arms, first less second.
        year: at whose end.
        replications: how many were split, the first ones.

    Returns:
        Columns contrast, outcome, replication and diff, one for each of `PARTS`, and what is left where freer management
        only costs effort; replications without a value are left out.
    """
    first, second = contrast
    names = lives[first, AS_IS].names
    values = {life: _at(found, names, life[0], year, replications) for life, found in lives.items()}
    parts = parts_of(values, contrast)
    table = pd.DataFrame(
        {
            "contrast": f"{first} minus {second}",
            "outcome": np.repeat(np.asarray(names, dtype=object), replications),
            "replication": np.tile(np.arange(replications, dtype=np.int32), len(names)),
            "diff": parts[WHOLE].ravel(),
            **{part: parts[part].ravel() for part in (*PARTS, ONLY_EFFORT)},
        }
    )
    return table.dropna().reset_index(drop=True)


def _at(found: ByArm, names: Sequence[str], arm: str, year: int, replications: int) -> Floats:
    """An arm's outcomes at a year's end in the first replications; shape (outcomes, replications)."""
    rows = [found.names.index(name) for name in names]
    columns = np.searchsorted(found.replications, np.arange(replications))
    return found.arms[arm][rows, year - 1][:, columns]


def summarise(split_up: pd.DataFrame, outcomes: Mapping[str, Outcome], year: int) -> pd.DataFrame:
    """The mean of every part with its interval.

    Args:
        split_up: of `by_replication`.
        outcomes: in words.
        year: at whose end.

    Returns:
        A row per contrast, outcome and part, `SUMS` last: columns contrast, outcome, title, unit, better, horizon,
        part, words, diff, ci_lo, ci_hi, ci_method, n.
    """
    rows = []
    for (contrast, name), group in split_up.groupby(["contrast", "outcome"], sort=False):
        about = outcomes[str(name)]
        about_it = {"contrast": contrast, "outcome": name, "title": about.title, "unit": about.unit}
        about_it |= {"better": about.better, "horizon": year}
        parts = {part: group[part].to_numpy() for part in (*PARTS, ONLY_EFFORT)} | {WHOLE: group["diff"].to_numpy()}
        rows += [about_it | row for row in with_intervals(parts)]
    return pd.DataFrame(rows)


def with_intervals(parts: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """The mean of every part over replications with its interval, `SUMS` last: part, words, diff, ci_lo, ci_hi, ci_method, n."""
    every, rows = {**parts, UNMANAGED: parts[DESIGNS] + parts["rest"]}, []
    for part, words in {**PARTS, **SUMS}.items():
        low, high, method = difference_interval(every[part])
        found = {"diff": every[part].mean(), "ci_lo": low, "ci_hi": high, "ci_method": method, "n": every[part].size}
        rows.append({"part": part, "words": words, **found})
    return rows
