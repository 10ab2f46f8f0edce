"""The files of a comparison that its answer is read off, each absent where it was not made or not asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import storage
from experiments.analysis.statistics.components import COMPONENTS, VALUED
from experiments.analysis.uncertainty.two_uncertainties import EVIDENCE
from experiments.analysis.verdicts import against_base

DESIGN, ECONOMICS, POCKETS = "design.json", "economics/economics.csv", "economics/pockets.csv"


@dataclass(frozen=True)
class Facts:
    """What stands beside the differences between two arms.

    Attributes:
        economics: what it costs and whom, a row for each horizon, comparison and measure.
        pockets: what every purse would say on its own ledger.
        references: every arm against no change and against the cut alone, where those were run.
        evidence: the outcomes across sets of plausible numbers.
        components: what the differences are made of, where some replications were lived to tell.
        valued: what made society better or worse off, likewise.
        configuration: what was asked: the place and the policies with all their levers.
    """

    economics: pd.DataFrame | None = None
    pockets: pd.DataFrame | None = None
    references: pd.DataFrame | None = None
    evidence: pd.DataFrame | None = None
    components: pd.DataFrame | None = None
    valued: pd.DataFrame | None = None
    configuration: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, out: Path, summary: pd.DataFrame) -> Facts:
        """Reads what the folder of a comparison holds.

        Args:
            out: the folder.
            summary: the whole of its summary, with the rows about evidence.
        """
        evidence = (
            summary[summary["uncertainty_type"] == EVIDENCE] if "uncertainty_type" in summary else summary.iloc[:0]
        )
        return cls(
            economics=_csv(out / ECONOMICS),
            pockets=_csv(out / POCKETS),
            references=_csv(out / against_base.REFERENCES),
            evidence=None if evidence.empty else evidence,
            components=_csv(out / COMPONENTS),
            valued=_csv(out / VALUED),
            configuration=_asked(out / DESIGN),
        )


def _csv(path: Path) -> pd.DataFrame | None:
    """A table, if it is there and holds anything."""
    table = storage.read_csv(path) if path.is_file() else None
    return None if table is None or table.empty else table


def _asked(path: Path) -> Mapping[str, Any]:
    """What was asked for, as data; nothing where it was not kept."""
    data = json.loads(path.read_text(encoding="utf-8")).get("data") if path.is_file() else None
    return data if isinstance(data, Mapping) else {}
