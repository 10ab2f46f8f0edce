"""What `redesign sensitivity` may be asked beside the settings of every comparison."""

from typing import Annotated

from pydantic import Field, field_validator

from experiments.configuration.declared import Setting
from experiments.configuration.settings import LARGEST_SEED, Whole, unless_all
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict


class SensitivitySettings(Strict):
    """What is varied, and how thoroughly."""

    inputs: Annotated[
        Names | None,
        Setting(
            "numbers that are varied: keys of the register (redesign evidence), with stars; all: every uncertain one",
            "results",
            "'inputs=[behaviour.*,lever.*]'",
        ),
    ]
    trajectories: Annotated[
        Whole, Field(ge=2, le=1000), Setting("of the screening: runs so many times inputs + 2 points", "results")
    ] = 10
    survivors: Annotated[
        Whole, Field(ge=1, le=30), Setting("most inputs that go on to shares of variance", "results")
    ] = 8
    base_points: Annotated[
        Whole,
        Field(ge=4, le=65_536),
        Setting("of the shares of variance, a power of 2: runs so many times survivors + 3 points", "results"),
    ] = 64
    design_seed: Annotated[Whole, Field(ge=0, le=LARGEST_SEED), Setting("of both designs", "results")] = 1

    _all = field_validator("inputs", mode="before")(unless_all)

    @field_validator("base_points")
    @classmethod
    def _power(cls, given: int) -> int:
        """Sobol's sequence is balanced at powers of 2 alone."""
        if given & (given - 1):
            raise ValueError("must be a power of 2, as 64")
        return given
