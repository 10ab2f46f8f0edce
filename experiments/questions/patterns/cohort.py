"""Lives a place with people followed one by one: who is recruited at their worst, and what becomes of them.

An engine like `experiments.running.engine`, for a pattern to name. A scheme that does nothing recruits older people who had an
emergency lately; half of them by lot, the others can be their controls. Nobody's life is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.running.engine import baseline_report, is_compiled, model_version, settle, settled_type

if TYPE_CHECKING:
    from simulation.policy.policy import Policy

__all__ = ["baseline_report", "is_compiled", "model_version", "run", "settle", "settled_type"]

Rows = NDArray[np.int64]
CHALLENGE = "later_life"
LATELY = 6  # months before recruitment in which an emergency makes somebody eligible
YEAR = 12
FIRST_OLD_BAND = 6  # 65-74
TOGETHER = 2  # years of a scheme's study: the one before recruitment and the one after


def run(
    settled: Any,
    policies: Mapping[str, Policy],
    replication: int,
    years: int,
    threads: int = 1,
    totals_only: bool = True,
) -> Any:
    """Follows recruited people and controls for a year before and a year after recruitment.

    Args:
        settled: the place at rest.
        policies: the recruited's arm and the controls' arm; both live in the first one's world.
        replication: whose luck.
        years: simulated; recruitment is a year before the end.
        threads: for the kernels.
        totals_only: nothing but totals is recorded, whatever is asked.
    """
    from simulation.draws import key_of
    from simulation.model import PlaceModel
    from simulation.run import RunResult, policy_date

    key = key_of(settled.world.config.seed, replication)
    start, _ = policy_date(settled, replication, threads)
    model = PlaceModel(settled.world, start, next(iter(policies.values())), key, threads=threads)
    seen, who = _live(model, 12 * years)
    model.let_go()
    recruited, controls = choose(seen, who, replication)
    months = {arm: _months(seen, rows) for arm, rows in zip(policies, (recruited, controls), strict=True)}
    return RunResult({}, months, {arm: [] for arm in policies}, {})


def _live(model: Any, months: int) -> tuple[NDArray[np.bool_], dict[str, Rows]]:
    """Lives the months; returns who was in hospital in the last two years, and who was there all the time."""
    c = model.world.challenges.index(CHALLENGE)
    seen: list[NDArray[np.bool_]] = []
    first: dict[str, Rows] = {}
    for month in range(months):
        model.step()
        people = model.situation.people
        if month >= months - TOGETHER * YEAR:
            seen.append((people.alive == 1) & (people.level[:, c] == 3))
        if month == months - TOGETHER * YEAR:
            first = {"generation": people.generation.copy(), "alive": people.alive.copy()}
        if month == months - YEAR - 1:
            first["band"] = people.band.copy()
    people = model.situation.people
    there = (first["alive"] == 1) & (people.alive == 1) & (first["generation"] == people.generation)
    return np.array(seen), {"there": np.flatnonzero(there), "band": first["band"]}


def choose(seen: NDArray[np.bool_], who: Mapping[str, Rows], replication: int) -> tuple[Rows, Rows]:
    """Recruits half of the eligible by lot and finds a control for each who can be matched.

    Eligible: 65 and over at recruitment and in an emergency at some time in the six months before. A control is
    somebody eligible outside the scheme, of the same age band and with as many months in hospital in the year before.
    """
    before = seen[:YEAR]
    eligible = [row for row in who["there"] if who["band"][row] >= FIRST_OLD_BAND and before[-LATELY:, row].any()]
    lot = np.random.default_rng([20_101_022, replication]).permutation(np.array(eligible, dtype=np.int64))
    half = lot.size // 2

    def likeness(row: int) -> tuple[int, int]:
        return int(who["band"][row]), int(before[:, row].sum())

    outside: dict[tuple[int, int], list[int]] = {}
    for row in lot[half:]:
        outside.setdefault(likeness(row), []).append(int(row))
    recruited, controls = [], []
    for row in lot[:half]:
        if outside.get(likeness(row)):
            recruited.append(int(row))
            controls.append(outside[likeness(row)].pop())
    return np.array(recruited, dtype=np.int64), np.array(controls, dtype=np.int64)


def _months(seen: NDArray[np.bool_], rows: Rows) -> dict[str, NDArray[np.generic]]:
    """How many people were followed and how many of them were in hospital, month by month."""
    return {
        "people": np.full(seen.shape[0], rows.size, dtype=np.int64),
        "in_hospital": seen[:, rows].sum(axis=1).astype(np.int64),
    }
