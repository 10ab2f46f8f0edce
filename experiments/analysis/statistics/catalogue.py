"""Reads the catalogue of outcomes: what is reported, in which words and unit, and from which measures.

Patterns are matched part by part: `*` stands for one part of a measure's name between full stops, `**` for
one or more, and `{challenge}` (any word in braces) for one part whose every value makes an outcome of its
own.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

Better = Literal["lower", "higher", "neither"]

Family = Literal["lives", "services", "money", "workforce", "redesign"]
Window = Literal["year", "cumulative", "end"]

MONTHS = "months"
"""A measure every run has: 1 in every month, so that dividing by it gives the average month."""
ACRONYMS = {"nhs": "NHS", "dwp": "DWP"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Outcome(BaseModel):
    """One thing that is reported about every arm, and how it is worked out from the recorded measures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str = Field(min_length=1)
    short: str = ""
    unit: str = Field(min_length=1)
    better: Better
    headline: bool = False
    spoken: bool = False
    family: Family
    numerator: tuple[str, ...] = Field(min_length=1)
    minus: tuple[str, ...] = ()
    denominator: tuple[str, ...] | None
    average_denominator: bool = False
    exclude: tuple[str, ...] = ()
    factor: float = Field(gt=0, allow_inf_nan=False)
    window: Window
    matters: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    description: str = Field(min_length=1)

    @field_validator("denominator", mode="before")
    @classmethod
    def _none_in_words(cls, value: object) -> object:
        """Reads the word `none` as no denominator."""
        return None if value == "none" else value

    @model_validator(mode="after")
    def _consistent(self) -> Outcome:
        """Refuses entries whose keys contradict each other."""
        if self.average_denominator and (self.window != "cumulative" or self.denominator is None):
            raise ValueError("average_denominator needs window: cumulative and a denominator")
        if set(PLACEHOLDER.findall(self.name)) != set(PLACEHOLDER.findall(self.numerator[0])):
            raise ValueError("the {word} in an outcome's name must be in its first numerator pattern too")
        if self.headline and self.per_kind is not None:
            raise ValueError("headline must be false for an entry with a {word}: a headline is one outcome")
        return self

    @property
    def words(self) -> str:
        """What a sentence calls this outcome."""
        return self.short or self.title[:1].lower() + self.title[1:]

    @property
    def per_kind(self) -> str | None:
        """The word in braces, if this entry stands for one outcome per challenge, agency or the like."""
        found = PLACEHOLDER.search(self.name)
        return found.group(1) if found else None


