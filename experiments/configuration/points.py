"""Design points: variants of one configuration, each checked before any of them is run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from experiments.configuration import compose, options, validate
from experiments.configuration.compose import Composed
from experiments.configuration.declared import shared
from experiments.configuration.files import place_totals
from experiments.configuration.parse import read_policies
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.configuration.words import place_cut
from experiments.configuration.words.spelt_out import key_of
from experiments.configuration.words.stars import keys_meant
from experiments.errors import ConfigurationError, Fault, first_few, listed, nearest
from simulation.parameters import PlaceConfig
from simulation.parameters.quantity import Strict

GROUP_CHOICES = ("place", "demography", "costs", "behaviour")
"""Groups of which a point may choose another option."""
PARTS = ("demography", "challenges", "designs", "costs", "behaviour", "burn_in")
"""What a world holds beside its place and the numbers that are set for a run."""


@dataclass(frozen=True)
class Point:
    """One variant of a configuration.

    Attributes:
        number: its place in the design, from 0.
        where: what the user knows it by, as `row 3 of points.csv`.
        values: what it sets, by dotted key; a `*` between dots stands for every name there that takes part.
        arms: the arms it runs; none for all of them.
    """

    number: int
    where: str
    values: Mapping[str, Any]
    arms: tuple[str, ...] = ()


Check = Callable[[Composed], Plan]


def plans_of(
    question: str, composed: Composed, points: Sequence[Point], check: Check, own: type[BaseModel] = Strict
) -> list[Plan]:
    """Makes the plan of every point: one composition for all, then values set in the plain data.

    Args:
        question: whose configuration it is.
        composed: what all points begin with.
        points: what is set.
        check: makes a plan.
        own: the question's own settings.

    Raises:
        ConfigurationError: with what is wrong with the first few points that cannot be run; nothing has been run then.
    """
    base = check(composed)
    variants = _Variants(question, composed, base, shared(Settings, own))
    faults: dict[Fault, list[str]] = {}
    plans = []
    for point in points:
        try:
            plan = check(variants.of(point))
            known = [*base.notes, *place_totals.unusual_money(plan.world.place), place_cut.NONE_OF_ITS_OWN]
            ours = [note for note in plan.notes if note not in known]
            if ours:
                raise ConfigurationError(*(Fault(note, "leave it out of the design") for note in ours))
            arms = {arm: plan.policies[arm] for arm in point.arms or plan.policies}
            plans.append(replace(plan, policies=arms))
        except ConfigurationError as refusal:
            for fault in refusal.faults:
                faults.setdefault(fault, []).append(point.where)
    if faults:
        raise first_few(at_points(faults))
    return plans


def elsewhere(plan: Plan, place: str, data: Mapping[str, Any], seed_of: Callable[[PlaceConfig], int]) -> Plan:
    """Makes the same plan for another place and seed; all else has been read already.

    Args:
        plan: in any place.
        place: the name of the other.
        data: the plain data of its file.
        seed_of: gives the seed of all random numbers in a place.

    Raises:
        ConfigurationError: with every fault of the place, and of what does not fit it.
    """
    given = plan.composed
    composed = replace(given, data={**given.data, "place": dict(data)}, choices={**given.choices, "place": place})
    faults: list[Fault] = []
    there = validate.read_place(composed, faults)
    parts = {name: getattr(plan.world, name) for name in PARTS} | {"place": there}
    policies = read_policies(composed.data, plan.policies, faults)
    faults += validate.misfits(parts, policies, plan.settings.scale, list(composed.data["challenge"]))
    if faults or there is None:
        raise ConfigurationError(*faults)
    seed = seed_of(there)
    composed.data["seed"] = seed
    settings = plan.settings.model_copy(update={"seed": seed})
    return Plan(settings, validate.make_world(parts, settings), policies, place, composed)


def at_points(faults: Mapping[Fault, Sequence[str]]) -> list[Fault]:
    """Each fault once, with the points that have it."""
    told = []
    for fault, wheres in faults.items():
        more = f" (and {len(wheres) - 1} more)" if len(wheres) > 1 else ""
        told.append(replace(fault, where=f"{wheres[0]}{more}: {fault.where}"))
    return told


class _Variants:
    """One configuration in plain data, and how points differ from it."""

    def __init__(self, question: str, composed: Composed, base: Plan, shared: Collection[str]):
        self.question, self.composed, self.base, self.shared = question, composed, base, shared
        self.referred = compose.referred_keys(question, composed.folders)
        self.composed_anew: dict[tuple[str, ...], Composed] = {}

    def of(self, point: Point) -> Composed:
        """The configuration of one point."""
        if same := [key for key in point.values if key.partition(".")[0] in self.shared]:
            raise ConfigurationError(
                *(Fault(key, "is the same for all points", f"set {key}= beside the design") for key in same)
            )
        anew = {key: value for key, value in point.values.items() if self._needs_hydra(key)}
        found = self._recomposed(anew) if anew else self.composed
        data, said = found.data, list(found.overrides)
        set_by: dict[str, str] = {}
        for typed, value in point.values.items():
            if typed in anew:
                continue
            for key in self._meant(typed, data):
                if key in set_by:
                    why = f"is set twice, by {set_by[key]} and by {typed}"
                    raise ConfigurationError(Fault(key, why, "name it once: with stars or without"))
                set_by[key] = typed
                data = _with(data, key.split("."), value, key)
                said.append(f"{key}={value}")
        return replace(found, data=data, overrides=tuple(said))

    def _needs_hydra(self, key: str) -> bool:
        """Whether a key chooses a file, or other values of the configuration are taken from it."""
        return key in GROUP_CHOICES or key in self.referred

    def _recomposed(self, values: Mapping[str, Any]) -> Composed:
        """The configuration with other files chosen, put together once for each choice."""
        for group, value in values.items():
            if group in GROUP_CHOICES and value not in (found := options.find(group, self.composed.folders)):
                close = nearest(str(value), found)
                raise ConfigurationError(
                    Fault(
                        f"{group}={value}",
                        f"there is no {group} '{value}'; there are: {options.in_words(group, self.composed.folders)}",
                        f"did you mean {close}?" if close else f"name a {group} that is there",
                    )
                )
        words = tuple(f"{key}={value}" for key, value in values.items())
        if words not in self.composed_anew:
            said = [*(word for word in self.composed.overrides if key_of(word) not in values), *words]
            self.composed_anew[words] = compose.compose(self.question, said, self.composed.folders)
        return self.composed_anew[words]

    def _meant(self, typed: str, data: Mapping[str, Any]) -> list[str]:
        """The keys that a key with stars stands for, among what takes part in the run."""
        world = self.base.world
        return keys_meant(
            typed, data, {"policy": self.base.policies, "challenge": world.challenges, "design": world.designs}
        )


def _with(data: Mapping[str, Any], path: Sequence[str], value: Any, key: str) -> dict[str, Any]:
    """The data with one value changed; what is not on the way to it is shared, not copied.

    Raises:
        ConfigurationError: there is no such key. A name that begins with + is added.
    """
    first, rest = path[0], path[1:]
    added = first.startswith("+")
    name = first.removeprefix("+")
    if name not in data and not (added or _may_be_added(key)):
        close = nearest(name, [str(known) for known in data])
        raise ConfigurationError(
            Fault(
                key,
                f"there is no such key: {name} is not among {listed(sorted(map(str, data)))[:300]}",
                f"did you mean {close}?" if close else f"leave {key} out",
            )
        )
    if not rest:
        return {**data, name: value}
    below = data.get(name)
    if isinstance(below, list) and rest[0].isdigit() and int(rest[0]) < len(below):
        changed = list(below)
        place = int(rest[0])
        changed[place] = _with(below[place], rest[1:], value, key) if rest[1:] else value
        return {**data, name: changed}
    if below is None and (added or _may_be_added(key)):
        below = {}
    if not isinstance(below, Mapping):
        raise ConfigurationError(Fault(key, f"there is no such key: {name} is {below!r} and holds nothing"))
    return {**data, name: _with(below, rest, value, key)}


def _may_be_added(key: str) -> bool:
    """Whether a key may be missing from the files: what is unknown in these groups is refused when it is read."""
    return key.partition(".")[0] in options.OPEN
