"""Makes a plan of every pattern's experiment; refuses with everything that is wrong before anything runs."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.configuration import options, validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.parse import read, refuse_what_are_no_groups
from experiments.configuration.validate import Plan
from experiments.configuration.validation_errors import faults_of
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.patterns.schema import Asked, Funding, PatternConfig

GROUP = "pattern"
WORLD = ("demography", "costs", "behaviour", "challenge", "design")
"""What the user may change of every pattern's world; the place is each pattern's own."""
ELSEWHERE = tuple(key for key in (*options.OPEN, *options.ONE_OF) if key not in (*WORLD, "policy"))
"""What a comparison has and no pattern leaves to the user."""
NOT_ASKED = tuple(dict.fromkeys((*options.OPEN, *options.ONE_OF, GROUP)))


@dataclass(frozen=True)
class Trial:
    """One pattern and the plan of its experiment."""

    name: str
    pattern: PatternConfig
    plan: Plan


@dataclass(frozen=True)
class Trials:
    """All that `redesign patterns` is to do."""

    asked: Asked
    trials: list[Trial]


def check(composed: Composed) -> Trials:
    """Reads the patterns asked for and plans an experiment for each.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    refuse_what_are_no_groups(composed.data, (*options.ALL_AT_ONCE, GROUP))
    faults: list[Fault] = []
    own = {key: value for key, value in composed.data.items() if key not in NOT_ASKED}
    faults += [
        unknown(f"{key}={own[key]}", "key", key, [*Asked.model_fields, *NOT_ASKED])
        for key in own
        if key not in Asked.model_fields
    ]
    faults += [
        Fault(key, "is not the user's to set: each pattern has its own", f"{GROUP}.<name>.place=... for another place")
        for key in ELSEWHERE
        if _beyond_scale(composed.data.get(key))
    ]
    asked = read(Asked, {key: own.get(key) for key in Asked.model_fields}, "", faults)
    found = composed.data.get(GROUP) or {}
    names = list(found) if asked is None or asked.only is None else list(asked.only)
    faults += [unknown(f"only: {name}", "pattern", name, found) for name in names if name not in found]
    patterns = {name: read(PatternConfig, found[name], f"{GROUP}.{name}", faults) for name in names if name in found}
    if faults or asked is None:
        raise ConfigurationError(*faults)
    worlds: dict[tuple[str, float], Composed] = {}
    trials = []
    for name, pattern in patterns.items():
        assert pattern is not None
        try:
            trials.append(Trial(name, pattern, _plan(pattern, asked, composed, worlds)))
        except ConfigurationError as refusal:
            faults += [Fault(f"{GROUP}.{name}: {f.where}".rstrip(": "), f.wrong, f.fix) for f in refusal.faults]
    if faults:
        raise ConfigurationError(*dict.fromkeys(faults))
    trials.sort(key=lambda trial: trial.pattern.number)
    return Trials(asked, trials)


def _plan(pattern: PatternConfig, asked: Asked, composed: Composed, worlds: dict[tuple[str, float], Composed]) -> Plan:
    """A pattern's experiment as a comparison of its arms in its place."""
    faults = [
        Fault(f"measures.{each}: year={year}", f"the experiment lasts {pattern.years} years")
        for each, measure in pattern.measures.items()
        for year in (measure.settings.get("year", measure.settings.get("years", 0)),)
        if year > pattern.years
    ]
    if faults:
        raise ConfigurationError(*faults)
    scale = asked.scale or pattern.scale
    where = (pattern.place, scale)
    if where not in worlds:
        folders = [*composed.folders, Path(str(options.shipped_root().joinpath(GROUP)))]
        worlds[where] = compose("compare", [f"place={pattern.place}", f"scale={scale}"], folders)
    world = worlds[where]
    shipped = {**world.data["policy"], **composed.data["policy"]}
    data = copy.deepcopy({**world.data, **{key: composed.data[key] for key in WORLD if key in composed.data}})
    arms = {arm: _policy(given, shipped, f"arms.{arm}") for arm, given in pattern.arms.items()}
    data |= {
        "policy": arms,
        "arms": list(arms),
        "contrast": "auto",
        "years": pattern.years,
        "seed": asked.seed,
        "settling_luck": "shared",  # a pattern has several starts, and each of them settles once
        "replicates": asked.replicates or pattern.replicates,
        "workers": asked.workers or "auto",
        "threads": asked.threads or "auto",
        "horizons": None,
        "out": None,
    }
    return validate.check(Composed(data, world.choices, world.folders))


def _policy(given: str | Mapping[str, Any], shipped: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An arm's policy: a shipped one by name, or one of the pattern's own, its cut worked out where funding is given."""
    if isinstance(given, str):
        if given not in shipped:
            raise ConfigurationError(unknown(f"{key}={given}", "policy", given, shipped))
        return dict(shipped[given])
    policy = {name: copy.deepcopy(value) for name, value in given.items() if name != "funding"}
    if "funding" in given:
        try:
            cut = Funding.model_validate(given["funding"]).cut
        except ValidationError as error:
            raise ConfigurationError(*faults_of(error, Funding, f"{key}.funding")) from error
        policy.setdefault("levers", {}).setdefault("envelope", {})["cut"] = round(cut, 4)
    return policy


def _beyond_scale(given: Any) -> bool:
    """Whether something is set in a group of which a pattern chooses all but its place's usual scale."""
    return bool(set(given) - {"usual_scale"} if isinstance(given, Mapping) else given)
