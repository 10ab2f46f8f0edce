"""Numbers that are varied together over plain ranges: of the evidence register, or any others of the configuration."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from experiments.analysis.uncertainty.discovery.input import Input
from experiments.configuration.points import Point, plans_of
from experiments.configuration.question_settings import without
from experiments.configuration.validate import Plan, check
from experiments.configuration.words import place_cut
from experiments.errors import ConfigurationError, Fault, first_few, nearest
from experiments.evidence import lever_ranges, register
from experiments.evidence.designs import at_share, checked_range
from experiments.evidence.register import Entry
from experiments.text.titles import called

SEED = "seed"


@dataclass(frozen=True)
class Varied:
    """One input and what it sets.

    Attributes:
        input: how it is called, and its range.
        ends: lowest and highest value and kind (`log`, `whole` or none) of every key that it sets.
    """

    input: Input
    ends: Mapping[str, tuple[float, float, str]]

    def at(self, share: float) -> dict[str, float]:
        """What every key is set to at a share of the range."""
        return {key: at_share(share, *ends) for key, ends in self.ends.items()}

    def value(self, share: float) -> float:
        """The input's own value at a share of its range, that of its first key."""
        return float(next(iter(self.at(share).values())))


def plan_at(base: Plan, values: Mapping[str, float]) -> Plan:
    """The plan with some numbers of the register set to others, and with other luck where a seed is among them."""
    numbers = {key: value for key, value in values.items() if key != SEED}
    world = register.with_values(base.world, numbers)
    if SEED in values:
        world = world.model_copy(update={SEED: int(values[SEED])})
    return replace(base, world=world, policies=register.policies_with_values(base.policies, numbers))


def with_arms_compared(base: Plan) -> Plan:
    """The plan with no more than the two arms that are compared."""
    return replace(base, policies={arm: base.policies[arm] for arm in base.settings.contrast})


def inputs_of(
    base: Plan, keys: Sequence[str], patterns: Sequence[str], ranges: Mapping[str, Any], titles: Mapping[str, str]
) -> dict[str, Varied]:
    """The inputs by name: the keys that are named, and all uncertain numbers of the register that fit a pattern.

    Raises:
        ConfigurationError: a key is no number of this run and has no range, or a pattern fits nothing.
    """
    entries = register.entries(base.world, base.policies)
    faults: list[Fault] = []
    found: dict[str, Varied] = {}
    for key in dict.fromkeys(keys):
        chosen = [each for each in entries if key in (each.key, each.common) and each.low < each.high]
        if chosen:
            found[key] = _of_entries(key, chosen, ranges, titles)
        elif key in ranges:
            found[key] = _of_setting(key, ranges[key], base, titles)
        else:
            close = nearest(key, [each.key for each in entries])
            faults.append(
                Fault(
                    key,
                    "is no number of the register that this run uses, and has no range",
                    f"did you mean {close}?" if close else f"'ranges={{{key}:[0,1]}}'",
                )
            )
    for pattern in patterns:
        fitting = [
            e for e in register.uncertain(entries) if any(fnmatchcase(n, pattern) for n in (e.key, e.common) if n)
        ]
        exact = [e for e in entries if e.key == pattern and e.low < e.high]
        if not fitting and not exact:
            faults.append(Fault(f"inputs=[{pattern}]", "fits no uncertain number of this run", "redesign evidence"))
        for entry in fitting or exact:
            name = entry.common or entry.key
            if name not in found and entry.key not in found:
                same = [e for e in entries if (e.common or e.key) == name]
                found[name] = _of_entries(name, same, ranges, titles)
    if faults:
        raise ConfigurationError(*faults)
    return found


def _of_entries(name: str, entries: Sequence[Entry], ranges: Mapping[str, Any], titles: Mapping[str, str]) -> Varied:
    """An input of the register: evenly over its range, or over its orders of magnitude where only those are known."""
    given = checked_range(name, ranges[name]) if name in ranges else None
    ends = {e.key: given or (e.low, e.high, "log" if e.distribution == "lognormal" else "") for e in entries}
    low, high, kind = next(iter(ends.values()))
    first = entries[0]
    return Varied(
        Input(name, titles.get(name) or called(name), first.unit, low, high, first.value, kind == "log"), ends
    )


def _of_setting(name: str, given: Any, base: Plan, titles: Mapping[str, str]) -> Varied:
    """An input that is any other key of the configuration."""
    low, high, kind = ends = checked_range(name, given)
    used = _used(name, base)
    return Varied(Input(name, titles.get(name) or called(name), "", low, high, used, kind == "log"), {name: ends})


def _used(key: str, base: Plan) -> float:
    """What a key of the configuration is set to, a cut in a word by how deep it ends; NaN where it is no single number."""
    nodes: list[Any] = [base.composed.data]
    for depth, part in enumerate(key.split(".")):
        names = list(base.policies) if part == "*" and depth == 1 else [part]
        nodes = [node[name] for node in nodes if isinstance(node, Mapping) for name in names if name in node]
    nodes = [place_cut.depth(n, base.composed.data["place"]) if n in place_cut.WORDS else n for n in nodes]
    numbers = {float(node) for node in nodes if isinstance(node, int | float) and not isinstance(node, bool)}
    return numbers.pop() if len(numbers) == 1 else math.nan


def plans_at(base: Plan, points: Sequence[Point], own: Sequence[str]) -> list[Plan]:
    """The plan of every point; what is not in the register is a setting of the configuration.

    Raises:
        ConfigurationError: with what is wrong with the first few points that cannot be run.
    """
    known = {entry.key for entry in register.entries(base.world, base.policies)}
    settings = [replace(p, values={k: v for k, v in p.values.items() if k not in known}) for p in points]
    plans = [base] * len(points)
    if any(point.values for point in settings):
        made = plans_of("discover", base.composed, settings, lambda each: check(without(each, own)[0]))
        plans = [with_arms_compared(plan) for plan in made]
    ranges = lever_ranges.for_policies(base.policies)
    found, faults = [], []
    for point, plan in zip(points, plans, strict=True):
        numbers = {key: value for key, value in point.values.items() if key in known}
        try:
            world = register.with_values(plan.world, numbers)
            policies = register.policies_with_values(plan.policies, numbers, ranges)
        except ValueError as error:
            faults.append(Fault(point.where, str(error), "narrow the ranges of these numbers, or leave one out"))
            continue
        found.append(replace(plan, world=world, policies=policies))
    if faults:
        raise first_few(faults)
    return found
