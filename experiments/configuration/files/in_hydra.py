"""Hands Hydra what it may compose besides the package's own files: the data of the user's, as it was read and checked.

Hydra never opens a file of the user's, so that what is composed is what was looked at.
"""

from collections.abc import Callable, KeysView, Mapping, Sequence
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigNode, ConfigStore
from omegaconf import DictConfig, OmegaConf

from experiments.configuration.files.beginnings import HERE, SELF
from experiments.configuration.files.user_files import UserFile, read_folders
from experiments.configuration.options import ALL_AT_ONCE, OF_A_WORLD, OPEN, PLACE, Option, find
from experiments.configuration.places.authorities import places
from experiments.configuration.places.profile import profile

Node = dict[str, Any]
Read = Callable[[Option], Node]

YAML = ".yaml"
_handed_over: list[tuple[str, str]] = []
"""Groups and names of files of the user's that Hydra knows of."""
_shipped_alone: list[bool] = []
"""Whether Hydra knows every shipped challenge, design and policy, or none; empty where it knows files of the user's."""


def register(folders: Sequence[Path] = (), has_options: bool = True) -> None:
    """Tells Hydra of the user's files, and of every challenge, design and policy, each under its own name.

    The configuration `every_option` is what `comparison.yaml` lists in its defaults, `every_pattern` what `patterns.yaml` adds.
    They also open the groups, so that any key may be set whether or not a file mentions it (a lever's `strength`, say); what
    is no key is refused later, all at once. `every_challenge` is the same without policies and designs, for questions that must
    know nothing of them. Each is one piece, because Hydra goes through everything it has again with each file that it adds.

    Args:
        folders: the user's own.
        has_options: whether there are any challenges, designs and policies; without them the groups are only opened.

    Raises:
        ConfigurationError: with what is wrong with files of the user's; Hydra then knows of none.
    """
    if not folders and _shipped_alone == [has_options]:
        return
    _shipped_alone.clear()
    store = ConfigStore.instance()
    store.repo.setdefault(PLACE, _OnDemand())
    while _handed_over:
        group, name = _handed_over.pop()
        store.repo[group].pop(f"{name}.yaml", None)
    files = read_folders(folders)
    for file in files:
        store.store(file.option.name, file.node, file.option.group, file.package)
        _handed_over.append((file.option.group, file.option.name))
    groups = (*ALL_AT_ONCE, "pattern")
    every = _every(groups, folders, files) if folders else _shipped(groups)
    found = {group: every[group] if has_options else {} for group in ALL_AT_ONCE}
    _store("every_option", {key: {} for key in OPEN} | found)
    _store("every_pattern", {"pattern": every["pattern"]})
    _store("every_challenge", {key: {} for key in OF_A_WORLD} | {"challenge": found["challenge"]})
    _shipped_alone.extend([] if folders else [has_options])


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
        self[file] = _WhenRead(file, PLACE, lambda: OmegaConf.create(profile(places()[file.removesuffix(YAML)])))
        return self[file]


def _store(name: str, groups: Mapping[str, Node]) -> None:
    """Makes a configuration of groups that any key may be added to."""

    def make() -> DictConfig:
        node = OmegaConf.create(dict(groups))
        for group in groups:
            OmegaConf.set_struct(node[group], False)
        return node

    file = f"{name}{YAML}"
    ConfigStore.instance().repo[file] = _WhenRead(file, None, make)


def _every(groups: Sequence[str], folders: Sequence[Path], files: Sequence[UserFile]) -> dict[str, Node]:
    """Every option of some groups, each with what it begins from."""
    own = {file.option: file.node for file in files}
    return {group: _begun(find(group, folders), lambda option: own.get(option) or _text(option)) for group in groups}


@lru_cache(maxsize=1)
def _shipped(groups: Sequence[str]) -> dict[str, Node]:
    """Every option that came with the package."""
    return _every(groups, (), ())


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
