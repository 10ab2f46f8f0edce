"""Looking on while a place lives: whoever records, watches, follows or times a month is an observer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.model import PlaceModel
    from simulation.month import Phase, Step


class Observer:
    """Is told of every step and every phase of a month as soon as it is over; looks, and changes nothing.

    An observer overrides what it wants to be told of and is added to `PlaceModel.observers`. A model whose last phase is
    over still stands in the month that was lived.
    """

    def after_step(self, phase: "Phase", step: "Step", model: "PlaceModel") -> None:
        """A step of a phase has been taken; steps that this month does without are not told of."""

    def after(self, phase: "Phase", model: "PlaceModel") -> None:
        """All of a phase's steps have been taken."""
