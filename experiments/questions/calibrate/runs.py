"""Settling the place once per parameter set; each run is kept at once, so that a calibration that is killed goes on."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.questions.calibrate.measures import measured
from experiments.questions.calibrate.space import changed
from experiments.questions.calibrate.watch import watch
from experiments.results import signed, store
from experiments.running.machine.estimate import Size, of_settling
from simulation.parameters import WorldConfig
from simulation.settling.settle import settle

Doubles = NDArray[np.float64]
TROUBLE, MEASURED = "trouble", "measures"


@dataclass(frozen=True, eq=False)
class Wave:
    """Parameter sets that are tried out together, each by one run with luck of its own.

    Attributes:
        world: the place.
        measures: what is measured, by name and by how.
        varied: where each number is set.
        sets: parameter sets (rows) by numbers (columns).
        seed: luck of the first set's run; the others' follow one by one.
        parts: the folder that keeps the runs.
        model: the version of the model.
        noun: what a piece of this work is called.
    """

    world: WorldConfig
    measures: tuple[tuple[str, str], ...]
    varied: tuple[str, ...]
    sets: Doubles
    seed: int
    parts: Path
    model: str
    noun: str = "run"

    @cached_property
    def key(self) -> str:
        """The place, the measures and the model, as a hash."""
        content = json.dumps([self.model, self.world.model_dump(mode="json"), self.measures])
        return hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def size(self) -> Size:
        """What a run takes: its place settles, and is watched for about as long."""
        return of_settling(self.world).times(2)

    def values(self, number: int) -> dict[str, float]:
        """One parameter set by key."""
        return dict(zip(self.varied, self.sets[number].tolist(), strict=True))

    def file(self, number: int) -> Path:
        """Where one run is kept; its name says of which place, numbers, luck and model."""
        content = json.dumps([self.key, self.values(number), self.seed + number])
        return self.parts / f"run-{hashlib.sha256(content.encode()).hexdigest()[:24]}.json"

    def is_done(self, number: int) -> bool:
        """Whether a run has been kept."""
        return self.file(number).exists()

    def set_damaged_aside(self, number: int) -> list[str]:
        """Sets a kept run that has changed since, or is another's, aside, so that it is run again; returns its name."""
        file = self.file(number)
        if not (file.exists() or file.is_symlink()):
            return []
        with suppress(OSError, ValueError):
            if signed.read(file).get("run") == file.name:
                return []
        store.set_aside(file)
        return [file.name]

    def carry_out(self, number: int) -> None:
        """Settles the place with one parameter set, measures it and keeps what was measured, or why it cannot settle."""
        values, seed = self.values(number), self.seed + number
        found: dict[str, Any] = {}
        try:
            watched = watch(settle(changed(self.world, values, seed)))
            found[MEASURED] = {name: measured(watched, how) for name, how in self.measures}
        except ValueError as error:
            found[TROUBLE] = str(error)  # needs that no budget would pay for: such a set is ruled out
        self.keep(number, found)

    def keep(self, number: int, found: dict[str, Any]) -> None:
        """Keeps what one run found, with its name, so that none passes for another."""
        file = self.file(number)
        about = {"run": file.name, "values": self.values(number), "seed": self.seed + number}
        signed.write(file, about | found)

    def outputs(self) -> Doubles:
        """What was measured: parameter sets (rows) by measures (columns); not-a-number where the place could not settle."""
        return np.array([self._measured(number) for number in range(len(self.sets))]).reshape(-1, len(self.measures))

    def _measured(self, number: int) -> list[float]:
        """What one run measured."""
        found = signed.read(self.file(number)).get(MEASURED) or {}
        return [float(found.get(name, np.nan)) for name, _ in self.measures]
