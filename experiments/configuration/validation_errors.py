"""Turns what pydantic found wrong into faults: dotted key, value, what is allowed, nearest known key."""

import math
import re
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from experiments.configuration.words.former_names import in_its_place
from experiments.errors import Fault, Unfit, listed, nearest, short
from simulation.parameters.names import TWICE, WHOLE_COUNCIL
from simulation.parameters.quantity import COUNCIL, NoNumber

BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
RANGE_ERRORS = ("greater_than_equal", "greater_than", "less_than_equal", "less_than")
SCALARS = (bool, int, float, str)
PLAIN = (*SCALARS, type(None), list, tuple)
IN_QUOTES = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
"""A text that would be a number without its quotes."""
SHAPES = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
"""What pydantic asks for where one value stands for several, in words."""


def faults_of(error: ValidationError, model: Any, prefix: str = "") -> list[Fault]:
    """One fault per wrong key, in the order of the configuration."""
    found: dict[str, Fault] = {}
    details = [each for each in error.errors(include_url=False) if not _beside_the_point(each)]
    for detail in _without_echoes(details):
        path = _path(detail["loc"])
        key = ".".join([*([prefix] if prefix else []), *map(str, path)])
        found.setdefault(key, _fault(key, path, detail, model))
    return list(found.values())


def _is_branch(part: int | str) -> bool:
    """Whether a part of pydantic's location names a branch of a union and not a key."""
    return isinstance(part, str) and (part in ("float", "constrained-float", "int", "str", "none") or "[" in part)


def _path(loc: Sequence[int | str]) -> list[int | str]:
    """The location as keys."""
    return [part for part in loc if not _is_branch(part)]


def _without_echoes(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The complaints without those that a list is short, where it is so only because entries of it are wrong."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(place[: len(detail["loc"])] == detail["loc"] != place for place in places)
    ]


def _beside_the_point(detail: ErrorDetails) -> bool:
    """Whether a complaint is that a number is no row, or that a row is no number, where either will do."""
    if not any(_is_branch(part) for part in detail["loc"]):
        return False
    is_row = isinstance(detail["input"], list | tuple)
    return detail["type"] == ("float_type" if is_row else "tuple_type")


def _fault(key: str, path: Sequence[int | str], detail: ErrorDetails, model: Any) -> Fault:
    """Words one complaint."""
    kind, given = detail["type"], detail["input"]
    if isinstance(given, NoNumber):
        return _no_number(key, path, given.given, model)
    is_key = detail["loc"][-1:] == ("[key]",)
    plain = isinstance(given, PLAIN) and kind != "missing" and not is_key
    where = f"{key}={shown(given)}" if plain else key
    if kind == "extra_forbidden":
        known = keys_at(model, path[:-1])
        close = nearest(str(path[-1]), known)
        return Fault(
            where,
            f"there is no such key; the keys here are: {listed(known)}",
            in_its_place(key) or (f"did you mean {close}?" if close else f"leave {path[-1]} out"),
        )
    if kind == "missing":
        return Fault(key, f"is missing; give {allowed(model, path) or 'a value'}")
    if kind == "finite_number":
        may_be = allowed(model, path) or "a finite number"
        return Fault(where, f"is not a number that can be used; give {may_be}", _example(key, model, path, given))
    if kind == TWICE:
        each = list(dict.fromkeys(map(shown, given))) if isinstance(given, list | tuple) else []
        least = max((m.min_length for m in _walk(model, path)[1] if hasattr(m, "min_length")), default=1)
        return Fault(where, detail["msg"], f"{key}=[{','.join(each)}]" if len(each) >= least else "name each once")
    if kind in ("string_pattern_mismatch", "string_too_short") and not str(given).strip():
        return Fault(where, "is blank", "write something there")
    if kind == "string_too_long":
        most = detail.get("ctx", {}).get("max_length")
        return Fault(where, f"has {len(str(given)):,} letters; at most {most:,} can be used")
    if kind == "value_error" and isinstance(unfit := detail.get("ctx", {}).get("error"), Unfit):
        return unfit.fault
    if kind == "value_error":
        return Fault(where, detail["msg"].removeprefix("Value error, "))
    if kind == "literal_error" and given == WHOLE_COUNCIL and COUNCIL[0] in str(detail.get("ctx")):
        return Fault(where, f"is {len(COUNCIL)} agencies: {listed(COUNCIL)}", "name the one that is meant")
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        close = nearest(str(given), expected.split(", "))
        return Fault(
            where,
            f"must be one of {expected}",
            f"did you mean {close}?" if close else "" if is_key else _example(key, model, path, given),
        )
    if kind in SHAPES or kind == "too_short":
        return _misshapen(key, where, path, detail, model)
    may_be = allowed(model, path)
    text = detail["msg"].replace("Input should be", "must be")
    text = text[:1].lower() + text[1:]
    if may_be and (kind in RANGE_ERRORS or kind.startswith(("int_", "float_", "bool_", "string_"))):
        return Fault(where, f"must be {may_be}", _example(key, model, path, given))
    return Fault(where, text + (f"; allowed: {may_be}" if may_be else ""))


