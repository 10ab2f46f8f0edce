"""The question `redesign calibrate`: which numbers agree with the years before the policy date?

History matching in waves rules out what cannot agree, and rejection keeps of what is left. Neither this nor
any module it is made of knows a policy or a lever: what redesign and rationing do later steers nothing here.

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from experiments.configuration import consistency
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Large, Setting, in_force
from experiments.configuration.parse import read, refuse_what_are_no_groups
from experiments.configuration.settings import LARGEST_SEED, Whole, at_once, unless_all
from experiments.configuration.validate import BURN_IN, read_parts
from experiments.configuration.validation_errors import faults_of
from experiments.errors import ConfigurationError, Fault, Unfit, unknown
from experiments.questions.base import Question, found_in
from experiments.questions.calibrate import targets as figures
from experiments.questions.calibrate.space import Space, space_of
from experiments.questions.calibrate.targets import CalibrationConfig, Target, targets_of
from simulation.parameters import WorldConfig
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict, Text

GROUPS = ("place", "demography", "costs", "behaviour", "challenge", "calibration", BURN_IN)
MOST_RUNS = 100_000


class Settings(Strict):
    """The settings of `redesign calibrate`."""

    scale: Annotated[
        float,
        Field(gt=0, le=1, strict=True),
        Setting("simulated people per real person; rates do not depend on it, chance does", "replication"),
    ]
    seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED - MOST_RUNS), Setting("of all random numbers", "replication")]
    challenges: Annotated[Names | None, Setting("names, or all that are found", "replication")]
    replicates: Annotated[
        Whole,
        Field(ge=2, le=MOST_RUNS),
        Setting("runs at the usual numbers with other luck, to measure chance", "results"),
    ]
    waves: Annotated[
        tuple[Annotated[Whole, Field(ge=20, le=MOST_RUNS)], ...],
        Field(min_length=1),
        Setting("runs of each wave of history matching", "results", may_repeat=True),
    ]
    sample: Annotated[
        Whole,
        Field(ge=1, le=MOST_RUNS),
        Setting("sets that rejection keeps of the rest, run to see whether they agree by themselves too", "results"),
    ]
    keep: Annotated[Whole, Field(ge=1, le=MOST_RUNS), Setting("of those that do: the posterior", "results")]
    worst: Annotated[
        Whole,
        Field(ge=1, le=5),
        Setting("a set is ruled out by its worst output (1), its second worst (2) ...", "results"),
    ]
    cut: Annotated[
        float, Field(gt=0, le=10), Setting("... when it lies more than so many standard deviations away", "results")
    ]
    candidates: Annotated[
        Whole,
        Field(ge=1000, le=100_000_000),
        Setting("sets drawn from the prior and judged by the emulators, after each wave", "results"),
    ]
    recovery_truths: Annotated[
        Whole, Field(ge=0, le=1000), Setting("known worlds that calibration must find again; 0: do not try", "results")
    ]
    workers: Annotated[Whole | None, Setting("processes; auto: one per core", "nothing")]
    large: Large = False
    out: Annotated[
        Text | None,
        Setting("results folder; null: one named after the place and a hash of the configuration", "nothing"),
    ]

    _all = field_validator("challenges", mode="before")(unless_all)

    _at_once = field_validator("workers", mode="before")(at_once)

    @model_validator(mode="after")
    def _enough(self) -> Settings:
        """What is kept must first be run."""
        if self.keep > self.sample:
            raise Unfit(f"keep={self.keep}", f"is more than sample={self.sample}", f"keep={self.sample} or less")
        return self


@dataclass(frozen=True)
class Plan:
    """What will be run: everything is known to fit.

    Attributes:
        settings: of the question.
        world: the place and all that holds in it; no designs.
        space: the numbers varied.
        targets: the figures, held-out ones included.
        place: the name of the place's file.
        figures: the name of the file of figures.
        composed: where it all came from.
    """

    settings: Settings
    world: WorldConfig
    space: Space
    targets: list[Target]
    place: str
    figures: str
    composed: Composed

    @property
    def asked(self) -> dict[str, Any]:
        """The resolved configuration, as it is kept beside the results."""
        return {"place": self.place, "calibration": self.figures, **self.settings.model_dump(mode="json")} | {
            f"{group}_settings": self.composed.data.get(group) for group in GROUPS
        }

    def key(self, version: str) -> str:
        """What determines the result, as a hash."""
        settings = in_force(self.settings, "replication") | in_force(self.settings, "results")
        content = [version, self.world.model_dump(mode="json"), self.composed.data.get("calibration"), settings]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def check(composed: Composed) -> Plan:
    """Makes the plan of a calibration.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    faults: list[Fault] = []
    data = composed.data
    refuse_what_are_no_groups(data, ("challenge",))
    known = [*Settings.model_fields, *GROUPS]
    faults += [unknown(f"{key}={data[key]}", "key", key, known) for key in data if key not in known]
    settings = read(Settings, {key: data[key] for key in Settings.model_fields if key in data}, "", faults)
    found = list(data.get("challenge") or {})
    names = list(settings.challenges or found) if settings else found
    faults += [unknown(f"challenges: {name}", "challenge", name, found) for name in names if name not in found]
    parts = read_parts(composed, [name for name in names if name in found], [], faults)
    config = read(CalibrationConfig, data.get("calibration"), "calibration", faults)
    faults += figures.check(config) if config else []
    if parts["place"] and settings:
        faults += consistency.check_scale(parts["place"], settings.scale)
    if faults or settings is None or config is None:
        raise ConfigurationError(*faults)
    try:
        world = WorldConfig(**parts, scale=settings.scale, seed=settings.seed)
    except ValidationError as error:
        raise ConfigurationError(*faults_of(error, WorldConfig)) from error
    space = space_of(world, config.parameters)
    listed = targets_of(config, world.challenges)
    return Plan(settings, world, space, listed, composed.choices["place"], composed.choices["calibration"], composed)


class Calibrate(Question[Plan]):
    """Whole sets of numbers that agree with what was observed before any policy."""

    name = "calibrate"
    settings = Settings
    session = found_in("work", "session_of")
    analyse = found_in("work", "analysed")

    def plans(self, composed: Composed) -> Plan:
        """Makes the plan of a calibration."""
        return check(composed)


QUESTION = Calibrate()
