"""The simulation as experiments see it. Nothing of it is imported before something is to be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.parameters.world import WorldConfig
    from simulation.policy.policy import Policy


def model_version() -> str:
    """What makes two models the same: the simulation's sources, and the packages that do its arithmetic."""
    from simulation.compile import sources_hash

    return f"{sources_hash()} numpy {version('numpy')} numba {version('numba')}"


def is_compiled() -> bool:
    """Whether this model's rules have been compiled on this machine before."""
    from simulation import compile as rules

    return rules.is_compiled()


def settle(world: WorldConfig, progress: Callable[..., None] | None = None) -> Any:
    """Builds the place and lets it settle under the status quo."""
    from simulation.build import settle as settle_place

    return settle_place(world, progress)


def run(settled: Any, policies: Mapping[str, Policy], replication: int, years: int, months_before: int) -> Any:
    """Runs every arm of one replication from the same settled place."""
    from simulation.model import run as run_arms

    return run_arms(settled, dict(policies), replication, years, months_before)


def baseline_report(settled: Any) -> list[tuple[Any, ...]]:
    """What the place settles at beside what was observed: label, model, observed, unit, source."""
    from simulation.build import baseline_report as report

    return list(report(settled))