def _no_number(key: str, path: Sequence[int | str], given: bool | str, model: Any) -> Fault:
    """The fault of giving a text or a truth value for a number."""
    wrong = f"must be {allowed(model, path) or 'a number'}"
    if isinstance(given, str) and IN_QUOTES.fullmatch(given):
        return Fault(f"{key}={shown(given)}", f"{wrong}; this is a text", f"{key}={given} without quotes")
    return Fault(f"{key}={shown(given)}", wrong, _example(key, model, path, None))


def _misshapen(key: str, where: str, path: Sequence[int | str], detail: ErrorDetails, model: Any) -> Fault:
    """The fault of giving one value for several, several for one, or too few."""
    kind, given = detail["type"], detail["input"]
    if kind == "too_short":
        least = detail.get("ctx", {}).get("min_length", 1)
        return Fault(where, f"must have at least {least} entr{'y' if least == 1 else 'ies'}", f"as in {key}=[one,two]")
    if SHAPES[kind] == "a list":
        least = next((each.min_length for each in _walk(model, path)[1] if hasattr(each, "min_length")), 1)
        if least > 1:
            return Fault(where, f"must be a list of at least {least}", f"as in {key}=[one,two]")
        return Fault(where, "must be a list", f"{key}=[{shown(given)}]" if isinstance(given, SCALARS) else "")
    known = keys_at(model, path)
    inner = f"{key}.value={shown(given)}" if "value" in known and isinstance(given, int | float) else ""
    return Fault(where, f"must be a mapping with the keys {listed(known)}" if known else "must be a mapping", inner)


def _example(key: str, model: Any, path: Sequence[int | str], given: object) -> str:
    """A value that would do: of numbers the nearest to what was given."""
    if path and isinstance(path[-1], int):
        return ""
    annotation, metadata = _walk(model, path)
    if annotation is bool:
        return f"for example {key}=true"
    if get_origin(annotation) is Literal:
        return f"for example {key}={get_args(annotation)[0]}"
    low, high = (
        next((bound for each in metadata if (bound := getattr(each, name, None)) is not None), None)
        for name in ("ge", "le")
    )
    too_high = isinstance(given, int | float) and high is not None and given > high
    nearest_bound = high if too_high or low is None else low
    if nearest_bound is None:
        return ""
    return f"for example {key}={nearest_bound if annotation is int else format(nearest_bound, 'g')}"


def shown(value: object) -> str:
    """A value as it would be typed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, list | tuple):
        text = f"[{','.join(map(shown, value))}]"
    else:
        text = str(value)
    return short(text)


def keys_at(model: Any, path: Sequence[int | str]) -> list[str]:
    """The keys that a mapping at this place of the configuration may have."""
    annotation, _ = _walk(model, path)
    fields = getattr(annotation, "model_fields", None)
    return list(fields) if fields else []


def allowed(model: Any, path: Sequence[int | str]) -> str:
    """What a value at this place may be, in words; empty where that is not known."""
    annotation, metadata = _walk(model, path)
    if annotation is None:
        return ""
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(map(str, get_args(annotation)))
    noun = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}.get(annotation, "")
    return (noun + _range(metadata)) if noun else ""


def _range(metadata: Sequence[Any]) -> str:
    """The bounds among a field's constraints, in words."""
    bounds = {
        name: getattr(each, name) for each in metadata for name in BOUNDS if getattr(each, name, None) is not None
    }
    if {"ge", "le"} <= set(bounds):
        return f" from {bounds['ge']} to {bounds['le']}"
    return "".join(f", {words} {bounds[name]}" for name, words in BOUNDS.items() if name in bounds).replace(",", "", 1)


def _walk(model: Any, path: Sequence[int | str]) -> tuple[Any, list[Any]]:
    """The type and the constraints at a place of a model."""
    annotation, metadata = _plain(model, [])
    for part in path:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(part))
            if field is None:
                return None, []
            annotation, metadata = _plain(field.annotation, list(field.metadata))
        elif get_origin(annotation) in (dict, Mapping):
            annotation, metadata = _plain(get_args(annotation)[1], [])
        elif get_origin(annotation) in (tuple, list):
            annotation, metadata = _plain(get_args(annotation)[0], [])
        else:
            return None, []
    return annotation, metadata


def _plain(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """An annotation without its wrappings; of a union, the first branch."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *extra = get_args(annotation)
            metadata = metadata + [c for each in extra for c in getattr(each, "metadata", [each])]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = get_args(annotation)[0]
        else:
            return annotation, metadata
