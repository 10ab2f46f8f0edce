"""What `redesign attribute` runs: every subset of levers or parts; and the tables that it makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.verdicts import valued
from experiments.configuration.points import Point
from experiments.configuration.validate import Plan
from experiments.errors import listed
from experiments.questions.attribute import lever_shares, parts
from experiments.questions.attribute.lever_shares import Shared
from experiments.questions.attribute.question import AttributeSettings, levers_of
from experiments.questions.attribute.shapley import names_of, subsets
from experiments.running.design_run import DesignRun
from experiments.running.session import engine


def run_of(
    settings: AttributeSettings, base: Plan, points: Sequence[Point], plans: Sequence[Plan], among: Shared
) -> DesignRun:
    """All subsets, and how they are run."""
    shared = {"levers": list(among.names)} if settings.among == "levers" else {"among": settings.among}
    kept = {**shared, "valuation": base.composed.data["valuation"]}
    names = tuple(AttributeSettings.model_fields)
    return DesignRun("attribute", base, points, plans, kept, partial(tabulated, base, among), own_names=names)


def tables(base: Plan, out: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """Shares the difference among the levers that were named, or the parts."""
    own = said["attribute"]
    among = own.get("among", "levers")
    levers = levers_of(base, own.get("levers")) if among == "levers" else []
    return tabulated(base, asked_of(base, among, levers)[1], out)


def asked_of(base: Plan, among: str, levers: Sequence[str]) -> tuple[list[Point], Shared]:
    """What is run, and among what the difference is shared."""
    return _among_levers(base, levers) if among == "levers" else _among_parts(base)


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
    by_replication = found.pop("by_replication")
    storage.write_frame(out / lever_shares.BY_REPLICATION, by_replication)
    storage.write_csvs(out, found)
    return {
        "sentence": lever_shares.sentence(found["attribution"], by_replication, settings.contrast, among.kind),
        "judged": valued.of_pair(out, base.valuation, settings.years, settings.contrast, among.whole),
        "valued_by": valued_by(base.valuation),
    }
