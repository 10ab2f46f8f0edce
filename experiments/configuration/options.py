"""Finds every place, challenge, design and policy there is to choose, in the package and in folders of the user's own."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from experiments.errors import ConfigurationError, Fault

ALL_AT_ONCE = ("challenge", "design", "policy")
"""Groups of which every option is in the configuration, each under its own name."""
ONE_OF = ("place", "demography", "costs", "behaviour", "valuation", "experiment")
"""Groups of which one option is chosen."""
OPEN = (*ALL_AT_ONCE, "place", "demography", "costs", "behaviour", "valuation", "burn_in")
OF_A_WORLD = ("challenge", "place", "demography", "costs", "behaviour", "burn_in")
"""Groups that say what a place is like before any policy."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
SHIPPED = "shipped"


@dataclass(frozen=True)
class Option:
    """One file of a group.

    Attributes:
        group: such as `policy`.
        name: the file's name without `.yaml`.
        folder: the group's folder that holds it.
        shipped: whether it came with the package.
    """

    group: str
    name: str
    folder: Traversable
    shipped: bool

    @property
    def origin(self) -> str:
        """Where it came from, for people."""
        return SHIPPED if self.shipped else str(self.folder)

    def read(self) -> dict[str, Any]:
        """The file's own text as data, without Hydra's composition."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            found = yaml.load(self.folder.joinpath(f"{self.name}.yaml").read_text(encoding="utf-8"), Loader=loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                Fault(f"{self.group}/{self.name}.yaml", f"is not readable YAML: {error}")
            ) from error
        return found if isinstance(found, dict) else {}

    def beside(self, name: str) -> Traversable:
        """A file in the same folder."""
        return self.folder.joinpath(name)


@cache
def shipped_root() -> Traversable:
    """The folder of the shipped configuration."""
    return resources.files("configs")


def find(group: str, folders: Sequence[Path] = ()) -> dict[str, Option]:
    """Lists a group's options, shipped ones first.

    Raises:
        ConfigurationError: a file of the user's has an impossible name or that of a shipped one.
    """
    found: dict[str, Option] = {}
    for root, shipped in [(shipped_root(), True), *((Path(folder), False) for folder in folders)]:
        folder = root.joinpath(group)
        if not folder.is_dir():
            continue
        for name in sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")):
            _check_name(group, name, folder, found)
            found[name] = Option(group, name, folder, shipped)
    return found


def _check_name(group: str, name: str, folder: Traversable, found: dict[str, Option]) -> None:
    """Refuses names that could not be typed as a key, and files that another one would hide."""
    where = str(folder.joinpath(f"{name}.yaml"))
    if group in (*ALL_AT_ONCE, "place") and not NAME.fullmatch(name):
        raise ConfigurationError(
            Fault(where, "file names are small letters, digits and _ and begin with a letter", "rename the file")
        )
    if name in found:
        raise ConfigurationError(
            Fault(
                where,
                f"{group} '{name}' exists already ({found[name].origin}), and that one would be used",
                f"give the file a name of its own and begin it with\n"
                f"           defaults: [{name}, _self_]    to change only what differs",
            )
        )


def register(folders: Sequence[Path] = ()) -> None:
    """Tells Hydra of every challenge, design and policy, each to be composed under its own name.

    The configuration `every_option` is what `compare.yaml` lists in its defaults, `every_pattern` what `patterns.yaml` adds.
    It also opens the groups, so that any
    key may be set whether or not a file mentions it (a lever's `strength`, say); what is no key is refused later, all at once.
    `every_challenge` is the same without policies and designs, for questions that must know nothing of them.
    """
    from hydra.core.config_store import ConfigStore
    from omegaconf import DictConfig

    entries: list[Any] = [{f"{group}@{group}.{name}": name} for group in ALL_AT_ONCE for name in find(group, folders)]
    open_groups: dict[str, Any] = {group: DictConfig({}, flags={"struct": False}) for group in OPEN}
    ConfigStore.instance().store(name="every_option", node=DictConfig({"defaults": entries} | open_groups))
    patterns: list[Any] = [{f"pattern@pattern.{name}": name} for name in find("pattern", folders)]
    opened: dict[str, Any] = {"pattern": DictConfig({}, flags={"struct": False})}
    ConfigStore.instance().store(name="every_pattern", node=DictConfig({"defaults": patterns} | opened))
    challenges = [entry for entry in entries if next(iter(entry)).startswith("challenge@")]
    without = {group: open_groups[group] for group in OF_A_WORLD}
    ConfigStore.instance().store(name="every_challenge", node=DictConfig({"defaults": challenges} | without))


def folders_in(arguments: Iterable[str]) -> list[Path]:
    """The user's own configuration folders named on a command line: `--config-dir` and `hydra.searchpath`."""
    words = list(arguments)
    found: list[Path] = []
    for place, word in enumerate(words):
        if word in ("--config-dir", "-cd"):
            found += [Path(following) for following in words[place + 1 : place + 2]]
        elif word.startswith(("--config-dir=", "-cd=")):
            found.append(Path(word.split("=", 1)[1]))
        elif word.startswith("hydra.searchpath="):
            listed_paths = word.split("=", 1)[1].strip("[]").split(",")
            paths = [path.strip(" '\"") for path in listed_paths]
            found += [Path(path.removeprefix("file://")) for path in paths if not path.startswith("pkg://")]
    missing = [folder for folder in found if not folder.is_dir()]
    if missing:
        raise ConfigurationError(*(Fault(f"--config-dir {folder}", "there is no such folder") for folder in missing))
    return [folder.resolve() for folder in found]


def without_folders(words: Sequence[str]) -> list[str]:
    """The words of a command line that are not about configuration folders."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("--config-dir", "-cd"):
            skip = True
        elif not word.startswith(("--config-dir=", "-cd=", "hydra.searchpath=")):
            kept.append(word)
    return kept
