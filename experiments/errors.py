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


def refused(where: str, wrong: str, fix: str = "") -> ConfigurationError:
    """The refusal of one thing."""
    return ConfigurationError(Fault(where, wrong, fix))


class Unfit(ValueError):  # noqa: N818
    """What a check of several settings together finds wrong: a fault with a key of its own."""

    def __init__(self, where: str, wrong: str, fix: str = ""):
        super().__init__(f"{where} {wrong}")
        self.fault = Fault(where, wrong, fix)


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
    """The only known name that begins with this one, or of which it is a part, or the one spelled nearly like it; else empty."""
    typed, names = str(name).lower(), list(known)
    is_part = len(typed) >= SHORTEST_PART
    begun, whole = ([each for each in names if is_part and typed in each[:end]] for end in (len(typed), None))
    if found := next((each for each in (begun, whole) if len(each) == 1), None):
        return found[0]
    alike = (difflib.get_close_matches(typed, each, n=1, cutoff=NEAR) for each in (begun, names))
    return next((each[0] for each in alike if each), "")


def short(text: str) -> str:
    """A text, or its beginning where it is long."""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}..."


def unknown(where: str, kind: str, name: str, known: Iterable[str], instead: str = "") -> Fault:
    """The fault of naming something that is not there; of a name that is longer than any, only the beginning is repeated.

    Args:
        where: what was typed.
        kind: what there is none of, in words.
        name: what is not there.
        known: what is.
        instead: the fix where no name is near; else one that would do is shown, and of a key that it can be left out.
    """
    where, name = where.replace(name, short(name)), short(name)
    names = list(known)
    close, left = nearest(name, names), len(names) - MOST_NAMES
    there = listed([*names[:MOST_NAMES], f"and {left} more"] if left > 0 else names)
    fix = f"did you mean {close}?" if close else instead or _without(where, kind, name, names)
    return Fault(where, f"there is no {kind} '{name}'; there are: {there}", fix)


def _without(where: str, kind: str, name: str, names: Sequence[str]) -> str:
    """What to type where no name is near: the same with a name that would do, or without the key."""
    if kind == "key":
        return f"leave {name}=... out"
    key, equals, value = where.partition("=")
    if not equals or not names or value not in (name, f"[{name}]"):
        return f"leave {name} out, or name one of them"
    return f"for example {key}={value.replace(name, names[0])}"
