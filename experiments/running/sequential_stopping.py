"""Adds replications until a paired difference is known precisely enough, or no more are allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.analysis.statistics.catalogue import load_outcomes, select
from experiments.analysis.statistics.stopping_rule import Precision, paired_differences, verdict
from experiments.configuration.settings import Settings
from experiments.results import consolidate, store
from experiments.results.open_results import PARTS


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
    name = settings.precise or (settings.outcomes or (first,))[0]
    outcome = select(catalogue, [name])[name]
    text = str(settings.precision)
    if text.endswith("%"):
        return Precision(outcome, relative=float(text[:-1]) / 100)
    return Precision(outcome, absolute=float(text))


class SequentialStopping:
    """Says how many replications each configuration needs until its paired difference is known precisely enough.

    What is used depends on the differences alone: not on how many were run between two looks, nor on workers.

    Attributes:
        found: by key of the configuration, how many replications are used; complete once nothing more is wanted.
    """

    def __init__(self, keys: Sequence[str], settings: Settings, out: Path):
        self.settings, self.out, self.most = settings, out, settings.replicates
        self.precision = precision_of(settings)
        self.known = {key: np.zeros(0) for key in keys}
        self.found: dict[str, Stopping] = {}

    def wanted(self) -> dict[str, int]:
        """How many replications of each configuration are to be run before the next look; empty once all are sure."""
        left = [key for key in self.known if key not in self.found]
        if self.precision is None:
            return dict.fromkeys(left, self.most)
        return {key: self.precision.next_look(self.known[key], self.most) for key in left}

    def look(self, counts: Mapping[str, int]) -> None:
        """Looks at the differences of the first so many replications, and notes which configurations are sure."""
        for key, count in counts.items():
            if self.precision is None:
                self.found[key] = Stopping(self.most, True)
                continue
            new = range(len(self.known[key]), count)
            self.known[key] = np.concatenate([self.known[key], self._differences(key, new, self.precision)])
            rule = self.precision.rule(self.known[key])
            if rule.met or count == self.most:
                used = rule.confirmed or self.most
                self.found[key] = Stopping(used, rule.met, verdict(self.precision, used, rule.met, self.most))

    def _differences(self, key: str, replications: range, precision: Precision) -> np.ndarray:
        """The paired differences of some kept replications; one that failed has none."""
        found = []
        for replication in replications:
            folder = self.out / PARTS / store.part_name(key, replication)
            if not folder.is_dir():
                found.append(np.array([np.nan]))
                continue
            record = consolidate.record_of([folder]).astype({"arm": str})
            found.append(paired_differences(record, precision.outcome, self.settings.contrast))
        return np.concatenate(found) if found else np.zeros(0)
