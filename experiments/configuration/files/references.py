"""Values that are those of other keys: each leads to a plain value, so that none leads in a circle or grows without end."""

from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf

from experiments.configuration.files.user_files import OF_HYDRA, REFERENCE
from experiments.errors import ConfigurationError, Fault

MOST_ENTRIES = 100
"""Of a list that another key takes over."""


def check_references(config: DictConfig) -> None:
    """Refuses values that are taken from a key which holds more than a plain value or a short list.

    Raises:
        ConfigurationError: naming each of them.
    """
    own = OmegaConf.masked_copy(config, [str(key) for key in config if key != OF_HYDRA])
    data = OmegaConf.to_container(own, resolve=False)
    faults = [
        Fault(
            f"{key}={text}",
            "takes its value from a key that holds more than one plain value",
            f"{key}=... with a value of its own",
        )
        for key, text in _references(data, "")
        if not _is_plain(_at(data, text[2:-1]))
    ]
    if faults:
        raise ConfigurationError(*faults)


def _references(data: Any, key: str) -> Iterator[tuple[str, str]]:
    """Keys whose whole value is that of another, and the text that says so."""
    inner = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for name, value in inner:
        yield from _references(value, f"{key}.{name}" if key else str(name))
    if isinstance(data, str) and REFERENCE.fullmatch(data):
        yield key, data


def _at(data: Any, key: str) -> Any:
    """What is at a key; nothing where there is none, which Hydra says by itself."""
    for part in key.split("."):
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _is_plain(value: Any) -> bool:
    """Whether a value is one that may stand in several places."""
    if isinstance(value, list):
        return len(value) <= MOST_ENTRIES and all(_is_plain(each) and not isinstance(each, list) for each in value)
    return not isinstance(value, Mapping) and not (isinstance(value, str) and "${" in value)
