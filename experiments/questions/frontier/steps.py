"""The steps of `redesign frontier`: each policy's best is looked for at every budget, and tried with fresh luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point, plans_of
from experiments.configuration.question_settings import kept_with, without
from experiments.configuration.settings import LARGEST_SEED
from experiments.configuration.validate import Plan, check
from experiments.errors import Stopped
from experiments.questions.frontier import curves, decision_variables
from experiments.questions.frontier import tables as frontier_tables
from experiments.questions.frontier.decision_variables import Free
from experiments.questions.frontier.search import Search, Spot
from experiments.questions.frontier.settings import FEWEST_FOR_LUCK, FrontierSettings
from experiments.running.design_run import DesignRun
from experiments.running.session import Session
from experiments.text.numerals import counted
from experiments.text.telling import tell

FRESH = "fresh"
OWN = tuple(FrontierSettings.model_fields)


@dataclass(frozen=True)
class Asked:
    """What is to be found out.

    Attributes:
        base: the plan with every policy as it is shipped.
        own: settings of this question.
        free: what each policy may choose.
        search: where the best is looked for.
        rest: the configuration without this question's settings.
        first: plans of the points that are tried first.
    """

    base: Plan
    own: FrontierSettings
    free: Mapping[str, Sequence[Free]]
    search: Search
    rest: Composed
    first: Sequence[Plan] = field(default_factory=list)

    @property
    def arms(self) -> tuple[str, str]:
        """The two that are compared: differences are the first minus the second."""
        return self.base.settings.contrast

    @property
    def sign(self) -> float:
        """1 where more of the objective is better, -1 where less is."""
        return -1.0 if load_outcomes()[self.own.objective].better == "lower" else 1.0

    @property
    def search_seed(self) -> int:
        """Of the luck for searching."""
        given = self.own.search_seed
        return (self.base.settings.seed + 1) % (LARGEST_SEED + 1) if given is None else given

    def plans(self, points: Sequence[Point]) -> list[Plan]:
        """The plan of every point, checked."""
        return plans_of("frontier", self.rest, points, lambda each: check(without(each, OWN)[0]))


def asked_of(own: FrontierSettings, base: Plan, rest: Composed, free: Mapping[str, Sequence[Free]]) -> Asked:
    """Makes the plans of all that is known beforehand; refuses those that cannot be run before anything runs."""
    asked = Asked(base, own, free, Search(own.budgets, free, own.search_points, own.design_seed), rest)
    ends = [_at_spot(asked, spot, 0) for spot in asked.search.ends()]
    asked.plans(
        [*ends, *_reported(asked, {})]
    )  # refuses what the search could come upon, and what is shown in any case
    first = [_at_spot(asked, spot, number) for number, spot in enumerate(asked.search.first)]
    return replace(asked, first=asked.plans(first))


def session_of(asked: Asked) -> Session:
    """The folder of the search and of what it found."""
    return _asks(asked, "frontier", [Point(0, "as shipped", {})], [asked.base]).session


def found_out(asked: Asked, out: Path) -> dict[str, Any]:
    """Searches, runs what was chosen with fresh luck, and writes what that says; returns what the manifest is to say."""
    tried = _searched(asked, out)
    chosen = asked.search.best(tried, asked.sign)
    points = _reported(asked, chosen)
    found = _run(asked, FRESH, points, asked.plans(points), asked.base.settings.replicates, out)
    found = curves.complete(found, [point.number for point in points])
    if found.index.get_level_values("replication").nunique() < FEWEST_FOR_LUCK:
        raise Stopped(f"too many runs of {out / 'fresh'} failed to compare; kept.parquet there says which and why")
    about = _about(asked, points, chosen, tried)
    tables = frontier_tables.tables(found, about, asked.arms, asked.sign)
    tables["tried"] = asked.search.told(tried)
    storage.write_csvs(out, tables)
    outcome, years = load_outcomes()[asked.own.objective], asked.base.settings.years
    said = frontier_tables.sentences(tables, outcome, asked.arms, years, _usual_cut(asked))
    return {
        "question": "frontier",
        "levers": decision_variables.told(asked.base, asked.free),
        "search_seed": asked.search_seed,
        "sentence": " ".join(said),
        "sentences": said,
        "frontier": asked.own.model_dump(mode="json"),
        "judged": frontier_tables.judged(out / FRESH, asked.base, about, asked.arms, _usual_cut(asked)),
        "valued_by": valued_by(asked.base.valuation),
    }


def _usual_cut(asked: Asked) -> float:
    """The cut of the second arm as it is shipped; of one by year, where it ends."""
    cut = asked.base.policies[asked.arms[1]].levers[decision_variables.MONEY].cut
    return float(cut[-1] if isinstance(cut, tuple) else cut)


def _searched(asked: Asked, out: Path) -> pd.DataFrame:
    """Everything that was tried with the luck for searching: first a hypercube, then what looks best, round by round."""
    spots, plans, tried = asked.search.first, asked.first, pd.DataFrame()
    for step in range(asked.own.rounds + 1):
        name = "search" if step == 0 else f"search_{step + 1}"
        points = [_at_spot(asked, spot, number) for number, spot in enumerate(spots)]
        found = _run(asked, name, points, plans, asked.own.search_replicates, out)
        tried = pd.concat([tried, asked.search.table(spots, found, name)], ignore_index=True)
        if step < asked.own.rounds:
            spots = asked.search.next(tried, asked.sign, step)
            plans = asked.plans([_at_spot(asked, spot, number) for number, spot in enumerate(spots)])
    return tried


def _at_spot(asked: Asked, spot: Spot, number: int, fresh: bool = False) -> Point:
    """One policy with some settings under one cut, with the luck for searching or that of the report."""
    values: dict[str, Any] = {} if fresh else {"seed": asked.search_seed}
    values[f"policy.{spot.arm}.levers.{decision_variables.MONEY}.cut"] = spot.cut
    values |= spot.set_to
    what = (
        "as shipped"
        if not spot.set_to
        else "with " + ", ".join(f"{k.split('levers.')[1]}={v:g}" for k, v in spot.set_to.items())
    )
    return Point(number, f"{spot.arm} {what} and a cut of {spot.cut:g}", values, (spot.arm,))


def _reported(asked: Asked, chosen: Mapping[tuple[str, float], Spot]) -> list[Point]:
    """What is run with fresh luck: every arm as shipped and at its best at every budget, and the arms not compared."""
    spots = [Spot(arm, cut) for arm in asked.arms for cut in asked.own.budgets]
    spots += [chosen[each.arm, each.cut] for each in spots if chosen.get((each.arm, each.cut), each).set_to]
    points = [_at_spot(asked, spot, number, fresh=True) for number, spot in enumerate(spots)]
    others = [arm for arm in asked.base.policies if arm not in asked.arms]
    return [*points, *(Point(len(points) + k, f"{arm} as shipped", {}, (arm,)) for k, arm in enumerate(others))]


def _about(
    asked: Asked, points: Sequence[Point], chosen: Mapping[tuple[str, float], Spot], tried: pd.DataFrame
) -> pd.DataFrame:
    """Which point shows what: arm, cut, whether as shipped or best, the settings, and what the search promised."""
    number = {point.where: point.number for point in points}
    rows = []
    for arm in asked.arms:
        for cut in asked.own.budgets:
            shipped, best = Spot(arm, cut), chosen[arm, cut]
            promised = asked.search.promised(tried, best)
            for kind, spot in (("as shipped", shipped), ("best", best)):
                settings = {each.name: spot.set_to.get(each.key, each.used) for each in asked.free[arm]}
                told = "; ".join(f"{name}={value:.4g}" for name, value in settings.items())
                where = _at_spot(asked, spot, 0, fresh=True).where
                rows.append({"point": number[where], "arm": arm, "kind": kind, "cut": cut, "settings": told,
                             "promised": promised if kind == "best" else 0.0})  # fmt: skip
    for point in points:
        if point.arms[0] not in asked.arms:
            rows.append({"point": point.number, "arm": point.arms[0], "kind": "for comparison", "cut": np.nan, "settings": "",
                         "promised": np.nan})  # fmt: skip
    return pd.DataFrame(rows)


def _asks(asked: Asked, step: str, points: Sequence[Point], plans: Sequence[Plan]) -> DesignRun:
    """How the points of a step are run."""
    own = {"step": step, **kept_with(asked.own, asked.base)}
    return DesignRun("frontier", asked.base, points, plans, own, own_names=OWN)


def _run(
    asked: Asked, step: str, points: Sequence[Point], plans: Sequence[Plan], replicates: int, out: Path
) -> pd.DataFrame:
    """Runs one step; the outcome and the money of every run that did not fail."""
    luck = "fresh luck" if step == FRESH else "luck for searching"
    tell(f"{step}: {counted(len(points), 'point')}, {counted(replicates, 'replication')} each, {luck}")
    where = _asks(asked, step, points, plans).in_folder(out / step, replicates).carried_out()
    return curves.measured(where, asked.own.objective, asked.base.settings.years)
