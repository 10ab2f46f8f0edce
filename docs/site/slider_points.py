"""The points that the page of sliders was run at: four things about the town, its designs and its policies, filled evenly."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

SHARES = "design.*.outcome_shares"
WORKING = {
    0.0: (0.0, 0.0, 1.0, 0.0),
    0.3: (0.05, 0.25, 0.55, 0.15),
    0.6: (0.15, 0.45, 0.3, 0.1),
    1.0: (0.3, 0.7, 0.0, 0.0),
}
"""How redesigns turn out, by the share that works: a clear win, a modest gain, nothing, worse. Between these in proportion."""
WIDE = (f"{SHARES}.low=[0,0,0,0]", f"{SHARES}.high=[1,1,1,1]")
LAID_OUT, POINTS, SEED, DECIMALS = 48, 28, 1, 4
"""The hypercube has more points than are lived, so that others can be added to those that were."""


class Slider(NamedTuple):
    """One thing that a reader may move.

    Attributes:
        name: of its column in the kept table.
        title: in plain words.
        about: what moving it means.
        key: of the configuration.
        stops: where it can be set, lowest first.
        used: the stop that is in use.
    """

    name: str
    title: str
    about: str
    key: str
    stops: tuple[float, ...]
    used: float


SLIDERS = (
    Slider(
        "cut",
        "How deep the cut is",
        "The share of the council's money that is gone after seven years. It is the same for both policies.",
        "policy.*.levers.envelope.cut",
        (0.0, 0.1, 0.2, 0.3, 0.4),
        0.2,
    ),
    Slider(
        "working",
        "How many new designs work",
        "Of 100 tries at a new service, how many help people more than the old one did.",
        f"{SHARES}.value",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        0.4,
    ),
    Slider(
        "pooling",
        "How far services share one budget",
        "At 0% each service looks at its own savings only. At 100% all of them count their money together.",
        "policy.radical.levers.pooling.strength",
        (0.0, 0.25, 0.5, 0.75, 1.0),
        1.0,
    ),
    Slider(
        "closing",
        "How soon an old service closes",
        "Once the new service works, the chance each year that the old one is closed. Until then both cost money.",
        "policy.radical.levers.transition.decommission",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        0.4,
    ),
)


def places() -> NDArray[np.float64]:
    """The points as places in the sliders' ranges, 0 to 1: of a Latin hypercube, points (rows) by sliders (columns)."""
    return np.asarray(qmc.LatinHypercube(d=len(SLIDERS), seed=SEED).random(LAID_OUT))[:POINTS]


def values() -> NDArray[np.float64]:
    """The points as values of the sliders, points (rows) by sliders (columns)."""
    low, high = (np.array([end(slider.stops) for slider in SLIDERS]) for end in (min, max))
    return np.round(low + places() * (high - low), DECIMALS)


def outcome_shares(working: float) -> list[float]:
    """How tries turn out where this share of them works; the four parts add up to 1."""
    found = [
        round(float(np.interp(working, list(WORKING), part)), DECIMALS) for part in zip(*WORKING.values(), strict=True)
    ]
    found[2] = round(1 - found[0] - found[1] - found[3], DECIMALS)
    return found


def write_table(path: Path) -> None:
    """Writes the points as a table that `redesign sweep` takes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([slider.key for slider in SLIDERS])
        for point in values():
            told = [float(value) for value in point]
            told[1] = outcome_shares(told[1])  # type: ignore[call-overload]
            rows.writerow(told)
