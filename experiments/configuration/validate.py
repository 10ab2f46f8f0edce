"""Reads a composed configuration into a world, policies and settings; refuses with everything that is wrong at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from experiments.analysis.economics.valuation import Valuation
from experiments.configuration import consistency, options
from experiments.configuration.compose import Composed
from experiments.configuration.files import place_tables as tables
from experiments.configuration.files import place_totals
from experiments.configuration.parse import Model, read, read_policies, refuse_what_are_no_groups
from experiments.configuration.settings import Settings
from experiments.configuration.validation_errors import faults_of, shown
from experiments.configuration.words import place_cut
from experiments.configuration.words.outcome_names import unknown_outcomes
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.text.numerals import counted
from simulation.parameters import (
    BehaviourConfig,
    ChallengeConfig,
    CostsConfig,
    DemographyConfig,
    DesignConfig,
    PlaceConfig,
)
from simulation.parameters.quantity import MOST_CHALLENGES
from simulation.parameters.world import BurnInConfig, WorldConfig
from simulation.policy.policy import Policy

GROUPS = ("place", "demography", "costs", "behaviour", "valuation", *options.ALL_AT_ONCE)
BURN_IN = "burn_in"


@dataclass(frozen=True)
class Plan:
    """What will be run: everything is known to fit.

    Attributes:
        settings: of the question.
        world: the place and all that holds in it.
        policies: by arm, in the order of the arms.
        place: the name of the place's file.
        composed: where it all came from.
        notes: what the user may not have meant, though it can be run.
    """

    settings: Settings
    world: WorldConfig
    policies: dict[str, Policy]
    place: str
    composed: Composed
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What is run, in words."""
        return f"{self.world.place.title}: {len(self.policies)} arms, {counted(self.settings.years, 'year')}"

    @property
    def valuation(self) -> Valuation:
        """What finished runs are valued by; the simulation never sees it."""
        return Valuation.model_validate(self.composed.data["valuation"])


def check(composed: Composed) -> Plan:
    """Makes the plan of a comparison.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    refuse_what_are_no_groups(composed.data)
    faults = _typing_errors(composed)
    settings = _settings(composed, faults)
    chosen = {group: _chosen(group, composed.data, settings, faults) for group in options.ALL_AT_ONCE}
    parts = read_parts(composed, chosen["challenge"], chosen["design"], faults)
    policies = read_policies(composed.data, chosen["policy"], faults)
    read(Valuation, composed.data.get("valuation"), "valuation", faults)
    scale = settings.scale if settings else 1.0
    faults += misfits(parts, policies, scale, list(composed.data.get("challenge") or {}))
    if settings:
        faults += unknown_outcomes(settings.outcomes or (), parts["challenges"])
        faults += unknown_outcomes(
            [settings.precise] if settings.precise else (), parts["challenges"], "precise", single=True
        )
    if faults or settings is None:
        raise ConfigurationError(*(_or_left_out(fault, composed.overrides) for fault in faults))
    world = make_world(parts, settings)
    notes = consistency.notes(composed, chosen) + consistency.never_tried(composed, chosen["design"], policies)
    notes += place_totals.unusual_money(world.place)
    if world.place.cut is None and any(map(place_cut.takes_the_place_s, map(composed.data["policy"].get, policies))):
        notes.append(place_cut.NONE_OF_ITS_OWN)
    return Plan(settings, world, policies, composed.choices["place"], composed, notes)


def _or_left_out(fault: Fault, typed: Sequence[str]) -> Fault:
    """The same fault; where nothing better is known, what was typed can be left out."""
    key = fault.where.partition("=")[0]
    if fault.fix or not any(word.lstrip("+").partition("=")[0] == key for word in typed):
        return fault
    return replace(fault, fix=f"leave {key}=... out; it then has its usual value")


def make_world(parts: Mapping[str, Any], settings: Settings) -> WorldConfig:
    """Puts parts that are right by themselves together."""
    own = {key: getattr(settings, key) for key in ("scale", "seed", "engine", "population", "later_luck")}
    luck = "shared" if settings.population_luck == "shared" else "own"  # nested people are a replication's own
    settling = luck if settings.settling_luck == "auto" else settings.settling_luck
    try:
        return WorldConfig(**parts, **own, population_luck=luck, settling_luck=settling)
    except ValidationError as error:
        raise ConfigurationError(*faults_of(error, WorldConfig)) from error


def _settings(composed: Composed, faults: list[Fault]) -> Settings | None:
    """The settings, and a fault for every key that is nobody's."""
    data = composed.data
    typed = {word.partition("=")[0].lstrip("+"): word for word in composed.overrides}
    own = {key: value for key, value in data.items() if key not in (*GROUPS, BURN_IN)}
    known = [*Settings.model_fields, *GROUPS, BURN_IN]
    stray = [key for key in own if key not in known]
    faults += [unknown(typed.get(key, f"{key}={own[key]}"), "key", key, known) for key in stray]
    settings = read(Settings, {key: value for key, value in own.items() if key not in stray}, "", faults)
    if settings:
        faults += _wrong_contrast(settings)
    return settings


