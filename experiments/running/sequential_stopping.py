"""Adds replications until a paired difference is known precisely enough, or no more are allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.stopping_rule import Precision, paired_differences, verdict
from experiments.configuration.settings import Settings
from experiments.results import store


@dataclass(frozen=True)
class Stopping:
    """How many replications were used, and whether that was enough."""

    used: int
    met: bool
    words: str = ""


def precision_of(settings: Settings) -> Precision | None:
    """The precision that is asked for, if any."""
    if settings.precision is None:
        return None
    catalogue = load_outcomes()
    first = next(name for name, outcome in catalogue.items() if outcome.headline)
    outcome = catalogue[settings.precise or (settings.outcomes or (first,))[0]]
    text = str(settings.precision)
    if text.endswith("%"):
        return Precision(outcome, relative=float(text[:-1]) / 100)
    return Precision(outcome, absolute=float(text))


def run(
    keys: Sequence[str], most: int, settings: Settings, out: Path, simulate: Callable[[Mapping[str, int]], object]
) -> dict[str, Stopping]:
    """Runs each configuration until its difference is sure.

    What is used depends on the differences alone: not on how many were run between two looks, nor on workers.

    Args:
        keys: of the configurations.
        most: replications allowed for each.
        settings: the precision and the contrast.
        out: the results folder.
        simulate: runs the first so many replications of each configuration named, if they are not kept yet.
    """
    precision = precision_of(settings)
    if precision is None:
        simulate(dict.fromkeys(keys, most))
        return dict.fromkeys(keys, Stopping(most, True))
    known: dict[str, np.ndarray] = {key: np.zeros(0) for key in keys}
    found: dict[str, Stopping] = {}
    while left := [key for key in known if key not in found]:
        looks = {key: precision.next_look(known[key], most) for key in left}
        simulate(looks)
        for key, count in looks.items():
            old = len(known[key])
            known[key] = np.concatenate([known[key], _differences(out, key, range(old, count), precision, settings)])
            rule = precision.rule(known[key])
            if rule.met or count == most:
                used = rule.confirmed or most
                found[key] = Stopping(used, rule.met, verdict(precision, used, rule.met, most))
    return found


def _differences(out: Path, key: str, replications: range, precision: Precision, settings: Settings) -> np.ndarray:
    """The paired differences of some kept replications; one that failed has none."""
    found = []
    for replication in replications:
        file = out / "parts" / store.part_name(key, replication) / f"runs{store.PART}"
        if not file.is_file():
            found.append(np.array([np.nan]))
            continue
        record: pd.DataFrame = pa.ipc.open_file(file).read_all().to_pandas().astype({"arm": str})
        found.append(paired_differences(record, precision.outcome, settings.contrast))
    return np.concatenate(found) if found else np.zeros(0)
