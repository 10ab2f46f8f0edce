"""Settling the place once per parameter set; each run is kept at once, so that a calibration that is killed goes on."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.errors import STOPPED, Stopped
from experiments.questions.calibrate.space import Space, changed
from experiments.results import store
from simulation.parameters import WorldConfig

Doubles = NDArray[np.float64]
TROUBLE, MEASURED = "trouble", "measures"


@dataclass(frozen=True)
class Bench:
    """Where parameter sets are tried out.

    Attributes:
        world: the place.
        measures: what is measured, by name and by how.
        parts: the folder that keeps the runs.
        version: of the model.
        workers: processes.
    """

    world: WorldConfig
    measures: tuple[tuple[str, str], ...]
    parts: Path
    version: str
    workers: int

    def file_of(self, values: dict[str, float], seed: int) -> Path:
        """Where one run is kept; its name says of which place, numbers, luck and model."""
        content = json.dumps([self._origin, values, seed])
        return self.parts / f"run-{hashlib.sha256(content.encode()).hexdigest()[:24]}.json"

    @cached_property
    def _origin(self) -> str:
        """The place, the measures and the model, as a hash."""
        content = json.dumps([self.version, self.world.model_dump(mode="json"), self.measures])
        return hashlib.sha256(content.encode()).hexdigest()


def run_all(
    bench: Bench, space: Space, sets: Doubles, seeds: Sequence[int], tell: Callable[[], None] = lambda: None
) -> Doubles:
    """Settles the place under every parameter set that has not been tried before.

    Args:
        bench: the place and what is measured.
        space: the numbers that are varied.
        sets: parameter sets (rows) by numbers (columns).
        seeds: luck of each run.
        tell: told after each run.

    Returns:
        Parameter sets (rows) by measures (columns); not-a-number where the place could not settle.

    Raises:
        Stopped: by Ctrl-C, a full disk or dead workers; runs that finished are kept.
    """
    named = [space.named(row) for row in sets]
    files = [bench.file_of(values, seed) for values, seed in zip(named, seeds, strict=True)]
    left = [n for n, file in enumerate(files) if not file.exists()]
    for _ in range(len(files) - len(left)):
        tell()
    try:
        if bench.workers > 1 and len(left) > 1:
            _on_a_pool(bench, [(named[n], seeds[n]) for n in left], tell)
        else:
            for n in left:
                try_out(bench, named[n], seeds[n])
                tell()
    except KeyboardInterrupt:
        raise Stopped(f"stopped. {_kept(files)}", STOPPED) from None
    except BrokenProcessPool:
        raise Stopped(f"a worker was killed; too little memory? try workers=1. {_kept(files)}") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Stopped(f"results cannot be written ({why}). {_kept(files)}") from error
    return np.array([_read(file, bench) for file in files]).reshape(len(files), len(bench.measures))


def _kept(files: Sequence[Path]) -> str:
    """What a rerun will find."""
    done = sum(file.exists() for file in files)
    return f"{done} of this wave's {len(files)} runs are kept, and those of earlier waves; the same command goes on."


def _on_a_pool(bench: Bench, tasks: Sequence[tuple[dict[str, float], int]], tell: Callable[[], None]) -> None:
    """Shares the runs out among processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(bench.workers, len(tasks)), mp_context=context) as pool:
        waiting = [pool.submit(try_out, bench, values, seed) for values, seed in tasks]
        try:
            for done in as_completed(waiting):
                done.result()
                tell()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def try_out(bench: Bench, values: dict[str, float], seed: int) -> None:
    """Settles the place with one parameter set, measures it and keeps what was measured."""
    from experiments.questions.calibrate.measures import measured
    from experiments.questions.calibrate.watch import watch
    from simulation.settling.settle import settle

    found: dict[str, Any] = {"values": values, "seed": seed}
    try:
        watched = watch(settle(changed(bench.world, values, seed)))
        found[MEASURED] = {name: measured(watched, how) for name, how in bench.measures}
    except ValueError as error:
        found[TROUBLE] = str(error)  # needs that no budget would pay for: such a set is ruled out
    store.write_json(bench.file_of(values, seed), found)


def _read(file: Path, bench: Bench) -> list[float]:
    """What one run measured."""
    found = json.loads(file.read_text(encoding="utf-8"))
    measures = found.get(MEASURED) or {}
    return [float(measures.get(name, np.nan)) for name, _ in bench.measures]
