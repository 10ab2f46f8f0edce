"""Says plainly what is wrong with what the user asked for: key, value, what is allowed, and the fix."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

USER_MISTAKE = 2
FAILED = 1
STOPPED = 130
MOST_FAULTS = 8
MOST_NAMES, MOST_LETTERS = 60, 60
NEAR = 0.65  # how alike two names are, from 0 to 1, of which one may be a slip for the other
SHORTEST_PART = 3  # letters of a name by which it may be meant


@dataclass(frozen=True)
class Fault:
    """One thing to put right.

    Attributes:
        where: the key as it would be typed, with its value where that helps.
        wrong: what is wrong with it and what is allowed.
        fix: what to type instead, or empty.
    """

    where: str
    wrong: str
    fix: str = ""

    def __str__(self) -> str:
        lines = [f"  {self.where}", f"      {self.wrong}"] if self.where else [f"  {self.wrong}"]
        return "\n".join([*lines, f"      fix: {self.fix}"] if self.fix else lines)


class ConfigurationError(Exception):
    """The request cannot be carried out as it stands; nothing has been simulated because of it."""

    def __init__(self, *faults: Fault, status: int = USER_MISTAKE):
        super().__init__("; ".join(f"{f.where} {f.wrong}".strip() for f in faults))
        self.faults = faults
        self.status = status

    def __str__(self) -> str:
        return self.message()

    def message(self) -> str:
        """All faults at once, for people."""
        if len(self.faults) == 1:
            head = "redesign: one thing to put right, nothing was run"
        else:
            head = f"redesign: {len(self.faults)} things to put right, nothing was run"
        return "\n".join([head, *(str(fault) for fault in self.faults)])


class Stopped(Exception):  # noqa: N818
    """A run ended before its time; what had finished is kept."""

    def __init__(self, message: str, status: int = FAILED):
        super().__init__(message)
        self.status = status


def first_few(faults: Sequence[Fault], more: str = "more like these") -> ConfigurationError:
    """The refusal of what has many faults: the first few, and how many more there are."""
    left = len(faults) - MOST_FAULTS
    return ConfigurationError(*faults[:MOST_FAULTS], *([Fault("", f"... and {left} {more}")] if left > 0 else []))


def listed(names: Iterable[str]) -> str:
    """Names in one line, or a word where there are none."""
    return ", ".join(names) or "none"


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name spelled nearly like this one, or the only one of which this is a part; else empty."""
    typed, names = str(name).lower(), list(known)
    if close := difflib.get_close_matches(typed, names, n=1, cutoff=NEAR):
        return close[0]
    whole = [each for each in names if len(typed) >= SHORTEST_PART and typed in each]
    return whole[0] if len(whole) == 1 else ""


def short(text: str) -> str:
    """A text, or its beginning where it is long."""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}..."


def unknown(where: str, kind: str, name: str, known: Iterable[str]) -> Fault:
    """The fault of naming something that is not there; of a name that is longer than any, only the beginning is repeated."""
    where, name = where.replace(name, short(name)), short(name)
    names = list(known)
    close, left = nearest(name, names), len(names) - MOST_NAMES
    there = listed([*names[:MOST_NAMES], f"and {left} more"] if left > 0 else names)
    return Fault(where, f"there is no {kind} '{name}'; there are: {there}", f"did you mean {close}?" if close else "")
