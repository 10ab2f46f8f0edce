"""The question `redesign attribute`: which levers or parts of a package did it, and could the other policy just borrow one?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `work`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.configuration.validation_errors import shown
from experiments.errors import ConfigurationError, Fault, Unfit, listed, unknown
from experiments.questions.base import OfPoints, found_in
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict

if TYPE_CHECKING:
    from experiments.running.design_run import DesignRun

MOST_LEVERS = 10


class AttributeSettings(Strict):
    """What is shared among what."""

    among: Annotated[
        Literal["levers", "parts"],
        Setting(
            "levers: those of the package; parts: redesigned services, management, pooled prevention, and how the cut is taken, "
            "of both policies",
            "results",
        ),
    ] = "levers"
    levers: Annotated[
        Names | None,
        Setting(
            "of the package, to share the difference among; null: all that the other policy does not have as they are",
            "results",
            "'levers=[pooling,support]'",
        ),
    ] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> AttributeSettings:
        """Levers are named where levers are meant."""
        if self.among == "parts" and self.levers is not None:
            where, why = (
                f"levers={shown(self.levers)}",
                "goes with among=levers; with among=parts all levers are in force",
            )
            raise Unfit(where, why, "leave levers=... out, or among=levers")
        return self


def levers_of(base: Plan, chosen: Sequence[str] | None) -> list[str]:
    """The levers among which the difference is shared."""
    first, second = (base.policies[arm].levers for arm in base.settings.contrast)
    package = [name for name, lever in first.items() if second.get(name) != lever]
    strangers = [name for name in chosen or () if name not in package]
    if strangers:
        raise ConfigurationError(
            unknown(f"levers={shown(list(chosen or ()))}", "lever of its own in this package:", strangers[0], package)
        )
    levers = list(chosen or package)
    if not 1 <= len(levers) <= MOST_LEVERS:
        raise ConfigurationError(
            Fault(
                "levers",
                f"there are {len(levers)} to share among ({listed(levers)}); from 1 to {MOST_LEVERS} can be",
                "levers=[one,two] names those of interest; the others stay in force",
            )
        )
    return levers


class Attribute(OfPoints):
    """The difference between two policies shared among the levers of one, or among the parts of both."""

    name = "attribute"
    settings = AttributeSettings
    tables = found_in("work", "tables")

    def plans(self, composed: Composed) -> DesignRun:
        """Makes a plan for every subset of the package's levers, or of the parts."""
        settings, base, rest = own_and_base(composed, AttributeSettings)
        levers = levers_of(base, settings.levers) if settings.among == "levers" else []
        work = self.part("work")
        points, among = work.asked_of(base, settings.among, levers)
        found: DesignRun = work.run_of(settings, base, points, self.plans_at(rest, points), among)
        return found


QUESTION = Attribute()
