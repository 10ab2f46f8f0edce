"""The shelf of a lab: comparisons that somebody gave a name, there for everybody who opens this lab, also after it was ended."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from experiments import storage
from experiments.errors import ConfigurationError, Fault
from experiments.lab.state import State, read_state

SHELF, LOCK = "shelf.json", ".shelf.lock"
MOST, LONGEST = 60, 60
"""How many comparisons stand on a shelf, and how many letters a name has."""


@dataclass(frozen=True)
class Pinned:
    """A comparison on the shelf.

    Attributes:
        name: that somebody gave it.
        address: what it is, as the page's address says it.
    """

    name: str
    address: Mapping[str, str]

    @property
    def state(self) -> State | None:
        """The comparison; none where this version knows its policies or places no longer."""
        with suppress(ConfigurationError):
            return read_state(self.address)
        return None


class Shelf:
    """The shelf that is kept in a lab's folder.

    Args:
        folder: of the lab.
    """

    def __init__(self, folder: Path):
        self.file, self.lock = folder / SHELF, FileLock(folder / LOCK)

    def all(self) -> list[Pinned]:
        """What stands on the shelf, in the order in which it was put there.

        Raises:
            ConfigurationError: the file cannot be read as a shelf; it is left as it is.
        """
        try:
            return [_read(each) for each in json.loads(self.file.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            why = "holds no shelf of a lab; it is left as it is"
            raise ConfigurationError(Fault(str(self.file), why, "move it away and the shelf is empty")) from error

    def pin(self, name: str, state: State) -> None:
        """Puts a comparison on the shelf.

        Raises:
            ConfigurationError: it has no name, or one that is too long or taken, or the shelf is full.
        """
        name = " ".join(name.split())
        with self.lock:
            there = self.all()
            if not name or len(name) > LONGEST:
                raise ConfigurationError(Fault("", f"a name of 1 to {LONGEST} letters is wanted"))
            if name in [each.name for each in there]:
                raise ConfigurationError(Fault("", "that name stands on the shelf already; give it another"))
            if len(there) >= MOST:
                raise ConfigurationError(Fault("", f"the shelf is full: it holds {MOST}; take one off first"))
            self._write([*there, Pinned(name, state.address())])

    def unpin(self, name: str) -> None:
        """Takes a comparison off the shelf; its results stay as long as any others."""
        with self.lock:
            self._write([each for each in self.all() if each.name != name])

    def _write(self, there: list[Pinned]) -> None:
        storage.write_json(self.file, [asdict(each) for each in there])


def _read(entry: Mapping[str, Mapping[str, str]]) -> Pinned:
    """One entry of the file."""
    return Pinned(str(entry["name"]), {str(key): str(text) for key, text in entry["address"].items()})
