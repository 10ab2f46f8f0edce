"""What numbers are called in sentences and figures, where people read them who do not know the keys."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import yaml

SETTING = re.compile(r"^policy\.[^.]+\.levers\.")


def called(key: str) -> str:
    """The title of a number: its own, or that of the pattern that fits, or else its last two parts.

    Args:
        key: of the register of evidence, or of the configuration, as `behaviour.redesign.hurdle.value`.
    """
    return titled(key) or words(".".join(key.split(".")[-2:]))


def titled(key: str) -> str:
    """The title that `configs/titles.yaml` gives a number; nothing where it gives none."""
    key = SETTING.sub("lever.", key).removesuffix(".value")
    own = _titles().get(key)
    if own is not None:
        return own
    for pattern, title in _patterns().items():
        fit = pattern.fullmatch(key)
        if fit:
            told = title.format(*map(words, fit.groups()))
            return told[:1].upper() + told[1:] if title.startswith("{") else told
    return ""


def words(part: str) -> str:
    """A name as words."""
    return part.replace(".", " ").replace("_", " ")


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    """All titles, by key or pattern."""
    found: dict[str, str] = yaml.safe_load(resources.files("configs").joinpath("titles.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _patterns() -> Mapping[re.Pattern[str], str]:
    """Titles of many numbers at once."""
    return {
        re.compile(re.escape(key).replace(r"\*", r"([^.]+)")): title for key, title in _titles().items() if "*" in key
    }
