"""The package's own configuration files as Hydra reads them: by the reader that reads the user's, once for each process.

Hydra opens each file again for every composition and reads it with a slower parser of an older YAML. A source of this
project's stands before Hydra's own on the search path, holds the same files, and hands over the same data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf

from experiments.configuration.files import strict_yaml
from experiments.configuration.options import as_mapping, shipped_root

OF_HYDRA, OURS = "pkg://configs", "shipped://configs"
"""Where Hydra would look for the files, and this source."""
IN_OUTLINE = ("place", "demography", "costs", "behaviour", "valuation")
"""Groups of which one long file is chosen. Where a composition is only to say which, and what was typed about it, it gets an
outline: Hydra copies every number that it has with each file that it adds."""
_outlined = False


@contextmanager
def whole_or_outlined(whole: bool) -> Iterator[None]:
    """Hands the files of those groups over whole, or in outline, meanwhile."""
    global _outlined
    before, _outlined = _outlined, not whole
    try:
        yield
    finally:
        _outlined = before


def in_outline(group: str, data: dict[str, Any]) -> dict[str, Any]:
    """What Hydra is given of a file of a group: all, or in outline that to which other keys refer."""
    if not _outlined or group not in IN_OUTLINE:
        return data
    return {key: data[key] for key in ("usual_scale",) if key in data}


class ShippedFiles(ConfigSource):
    """The folder of the shipped configuration."""

    @staticmethod
    def scheme() -> str:
        """What an address of this source begins with."""
        return "shipped"

    def load_config(self, config_path: str) -> ConfigResult:
        """A file's data, to be changed by whoever asked, and the header that says where it belongs."""
        path = self._normalize_file_name(config_path)
        if not self.is_config(path):
            raise ConfigLoadError(f"Config not found : {path}")
        header, config = _read(path, _outlined)
        return ConfigResult(self.provider, self.full_path(), deepcopy(config), dict(header))

    def available(self) -> bool:
        """The package is there."""
        return True

    def is_group(self, config_path: str) -> bool:
        """Whether there is such a folder."""
        return _at(config_path).is_dir()

    def is_config(self, config_path: str) -> bool:
        """Whether there is such a file."""
        return _at(self._normalize_file_name(config_path)).is_file()

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """The names in a folder."""
        found: list[str] = []
        for file in _at(config_path).iterdir():
            self._list_add_result(found, f"{config_path}/{file.name}".lstrip("/"), file.name, results_filter)
        return sorted(set(found))


class BeforeHydras(SearchPathPlugin):
    """Puts this source before Hydra's own of the same files."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Puts it there; another Hydra application of the same process keeps its own files alone."""
        for place in [place for place in search_path.get_path() if place.path == OF_HYDRA]:
            search_path.prepend(place.provider, OURS, anchor=SearchPathQuery(path=OF_HYDRA))


@cache
def hand_over() -> None:
    """Lets Hydra know of the source; nothing else is said of it anywhere."""
    for plugin in (ShippedFiles, BeforeHydras):
        Plugins.instance().register(plugin)


def _at(path: str) -> Traversable:
    """A file or folder of the shipped configuration."""
    return shipped_root().joinpath(path)


@cache
def _read(path: str, outlined: bool) -> tuple[dict[str, str | None], DictConfig]:
    """A shipped file's header and data, not to be written to: a copy is made sooner than it is made of plain data again."""
    header, data = _plain(path)
    return header, OmegaConf.create(in_outline(path.rpartition("/")[0], data) if outlined else data)


@cache
def _plain(path: str) -> tuple[dict[str, str | None], dict[str, Any]]:
    """A shipped file's header and data as plain data, not to be written to."""
    text = _at(path).read_text(encoding="utf-8")
    return ConfigSource._get_header_dict(text[:512]), as_mapping(strict_yaml.read(text, path), path)
