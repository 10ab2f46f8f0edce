"""Which steps of a month write which columns: months are lived, and every column is looked at after every step."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pages_of_results import small_place
from sources import ROOT

from simulation.draws import key_of
from simulation.mechanism.citizens.newcomers import as_here
from simulation.mechanism.citizens.vital import with_departures
from simulation.model import PlaceModel
from simulation.month import PHASES, Phase, Step
from simulation.observe import Observer
from simulation.policy.policy import Policy
from simulation.settling.settled import NO_POLICY

Column = tuple[str, str]
TABLES = ("people", "services", "agencies")
DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "design").glob("*.yaml"))
BEGUN = {"patient_hotel": (0, 1.0), "reablement": (12, 0.5), "peer_network": (24, 0.5)}  # month, share of services
HARD: dict[str, Any] = {
    "envelope": {"cut": 0.7, "path": [0.3, 0.7, 1.0], "others": {"police": 0.3, "nhs": 0.3}},
    "eligibility": {"rise": 0.1, "fit": 1.5},
    "efficiency": {"yearly": 0.05, "years": 4},
    "targets": {"pressure": 0.4, "inspection": 0.3},
    "pay": {"yearly": 0.02, "years": 6},
    "charges": {"share": 0.1},
    "reserves": {"share": 1.0, "years": 2},
    "protection": {"ring_fence": {"schools": 0.5}, "statutory_rise": 0.2},
}
NEW: dict[str, Any] = {
    "freedom": {},
    "indicators": {},
    "pooling": {"agencies": ["council", "nhs", "police", "schools"]},
    "support": {"per_head": 20.0},
    "portfolio": {
        "designs": DESIGNS,
        "begin": {name: {"month": month, "share": share, "judged": False} for name, (month, share) in BEGUN.items()},
    },
    "transition": {"fund": 0.08, "double_running": 0.2, "decommission": 0.6, "redundancy": 1.5},
}
LEVERS = (HARD, NEW, {**HARD, "zones": {"count": 1, "levers": NEW}})
"""Three policies with every lever between them, harder than any real one, so that whatever a step can do it does."""
YEARS = 8
SEED, REPLICATION = 1, 1  # with whose luck designs do something where they are begun


class Watcher(Observer):
    """Notes of every step which columns it has changed.

    Attributes:
        found: by column, the steps that changed it.
    """

    def __init__(self, model: PlaceModel, found: dict[Column, set[str]]) -> None:
        self.found = found
        self._before = {name: column.copy() for name, column in _columns(model).items()}

    def after_step(self, phase: Phase, step: Step, model: PlaceModel) -> None:
        """Compare every column with what it was after the step before."""
        for name, column in _columns(model).items():
            before = self._before[name]
            if before.shape != column.shape:  # zones open: each purse is divided, which is no step's doing
                self._before[name] = column.copy()
            elif not np.array_equal(before, column):
                self.found.setdefault(name, set()).add(step.name)
                before[...] = column


def _columns(model: PlaceModel) -> dict[Column, NDArray[Any]]:
    """Every column of every table as it stands."""
    return {(table, name): c for table in TABLES for name, c in getattr(model.state, table)._asdict().items()}


@cache
def writers() -> dict[Column, str]:
    """The steps that change each column, phase by phase, in the last years before the policy date and in those after it."""
    settled, key = small_place(), key_of(SEED, REPLICATION)
    found: dict[Column, set[str]] = {}
    before = PlaceModel(settled.world, settled.state.copy(), NO_POLICY, key)
    before.observers.append(Watcher(before, found))
    before.live(-before.month)
    start = before.state
    start.vital = with_departures(start.vital, settled.world.vital.departure)
    start.elsewhere = as_here(start.people, settled.world.newcomers.moves)
    for levers in LEVERS:
        policy = Policy(title="Watched", summary="whatever can happen", source="none", levers=levers)
        model = PlaceModel(settled.world, start.copy(), policy, key)
        model.observers.append(Watcher(model, found))
        model.live(12 * YEARS)
        model.let_go()
    before.let_go()
    return {column: told(steps) for column, steps in found.items()}


def told(steps: set[str]) -> str:
    """Steps in the order of the month, each phase before its own."""
    by_phase = {phase.name: [step.name for step in phase.steps if step.name in steps] for phase in PHASES}
    parts = [name if own == [name] else f"{name}: {', '.join(own)}" for name, own in by_phase.items() if own]
    return "; ".join(parts)