def load_outcomes() -> dict[str, Outcome]:
    """Reads the catalogue that ships with the project, in its own order."""
    return dict(_shipped())


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Outcome]:
    """The catalogue that ships with the project, read once."""
    text = resources.files("configs").joinpath("outcomes.yaml").read_text(encoding="utf-8")
    return read_outcomes(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def read_outcomes(entries: Mapping[str, object], source: str = "outcomes") -> dict[str, Outcome]:
    """Checks a mapping of outcome names to their keys; errors name the outcome and the key."""
    outcomes: dict[str, Outcome] = {}
    faults: list[str] = []
    for name, entry in entries.items():
        if not isinstance(entry, Mapping):
            faults.append(f"{name}: expected keys such as title and numerator, found {entry!r}")
            continue
        try:
            outcomes[name] = Outcome.model_validate({**entry, "name": name})
        except ValidationError as error:
            faults += [_fault(name, each["loc"], each["msg"], each["input"]) for each in error.errors()]
    if faults:
        raise ValueError("\n".join([f"{source} has {len(faults)} fault(s):", *faults]))
    return outcomes


def _fault(name: str, where: tuple[int | str, ...], message: str, found: object) -> str:
    """Words one fault of one entry: the key, what is wrong and what was found there."""
    key = ".".join([name, *(str(part) for part in where)])
    return f"  {key}: {message}" + ("" if isinstance(found, Mapping | Outcome) else f" (found {found!r})")


def select(outcomes: Mapping[str, Outcome], names: Iterable[str]) -> dict[str, Outcome]:
    """Picks outcomes by name.

    Raises:
        KeyError: naming the unknown outcome and the nearest known ones.
    """
    picked: dict[str, Outcome] = {}
    for name in names:
        spelt = (_spelt(name, entry, outcome) for entry, outcome in outcomes.items())
        found = outcomes.get(name) or next((each for each in spelt if each), None)
        if found is None:
            raise KeyError(f"unknown outcome {name!r}{_nearest(name, outcomes)}")
        picked[name] = found
    return picked


def spelt_from(name: str, entry: str) -> str:
    """What a name has in place of an entry's {word}, as `obesity` in `crises_obesity`; empty where it is not of that entry."""
    before, word, after = entry.partition("{")[0], PLACEHOLDER.search(entry), entry.rpartition("}")[2]
    fits = word is not None and name.startswith(before) and name.endswith(after)
    value = name[len(before) : len(name) - len(after)] if fits else ""
    return value if value.isidentifier() else ""


def _spelt(name: str, entry: str, outcome: Outcome) -> Outcome | None:
    """The outcome of one challenge, agency or the like, where the name is spelt from the entry."""
    value = spelt_from(name, entry)
    return _filled(outcome, str(outcome.per_kind), value) if value else None


def expand(outcomes: Mapping[str, Outcome], measures: Sequence[str]) -> dict[str, Outcome]:
    """Turns each entry with a {word} into one outcome per challenge, agency or tier recorded."""
    found: dict[str, Outcome] = {}
    for name, outcome in outcomes.items():
        if outcome.per_kind is None:
            found[name] = outcome
            continue
        for value in _kinds(outcome, outcome.per_kind, measures):
            single = _filled(outcome, outcome.per_kind, value)
            found[single.name] = single
    return found


def _kinds(outcome: Outcome, word: str, measures: Sequence[str]) -> list[str]:
    """Lists the values of a {word} among the recorded measures that are not excluded, in recorded order.

    Raises:
        KeyError: naming the outcome whose pattern stands for nothing recorded.
    """
    if not any(matches(outcome.numerator[0], measure) for measure in measures):
        raise KeyError(f"outcome {outcome.name!r}: numerator {outcome.numerator[0]!r} is not recorded")
    kept = [m for m in measures if not any(matches(pattern, m) for pattern in outcome.exclude)]
    hits = (_compiled(outcome.numerator[0]).fullmatch(measure) for measure in kept)
    return list(dict.fromkeys(hit.group(word) for hit in hits if hit))


def _filled(outcome: Outcome, word: str, value: str) -> Outcome:
    """Writes one value of a {word} into an entry: as it is in names and patterns, in plain words in texts."""
    plain = ACRONYMS.get(value, value.replace("_", " "))
    shown = ("title", "short", "description")
    texts = {key: getattr(outcome, key).replace(f"{{{word}}}", plain) for key in shown}
    patterns = {
        key: tuple(pattern.replace(f"{{{word}}}", value) for pattern in getattr(outcome, key) or ())
        for key in ("numerator", "minus", "exclude", "denominator")
    }
    denominator = {"denominator": None if outcome.denominator is None else patterns["denominator"]}
    name = {"name": outcome.name.replace(f"{{{word}}}", value)}
    return outcome.model_copy(update={**patterns, **denominator, **texts, **name})


def resolve(outcome: Outcome, key: str, measures: Sequence[str]) -> list[str]:
    """Lists the recorded measures that a key's patterns stand for, each once.

    `exclude` takes away what patterns with a star brought in; a measure named in full stays.

    Raises:
        KeyError: naming the outcome, the key and the pattern that stands for nothing recorded.
    """
    found: dict[str, None] = {}
    for pattern in getattr(outcome, key) or ():
        hits = [measure for measure in measures if matches(pattern, measure)]
        if not hits and pattern != MONTHS:
            fault = f"outcome {outcome.name!r}: {key} {pattern!r} is not recorded"
            raise KeyError(fault + _nearest(pattern, measures))
        if "*" in pattern:
            hits = [hit for hit in hits if not any(matches(each, hit) for each in outcome.exclude)]
        found.update(dict.fromkeys(hits or ([MONTHS] if pattern == MONTHS else [])))
    return list(found)


def matches(pattern: str, measure: str) -> bool:
    """Tells whether a measure's name fits a pattern, part by part."""
    return _compiled(pattern).fullmatch(measure) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Writes a pattern as a regular expression with one named group per {word}."""
    parts = []
    for part in pattern.split("."):
        literal = r"[^@]+" if part == "**" else re.escape(part).replace(r"\*", r"[^.@]+")
        parts.append(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^.@]+)", literal))
    return re.compile(r"\.".join(parts))


def _nearest(name: str, known: Iterable[str]) -> str:
    """Suggests the names that are spelled most alike."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.4)
    return f"; nearest: {', '.join(close)}" if close else ""
