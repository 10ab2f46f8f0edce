"""Turns what the user asks to vary into design points: every combination, a Latin hypercube, or a table's rows."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field, field_validator

from experiments.configuration.declared import Setting
from experiments.configuration.files.csv_rows import read_rows
from experiments.configuration.files.strict_yaml import Unclear, cell
from experiments.configuration.points import Point
from experiments.configuration.settings import LARGEST_SEED, Whole
from experiments.configuration.validation_errors import shown
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, first_few, listed
from simulation.parameters.names import each_once
from simulation.parameters.quantity import Strict

MOST_POINTS = 100_000
KINDS = ("whole", "log")


def checked_range(key: str, ends: Any) -> tuple[float, float, str]:
    """Lowest, highest and kind of a range.

    Raises:
        ValueError: it is none.
    """
    numbers = ends[:2] if isinstance(ends, list) else []
    kind = ends[2] if isinstance(ends, list) and len(ends) == 3 else ""
    right = len(numbers) == 2 and len(ends) <= 3 and kind in ("", *KINDS)
    if not right or not all(
        isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in numbers
    ):
        raise ValueError(f"{key}: {ends!r} must be [lowest,highest], perhaps with whole or log after them")
    low, high = map(float, numbers)
    if not low < high or (kind == "log" and low <= 0):
        raise ValueError(f"{key}: {ends!r} must rise from lowest to highest" + (", both above 0" * (kind == "log")))
    return low, high, kind


def _checked_ranges(given: dict[str, Any]) -> dict[str, Any]:
    """Each key has a lowest and a highest value, and perhaps a kind."""
    for key, ends in given.items():
        checked_range(key, ends)
    return given


Ranges = Annotated[dict[str, Any], AfterValidator(_checked_ranges)]
"""Lowest and highest value by key, and `whole` or `log` where wanted."""


class DesignSettings(Strict):
    """What a sweep varies; one of `grid`, `ranges` and `table`."""

    grid: Annotated[
        dict[str, Any] | None,
        Setting(
            "values by key; every combination is a point; * is every arm",
            "results",
            "'grid={policy.radical.levers.pooling.strength:[0,0.5,1]}'",
        ),
    ] = None
    ranges: Annotated[
        Ranges | None,
        Setting(
            "lowest and highest value by key, and whole or log where wanted; a Latin hypercube",
            "results",
            "'ranges={policy.*.levers.envelope.cut:[0.1,0.4]}'",
        ),
    ] = None
    points: Annotated[Whole, Field(ge=1, le=MOST_POINTS), Setting("of the Latin hypercube", "results")] = 50
    design_seed: Annotated[
        Whole,
        Field(ge=0, le=LARGEST_SEED),
        Setting("of the Latin hypercube; another one fills the same ranges with other points", "results"),
    ] = 1
    table: Annotated[
        str | None,
        Setting(
            "a CSV file with a key at the head of each column and a point on each line", "results", "table=points.csv"
        ),
    ] = None

    @field_validator("grid")
    @classmethod
    def _grid(cls, given: Any) -> Any:
        """Each key has a list of values."""
        for key, values in (given or {}).items():
            if not isinstance(values, list) or not values:
                raise ValueError(f"{key}: {values!r} must be a list of values, as [0,0.5,1]")
            each_once([shown(value) for value in values])
        return given


def points_of(design: DesignSettings) -> list[Point]:
    """The points of a design.

    Raises:
        ConfigurationError: none or several ways of varying are given, or the table cannot be read.
    """
    given = [name for name in ("grid", "ranges", "table") if getattr(design, name)]
    if len(given) != 1:
        raise ConfigurationError(
            Fault(
                ", ".join(given) or "grid, ranges, table",
                "give exactly one of grid, ranges and table",
                "'grid={policy.radical.levers.pooling.strength:[0,0.5,1]}'",
            )
        )
    if design.grid:
        return _combinations(design.grid)
    return _hypercube(design) if design.ranges else _rows(str(design.table))


def _combinations(grid: Mapping[str, Sequence[Any]]) -> list[Point]:
    """Every combination of the values; the last key varies fastest."""
    number = math.prod(len(values) for values in grid.values())
    if number > MOST_POINTS:
        raise ConfigurationError(
            Fault("grid", f"has {number:,} combinations; at most {MOST_POINTS:,} can be run together")
        )
    every = itertools.product(*grid.values())
    return [Point(k, f"grid point {k}", dict(zip(grid, values, strict=True))) for k, values in enumerate(every)]


def _hypercube(design: DesignSettings) -> list[Point]:
    """Points that fill the ranges evenly in every single key."""
    ranges = {key: checked_range(key, ends) for key, ends in (design.ranges or {}).items()}
    from scipy.stats import qmc  # here: it takes a second to load, and help and refusals do without

    sampler = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(design.design_seed))
    return spread(sampler.random(design.points), ranges, "hypercube point")


def spread(shares: np.ndarray, ranges: Mapping[str, tuple[float, float, str]], what: str) -> list[Point]:
    """Points at given shares of each key's range; shape (points, keys)."""
    return [
        Point(
            k,
            f"{what} {k}",
            {key: at_share(share, *ends) for share, (key, ends) in zip(row, ranges.items(), strict=True)},
        )
        for k, row in enumerate(shares)
    ]


def at_share(share: float, low: float, high: float, kind: str) -> float | int:
    """The value at a share of a range, never outside it."""
    if kind == "log":
        return float(min(low * (high / low) ** share, high))
    if kind == "whole":
        return min(int(low) + int(share * (int(high) - int(low) + 1)), int(high))
    return float(min(low + share * (high - low), high))


def _rows(name: str) -> list[Point]:
    """The lines of a table as points; an empty cell leaves the key as it is."""
    path = path_of(name, "table=")
    keys, rows = read_rows(path, f"table={name}")
    if not all(keys):
        raise ConfigurationError(
            Fault(
                f"table={name}",
                f"needs a key at the head of each column; keys: {listed(keys)}",
                "as policy.radical.levers.pooling.strength",
            )
        )
    found: list[Point] = []
    faults: list[Fault] = []
    for line, cells in rows:
        where = f"line {line} of {path.name}"
        values: dict[str, Any] = {}
        for key, text in zip(keys, cells, strict=True):
            try:
                values |= {key: cell(text)} if text else {}
            except Unclear as error:
                faults.append(
                    Fault(f"{where}: {key}={text}", f"is {error.why}", "a plain decimal number, true or false")
                )
        found.append(Point(len(found), where, values))
    if faults:
        raise first_few(faults)
    return found
