"""What a lesson asks and what its sliders move: every combination becomes runs, each policy once for what it can feel."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.configuration.words.stars import EVERY
from experiments.errors import ConfigurationError, Fault
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict, Text

MOST_SLIDERS, MOST_POSITIONS, MOST_CELLS = 3, 7, 200
POLICY = "policy"
Words = Annotated[Text, Field(min_length=3)]


class Slider(Strict):
    """One thing that pupils may move, in plain words.

    Attributes:
        title: what is moved.
        keys: of the configuration; `policy.*` moves every policy that has it.
        values: the positions, lowest first; one of them is what the policies use.
        shown: how a value is written: percent, pounds, years or number.
        about: what moving it means.
        source: where the range comes from.
    """

    title: Words
    keys: Names
    values: tuple[float, ...] = Field(min_length=2, max_length=MOST_POSITIONS)
    shown: Literal["percent", "pounds", "years", "number"] = "number"
    about: Words
    source: Annotated[Text, Field(min_length=10)]

    @field_validator("values", mode="before")
    @classmethod
    def _rising(cls, given: Any) -> Any:
        """Positions rise from left to right."""
        rows = isinstance(given, list | tuple)
        if not rows or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in given):
            raise ValueError("must be a list of numbers, as [0.1,0.2]")
        if list(given) != sorted(set(given)):
            raise ValueError(f"{given!r} must rise, with no value twice")
        return given

    def moves(self, arm: str) -> bool:
        """Whether a policy can feel it: settings of the world are felt by all."""
        parts = [key.split(".") for key in self.keys]
        return any(each[0] != POLICY or fnmatchcase(arm, each[1]) for each in parts)

    def label(self, value: float) -> str:
        """A position in words."""
        if self.shown == "percent":
            return f"{100 * value:.3g}%"
        if self.shown == "pounds":
            return f"£{value:.3g}"
        return f"{value:.3g}" + (" years" if self.shown == "years" else "")


class Claim(Strict):
    """What somebody expected of the first outcome, to be laid beside what the model says.

    Attributes:
        words: the expectation, as a whole sentence.
        side: where the second policy was expected to come out.
        source: who expected it.
    """

    words: Words
    side: Literal["lower", "same", "higher"]
    source: Annotated[Text, Field(min_length=10)]


class LessonSettings(Strict):
    """A lesson in words; what is simulated stands in the settings of every comparison.

    Attributes:
        title: of the lesson.
        story: what happened in the real world, with where it is told.
        question: what is predicted, as pupils are asked it.
        claim: what was expected.
        outcomes: of the catalogue; the first is predicted.
        sliders: at most three.
        explain: questions to answer in one's own words.
        cannot: what this lesson's model leaves out.
    """

    title: Words
    story: tuple[Words, ...] = Field(min_length=1)
    question: Words
    claim: Claim
    outcomes: Annotated[Names, Field(max_length=6)]
    sliders: tuple[Slider, ...] = Field(default=(), max_length=MOST_SLIDERS)
    explain: tuple[Words, ...] = Field(min_length=1)
    cannot: tuple[Words, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Grid:
    """Every combination of the sliders, and which runs belong to it.

    Attributes:
        points: what is run; each runs one policy.
        cells: of each combination: the positions, then the point of the first and of the second policy.
        used: the position of each slider that the policies use.
    """

    points: Sequence[Point]
    cells: Sequence[tuple[tuple[int, ...], int, int]]
    used: tuple[int, ...]

    @property
    def base(self) -> int:
        """The cell with the policies as they are."""
        return next(k for k, (positions, _, _) in enumerate(self.cells) if positions == self.used)

    def only(self, numbers: Sequence[int]) -> Grid:
        """The same lesson at some of its combinations; their runs are among those of the whole.

        Args:
            numbers: of the cells.
        """
        cells = [self.cells[number] for number in numbers]
        kept = sorted({number for _, *points in cells for number in points})
        points = [replace(self.points[number], number=k) for k, number in enumerate(kept)]
        place = {number: k for k, number in enumerate(kept)}
        return Grid(points, [(positions, place[first], place[second]) for positions, first, second in cells], self.used)


def grid_of(lesson: LessonSettings, base: Plan, data: Mapping[str, Any]) -> Grid:
    """Lays out the runs of a lesson; the second policy of the contrast is the first that pupils see.

    Raises:
        ConfigurationError: a slider does not hold the value that is used, or there are too many combinations.
    """
    second, first = base.settings.contrast
    number = math.prod(len(each.values) for each in lesson.sliders)
    if number > MOST_CELLS:
        raise ConfigurationError(
            Fault("lesson.sliders", f"have {number} combinations; at most {MOST_CELLS} fit on a page")
        )
    used = _used(lesson, base, data)
    points: list[Point] = []
    known: dict[tuple[str, tuple[int | None, ...]], int] = {}
    cells = []
    for positions in itertools.product(*(range(len(each.values)) for each in lesson.sliders)):
        numbers = []
        for arm in (first, second):
            felt = tuple(p if s.moves(arm) else None for s, p in zip(lesson.sliders, positions, strict=True))
            if (arm, felt) not in known:
                known[arm, felt] = len(points)
                points.append(_point(len(points), lesson.sliders, felt, arm, used))
            numbers.append(known[arm, felt])
        cells.append((positions, numbers[0], numbers[1]))
    return Grid(points, cells, used)


def _point(number: int, sliders: Sequence[Slider], felt: Sequence[int | None], arm: str, used: Sequence[int]) -> Point:
    """One policy with its sliders set; what stands where it is used is left alone."""
    moved = [(s, p) for s, p, u in zip(sliders, felt, used, strict=True) if p is not None and p != u]
    values = {key: _whole(slider.values[place]) for slider, place in moved for key in slider.keys}
    where = ", ".join(f"{slider.title}: {slider.label(slider.values[place])}" for slider, place in moved)
    return Point(number, f"{arm} ({where or 'as it is'})", values, (arm,))


def _whole(value: float) -> float | int:
    """A whole number as one: some levers count years."""
    return int(value) if value == int(value) and abs(value) > 1 else value


def _used(lesson: LessonSettings, base: Plan, data: Mapping[str, Any]) -> tuple[int, ...]:
    """The position of each slider that the policies use as they are."""
    found, faults = [], []
    for number, slider in enumerate(lesson.sliders):
        where = f"lesson.sliders.{number}.values"
        now = {value for key in slider.keys for value in _now(key, base, data)}
        place = [k for k, value in enumerate(slider.values) if now == {value}]
        if place:
            found.append(place[0])
        elif not now:
            faults.append(Fault(where, f"no policy of this lesson has {' or '.join(slider.keys)}"))
        else:
            faults.append(Fault(where, f"{list(slider.values)} must hold what is used, which is {sorted(now)}"))
    if faults:
        raise ConfigurationError(*faults)
    return tuple(found)


def _now(key: str, base: Plan, data: Mapping[str, Any]) -> list[float]:
    """The values that a key has now, one for each policy that it stands for."""
    parts = key.split(".")
    if parts[0] != POLICY or len(parts) < 5:
        return _at(data, parts)
    levers = {arm: policy.levers for arm, policy in base.policies.items() if fnmatchcase(arm, parts[1])}
    having = [each[parts[3]].model_dump() for each in levers.values() if parts[3] in each]
    return [value for each in having for value in _at(each, parts[4:])]


def _at(data: Any, parts: Sequence[str]) -> list[float]:
    """The number at a key, where there is one."""
    for part in parts:
        if part == EVERY or not isinstance(data, Mapping) or part not in data:
            return []
        data = data[part]
    if isinstance(data, bool) or not isinstance(data, int | float):
        return []
    return [float(data)]
