"""What a worker does with one set of plausible numbers: settle the place anew, run its replications, keep each at once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments import regular_files, storage
from experiments.evidence import register
from experiments.evidence.parameter_sets import AS_USED
from experiments.results import consolidate, settled_place, signed, store
from experiments.running.machine.estimate import NOTHING, Size, of_replication, of_settling
from simulation.parameters import WorldConfig
from simulation.policy.policy import Policy

DONE, UNUSABLE, VALUES = "done.json", "unusable.json", "values.parquet"
MOST_BYTES = 2**30
"""Of the outcomes of one set."""


@dataclass(frozen=True)
class SetJob:
    """What all parameter sets of a run have in common.

    Attributes:
        engine: module that simulates, as `experiments.running.engine`.
        world: file that holds the world and the policies as they are used.
        sets: file that holds the sets.
        replicates: how often each set is run anew with other luck, the same for every set.
        years: simulated from the policy date.
        threads: for the kernels of one replication.
        parts: folder that keeps a folder per set.
        key: names the configuration.
        size: what a set takes.
        noun: what a piece of this work is called.
    """

    engine: str
    world: Path
    sets: Path
    replicates: int
    years: int
    threads: int
    parts: Path
    key: str
    size: Size = NOTHING
    noun: str = "parameter set"

    def folder(self, number: int) -> Path:
        """Where a set keeps what it has."""
        return self.parts / f"set-{number:05d}-{self.key[:16]}"

    def replication(self, number: int, replication: int) -> Path:
        """Where a set keeps one replication."""
        return self.folder(number) / store.part_name(self.key, replication)

    def settled(self, number: int) -> Path:
        """Where a set keeps its settled place until it has been run to its end."""
        return self.folder(number) / f"settled-{self.folder(number).name}{settled_place.SETTLED}"

    def is_usable(self, number: int) -> bool:
        """Whether a set was run to its end."""
        return bool(self._said(number, DONE))

    def is_done(self, number: int) -> bool:
        """Whether a set was run to its end, or is known not to work."""
        return self.is_usable(number) or bool(self._said(number, UNUSABLE))

    def error(self, number: int) -> str:
        """Why a set does not work; empty where it does."""
        return str(self._said(number, UNUSABLE).get("error", ""))

    def seconds(self, number: int) -> float:
        """How long a set took, settling included."""
        return float(self._said(number, DONE)["seconds"])

    def set_damaged_aside(self, number: int) -> list[str]:
        """Sets what was kept of a set and has changed since aside, so that it is made again; returns what that is."""
        here = self.folder(number)
        if not here.exists() and not here.is_symlink():
            return []
        if not regular_files.is_folder(here):
            store.set_aside(here)
            return [here.name]
        damaged = [f"{here.name}/{name}" for name in store.set_damaged_aside(here)]
        done, values = self._said(number, DONE), here / VALUES
        kept = [(here / store.part_name(self.key, r)).is_dir() for r in range(self.replicates)]
        if done and (not all(kept) or not store.has(values, str(done.get(VALUES)), MOST_BYTES)):
            damaged += [] if damaged else [f"{here.name}/{VALUES}"]
            (here / DONE).unlink()
        return damaged

    def _said(self, number: int, name: str) -> dict[str, Any]:
        """What is kept of how a set went; nothing where it is not of this set, or has changed since."""
        try:
            said = signed.read(self.folder(number) / name)
        except (OSError, ValueError):
            return {}
        return said if said.get("set") == self.folder(number).name else {}

    def carry_out(self, number: int) -> None:
        """Settles and runs one set and keeps it; a set with which the place cannot live is kept with the reason.

        With the numbers as used nothing may go wrong, so there the error is handed on.
        """
        here = self.folder(number)
        here.mkdir(exist_ok=True)
        try:
            self._live(number, here)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            if number == AS_USED:
                raise
            what = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            signed.write(here / UNUSABLE, {"set": here.name, "error": what})
            self.settled(number).unlink(missing_ok=True)

    def _live(self, number: int, here: Path) -> None:
        """Settles the place with a set's numbers, unless that is kept from before, and lives every replication."""
        began = time.perf_counter()
        engine = import_module(self.engine)
        world, policies, values = _with_set(str(self.world), str(self.sets), number)
        settled = self.settle(number, world, lambda: engine.settle(world, None, self.threads))
        for replication in range(self.replicates):
            if not self.replication(number, replication).is_dir():
                start = time.perf_counter()
                result = engine.run(settled, policies, replication, self.years, self.threads)
                store.write_part(here, self.key, replication, result, time.perf_counter() - start)
        self._reckon(number, here)
        done = {"set": here.name, "seconds": time.perf_counter() - began, "numbers": len(values)}
        signed.write(here / DONE, {**done, VALUES: storage.checksum(here / VALUES)})
        self.settled(number).unlink(missing_ok=True)

    def settle(self, number: int, world: WorldConfig, settle: Any) -> Any:
        """The settled place of a set, kept until its last replication is, so that a killed run need not settle again."""
        place = self.settled(number)
        kept = settled_place.sound(place, import_module(self.engine), [world])
        if kept is not None:
            return kept
        place.parent.mkdir(exist_ok=True)
        settled = settle()
        settled_place.write_settled(place, settled)
        return settled

    def _reckon(self, number: int, here: Path) -> None:
        """Keeps every outcome of every arm, replication and year of a set: small, where the record is large."""
        import pyarrow as pa

        from experiments.analysis.statistics.catalogue import expand, load_outcomes
        from experiments.analysis.statistics.outcomes import Panel, outcome_values

        folders = [self.replication(number, replication) for replication in range(self.replicates)]
        record = consolidate.record_of(folders)
        single = expand(load_outcomes(), list(Panel.of(record).measures()))
        values = outcome_values(record, single, range(1, self.years + 1))
        storage.write_table(here / VALUES, pa.Table.from_pandas(values, preserve_index=False).replace_schema_metadata())


def size_of(world: WorldConfig, arms: int, years: int, replicates: int) -> Size:
    """What a set takes: its place settles, and is lived in so many times."""
    settling, each = of_settling(world), of_replication(world, arms, years).times(replicates)
    return Size(each.people, settling.seconds + each.seconds, each.kept)


def write_world(path: Path, world: WorldConfig, policies: Mapping[str, Policy]) -> None:
    """Keeps the world and the policies as they are used, arms and levers in their order, with the fields that were set."""
    plain = {arm: policy.model_dump(mode="json", exclude_unset=True) for arm, policy in policies.items()}
    storage.write_json(path, {"world": world.model_dump(mode="json", exclude_unset=True), "policies": plain})


def read_world(path: Path) -> tuple[WorldConfig, dict[str, Policy]]:
    """The world and the policies, by arm, that `write_world` kept."""
    kept = regular_files.read_json(path)
    policies = {arm: Policy.model_validate(policy) for arm, policy in kept["policies"].items()}
    return WorldConfig.model_validate(kept["world"]), policies


@lru_cache(maxsize=1)
def _read(world: str, sets: str) -> tuple[Any, Any, Any]:
    """World, policies and sets, read once per process."""
    import pandas as pd

    return *read_world(Path(world)), pd.read_parquet(sets)


def _with_set(world: str, sets: str, number: int) -> tuple[Any, Any, dict[str, float]]:
    """World and policies with a set's numbers in them."""
    config, policies, table = _read(world, sets)
    if number == AS_USED:
        return config, policies, {}
    values = {str(key): float(value) for key, value in table.loc[number].items()}
    return register.with_values(config, values), register.policies_with_values(policies, values), values
