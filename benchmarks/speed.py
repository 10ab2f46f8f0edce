"""How fast a place lives, how much memory a citizen takes, and what the compiled engine gains over plain Mesa.

Run with `make benchmarks`. Writes benchmarks/speed.md. Everything is timed side by side in one run; quote ratios,
not seconds.
"""

import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.parameters import WorldConfig
from simulation.parameters.place import AreaRow
from simulation.policy.policy import Policy
from simulation.run import on_policy_date
from simulation.settling.settle import settle
from simulation.settling.settled import Settled

SIZES = (("croydon", 0.1, 1), ("croydon", 0.3, 1), ("croydon", 1.0, 1), ("croydon", 1.0, 3))
SHORT = ("burn_in.searches=0", "burn_in.elastic=36", "burn_in.settling=12", "burn_in.own=12")
MONTHS, WARM_UP, TRIES = 24, 3, 5  # the fastest of some tries: whatever else the machine does only adds
DECADE = 120
THREADS = 2
OUT = Path(__file__).with_name("speed.md")


def world_of(
    place: str, scale: float, copies: int, burn_in: tuple[str, ...] = SHORT
) -> tuple[WorldConfig, dict[str, Policy]]:
    """A place's world, with a short burn-in or another; `copies` of its areas side by side make a larger one."""
    plan = check(compose("compare", [f"place={place}", f"scale={scale}", *burn_in], []))
    world = plan.world
    if copies > 1:
        areas = tuple(
            AreaRow(area=f"{a.area}-{k}", people=a.people, deprivation=a.deprivation)
            for k in range(copies)
            for a in world.place.areas
        )
        budgets = {
            name: q.model_copy(update={"value": q.number * copies, "high": q.number * copies * 2})
            for name, q in world.place.budgets.items()
        }
        place_config = world.place.model_copy(update={"areas": areas, "budgets": budgets})
        world = world.model_copy(update={"place": place_config})
    return world, dict(plan.policies)


def bytes_per_citizen(settled: Settled) -> float:
    """Columns, snapshot and ties, per living citizen."""
    people = settled.state.people
    arrays = [*people, *settled.state.ties]
    return float(sum(np.asarray(a).nbytes for a in arrays)) / max(1, int(people.alive.sum()))


def seconds(settled: Settled, policy: Policy, engine: str, threads: int, months: int) -> tuple[float, int]:
    """Wall time of some months from the policy date, and citizen-months lived."""
    state = on_policy_date(settled, 0, threads).copy()
    model = PlaceModel(settled.world, state, policy, key_of(1, 0), engine, threads)
    for _ in range(WARM_UP if engine == "fast" else 1):
        model.step()
    start, lived = time.perf_counter(), 0
    for _ in range(months):
        lived += int(state.people.alive.sum())
        model.step()
    took = time.perf_counter() - start
    model.let_go()
    return took, lived


def a_decade() -> str:
    """A million citizens from nothing: built, settled in full, and ten years lived under one policy."""
    start = time.perf_counter()
    world, policies = world_of("croydon", 1.0, 3, ())
    settled = settle(world, threads=THREADS)
    head = int(settled.state.people.alive.sum())
    built = time.perf_counter() - start
    took, _ = seconds(settled, policies["radical"], "fast", THREADS, DECADE - WARM_UP)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{head:,} citizens live ten years of one arm in {took:.0f} seconds, after {built:.0f} in which the place is "
        f"built and settles; {peak:,.0f} MB at most."
    )


def afresh(measure: Callable[[], str]) -> str:
    """What a process of its own measures, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure).result()


def main() -> None:
    """Time every size, then both engines side by side; write the table."""
    lines = [
        "# Speed",
        "",
        f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}, "
        f"numpy {version('numpy')}, numba {version('numba')}, mesa {version('mesa')}; {THREADS} threads; "
        f"policy radical, all phases, all measures recorded.",
        "",
        "| citizens | million citizen-months a second | nanoseconds a citizen-month | bytes a citizen | peak memory, MB |",
        "|---:|---:|---:|---:|---:|",
    ]
    for place, scale, copies in SIZES:
        world, policies = world_of(place, scale, copies)
        settled = settle(world, threads=THREADS)
        took, lived = min(seconds(settled, policies["radical"], "fast", THREADS, MONTHS) for _ in range(TRIES))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        head = int(settled.state.people.alive.sum())
        lines.append(
            f"| {head:,} | {lived / took / 1e6:.1f} | {1e9 * took / lived:.0f} | {bytes_per_citizen(settled):.0f} | {peak:,.0f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
        del settled
    world, policies = world_of("teaching_town", 1.0, 1)
    settled = settle(world)
    fast, lived = seconds(settled, policies["radical"], "fast", THREADS, MONTHS)
    plain, few = seconds(settled, policies["radical"], "agents", 1, 2)
    ratio = (plain / few) / (fast / lived)
    lines += [
        "",
        f"The compiled engine lives a month {ratio:,.0f} times as fast as plain Mesa stepping of the same "
        f"model ({np.round(lived / MONTHS):,.0f} citizens).",
        "",
        afresh(a_decade),
    ]
    OUT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
