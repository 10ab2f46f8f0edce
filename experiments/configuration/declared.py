"""A setting is declared once, where its type stands: in words, with what it affects; keys, help and pages follow from that."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from experiments.configuration.validation_errors import allowed, shown
from experiments.errors import Fault

Affects = Literal["replication", "results", "nothing"]
NEVER = "Never changes a result."
WIDTH, COLUMN = 118, 28
"""Letters of a line of help, and of the part of it that holds a setting and its value."""


@dataclass(frozen=True)
class Setting:
    """What stands beside the type of a setting, as `Annotated[int, Field(ge=1), Setting("in words", "replication")]`.

    Attributes:
        words: what it is, without its range, which the type says.
        affects: `replication` (each single run), `results` (what is made of the runs) or `nothing` that is kept.
        example: the setting as it may be typed.
        part_of: another setting; as long as that has its usual value, this one changes nothing.
        same_everywhere: whether all points of a design have it in common; none for all but what makes a replication.
        may_repeat: whether a list of it may hold the same twice.
        only: the one question that reads it; others that take what every comparison does refuse it.
    """

    words: str
    affects: Affects
    example: str = ""
    part_of: str = ""
    same_everywhere: bool | None = None
    may_repeat: bool = False
    only: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether all points of a design have it in common."""
        return self.affects != "replication" if self.same_everywhere is None else self.same_everywhere


Large = Annotated[
    bool,
    Field(strict=True),
    Setting("true: run even what is beyond this machine's memory or disk, or takes longer than a month", "nothing"),
]
"""A setting of every question that can be asked for more than a machine has."""


def declared(model: type[BaseModel]) -> dict[str, Setting]:
    """The settings of a model by name.

    Raises:
        TypeError: a field says nothing about itself.
    """
    found = {}
    for name, field in model.model_fields.items():
        setting = next((each for each in field.metadata if isinstance(each, Setting)), None)
        if setting is None:
            raise TypeError(f"{model.__name__}.{name} is declared without words: Annotated[..., Setting(...)]")
        found[name] = setting
    return found


def repeated(model: type[BaseModel], given: Mapping[str, Any]) -> list[Fault]:
    """A fault for each list among settings, or among the values of one, that holds the same twice and may not."""
    found = []
    for name, field in model.model_fields.items():
        setting = next((each for each in field.metadata if isinstance(each, Setting)), None)
        if setting is None or setting.may_repeat or name not in given:
            continue
        inner = given[name].items() if isinstance(given[name], Mapping) else ()
        for key, listed in [(name, given[name]), *((f"{name}.{part}", each) for part, each in inner)]:
            each = list(map(shown, listed)) if isinstance(listed, list | tuple) else []
            if twice := list(dict.fromkeys(item for item in each if each.count(item) > 1)):
                fix = f"{key}=[{','.join(dict.fromkeys(each))}]"
                found.append(
                    Fault(f"{key}={shown(listed)}", f"names {', '.join(twice)} twice; each once is enough", fix)
                )
    return found


def shared(*models: type[BaseModel]) -> set[str]:
    """The settings that all points of a design have in common."""
    return {name for model in models for name, setting in declared(model).items() if setting.is_shared}


def never_matters(model: type[BaseModel], given: Mapping[str, Any]) -> set[str]:
    """The settings that change nothing that is kept, as others are set."""
    fields = model.model_fields
    return {
        name
        for name, setting in declared(model).items()
        if setting.affects == "nothing"
        or (setting.part_of and given.get(setting.part_of) == fields[setting.part_of].get_default())
    }


def in_force(settings: BaseModel, affects: Affects) -> dict[str, Any]:
    """The settings that affect something, as plain data, without those that change nothing as others are set."""
    given = settings.model_dump(mode="json")
    idle = never_matters(type(settings), given)
    names = [name for name, each in declared(type(settings)).items() if each.affects == affects and name not in idle]
    return {name: given[name] for name in names}


def may_be(model: type[BaseModel], name: str) -> str:
    """What a setting may be, from its type; empty where that says no more than its words."""
    range_ = allowed(model, [name])
    choices = range_.removeprefix("one of ").split(", ") if range_.startswith("one of ") else []
    if choices and all(f"{each}:" in declared(model)[name].words for each in choices):
        return ""
    return range_.removeprefix("a whole number").removeprefix("a number").removeprefix("text").strip()


def never(model: type[BaseModel], name: str) -> str:
    """A sentence for a setting that changes no result, where others of the same question do."""
    known = declared(model)
    told = known[name].affects == "nothing" and any(each.affects != "nothing" for each in known.values())
    return NEVER if told else ""


def settings_help(own: type[BaseModel], common: type[BaseModel], values: Mapping[str, Any]) -> str:
    """A question's settings with their values, for its help: its own in words, those of every comparison in brief."""
    lines = [
        "Settings (key=value, as they stand):" if own.model_fields else "",
        *(line for name in own.model_fields for line in _described(own, name, values.get(name))),
    ]
    read = [name for name, setting in declared(common).items() if not (setting.only or name in own.model_fields)]
    others = [f"{name}={shown(values[name])}" for name in read if name in values]
    if others:
        lines += ["", "Of every comparison (redesign compare --help says what they are):", *_filled(others)]
    return "\n".join(lines).strip("\n").replace("$", "$$")  # Hydra's own place-holders begin with a $


def _described(model: type[BaseModel], name: str, value: Any) -> list[str]:
    """The lines of one setting."""
    setting, range_, note = declared(model)[name], may_be(model, name), never(model, name)
    about = setting.words + f" ({range_})" * bool(range_) + f", as {setting.example}" * bool(setting.example)
    said = f"{about}. {note}" if note else about
    head, lines = f"  {name}={shown(value)}", textwrap.wrap(said, WIDTH - COLUMN, break_on_hyphens=False)
    if len(head) >= COLUMN:
        return [head, *(" " * COLUMN + line for line in lines)]
    return [head.ljust(COLUMN) + lines[0], *(" " * COLUMN + line for line in lines[1:])]


def _filled(words: Iterable[str]) -> list[str]:
    """Words in lines that are not too long; no word is broken."""
    lines = [" "]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > WIDTH:
            lines.append(" ")
        lines[-1] += f" {word}"
    return lines
