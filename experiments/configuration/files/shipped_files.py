"""The package's own configuration files as Hydra reads them: by the reader that reads the user's, once for each process.

Hydra opens each file again for every composition and reads it with a slower parser of an older YAML. A source of this
project's stands before Hydra's own on the search path, holds the same files, and hands over the same data.
"""

from copy import deepcopy
from functools import cache
from importlib.resources.abc import Traversable

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
        header, config = _read(path)
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
def _read(path: str) -> tuple[dict[str, str | None], DictConfig]:
    """A shipped file's header and data, not to be written to: a copy is made sooner than it is made of plain data again."""
    text = _at(path).read_text(encoding="utf-8")
    return ConfigSource._get_header_dict(text[:512]), OmegaConf.create(as_mapping(strict_yaml.read(text, path), path))
