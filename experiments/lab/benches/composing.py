"""Puts a visitor's configuration together as Hydra would, but at once: all that does not change is composed once a place."""

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from experiments.configuration import options
from experiments.configuration.compose import Composed, compose
from experiments.configuration.files.in_hydra import laid_over
from experiments.lab.configuration import EXPERIMENT

PLACES = 16
"""Of how many places the composition is remembered."""


def composed(configuration: Path) -> Composed:
    """Composes the files that the lab wrote for a choice; gives what Hydra gives for them, as a test makes sure.

    Raises:
        ConfigurationError: the place cannot be composed.
    """
    if (configuration / options.PLACE).is_dir():  # a place of the lab's own comes with the choice
        return compose("compare", [f"experiment={EXPERIMENT}"], [configuration])
    own = _read(configuration / "experiment" / f"{EXPERIMENT}.yaml")
    place = own.pop("defaults")[0]["override /place"]
    usual = _of_place(place)
    data = laid_over(deepcopy(usual.data), own)
    arms = sorted(path.stem for path in (configuration / "policy").glob("*.yaml"))
    for arm in arms:
        policy = _read(configuration / "policy" / f"{arm}.yaml")
        base = policy.pop("defaults")[0].removesuffix("@_here_")
        data["policy"][arm] = laid_over(deepcopy(usual.data["policy"][base]), policy)
    chosen = {"experiment": EXPERIMENT}
    return Composed(data, chosen | usual.choices, (configuration,), (f"experiment={EXPERIMENT}",))


def _read(path: Path) -> dict[str, Any]:
    """A file that the lab wrote."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=PLACES)
def _of_place(place: str) -> Composed:
    """A place with every policy and setting as they ship."""
    return compose("compare", [f"place={place}"], [])