def _wrong_contrast(settings: Settings) -> list[Fault]:
    """The contrast is two different arms, and what all are held against is an arm."""
    arms, (first, second) = settings.arms, settings.contrast
    where, fix = (f"contrast=[{first},{second}]", f"contrast=[{arms[-1]},{arms[-2]}], or contrast=auto for just that")
    strangers = [arm for arm in (first, second) if arm not in arms]
    if strangers:
        return [Fault(where, f"{strangers[0]} is not among arms=[{','.join(arms)}]", fix)]
    if settings.base is not None and settings.base not in arms:
        return [
            Fault(f"base={settings.base}", f"is not among arms=[{','.join(arms)}]", "name one of them, or base=auto")
        ]
    return [Fault(where, "compares an arm with itself; name two different arms", fix)] if first == second else []


def _chosen(group: str, data: Mapping[str, Any], settings: Settings | None, faults: list[Fault]) -> list[str]:
    """The options of a group that take part; a fault for each that does not exist."""
    found = list(data.get(group) or {})
    plural = {"policy": "arms", "challenge": "challenges", "design": "designs"}[group]
    named = getattr(settings, plural) if settings else data.get(plural)
    if named is None or not isinstance(named, list | tuple):
        return [] if group == "policy" else found
    named = [name for name in named if isinstance(name, str)]
    strangers = [name for name in named if name not in found]
    where, lists = f"{plural}={shown(named)}", {"policy": "policies"}.get(group, plural)
    faults += [unknown(where, group, name, found, f"redesign list {lists} says what each is") for name in strangers]
    if group == "challenge" and len(set(named)) > MOST_CHALLENGES:
        faults.append(Fault(plural, f"names {len(set(named))}; at most {MOST_CHALLENGES} can be simulated together"))
    return [name for name in dict.fromkeys(named) if name in found]


def read_parts(
    composed: Composed, challenges: Iterable[str], designs: Iterable[str], faults: list[Fault]
) -> dict[str, Any]:
    """The parts of a world; parts that are wrong are None, or left out where there are many."""
    data = composed.data
    parts: dict[str, Any] = {
        "place": read_place(composed, faults),
        "demography": _with_table(
            composed, "demography", DemographyConfig, "life_table_file", "life_table", tables.read_life_table, faults
        ),
        "costs": read(CostsConfig, data.get("costs"), "costs", faults),
        "behaviour": read(BehaviourConfig, data.get("behaviour"), "behaviour", faults),
        BURN_IN: read(BurnInConfig, data.get(BURN_IN), BURN_IN, faults),
    }
    for group, model, names in (("challenge", ChallengeConfig, challenges), ("design", DesignConfig, designs)):
        given = data.get(group) or {}
        found = {name: read(model, given[name], f"{group}.{name}", faults) for name in names}
        parts[f"{group}s"] = {name: part for name, part in found.items() if part is not None}
    return parts


def read_place(composed: Composed, faults: list[Fault]) -> PlaceConfig | None:
    """The place of a configuration; what is wrong with it, or with its sums, is added to the faults."""
    place = _with_table(composed, "place", PlaceConfig, "areas_file", "areas", tables.read_areas, faults)
    if place:
        faults += place_totals.check_people(place) + place_totals.check_money(place)
    return place


def _with_table(
    composed: Composed, group: str, model: type[Model], file_key: str, into: str, reader: Any, faults: list[Fault]
) -> Model | None:
    """A part whose table lies beside its file."""
    data = composed.data.get(group)
    if not isinstance(data, dict) or group not in composed.choices:
        return read(model, data if isinstance(data, dict) and "title" in data else None, group, faults)
    key, filled = f"{group}.{file_key}", dict(data)
    if data.get(into):
        faults.append(Fault(f"{group}.{into}", f"is read from {key} and cannot be set", f"set {key}"))
    try:
        if not isinstance(data.get(file_key), str):
            return read(model, filled, group, faults)
        others = list(options.find(group, composed.folders).values())
        source = tables.locate(str(data.get(file_key)), key, composed.option(group), others)
        filled[into] = reader(source, key, str(data[file_key]))
    except ConfigurationError as refusal:
        faults += refusal.faults
    return read(model, filled, group, faults)


def misfits(
    parts: Mapping[str, Any], policies: Mapping[str, Policy], scale: float, every_challenge: list[str]
) -> list[Fault]:
    """What is right by itself but does not fit the rest."""
    place, costs, challenges, designs = (parts[name] for name in ("place", "costs", "challenges", "designs"))
    faults = consistency.check_designs(designs, designs, every_challenge)
    if place:
        faults += consistency.check_scale(place, scale)
        faults += consistency.check_budgets(consistency.users_of(challenges), place)
        for name, policy in policies.items():
            faults += consistency.check_policy(name, policy, place, designs, challenges)
    return faults + (consistency.check_costs(challenges, costs) if costs else [])


def _typing_errors(composed: Composed) -> list[Fault]:
    """Overrides of a challenge, design or policy that no file defines; an experiment's or lesson's file may define some too."""
    faults = []
    for group in options.ALL_AT_ONCE:
        inside = [
            name
            for name, each in (composed.data.get(group) or {}).items()
            if isinstance(each, dict) and "title" in each
        ]
        known = list(dict.fromkeys([*options.find(group, composed.folders), *inside]))
        for name, word in consistency.overridden(composed, group).items():
            if name not in known and not word.startswith("+"):
                faults.append(unknown(word, group, name, known))
    return faults
