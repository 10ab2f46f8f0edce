"""Keys with stars: `policy.*.levers.envelope.cut` is that key of every policy that takes part and has it."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

from experiments.configuration.options import OPEN
from experiments.errors import ConfigurationError, Fault

EVERY = "*"
CHOSEN_BY = {"policy": "arms", "challenge": "challenges", "design": "designs"}
"""The setting that says which of a group's options take part."""
DEPTH_OF_SETTING = 5
"""Parts of the key of a lever's setting, `policy.<name>.levers.<lever>.<setting>`."""


def taking_part(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The options that take part in a run, by group; all that are found where a setting names none."""
    found = {}
    for group, setting in CHOSEN_BY.items():
        named, there = data.get(setting), data.get(group) or {}
        names = ["null" if name is None else name for name in named] if isinstance(named, list) else list(there)
        found[group] = [name for name in names if isinstance(name, str) and name in there]
    return found


def keys_meant(
    typed: str, data: Mapping[str, Any], among: Mapping[str, Collection[str]], new: bool = False
) -> list[str]:
    """The keys that a key with stars stands for.

    Args:
        typed: the key.
        data: the configuration.
        among: the options that take part, by group.
        new: whether the last part of the key is to be added and need not be there.

    Raises:
        ConfigurationError: it stands for none.
    """
    if EVERY not in typed:
        return [typed]
    found: dict[str, Any] = {"": data}
    parts = typed.split(".")
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        may_be_missing = (
            EVERY not in part and last and (new or (depth + 1 == DEPTH_OF_SETTING and parts[0] == "policy"))
        )
        following: dict[str, Any] = {}
        for key, node in found.items():
            if not isinstance(node, Mapping):
                continue
            names = [part] if may_be_missing else [str(name) for name in node if fnmatchcase(str(name), part)]
            if depth == 1 and key in among:
                names = [name for name in names if name in among[key]]
            following |= {f"{key}.{name}" if key else name: node.get(name) for name in names}
        found = following
    optional = parts[0] in OPEN and EVERY not in parts[-1] and "levers" not in parts[-2:]
    if not found and optional and not new:  # a key that no file mentions; whether there is one is seen when it is read
        return keys_meant(typed, data, among, new=True)
    if not found:
        why = "stands for no key of what takes part in this run"
        raise ConfigurationError(Fault(typed, why, "redesign compare --cfg job shows all keys"))
    return list(found)
