"""Hands Hydra what it may compose besides the package's own files: the data of the user's, as it was read and checked.

Hydra never opens a file of the user's, so that what is composed is what was looked at.
"""

from collections.abc import Callable, Container, KeysView, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigNode, ConfigStore
from omegaconf import DictConfig, OmegaConf

from experiments.configuration.files.beginnings import HERE, SELF
from experiments.configuration.files.shipped_files import IN_OUTLINE, in_outline
from experiments.configuration.files.user_files import UserFile, read_folders
from experiments.configuration.options import ALL_AT_ONCE, OF_A_WORLD, OPEN, PLACE, Option, find
from experiments.configuration.places.authorities import places

Node = dict[str, Any]
Read = Callable[[Option], Node]

YAML, PATTERN = ".yaml", "pattern"
_handed_over: list[tuple[str, str]] = []
"""Groups and names of files of the user's that Hydra knows of."""


def register(folders: Sequence[Path] = (), whole: bool = True) -> None:
    """Tells Hydra of the user's files, and of every challenge, design and policy, each under its own name.

    The configuration `every_option` is what `comparison.yaml` lists in its defaults, `every_pattern` what `patterns.yaml` adds.
    They also open the groups, so that any key may be set whether or not a file mentions it (a lever's `strength`, say); what
    is no key is refused later, all at once. `every_challenge` is the same without policies and designs, for questions that must
    know nothing of them. Each is one piece, because Hydra goes through everything it has again with each file that it adds.

    Args:
        folders: the user's own.
        whole: whether Hydra sees all challenges, designs and policies; else the groups are only opened.

    Raises:
        ConfigurationError: with what is wrong with files of the user's; Hydra then knows of none.
    """
    store = ConfigStore.instance()
    store.repo.setdefault(PLACE, _OnDemand())
    while _handed_over:
        group, name = _handed_over.pop()
        store.repo[group].pop(f"{name}.yaml", None)
    files = read_folders(folders)
    for file in files:
        store.store(file.option.name, file.node, file.option.group, file.package)
        _handed_over.append((file.option.group, file.option.name))
    every = {group: _every(group, folders, files) for group in (*ALL_AT_ONCE, PATTERN)} if folders else {}
    all_at_once = _all_at_once(every.__getitem__, whole) if folders else _shipped_at_once(whole)
    store.repo.update({each.name: each for each in all_at_once})


class _WhenRead(ConfigNode):
    """A file in Hydra's store that is put together when it is first read, and never written to.

    Hydra copies its whole store for each composition, and what a file says once more as it reads it: the second copy is enough.

    Args:
        file: that Hydra takes it for.
        group: of it, or None.
        make: gives what it says.
    """

    def __init__(self, file: str, group: str | None, make: Callable[[], DictConfig]) -> None:
        self.name, self.group, self.package, self.provider = file, group, None, None
        self.make = cache(make)

    def __getattr__(self, name: str) -> Any:
        if name != "node":
            raise AttributeError(name)
        return self.make()

    def __deepcopy__(self, memo: object) -> "_WhenRead":
        return self


class _OnDemand(dict[str, Any]):
    """Places by the names of their files, as Hydra's store holds them: an authority is put together when it is asked for."""

    def __contains__(self, file: object) -> bool:
        return super().__contains__(file) or (isinstance(file, str) and file.removesuffix(YAML) in places())

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """The names of all, for Hydra to complete them."""
        return dict.fromkeys([*super().keys(), *(f"{name}{YAML}" for name in places())]).keys()

    def __missing__(self, file: str) -> ConfigNode:
        option = find(PLACE)[file.removesuffix(YAML)]
        return _WhenRead(file, PLACE, lambda: OmegaConf.create(in_outline(PLACE, _text(option))))


def left_out(groups: Container[str], choices: Mapping[str, str]) -> dict[str, Node]:
    """What Hydra does not see of shipped files unless it sees everything; to be written to by whoever asked.

    Args:
        groups: those wanted.
        choices: the option chosen of each group.

    Returns:
        by group, every challenge, design and policy by name, and what the chosen one of each other group says.
    """
    chosen = {group: choices[group] for group in IN_OUTLINE if group in groups and group in choices}
    every = {group: deepcopy(_shipped(group)) for group in ALL_AT_ONCE if group in groups}
    return every | {group: laid_out(group, [name])[name] for group, name in chosen.items()}


@cache
def _shipped_at_once(whole: bool) -> list[_WhenRead]:
    """The files that hold all options that came with the package, or none."""
    return _all_at_once(_shipped, whole)


def _all_at_once(every: Callable[[str], Node], whole: bool) -> list[_WhenRead]:
    """The files that hold all options of some groups, or none; nothing is read before one of them is."""

    def at_once(groups: Sequence[str], open_too: Sequence[str] = ()) -> DictConfig:
        node = OmegaConf.create({key: {} for key in (*open_too, *groups)})
        for group in groups:
            node[group] = every(group) if whole or group == PATTERN else {}
        for key in node:
            OmegaConf.set_struct(node[key], False)
        return node

    return [
        _WhenRead(f"every_option{YAML}", None, lambda: at_once(ALL_AT_ONCE, OPEN)),
        _WhenRead(f"every_pattern{YAML}", None, lambda: at_once([PATTERN])),
        _WhenRead(f"every_challenge{YAML}", None, lambda: at_once(["challenge"], OF_A_WORLD)),
    ]


def _every(group: str, folders: Sequence[Path], files: Sequence[UserFile]) -> Node:
    """Every option of a group that is there all at once, each with what it begins from."""
    own = {file.option: file.node for file in files}
    return _begun(find(group, folders), lambda option: own.get(option) or _text(option))


@cache
def _shipped(group: str) -> Node:
    """Every option of a group that came with the package: a question reads the groups that it asks about, and no other."""
    return _every(group, (), ())


@cache
def _text(option: Option) -> Node:
    """What a shipped file says."""
    return option.read()


def _begun(options: Mapping[str, Option], read: Read) -> Node:
    """The options of a group by name, each with what it begins from."""
    return {name: _laid_out(name, options, read) for name in options}


def laid_out(group: str, names: Sequence[str]) -> dict[str, Node]:
    """Shipped options of a group by name, each with what it begins from, as Hydra would compose them."""
    options = find(group)
    return {name: _laid_out(name, options, _text) for name in names}


def _laid_out(name: str, options: Mapping[str, Option], read: Read) -> Node:
    """One option: what its file begins from, in the order that it says, and what it says itself."""
    own = dict(read(options[name]))
    data: Node = {}
    begins = own.pop("defaults", [])
    for entry in begins if SELF in begins else [*begins, SELF]:
        laid_over(data, own if entry == SELF else _laid_out(entry.removesuffix(HERE), options, read))
    return data


def laid_over(under: Node, own: Node) -> Node:
    """A part of a configuration with changes laid over it, key by key; a list or a number replaces what was there."""
    for key, value in own.items():
        inner = under.get(key)
        under[key] = laid_over(inner, value) if isinstance(value, dict) and isinstance(inner, dict) else deepcopy(value)
    return under
