"""The question `redesign attribute`: which levers of a package did it, and could the other policy just borrow one?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from experiments.analysis.economics.net_benefit import valued_by
from experiments.configuration.compose import Composed, Question
from experiments.configuration.declared import Setting
from experiments.configuration.points import Point, plans_of
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed, unknown
from experiments.questions.attribute.shapley import names_of, subsets
from experiments.questions.compare import question as compare
from experiments.questions.sweep.question import own_and_base, without
from experiments.running import design_run
from experiments.running.design_run import Many
from simulation.parameters.quantity import Strict

MOST_LEVERS = 10
BORROWED = "borrowed"


class AttributeSettings(Strict):
    """What is shared among which levers."""

    levers: Annotated[
        tuple[str, ...] | None,
        Setting(
            "of the package, to share the difference among; null: all that the other policy does not have as they are",
            "results",
            "'levers=[pooling,support]'",
        ),
    ] = None


OWN = tuple(AttributeSettings.model_fields)


def check(composed: Composed) -> Many:
    """Makes a plan for every subset of the package's levers; refuses what is wrong before anything runs."""
    settings, base, rest = own_and_base(composed, OWN, AttributeSettings)
    levers = _levers(base, settings.levers)
    points = points_of(base, levers, rest)
    plans = plans_of("attribute", rest, points, _check)
    kept = {"levers": levers, "valuation": base.composed.data["valuation"]}
    return Many("attribute", base, points, plans, kept, lambda out: analyse(base, kept, out), show, own_names=OWN)


def _check(each: Composed) -> Plan:
    """The plan of one set of levers."""
    return compare.check(without(each, OWN)[0])


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


ask = Question(check, design_run.answer, AttributeSettings)


def analyse(base: Plan, own: dict[str, Any], out: Path) -> dict[str, Any]:
    """Writes who gets which share, how levers act on each other, and what borrowing one would do."""
    from experiments.questions.attribute import lever_shares
    from experiments.questions.attribute.figures import write_figure
    from experiments.results import store

    settings = base.settings
    found = lever_shares.shares(
        out, own["levers"], settings.contrast, settings.years, base.valuation, settings.outcomes
    )
    for name, table in found.items():
        store.write_atomically(out / f"{name}.csv", partial(table.to_csv, index=False))
    write_figure(out, found["attribution"], settings.contrast)
    return {
        "sentence": lever_shares.sentence(found["attribution"], settings.contrast),
        "valued_by": valued_by(base.valuation),
    }


def show(out: Path) -> None:
    """Prints the answer."""
    from experiments.questions.attribute import screen

    screen.show(out)
