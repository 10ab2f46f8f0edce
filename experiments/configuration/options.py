"""Finds every place, challenge, design and policy there is to choose, in the package and in folders of the user's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from experiments.configuration.files import strict_yaml
from experiments.configuration.files.texts import read_text
from experiments.configuration.places.authorities import authorities, places, scottish
from experiments.configuration.places.profile import profile
from experiments.errors import ConfigurationError, Fault, listed

ALL_AT_ONCE = ("challenge", "design", "policy")
"""Groups of which every option is in the configuration, each under its own name."""
ONE_OF = ("place", "demography", "costs", "behaviour", "valuation", "experiment")
"""Groups of which one option is chosen."""
OPEN = (*ALL_AT_ONCE, "place", "demography", "costs", "behaviour", "valuation", "burn_in")
OF_A_WORLD = ("challenge", "place", "demography", "costs", "behaviour", "burn_in")
"""Groups that say what a place is like before any policy."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
SHIPPED = "shipped"
PLACE = "place"
MOST_BYTES = 250_000
"""Of a configuration file."""


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

    @property
    def path(self) -> str:
        """The file itself."""
        return str(self.folder.joinpath(f"{self.name}.yaml"))

    def read(self) -> dict[str, Any]:
        """The file's own text as data, without Hydra's composition."""
        within = None if self.shipped else Path(str(self.folder)).parent
        text = read_text(Path(self.path), self.path, MOST_BYTES, within)
        return as_mapping(strict_yaml.read(text, self.path), self.path)

    def beside(self, name: str) -> Traversable:
        """A file in the same folder."""
        return self.folder.joinpath(name)


class OfTables(Option):
    """An authority of England or Scotland, which has no file of its own: it is put together from tables."""

    def read(self) -> dict[str, Any]:
        """What its file would say."""
        return profile(places()[self.name])


def as_mapping(data: Any, where: str) -> dict[str, Any]:
    """What a file holds, by key; an empty file holds nothing.

    Raises:
        ConfigurationError: it holds something else.
    """
    if data is not None and not isinstance(data, dict):
        raise ConfigurationError(Fault(where, "must be a mapping of keys to values", "as in title: A title"))
    return data or {}


@cache
def shipped_root() -> Traversable:
    """The folder of the shipped configuration."""
    return resources.files("configs")


def find(group: str, folders: Sequence[Path] = ()) -> dict[str, Option]:
    """Lists a group's options, shipped ones first; of places those with a file, then England's and Scotland's authorities.

    Raises:
        ConfigurationError: a file of the user's has an impossible name or that of a shipped one.
    """
    found = dict(_shipped(group))
    for folder in folders:
        found |= _in_folder(group, Path(folder), found, shipped=False)
    return found


@cache
def _shipped(group: str) -> dict[str, Option]:
    """A group's options that came with the package."""
    found = _in_folder(group, shipped_root(), {}, shipped=True)
    if group == PLACE:
        found |= {name: OfTables(PLACE, name, shipped_root().joinpath(PLACE), True) for name in places()}
    return found


def _in_folder(group: str, root: Traversable, before: Mapping[str, Option], shipped: bool) -> dict[str, Option]:
    """A group's options in one folder, none of which may have the name of one before."""
    folder = root.joinpath(group)
    if not folder.is_dir():
        return {}
    files = [f.name for f in folder.iterdir() if f.name.endswith(".yaml") and not f.name.startswith(".")]
    names = sorted(each.removesuffix(".yaml") for each in files)
    for name in names:
        _check_name(group, name, folder, before)
    return {name: Option(group, name, folder, shipped) for name in names}


def in_full(group: str, folders: Sequence[Path] = ()) -> dict[str, Option]:
    """A group's options that have a file of their own."""
    return {name: option for name, option in find(group, folders).items() if not isinstance(option, OfTables)}


def in_words(group: str, folders: Sequence[Path] = ()) -> str:
    """A group's options, for a message: authorities by how many they are and how to find them."""
    others = f", England's {len(authorities())} authorities and Scotland's {len(scottish())} councils: redesign list places WORD"
    return listed(in_full(group, folders)) + (others if group == PLACE else "")


def _check_name(group: str, name: str, folder: Traversable, found: Mapping[str, Option]) -> None:
    """Refuses names that could not be typed as a key, and files that another one would hide."""
    where = str(folder.joinpath(f"{name}.yaml"))
    if group in (*ALL_AT_ONCE, PLACE) and not NAME.fullmatch(name):
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
