"""Reads single parts of the configuration into their models, collecting every fault on the way."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from experiments.configuration.validation_errors import faults_of, shown
from experiments.errors import Fault, unknown
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], data: Any, key: str, faults: list[Fault]) -> Model | None:
    """Reads one part of the configuration; what is wrong is added to the faults."""
    if not isinstance(data, dict):
        faults.append(Fault(f"{key}={shown(data)}", "is missing; choose one, as in the defaults of compare.yaml"))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults += faults_of(error, model, key)
        return None


def read_policies(data: Mapping[str, Any], names: Iterable[str], faults: list[Fault]) -> dict[str, Policy]:
    """The policies by name; what is wrong with any lever is a fault."""
    found = {}
    for name in names:
        given = data["policy"][name]
        if not isinstance(given, dict):
            faults.append(Fault(f"policy.{name}={given}", "must be a mapping with title, summary, source and levers"))
            continue
        before = len(faults)
        policy = read(Policy, {**given, "levers": {}}, f"policy.{name}", faults)
        levers = _levers(given.get("levers"), f"policy.{name}.levers", faults)
        if policy and len(faults) == before:
            found[name] = policy.model_copy(update={"levers": levers})
    return found


def _levers(given: Any, key: str, faults: list[Fault]) -> dict[str, Any]:
    """Each lever of a policy, in its order; a lever set to null is absent."""
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
            data = {**data, "levers": _levers(data.get("levers"), f"{where}.levers", faults)}
            if len(faults) > before:
                continue
        found[name] = read(LEVERS[name], data, where, faults)
    return {name: lever for name, lever in found.items() if lever is not None}
