"""The question `redesign attribute`: which levers of a package did it, and could the other policy just borrow one?"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed, unknown
from experiments.questions.attribute import lever_shares
from experiments.questions.attribute.shapley import names_of, subsets
from experiments.questions.base import Question
from experiments.results.open_results import Opened
from experiments.running.design_run import DesignRun
from experiments.running.session import Session
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict

MOST_LEVERS = 10
BORROWED = "borrowed"


class AttributeSettings(Strict):
    """What is shared among which levers."""

    levers: Annotated[
        Names | None,
        Setting(
            "of the package, to share the difference among; null: all that the other policy does not have as they are",
            "results",
            "'levers=[pooling,support]'",
        ),
    ] = None


class Attribute(Question[DesignRun]):
    """The difference between two policies shared among the levers of one."""

    name = "attribute"
    settings = AttributeSettings

    def plans(self, composed: Composed) -> DesignRun:
        """Makes a plan for every subset of the package's levers."""
        settings, base, rest = own_and_base(composed, AttributeSettings)
        levers = _levers(base, settings.levers)
        points = points_of(base, levers, rest)
        kept = {"levers": levers, "valuation": base.composed.data["valuation"]}
        names = tuple(AttributeSettings.model_fields)
        plans = self.plans_at(rest, points)
        return DesignRun("attribute", base, points, plans, kept, partial(tabulated, base, levers), own_names=names)

    def session(self, asked: DesignRun) -> Session:
        """The folder of all subsets."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Runs every subset and shares the difference among the levers."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the runs."""
        return asked.again(opened)

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
        """Shares the difference among the levers that were named."""
        return tabulated(base, _levers(base, said[self.name]["levers"]), out)


QUESTION = Attribute()


def _levers(base: Plan, chosen: Sequence[str] | None) -> list[str]:
    """The levers among which the difference is shared."""
    first, second = (base.policies[arm].levers for arm in base.settings.contrast)
    package = [name for name, lever in first.items() if second.get(name) != lever]
    strangers = [name for name in chosen or () if name not in package]
    if strangers:
        raise ConfigurationError(
            unknown(f"levers: {strangers[0]}", "lever of its own in this package:", strangers[0], package)
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


def points_of(base: Plan, levers: Sequence[str], composed: Composed) -> list[Point]:
    """The other policy alone, every subset of the package, and the other policy with each lever borrowed."""
    first, second = base.settings.contrast
    found = [Point(0, f"{second} alone", {}, (second,))]
    for subset in subsets(len(levers)):
        on = names_of(subset, levers)
        off = {f"policy.{first}.levers.{name}": None for name in levers if name not in on}
        found.append(Point(len(found), f"{first} with {listed(on)}", off, (first,)))
    for name in levers:
        lever = composed.data["policy"][first]["levers"][name]
        found.append(Point(len(found), f"{second} and {name}", {f"policy.{second}.levers.{name}": lever}, (second,)))
    return found


def tabulated(base: Plan, levers: Sequence[str], out: Path) -> dict[str, Any]:
    """Writes who gets which share, how levers act on each other, and what borrowing one would do."""
    settings = base.settings
    found = lever_shares.shares(out, levers, settings.contrast, settings.years, base.valuation, settings.outcomes)
    storage.write_csvs(out, found)
    return {
        "sentence": lever_shares.sentence(found["attribution"], settings.contrast),
        "valued_by": valued_by(base.valuation),
    }
