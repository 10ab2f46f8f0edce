"""What `redesign discover` may be asked beside the settings of every comparison."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.analysis.uncertainty.discovery import prim_settings
from experiments.configuration.declared import Setting
from experiments.configuration.settings import LARGEST_SEED, Whole
from experiments.evidence.designs import Ranges
from simulation.parameters.names import NamesOrNone
from simulation.parameters.quantity import Strict

FEWEST_FUTURES = 20
INFLUENTIAL = "influential"
RANGES = "input_ranges"
"""What the manifest calls the ranges of what was varied, with what is used of it."""


class DiscoverSettings(Strict):
    """What is varied, and how boxes are looked for."""

    map: Annotated[
        Any,
        Setting(
            "the two inputs of the map; influential: those by which the social value varies most among the futures; "
            "null: no map",
            "results",
            "'map=[behaviour.accountability.weak_decline,lever.envelope.cut]'",
        ),
    ] = None
    steps: Annotated[Whole, Field(ge=2, le=50), Setting("cells along each side of the map", "results")] = 7
    inputs: Annotated[
        NamesOrNone,
        Setting(
            "that boxes are looked for in: keys of the register (redesign evidence), with stars; those of the map and of "
            "ranges come on top",
            "results",
            "'inputs=[lever.*]'",
        ),
    ] = ()
    ranges: Annotated[
        Ranges | None,
        Setting(
            "lowest and highest by key, where the register's own are not wanted; any other key of the configuration",
            "results",
            "'ranges={policy.*.levers.envelope.cut:[0.1,0.4]}'",
        ),
    ] = None
    points: Annotated[
        Whole,
        Field(ge=0, le=100_000),
        Setting("futures in which boxes are looked for, a Latin hypercube; 0: no boxes", "results"),
    ] = 200
    peel_alpha: Annotated[
        float,
        Field(ge=0.01, le=0.5),
        Setting("share of the futures inside that one slice of a box takes away", "results"),
    ] = prim_settings.PEEL_ALPHA
    most_inputs: Annotated[Whole, Field(ge=1, le=10), Setting("inputs that a box may restrict", "results")] = (
        prim_settings.MOST_INPUTS
    )
    design_seed: Annotated[
        Whole, Field(ge=0, le=LARGEST_SEED), Setting("of the hypercube, and of the resamples of boxes", "results")
    ] = 1
    titles: Annotated[
        dict[str, str],
        Setting("what inputs are called in sentences and figures, by key, where titles.yaml is not wanted", "results"),
    ] = Field(default_factory=dict)

    @field_validator("map")
    @classmethod
    def _two(cls, given: Any) -> Any:
        """Two keys, or the word for those that are found to matter most."""
        if given is None or given == INFLUENTIAL:
            return given
        if not (isinstance(given, list | tuple) and len(given) == 2 and all(isinstance(k, str) for k in given)):
            raise ValueError(f"must be {INFLUENTIAL}, two keys as [one,another], or null for no map")
        if given[0] == given[1]:
            raise ValueError("names the same input twice; it must be two, as [one,another]")
        return tuple(given)

    @field_validator("points")
    @classmethod
    def _enough(cls, given: int) -> int:
        """A handful of futures shows no pattern."""
        if 0 < given < FEWEST_FUTURES:
            raise ValueError(f"must be 0 (no boxes) or at least {FEWEST_FUTURES}")
        return given

    @property
    def on_map(self) -> tuple[str, ...]:
        """The two inputs of the map, where they are known."""
        return self.map if isinstance(self.map, tuple) else ()


OWN = tuple(DiscoverSettings.model_fields)
