"""The simulation as experiments see it: one list of what they use of it, loaded when it is first used.

The functions are the simulation's own, so that nothing stands between a command and the month.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

WHERE = {
    "is_compiled": "simulation.compile",
    "settle": "simulation.settling.settle",
    "run": "simulation.run",
    "what_settles": "simulation.settling.settle_cache",
    "tries_redesigns": "simulation.settling.settle_cache",
    "manages_otherwise": "simulation.settling.settle_cache",
    "in_world": "simulation.settling.settle_cache",
    "unsound": "simulation.settling.soundness",
    "watch": "simulation.watch",
    "YearlyLife": "simulation.run",
    "baseline_report": "simulation.settling.baseline",
}
"""The module that each function is of."""


def model_version() -> str:
    """What makes two models the same: the simulation's sources, and the packages that do its arithmetic."""
    hashed = import_module("simulation.compile").sources_hash()
    return f"{hashed} numpy {version('numpy')} numba {version('numba')}"


def settled_type() -> type:
    """What a settled place is made of, for whoever reads one from its file."""
    found: type = import_module("simulation.settling.settled").Settled
    return found


def __getattr__(name: str) -> Any:
    """A function of the simulation."""
    if name not in WHERE:
        raise AttributeError(f"the simulation gives experiments no {name}")
    return getattr(import_module(WHERE[name]), name)
