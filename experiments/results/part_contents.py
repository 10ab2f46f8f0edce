"""Reads the tables of kept replications: their checksums fit whatever somebody put there, so each batch is looked at too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.errors import Stopped
from experiments.results import signed, store


@dataclass(frozen=True)
class KeptTable:
    """One table of a kept replication, a batch for each arm.

    Attributes:
        folder: of the replication.
        name: of the table.
        file: the open Arrow file.
    """

    folder: Path
    name: str
    file: Any

    @property
    def schema(self) -> pa.Schema:
        """Its columns."""
        return self.file.schema

    def batches(self) -> int:
        """How many arms it has."""
        return int(self.file.num_record_batches)

    def batch(self, arm: int) -> pa.Table:
        """The rows of one arm.

        Raises:
            Stopped: they are not what living the replication gives; it is set aside.
        """
        try:
            found = self.file.get_batch(arm)
            found.validate(full=True)
            why = _wrong(found, self.name, signed.read(self.folder / store.CHECKSUMS)["replication"])
        except (pa.ArrowException, OSError, LookupError, TypeError, ValueError) as error:
            why = str(error)
        if why:
            store.set_aside(self.folder)
            raise Stopped(
                f"{self.name}{store.PART} of {self.folder.name} is not what living a replication gives ({why}); it was set "
                "aside, and the same command runs it again and nothing else."
            )
        return pa.Table.from_batches([found])


def kept_table(folder: Path, name: str) -> KeptTable:
    """A table of a kept replication, by its name."""
    how = pa.ipc.IpcReadOptions(use_threads=False)  # for so little, threads only cost
    return KeptTable(folder, name, pa.ipc.open_file(folder / f"{name}{store.PART}", options=how))


def _wrong(batch: pa.RecordBatch, name: str, replication: int) -> str:
    """What is wrong with the rows of one arm; nothing where all is as it may be.

    A row is of a month, or of a year and has its last month. A mean of nobody is not-a-number.
    """
    arm, number, month = (np.asarray(batch.column(each)) for each in store.INDEX)
    if (number != replication).any() or (arm != arm[:1]).any():
        return "it is of several arms or of another replication"
    before = len(month) if name == store.BURN_IN else 0
    every = np.arange(len(month))
    if name != store.SERVICES and not any(np.array_equal(month, each) for each in (every - before, 12 * every + 11)):
        return "its months are not each there once and in order"
    for place, kind in enumerate(batch.schema.types):
        if pa.types.is_floating(kind) and np.isinf(batch.column(place).to_numpy(zero_copy_only=False)).any():
            return "a number in it is without end"
    return ""
