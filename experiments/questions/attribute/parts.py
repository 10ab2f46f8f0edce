"""The four parts that a difference is shared among: what policies do beyond what both do alike, by what it works through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.configuration.points import Point
from experiments.errors import ConfigurationError, Fault, listed
from experiments.questions.attribute.shapley import Subset, subsets

DESIGNS, MANAGEMENT, POOLING, CUT = "designs", "management", "pooling", "cut"
PARTS = {
    DESIGNS: "redesigned services",
    MANAGEMENT: "management (a judgement)",
    POOLING: "pooled prevention",
    CUT: "how the cut is taken",
}
"""Every part, and what it is called."""
SERVES: Mapping[str, tuple[str, ...]] = {
    "portfolio": (DESIGNS,),
    "transition": (DESIGNS,),
    "support": (DESIGNS, MANAGEMENT),
    "freedom": (DESIGNS, MANAGEMENT),
    "indicators": (DESIGNS, MANAGEMENT),
    "targets": (MANAGEMENT,),
    "pooling": (POOLING,),
}
"""The parts that a lever works through; every other lever is about how the cut is taken. One that works through two, as support
that lifts morale and lets services redesign, is in force, and paid for, where either part is."""
NOTHING_MANAGED = {"behaviour.structure.management": "none"}


@dataclass(frozen=True)
class Coalitions:
    """What is lived to tell the parts apart.

    Attributes:
        points: every different life, once.
        of: for each set of parts that are in force, the points of the first arm and of the second.
    """

    points: Sequence[Point]
    of: Mapping[Subset, tuple[int, int]]


def coalitions_of(policies: Mapping[str, Any], contrast: Sequence[str], manages: Callable[[Any], bool]) -> Coalitions:
    """Every set of parts: each arm without the levers that work through none of them, and without what management does by itself.

    Where no part is in force both arms are what they have in common, as the cut alone, so that their difference is exactly 0 and
    the parts add up to the whole. A life that another set of parts, or the other arm, leads too is lived once.

    Args:
        policies: both arms.
        contrast: the first arm and the second.
        manages: whether a policy ever manages otherwise than in 2010, so that it matters whether management does anything.

    Raises:
        ConfigurationError: an arm has zones, whose levers belong to no one part.
    """
    if zoned := [arm for arm in contrast if policies[arm].zones is not None]:
        raise ConfigurationError(
            Fault(
                "among=parts",
                f"{listed(zoned)} has zones, which hold levers of several parts at once",
                "among=levers, or compare policies without zones",
            )
        )
    numbers: dict[tuple[Any, ...], Point] = {}
    found: dict[Subset, tuple[int, int]] = {}
    for subset in subsets(len(PARTS)):
        on = {list(PARTS)[place] for place in subset}
        first, second = (_life(policies, (arm, other), on, manages, numbers) for arm, other in _each(contrast))
        found[subset] = first, second
    return Coalitions(list(numbers.values()), found)


def _each(contrast: Sequence[str]) -> list[tuple[str, str]]:
    """Each arm with the other."""
    first, second = contrast
    return [(first, second), (second, first)]


def _life(
    policies: Mapping[str, Any],
    arms: tuple[str, str],
    on: set[str],
    manages: Callable[[Any], bool],
    numbers: dict[tuple[Any, ...], Point],
) -> int:
    """The point at which an arm lives with some parts in force, made if no other set of parts had the same life."""
    arm, other = arms
    own = [name for name, lever in policies[arm].levers.items() if policies[other].levers.get(name) != lever]
    off = [name for name in own if not on.intersection(SERVES.get(name, (CUT,)))]
    kept = {name: lever for name, lever in policies[arm].levers.items() if name not in off}
    idle = MANAGEMENT not in on and manages(policies[arm].model_copy(update={"levers": kept}))
    mine = arm if set(own) - set(off) else ""
    life = (mine, tuple(name for name in own if name not in off), idle)
    if life not in numbers:
        values: dict[str, Any] = {f"policy.{arm}.levers.{name}": None for name in off}
        words = listed([PARTS[part] for part in PARTS if part in on])
        where = f"{arm} with {words}" if mine else "what both arms have in common"
        numbers[life] = Point(len(numbers), where, values | (NOTHING_MANAGED if idle else {}), (arm,))
    return numbers[life].number
