"""Hands Hydra what it may compose besides the package's own files: the data of the user's, as it was read and checked.

Hydra never opens a file of the user's, so that what is composed is what was looked at.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig

from experiments.configuration.files.user_files import read_folders
from experiments.configuration.options import ALL_AT_ONCE, OF_A_WORLD, OPEN, find

_handed_over: list[tuple[str, str]] = []
"""Groups and names of files of the user's that Hydra knows of."""


def register(folders: Sequence[Path] = (), has_options: bool = True) -> None:
    """Tells Hydra of the user's files, and of every challenge, design and policy, each to be composed under its own name.

    The configuration `every_option` is what `compare.yaml` lists in its defaults, `every_pattern` what `patterns.yaml` adds.
    They also open the groups, so that any key may be set whether or not a file mentions it (a lever's `strength`, say); what
    is no key is refused later, all at once. `every_challenge` is the same without policies and designs, for questions that must
    know nothing of them.

    Args:
        folders: the user's own.
        has_options: whether there are any challenges, designs and policies; without them the groups are only opened.

    Raises:
        ConfigurationError: with what is wrong with files of the user's; Hydra then knows of none.
    """
    store = ConfigStore.instance()
    while _handed_over:
        group, name = _handed_over.pop()
        store.repo[group].pop(f"{name}.yaml", None)
    for file in read_folders(folders):
        store.store(file.option.name, file.node, file.option.group, file.package)
        _handed_over.append((file.option.group, file.option.name))
    found = {group: find(group, folders) if has_options else {} for group in ALL_AT_ONCE}
    entries: list[Any] = [{f"{group}@{group}.{name}": name} for group, of in found.items() for name in of]
    open_groups: dict[str, Any] = {group: DictConfig({}, flags={"struct": False}) for group in OPEN}
    store.store(name="every_option", node=DictConfig({"defaults": entries} | open_groups))
    patterns: list[Any] = [{f"pattern@pattern.{name}": name} for name in find("pattern", folders)]
    opened: dict[str, Any] = {"pattern": DictConfig({}, flags={"struct": False})}
    store.store(name="every_pattern", node=DictConfig({"defaults": patterns} | opened))
    challenges = [entry for entry in entries if next(iter(entry)).startswith("challenge@")]
    without = {group: open_groups[group] for group in OF_A_WORLD}
    store.store(name="every_challenge", node=DictConfig({"defaults": challenges} | without))
