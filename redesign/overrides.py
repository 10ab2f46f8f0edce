"""Writes Python's values as the overrides that the command line takes."""

import re
from collections.abc import Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from experiments.errors import ConfigurationError, Fault

KEY = re.compile(r"(\+{0,2}|~)[A-Za-z_][\w./@*-]*")
HYDRAS_OWN = "hydra"
INNER_KEY = re.compile(r"[A-Za-z_][\w./@-]*|-?[0-9]+")
BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Words that mean themselves without quotes, but for a few."""
NOT_BARE = ("null", "true", "false", "nan", "inf")
BEFORE_REFERENCE = re.compile(r"(\\*)\$\{")
BEFORE_QUOTE = re.compile(r"(\\*)('|\Z)")


def overrides(settings: Mapping[str, Any]) -> list[str]:
    """Settings as a command line would give them, in their order.

    Raises:
        ConfigurationError: a key cannot be one, or a value is of a kind that no setting has.
    """
    faults: list[Fault] = []
    words = []
    for key, value in settings.items():
        if not KEY.fullmatch(key) or key.lstrip("+~").partition(".")[0] == HYDRAS_OWN:
            faults.append(
                Fault(f"{key!r}", "cannot be the name of a setting", "a name as place or policy.radical.levers")
            )
            continue
        try:
            words.append(f"{key}={written(value)}")
        except TypeError as error:
            faults.append(
                Fault(key, str(error), "give a number, a text, true or false, None, a list or a dict of those")
            )
    if faults:
        raise ConfigurationError(*faults)
    return words


def written(value: Any) -> str:
    """One value; a text means exactly itself, whatever it holds.

    Raises:
        TypeError: no setting has values of this kind.
    """
    if value is None:
        return "null"
    if isinstance(value, str | Path):
        return _text(str(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_inner_key(key)}:{written(each)}" for key, each in value.items()) + "}"
    if hasattr(value, "tolist"):  # numbers and arrays of NumPy, columns of pandas
        value = value.tolist()
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return repr(float(value))
    raise TypeError(f"cannot hold a value of type {type(value).__name__}")


def _inner_key(key: Any) -> str:
    """A key inside a value; Hydra has no quotes for those."""
    if isinstance(key, bool) or not INNER_KEY.fullmatch(str(key)) or str(key).lower() in NOT_BARE:
        raise TypeError(f"cannot have a key {key!r}")
    return str(key)


def _text(text: str) -> str:
    """A text, in quotes unless it is a plain word: no part of it is a number, a list or a reference to another key."""
    if BARE.fullmatch(text) and text.lower() not in NOT_BARE:
        return text
    literal = BEFORE_REFERENCE.sub(lambda found: 2 * found[1] + r"\${", text)
    return "'" + BEFORE_QUOTE.sub(lambda found: 2 * found[1] + (r"\'" if found[2] else ""), literal) + "'"
