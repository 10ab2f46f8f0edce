"""The question `redesign attribute`: which levers or parts of a package did it, and could the other policy just borrow one?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import model_validator

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.verdicts import valued
from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed, unknown
from experiments.questions.attribute import lever_shares, parts
from experiments.questions.attribute.lever_shares import Shared
from experiments.questions.attribute.shapley import names_of, subsets
from experiments.questions.base import Question
from experiments.results.open_results import Opened
from experiments.running.design_run import DesignRun
from experiments.running.session import Session, engine
from simulation.parameters.names import Names
from simulation.parameters.quantity import Strict

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
            raise ValueError(
                "levers= goes with among=levers; with among=parts all levers are in force, leave levers= out"
            )
        return self


class Attribute(Question[DesignRun]):
    """The difference between two policies shared among the levers of one, or among the parts of both."""

    name = "attribute"
    settings = AttributeSettings

    def plans(self, composed: Composed) -> DesignRun:
        """Makes a plan for every subset of the package's levers, or of the parts."""
        settings, base, rest = own_and_base(composed, AttributeSettings)
        points, among = asked_of(base, settings.among, settings.levers)
        shared = {"levers": list(among.names)} if settings.among == "levers" else {"among": settings.among}
        kept = {**shared, "valuation": base.composed.data["valuation"]}
        names = tuple(AttributeSettings.model_fields)
        plans = self.plans_at(rest, points)
        return DesignRun("attribute", base, points, plans, kept, partial(tabulated, base, among), own_names=names)

    def session(self, asked: DesignRun) -> Session:
        """The folder of all subsets."""
        return asked.session

    def analyse(self, asked: DesignRun, session: Session) -> dict[str, Any]:
        """Runs every subset and shares the difference among the levers or the parts."""
        return asked.live(session)

    def again(self, asked: DesignRun, opened: Opened) -> dict[str, Any] | None:
        """Works the tables out again from the runs."""
        return asked.again(opened)

    def tables(self, base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
        """Shares the difference among the levers that were named, or the parts."""
        own = said[self.name]
        return tabulated(base, asked_of(base, own.get("among", "levers"), own.get("levers"))[1], out)


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


def asked_of(base: Plan, among: str, chosen: Sequence[str] | None) -> tuple[list[Point], Shared]:
    """What is run, and among what the difference is shared."""
    return _among_levers(base, _levers(base, chosen)) if among == "levers" else _among_parts(base)


def _among_levers(base: Plan, levers: Sequence[str]) -> tuple[list[Point], Shared]:
    """The other policy alone, every subset of the package, and the other policy with each lever borrowed."""
    first, second = base.settings.contrast
    found = [Point(0, f"{second} alone", {}, (second,))]
    worth, borrowed = {}, {}
    for subset in subsets(len(levers)):
        on = names_of(subset, levers)
        off = {f"policy.{first}.levers.{name}": None for name in levers if name not in on}
        worth[subset] = (len(found), 0)
        found.append(Point(len(found), f"{first} with {listed(on)}", off, (first,)))
    for name in levers:
        lever = base.composed.data["policy"][first]["levers"][name]
        borrowed[name] = (len(found), 0)
        found.append(Point(len(found), f"{second} and {name}", {f"policy.{second}.levers.{name}": lever}, (second,)))
    return found, Shared("lever", levers, worth, borrowed)


def _among_parts(base: Plan) -> tuple[list[Point], Shared]:
    """Both arms with every set of parts in force, each different life once."""
    years, manages = base.settings.years, engine().manages_otherwise
    found = parts.coalitions_of(base.policies, base.settings.contrast, lambda policy: bool(manages(policy, years)))
    return list(found.points), Shared("part", list(parts.PARTS.values()), found.of, {})


def tabulated(base: Plan, among: Shared, out: Path) -> dict[str, Any]:
    """Writes who gets which share, how they act on each other, and, for levers, what borrowing one would do."""
    settings = base.settings
    found = lever_shares.shares(out, among, settings.contrast, settings.years, base.valuation, settings.outcomes)
    storage.write_frame(out / lever_shares.BY_REPLICATION, found.pop("by_replication"))
    storage.write_csvs(out, found)
    return {
        "sentence": lever_shares.sentence(found["attribution"], settings.contrast, among.kind),
        "judged": valued.of_pair(out, base.valuation, settings.years, settings.contrast, among.whole),
        "valued_by": valued_by(base.valuation),
    }
