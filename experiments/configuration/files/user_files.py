"""Reads every file of a user's own configuration folders before Hydra sees any, by a list of what a file may hold.

People send each other such folders. Whatever a file says, it is data: it names no code, asks nothing of Hydra, looks at no
environment variable, and begins from nothing but files of its own group. Files that nobody chose are read as strictly as the
others, because policies, challenges and designs are all composed at once, and because tomorrow somebody may choose them. What
is in no folder of a group is never opened.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.configuration import options
from experiments.configuration.files import strict_yaml
from experiments.configuration.files.beginnings import OPTION, OVER_ALL, beginnings, circles
from experiments.configuration.files.texts import read_text
from experiments.errors import ConfigurationError, Fault, first_few, listed, nearest

MOST_FILES = 2_000
GLOBAL = "_global_"
OF_HYDRA = "hydra"
TABLES = ("areas_file", "life_table_file")
"""Keys that name a table beside the file."""
NOT_IN_FILES = (
    "runner", "scheduler", "insecure", "large", "out", "write", "address", "port", "open_browser", "token", "folder", "site",
)  # fmt: skip
"""Settings that say where something is run, written or reached. Nobody else's file decides that."""
HEADER = re.compile(r"\s*#\s*@")
PACKAGE = re.compile(r"\s*#\s*@package\s+_global_\s*")
REFERENCE = re.compile(rf"\$\{{(?!{OF_HYDRA}\b)[A-Za-z_]\w*(?:\.\w+)*\}}")


@dataclass(frozen=True)
class UserFile:
    """A file of the user's own, known to hold nothing but data.

    Attributes:
        option: its group and name.
        data: what it says, without what it begins from.
        defaults: what it begins from, as Hydra writes it; none where it says nothing about that.
        package: the part of the configuration that it sets, where it is not the usual one of its group.
        begins_from: groups and names of the files that it begins from.
    """

    option: options.Option
    data: dict[str, Any]
    defaults: list[Any] | None = None
    package: str | None = None
    begins_from: tuple[tuple[str, str], ...] = ()

    @property
    def node(self) -> dict[str, Any]:
        """The file as Hydra takes it."""
        return self.data if self.defaults is None else {"defaults": self.defaults, **self.data}


@cache
def groups() -> tuple[str, ...]:
    """The folders that a configuration folder may hold: those that the package has itself."""
    folders = [each.name for each in options.shipped_root().iterdir() if each.is_dir()]
    return tuple(sorted(name for name in folders if options.NAME.fullmatch(name) and name != OF_HYDRA))


def read_folders(folders: Sequence[Path]) -> list[UserFile]:
    """Every file of the user's own configuration folders.

    Raises:
        ConfigurationError: with what is wrong with the first few files.
    """
    faults = [fault for folder in folders for fault in _astray(Path(folder))]
    known = {group: options.find(group, folders) for group in groups()} if folders else {}
    mine = [option for found in known.values() for option in found.values() if not option.shipped]
    if len(mine) > MOST_FILES:
        raise ConfigurationError(Fault(listed(map(str, folders)), f"holds more than {MOST_FILES:,} files"))
    files = []
    for option in mine:
        try:
            files.append(_read(option, known))
        except ConfigurationError as refusal:
            faults += refusal.faults
    faults += [] if faults else circles({file.option: file.begins_from for file in files})
    if faults:
        raise first_few(faults, "more in these folders")
    return files


def _astray(folder: Path) -> Iterator[Fault]:
    """A fault for each folder or file whose name is nearly that of one that would be read."""
    for path in sorted(each for each in folder.iterdir() if not each.name.startswith(".")):
        if path.name == OF_HYDRA and path.is_dir():
            yield Fault(str(path), "Hydra's own settings come from the package alone", "take the folder away")
        elif path.name not in groups() and path.is_dir() and any(path.glob("*.yaml")):
            if close := nearest(path.name, groups()):
                yield Fault(
                    str(path), f"is none of the folders that are read: {listed(groups())}", f"did you mean {close}?"
                )
        elif path.name in groups() and path.is_dir():
            for each in sorted(path.iterdir()):
                if each.suffix.lower() in (".yml", ".yaml") and each.suffix != ".yaml" and each.name[0] != ".":
                    yield Fault(
                        str(each), "is not read: the names of configuration files end in .yaml", "rename the file"
                    )


def _read(option: options.Option, known: Mapping[str, Mapping[str, options.Option]]) -> UserFile:
    """One file, if it holds nothing but what a file of its group may hold."""
    where = option.path
    if not OPTION.fullmatch(option.name):
        raise ConfigurationError(Fault(where, "has a name that cannot be typed", "letters, digits, _ and -"))
    text = read_text(Path(where), where, options.MOST_BYTES, within=Path(str(option.folder)).parent)
    package = _package(text, option)
    data = options.as_mapping(strict_yaml.read(text, where), where)
    given = data.pop("defaults", None)
    faults = list(_no_data(data, where))
    faults += [
        Fault(
            f"{where}: {key}",
            "is not for a file: it says where something is run, written or reached",
            f"type {key}=...",
        )
        for key in (NOT_IN_FILES if package else ())
        if key in data
    ]
    begins = beginnings(given, option, known, faults)
    if faults:
        raise ConfigurationError(*faults)
    return UserFile(option, data, given, package, begins)


def _package(text: str, option: options.Option) -> str | None:
    """The part of the configuration that the head of a file names; only files that go over all may name any."""
    head = []
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            break
        head.append(line)
    for number, line in enumerate(head, start=1):
        if HEADER.match(line) and not (option.group in OVER_ALL and PACKAGE.fullmatch(line)):
            wanted = f"only '# @package {GLOBAL}' in a file of {listed(OVER_ALL)}"
            raise ConfigurationError(
                Fault(
                    f"{option.path}, line {number}: {line.strip()}",
                    f"may not stand there; {wanted}",
                    "leave the line out",
                )
            )
    return GLOBAL if any(map(PACKAGE.fullmatch, head)) else None


def _no_data(data: Any, where: str) -> Iterator[Fault]:
    """A fault for each key and text that is more than data to Hydra."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            inner = f"{where}: {key}"
            if key.startswith("_"):
                yield Fault(inner, "keys that begin with _ are not data: they mean something to Hydra", "leave it out")
            elif key == OF_HYDRA:
                yield Fault(inner, "Hydra's own settings come from the package alone", "leave it out")
            elif key in TABLES and isinstance(value, str) and not _is_beside(value):
                yield Fault(
                    f"{inner}={value}",
                    "leads out of the folder; a file names tables that lie beside it",
                    f"put the table next to the yaml file, or type {key}= with its full path",
                )
            else:
                yield from _no_data(value, inner)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _no_data(value, f"{where}.{number}")
    elif isinstance(data, str):
        if data.strip() == "???":
            yield Fault(where, "??? stands for a value that is missing", "give one")
        elif "${" in data and not REFERENCE.fullmatch(data):
            yield Fault(
                f"{where}={data[:60]}",
                "a text may not hold ${; a value may be that of another key, as ${years}, and nothing more",
                "write out what is meant",
            )


def _is_beside(name: str) -> bool:
    """Whether a table's name leads to a place inside the folder."""
    path = Path(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and not name.startswith("~") and ":" not in name
