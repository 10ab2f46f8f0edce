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


def settle(world: WorldConfig, progress: Callable[[int, int], None] | None = None, threads: int = 1) -> Any:
    """Builds the place and lets it settle under the status quo; tells months done and months to do."""
    from simulation.settling.settle import settle as settle_place

    return settle_place(world, progress, threads)


def awake(world: WorldConfig) -> dict[str, Any]:
    """Everything about a world that matters while nothing is redesigned: what decides how a place settles."""
    from simulation.settling.settle_cache import what_settles

    return what_settles(world)


def tries_redesigns(policy: Policy, years: int) -> bool:
    """Whether a policy ever permits a design."""
    from simulation.settling.settle_cache import tries_redesigns as ever

    return ever(policy, years)


def woken(settled: Any, world: WorldConfig) -> Any:
    """The same settled place under the numbers of another world, which differ only in how redesigns go."""
    from simulation.settling.settle_cache import in_world

    return in_world(settled, world)


def run(
    settled: Any,
    policies: Mapping[str, Policy],
    replication: int,
    years: int,
    threads: int = 1,
    totals_only: bool = False,
) -> Any:
    """Runs every arm of one replication from the same settled place; where wanted, everybody's months and nothing else."""
    from simulation.run import run as run_arms

    return run_arms(settled, policies, replication, years, threads, totals_only)


def watch(settled: Any, policies: Mapping[str, Policy], replication: int, years: int, threads: int = 1) -> Any:
    """Runs one replication and writes down every service, area and a few people, month by month."""
    from simulation.watch import watch as look_on

    return look_on(settled, policies, replication, years, threads)


def baseline_report(settled: Any) -> list[tuple[Any, ...]]:
    """What the place settles at beside what was observed: rows with a section, a label, the two figures and a note."""
    from simulation.settling.baseline import baseline_report as report

    return list(report(settled))
