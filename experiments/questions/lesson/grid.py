"""What a lesson's page shows at each position of its sliders: yearly values of every run, and what can be said of them."""

import base64
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from experiments.analysis.statistics import summary
from experiments.analysis.statistics.catalogue import PLACEHOLDER, Outcome, expand, load_outcomes
from experiments.analysis.statistics.outcomes import INDEX
from experiments.analysis.statistics.paired import Floats
from experiments.analysis.statistics.point_differences import POINT, values_at_points
from experiments.analysis.verdicts.sentence import side_of

CODES = 65_535
"""Values are stored as whole numbers from 0 to this, from the lowest of an outcome to its highest."""
Cell = tuple[Sequence[int], int, int]


def outcomes_of(out: Path, names: Sequence[str]) -> dict[str, Outcome]:
    """The outcomes of a lesson in its order; those of one challenge are spelt out by what was recorded.

    Raises:
        KeyError: an outcome is not recorded for the challenges that were simulated.
    """
    columns = [name for name in pq.read_schema(out / "runs.parquet").names if name not in (POINT, *INDEX)]
    entries = {
        entry: outcome
        for entry, outcome in load_outcomes().items()
        if any(re.fullmatch(PLACEHOLDER.sub(r"\\w+", entry), name) for name in names)
    }
    every = expand(entries, [name for name in columns if "@" not in name])
    absent = [name for name in names if name not in every]
    if absent:
        raise KeyError(f"{absent[0]} is not recorded by these runs")
    return {name: every[name] for name in names}


def told(out: Path, names: Sequence[str], cells: Sequence[Cell], years: int) -> dict[str, Any]:
    """Works out everything the page shows of the runs.

    Args:
        out: folder with the runs.
        names: outcomes.
        cells: positions, then the points of the first and of the second policy.
        years: how long the runs lasted.

    Returns:
        For each outcome its words, its values by point, run and year (as codes), and the last year's paired difference,
        second policy minus first, at each cell.
    """
    outcomes = outcomes_of(out, names)
    values = values_at_points(out, outcomes, list(range(1, years + 1)))
    points = 1 + max(max(first, second) for _, first, second in cells)
    ran = values.groupby("replication")[POINT].nunique()
    replications = sorted(int(each) for each in ran.index[ran == points])
    if not replications:
        raise ValueError("no luck was lived through at every position of the sliders")
    values = values[values["replication"].isin(replications)]
    return {
        "replications": len(replications),
        "outcomes": {
            name: _of_one(outcome, _laid_out(values[values["outcome"] == name], points, replications, years), cells)
            for name, outcome in outcomes.items()
        },
    }


def _laid_out(values: pd.DataFrame, points: int, replications: Sequence[int], years: int) -> Floats:
    """Values by point, run and year; NaN where a run failed or a rate is over nobody."""
    found = np.full((points, len(replications), years), np.nan)
    place = {replication: k for k, replication in enumerate(replications)}
    runs = values["replication"].map(place).to_numpy()
    found[values[POINT].to_numpy(), runs, values["horizon"].to_numpy() - 1] = values["value"].to_numpy()
    return found


def _of_one(outcome: Outcome, values: Floats, cells: Sequence[Cell]) -> dict[str, Any]:
    """One outcome: words, coded values, differences."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return {
        "title": outcome.title,
        "unit": outcome.unit,
        "better": outcome.better,
        "money": outcome.family == "money",
        "matters": outcome.matters,
        "about": " ".join(outcome.description.split()),
        "low": low,
        "high": high,
        "codes": coded(values, low, high),
        "cells": [_cell(outcome, values[first, :, -1], values[second, :, -1]) for _, first, second in cells],
    }


def _cell(outcome: Outcome, first: Floats, second: Floats) -> dict[str, Any]:
    """The last year's paired difference, second minus first."""
    row = summary.compare(second, first, outcome)
    d = second - first
    return {
        "first": _number(np.nanmean(first)),
        "second": _number(np.nanmean(second)),
        "diff": _number(row["diff"]),
        "low": _number(row["ci_lo"]),
        "high": _number(row["ci_hi"]),
        "side": side_of(outcome, row),
        "lower_in": int(np.sum(d < 0)),
        "higher_in": int(np.sum(d > 0)),
        "pairs": int(np.sum(np.isfinite(d))),
    }


def _number(value: Any) -> float | None:
    """A number as JSON knows it."""
    return float(value) if math.isfinite(value) else None


def coded(values: Floats, low: float, high: float) -> str:
    """Values as two bytes each, written as text.

    Raises:
        ValueError: something is missing, which a page could not show.
    """
    if not np.isfinite(values).all():
        raise ValueError("some runs of this lesson have no value for an outcome that it shows")
    share = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return base64.b64encode(np.rint(share * CODES).astype("<u2").tobytes()).decode("ascii")
