"""The words of the lab's pages: what policies' levers and their numbers are called, and in which unit each number is told."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from experiments.analysis.verdicts.policies import LEVERS
from experiments.configuration import options
from experiments.evidence import lever_ranges

PAGES_FILE = "lab_pages"
HUNDRED = 100.0
SHARES = ("share", "added share", "chance")
"""How the units of numbers begin that people know as per cent."""
POUNDS = "pounds"
MONTHS = ("start", "ramp")


@dataclass(frozen=True)
class Unit:
    """How a number is told.

    Attributes:
        times: what it is multiplied by.
        form: what stands around it, as `str.format` has it.
    """

    times: float
    form: str

    def told(self, value: float) -> str:
        """A number in this unit."""
        return self.form.format(f"{self.times * value:.4g}")

    @property
    def printf(self) -> str:
        """The same for a slider."""
        return self.form.replace("%", "%%").format("%g")


@cache
def pages() -> dict[str, Any]:
    """The words of the pages, from `configs/lab_pages.yaml`."""
    return options.Option("", PAGES_FILE, options.shipped_root(), True).read()


def lever(name: str) -> str:
    """What people call a lever, as where it is told what policies do."""
    return LEVERS[name][0]


def number(key: str) -> str:
    """What people call a number of a lever, whose name stands beside it."""
    setting = key.partition(".")[2]
    return str((pages()["numbers"].get(key) or pages()["common"][setting])["words"])


def unit(key: str) -> Unit:
    """In what a number of a lever is told: shares as per cent, money in pounds, time in months."""
    name, _, setting = key.partition(".")
    if setting in MONTHS:
        return Unit(1.0, "{}")
    quantity = lever_ranges.of_levers().get(name, {}).get(setting)
    if quantity is None or quantity.unit.startswith(SHARES):
        return Unit(HUNDRED, "{}%")
    return Unit(1.0, "£{}" if quantity.unit.startswith(POUNDS) else "{}")


def change(key: str, value: float) -> str:
    """A changed number in a few words: `cut 30%`."""
    name, _, setting = key.partition(".")
    known = pages()["numbers"].get(key)
    short = known["short"] if known else f"{lever(name).lower()}, {pages()['common'][setting]['short']}"
    return f"{short} {unit(key).told(value)}"
