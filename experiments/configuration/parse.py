"""Reads single parts of the configuration into their models, collecting every fault on the way."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from experiments.configuration.declared import repeated
from experiments.configuration.options import ALL_AT_ONCE
from experiments.configuration.validation_errors import faults_of, shown
from experiments.configuration.words import place_cut
from experiments.errors import ConfigurationError, Fault, unknown
from simulation.parameters.quantity import MOST_LETTERS
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy

Model = TypeVar("Model", bound=BaseModel)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Letters that no screen shows and no file in UTF-8 holds; tabs and new lines apart."""
LEAVE_OUT = "leave it out, or write something in its place"


def read(model: type[Model], data: Any, key: str, faults: list[Fault]) -> Model | None:
    """Reads one part of the configuration; what is wrong is added to the faults."""
    if not isinstance(data, dict):
        faults.append(Fault(f"{key}={shown(data)}", "is missing; choose one, as in the defaults of comparison.yaml"))
        return None
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        faults += faults_of(error, model, key)
        return None
    wrong = unusable(data, key) + repeated(model, data)
    faults += wrong
    return None if wrong else found


def refuse_what_are_no_groups(data: Mapping[str, Any], groups: Iterable[str] = ALL_AT_ONCE) -> None:
    """Refuses what stands in the place of all challenges, designs or policies, or of one of them, and is no mapping.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    told = {group: {} if data.get(group) is None else data[group] for group in groups}
    told |= {f"{group}.{name}": each for group, of in told.items() if isinstance(of, dict) for name, each in of.items()}
    wrong = {key: each for key, each in told.items() if not isinstance(each, dict)}
    if wrong:
        why = "must be a mapping, as in a file of its group"
        raise ConfigurationError(
            *(Fault(f"{key}={shown(each)}", why, f"leave {key} out") for key, each in wrong.items())
        )


def unusable(data: Any, key: str) -> list[Fault]:
    """A fault for whatever is right nowhere, whatever a model makes of it: numbers that are none, texts that nobody can read."""
    if isinstance(data, Mapping):
        names = [
            Fault(f"{key}: {shown(name)!r}", why, "name the key") for name in data if (why := _unreadable(name, True))
        ]
        return names + [fault for name, each in data.items() for fault in unusable(each, f"{key}.{name}".lstrip("."))]
    if isinstance(data, list | tuple):
        return [fault for place, each in enumerate(data) for fault in unusable(each, f"{key}.{place}")]
    if isinstance(data, float) and not math.isfinite(data):
        return [Fault(f"{key}={shown(data)}", "is not a number that can be used; give a finite one")]
    why = _unreadable(data) if isinstance(data, str) else ""
    return [Fault(key if UNPRINTABLE.search(data) else f"{key}={shown(data)}", why, LEAVE_OUT)] if why else []


def _unreadable(text: Any, is_key: bool = False) -> str:
    """Why a text cannot be used; empty where it can."""
    if not isinstance(text, str):
        return "must be text"
    if not text.strip() and (text or is_key):
        return "is blank"
    if len(text) > MOST_LETTERS:
        return f"has {len(text):,} letters; at most {MOST_LETTERS:,} can be used"
    return "holds a letter that cannot be shown" if UNPRINTABLE.search(text) else ""


def read_policies(data: Mapping[str, Any], names: Iterable[str], faults: list[Fault]) -> dict[str, Policy]:
    """The policies by name, with cuts in numbers; what is wrong with any lever is a fault."""
    found = {}
    for name in names:
        given = data["policy"][name]
        before = len(faults)
        policy = read(Policy, {**given, "levers": {}}, f"policy.{name}", faults)
        levers = _levers(given.get("levers"), f"policy.{name}.levers", data.get("place"), faults)
        if policy and len(faults) == before:
            found[name] = policy.model_copy(update={"levers": levers})
    return found


def _levers(given: Any, key: str, place: Any, faults: list[Fault]) -> dict[str, Any]:
    """Each lever of a policy in a place, in its order; a lever set to null is absent."""
    if not isinstance(given or {}, dict):
        faults.append(Fault(f"{key}={given}", "must be a mapping of lever names to their settings"))
        return {}
    found: dict[str, Any] = {}
    for name, data in (given or {}).items():
        where = f"{key}.{name}"
        if data is None:
            continue
        if name not in LEVERS:
            faults.append(unknown(where, "lever", name, LEVERS))
            continue
        if not isinstance(data, dict):
            faults.append(
                Fault(
                    f"{where}={data}",
                    "must be a mapping of the lever's settings",
                    f"{where}.strength={data}" if isinstance(data, int | float) else "",
                )
            )
            continue
        if name == "zones":
            before = len(faults)
            data = {**data, "levers": _levers(data.get("levers"), f"{where}.levers", place, faults)}
            if len(faults) > before:
                continue
        if name == place_cut.LEVER:
            if wrong := place_cut.unusable(data, where, place):
                faults += wrong
                continue
            data = place_cut.in_numbers(data, place)
        found[name] = read(LEVERS[name], data, where, faults)
    return {name: lever for name, lever in found.items() if lever is not None}
