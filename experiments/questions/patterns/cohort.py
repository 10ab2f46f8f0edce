"""Lives a place with people followed one by one: who is recruited at their worst, and what becomes of them.

An engine like `experiments.running.engine`, for a pattern to name. A scheme that does nothing recruits older people who had an
emergency lately; half of them by lot, the others can be their controls. Nobody's life is touched.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.running.engine import baseline_report, is_compiled, model_version, settle, settled_type
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.month import Phase
from simulation.observe import Observer
from simulation.policy.policy import Policy
from simulation.run import RunResult, policy_date
from simulation.state.codes import CRISIS

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
    key = key_of(settled.world.config.seed, replication, settled.world.config.later_luck)
    start, _ = policy_date(settled, replication, threads)
    model = PlaceModel(settled.world, start, next(iter(policies.values())), key, threads=threads)
    study = Study(12 * years, model.world.challenges.index(CHALLENGE))
    model.observers.append(study)
    model.live(12 * years)
    model.let_go()
    seen, who = study.found()
    recruited, controls = choose(seen, who, replication)
    months = {arm: _months(seen, rows) for arm, rows in zip(policies, (recruited, controls), strict=True)}
    return RunResult({}, months, {arm: [] for arm in policies}, {})


class Study(Observer):
    """Notes who is in hospital in each of a place's last months, and who is there from the first of these to the last."""

    def __init__(self, months: int, challenge: int) -> None:
        self.months, self.challenge = months, challenge
        self.seen: list[NDArray[np.bool_]] = []
        self.generation: list[NDArray[np.int32]] = []
        self.alive: list[NDArray[np.bool_]] = []
        self.band: Rows = np.zeros(0, dtype=np.int64)

    def after(self, phase: Phase, model: PlaceModel) -> None:
        """Note everybody once a month's books are closed."""
        people, left = model.state.people, self.months - model.month
        if phase.name != "account" or left > TOGETHER * YEAR:
            return
        alive = people.alive == 1
        self.seen.append(alive & (people.level[:, self.challenge] == CRISIS))
        if left in (TOGETHER * YEAR, 1):
            self.generation.append(people.generation.copy())
            self.alive.append(alive)
        if left == YEAR + 1:
            self.band = people.band.astype(np.int64)

    def found(self) -> tuple[NDArray[np.bool_], dict[str, Rows]]:
        """Who was in hospital, by month and row; the rows of those who were there all the time, and everybody's age band."""
        there = self.alive[0] & self.alive[-1] & (self.generation[0] == self.generation[-1])
        return np.array(self.seen), {"there": np.flatnonzero(there), "band": self.band}


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
