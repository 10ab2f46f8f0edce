"""What results are judged by: the thresholds and conventions of the analysis, with their values as the code has them."""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from experiments import analysis
from experiments.configuration import options

FILE = "yardsticks"
HEAD = "judging"


class Yardstick(NamedTuple):
    """One threshold or convention.

    Attributes:
        key: module and name, as `paired.CONFIDENCE`.
        values: as the code has them.
        decides: what hangs on it.
        unit: in words.
        source: publisher and year, or what it follows from.
        grade: A seen in the source, B derived, C recalled and unverified, J judgement.
    """

    key: str
    values: tuple[float, ...]
    decides: str
    unit: str
    source: str
    grade: str

    @property
    def name(self) -> str:
        """How the evidence register calls it."""
        return f"{HEAD}.{self.key}"


@cache
def known() -> tuple[Yardstick, ...]:
    """Every yardstick, in the order of its file.

    Raises:
        AttributeError: the file speaks of one that the code has not.
    """
    told = options.Option("", FILE, options.shipped_root(), True).read()
    return tuple(Yardstick(key, _values(key), **about) for key, about in told.items())


def _values(key: str) -> tuple[float, ...]:
    """What the code has under a key."""
    module, _, name = key.partition(".")
    found = getattr(module_of_analysis(module), name)
    return tuple(found) if isinstance(found, tuple) else (found,)


def module_of_analysis(name: str) -> ModuleType:
    """A module of the analysis, whichever of its rooms it is in."""
    every = pkgutil.walk_packages(analysis.__path__, f"{analysis.__name__}.")
    return import_module({each.name.rpartition(".")[2]: each.name for each in every}[name])
