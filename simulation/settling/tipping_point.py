"""How much more work the status quo could bear: what would make crises grow for years on end."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.settling.settled import NO_POLICY, Settled
from simulation.state.people import SETTLING

LOADS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
YEARS_WATCHED = 6
RUNS_AWAY_LEVEL = 1.1  # crises this much above usual ...
RUNS_AWAY_GROWTH = 1.02  # ... and still growing by this much a year, after six years


class Edge(NamedTuple):
    """The smallest extra load at which the status quo runs away, if any does, and what the heaviest one tried did."""

    load: float | None
    crises_at_heaviest: float  # after six years, as a multiple of usual


def tipping_point(settled: Settled) -> Edge:
    """The smallest extra load, of those tried, at which the status quo runs away; none if none does.

    Capacity stays what it was, every case and assessment takes more hours, and the place lives on for six years.
    """
    usual = _crises(settled, 0.0)[-1]
    for load in LOADS:
        crises = _crises(settled, load)
        if crises[-1] > RUNS_AWAY_LEVEL * usual and crises[-1] > RUNS_AWAY_GROWTH * crises[-2]:
            return Edge(load, _times(crises[-1], usual))
    return Edge(None, _times(crises[-1], usual))


def _times(crises: float, usual: float) -> float:
    """How many times as many as usual; where there are usually none, once as long as there are none."""
    return crises / usual if usual > 0 else float("inf") if crises > 0 else 1.0


def _crises(settled: Settled, load: float) -> NDArray[np.float64]:
    """Crises begun in each year under a heavier load, smoothed over two years."""
    state = settled.state.copy()
    state.services.hours_per_case[:] *= 1 + load
    state.services.assessment_hours[:] *= 1 + load
    key = key_of(settled.world.config.seed, SETTLING)
    model = PlaceModel(settled.world, state, NO_POLICY, key, budgets="standing")
    model.live(12 * YEARS_WATCHED)
    years = model.recorder.table()["crises"].reshape(YEARS_WATCHED, 12).sum(axis=1)
    model.let_go()
    return (years[1:] + years[:-1]) / 2.0
