"""The mechanisms that are disputed: what each could be instead of the model's own, in words, from `configs/structures.yaml`."""

from functools import cache
from typing import Annotated, Literal, get_args

from pydantic import Field

from experiments.configuration import options
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import Strict
from simulation.parameters.structure import StructureConfig

FILE = "structures"
KEY = "behaviour.structure"
"""Where a choice is set, as `behaviour.structure.cut=equal_shares`."""


class Choice(Strict):
    """One of the things that a mechanism could be.

    Attributes:
        summary: what happens then.
        source: who says so, or `assumption`.
        grade: A seen in the source, B derived from A, C recalled and unverified, J judgement.
    """

    summary: Annotated[str, Field(min_length=20)]
    source: Annotated[str, Field(min_length=10)]
    grade: Literal["A", "B", "C", "J"]


class Mechanism(Strict):
    """One disputed mechanism.

    Attributes:
        title: the question that is disputed.
        choices: what it could be; the first is the model's own.
    """

    title: str
    choices: Annotated[dict[str, Choice], Field(min_length=2)]

    @property
    def used(self) -> str:
        """The model's own choice."""
        return next(iter(self.choices))


@cache
def mechanisms() -> dict[str, Mechanism]:
    """Every disputed mechanism by name, in the order of the simulation's own list.

    Raises:
        ValueError: the file and the simulation do not have the same mechanisms and choices.
    """
    file = options.Option("", FILE, options.shipped_root(), True).read()
    found = {name: Mechanism.model_validate(data) for name, data in file.items()}
    known = {name: get_args(field.annotation) for name, field in StructureConfig.model_fields.items()}
    if {name: tuple(each.choices) for name, each in found.items()} != known:
        raise ValueError(f"configs/{FILE}.yaml and StructureConfig differ: {list(found)}, {known}")
    return found


def alternatives(world: WorldConfig) -> list[tuple[str, str]]:
    """Every single departure from a world's own structure: mechanism and choice."""
    own = world.behaviour.structure
    return [
        (name, choice)
        for name, mechanism in mechanisms().items()
        for choice in mechanism.choices
        if choice != getattr(own, name)
    ]


def with_choice(world: WorldConfig, name: str, choice: str) -> WorldConfig:
    """The same world with one mechanism otherwise."""
    structure = StructureConfig.model_validate({**world.behaviour.structure.model_dump(), name: choice})
    behaviour = world.behaviour.model_copy(update={"structure": structure})
    return world.model_copy(update={"behaviour": behaviour})
