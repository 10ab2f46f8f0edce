"""Real figures to hold the settled place against: what was seen around 2010, and what in the model it is seen beside."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from simulation.parameters.names import Names, NamesOrNone
from simulation.parameters.quantity import Quantity, Strict


class Counterpart(Strict):
    """What the model records that comes nearest to a real figure, over the last twelve months of settling.

    Attributes:
        of: recorded measures, added up.
        per: measures that they are divided by; none for the average month.
        factor: brings the result to the figure's own unit.
    """

    of: Names
    per: NamesOrNone = ()
    factor: Annotated[float, Field(gt=0)] = 1.0


class Observed(Quantity):
    """A real figure with its source, and what in the model to put beside it.

    Attributes:
        label: what it is, in a few words; without one, its key.
        model: what the model records that comes nearest; without one, the figure stands alone.
    """

    label: str = ""
    model: Counterpart | None = None

    @model_validator(mode="after")
    def _single(self) -> "Observed":
        if self.model and isinstance(self.value, tuple):
            raise ValueError("a list of numbers has no single counterpart in the model; leave out model")
        return self


def _without_dropped(given: Any) -> Any:
    """A figure set to null is dropped, so that a file can leave out one that it inherits."""
    if isinstance(given, dict):
        return {name: figure for name, figure in given.items() if figure is not None}
    return given


ObservedFigures = Annotated[dict[str, Observed], BeforeValidator(_without_dropped)]
