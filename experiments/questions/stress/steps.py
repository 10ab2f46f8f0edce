"""The steps of `redesign stress`: screening, the search for each policy's worst case, and what is run again with fresh luck."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.statistics.point_differences import paired_responses
from experiments.analysis.uncertainty import screening
from experiments.analysis.uncertainty.discovery.scenario_discovery import plain
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.question_settings import kept_with
from experiments.configuration.validate import Plan, check
from experiments.errors import Stopped
from experiments.evidence import structural_alternatives
from experiments.evidence.inputs import SEED, with_arms_compared
from experiments.evidence.inputs import plan_at as numbers_at
from experiments.questions.stress import findings, worst_case
from experiments.questions.stress.settings import OWN, Asked
from experiments.running.design_run import DesignRun
from experiments.text.numerals import counted
from experiments.text.telling import tell


def plan_at(base: Plan, values: Mapping[str, Any]) -> Plan:
    """The plan with some numbers of the register set to others, other luck, or other mechanisms."""
    choices = {key: value for key, value in values.items() if key.startswith(f"{structural_alternatives.KEY}.")}
    plan = numbers_at(base, {k: v for k, v in values.items() if k not in choices})
    for key, choice in choices.items():
        plan = replace(plan, world=structural_alternatives.with_choice(plan.world, key.rpartition(".")[2], choice))
    return plan


def plans_at(composed: Composed, points: Sequence[Point]) -> list[Plan]:
    """The plans of kept points: other numbers, other luck, other mechanisms."""
    base = with_arms_compared(check(composed))
    return [plan_at(base, point.values) for point in points]


def asks(asked: Asked, step: str, sets: Sequence[Mapping[str, Any]], base: Plan) -> DesignRun:
    """How the points of a step are run; sets of numbers that no place can have are left out."""
    points, plans = [], []
    for number, values in enumerate(sets):
        try:
            plans.append(plan_at(base, values))
        except ValueError:
            continue
        points.append(Point(number, f"{step} point {number}", dict(values)))
    ranges = {name: [each.input.low, each.input.high] for name, each in asked.inputs.items()}
    own = {"step": step, "ranges": ranges, **kept_with(asked.own, asked.base)}
    return DesignRun("stress", base, points, plans, own, own_names=OWN)


def _run(asked: Asked, out: Path, step: str, sets: Sequence[Mapping[str, Any]], replicates: int) -> pd.DataFrame:
    """Runs the points of a step; paired differences, a column per response, a row per point and replication."""
    settings, whole = asked.base.settings, asks(asked, step, sets, asked.base)
    if not whole.points:
        return pd.DataFrame(columns=list(asked.words))
    where = whole.in_folder(out / step, replicates).carried_out()
    return paired_responses(where, settings.years, asked.base.valuation, settings.outcomes, settings.contrast)


def _sets(asked: Asked, names: Sequence[str], shares: np.ndarray) -> list[dict[str, Any]]:
    """What every point sets, each input at a share of its range."""
    return [
        {k: v for name, share in zip(names, row, strict=True) for k, v in asked.inputs[name].at(float(share)).items()}
        for row in shares
    ]


def _means(found: pd.DataFrame, name: str, count: int) -> np.ndarray:
    """The mean of a response at every point; NaN where a point has no runs."""
    if found.empty:
        return np.full(count, np.nan)
    return found[name].groupby(level="point").mean().reindex(range(count)).to_numpy(dtype=np.float64)


def screened(asked: Asked, out: Path) -> tuple[list[str], np.ndarray, dict[str, pd.DataFrame]]:
    """The inputs that are searched, how the objective leans on each, and the screening where there was one."""
    own, names = asked.own, list(asked.inputs)
    if not own.trajectories or own.screened or len(names) <= 1:
        return names, np.zeros(len(names)), {}
    shares = screening.morris_shares(names, own.trajectories, own.design_seed)
    tell(f"screening {len(names)} inputs: {len(shares):,} points")
    means = _means(
        _run(asked, out, "screening", _sets(asked, names, shares), asked.base.settings.replicates),
        own.objective,
        len(shares),
    )
    if np.isnan(means).any():
        lost = int(np.isnan(means).sum())
        raise Stopped(
            f"{lost} points of {out / 'screening'} could not be run, and a screening needs all of them: "
            "name other inputs, or trajectories=0 to search without one"
        )
    effects = screening.morris_effects(names, shares, means, own.design_seed)
    kept = screening.survivors(effects, own.survivors)
    if not kept:
        raise Stopped(
            "no input moves the objective at all, so there is no worst case to look for: name other inputs, "
            "run more years, or evaluations=0 for the structures alone"
        )
    slopes = effects.set_index("input").loc[kept, "mu"].to_numpy(dtype=np.float64)
    return kept, slopes, {"screening": effects}


def searched(asked: Asked, out: Path, arm: str, names: Sequence[str], slopes: np.ndarray) -> worst_case.Tried:
    """The search for one arm's worst case: as used, the corner that the screening points to, then wherever it is worse."""
    own, settings = asked.own, asked.base.settings
    toward = findings.toward_worse(arm, asked.words[own.objective]["better"], settings.contrast)
    used = np.array([[findings.share_of(asked.inputs[name].input, asked.inputs[name].input.used) for name in names]])
    corner = np.where(toward * slopes > 0, 0.0, 1.0)[None]
    guesses = np.vstack([used, corner]) if slopes.any() else used
    tell(f"the worst case of {plain(arm)}: {own.evaluations:,} points over {counted(len(names), 'input')}")

    def value_of(generation: int, shares: np.ndarray) -> np.ndarray:
        step = f"search/{arm}/{generation:03d}"
        found = _run(asked, out, step, _sets(asked, names, shares), settings.replicates)
        return toward * _means(found, own.objective, len(shares))

    tried = worst_case.lowest(value_of, guesses, own.evaluations, own.members, own.design_seed)
    if not np.isfinite(tried.values).any():
        raise Stopped(f"none of the points of {out / 'search'} could be run: name other inputs or narrower ranges")
    return tried


def as_table(asked: Asked, arm: str, names: Sequence[str], tried: worst_case.Tried) -> pd.DataFrame:
    """Every point of a search: what it set, and the objective there on the luck of the search."""
    toward = findings.toward_worse(arm, asked.words[asked.own.objective]["better"], asked.base.settings.contrast)
    table = pd.DataFrame(
        {
            "arm": arm,
            "generation": tried.generation,
            "objective": toward * tried.values,
            "is_worst": np.arange(len(tried.values)) == tried.best,
        }
    )
    table["objective"] = table["objective"].replace([np.inf, -np.inf], np.nan)
    for k, name in enumerate(names):
        table[name] = [asked.inputs[name].value(float(share)) for share in tried.shares[:, k]]
    return table


def reported(
    asked: Asked, out: Path, names: Sequence[str], worst: Mapping[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs, with fresh luck: as used, both worst cases, these with one input as used, and every alternative.

    Returns:
        What every point is for, and the paired differences there.
    """
    roles: list[dict[str, Any]] = [{"role": findings.AS_USED}]
    sets: list[dict[str, Any]] = [{}]
    for arm, shares in worst.items():
        whole = _sets(asked, names, shares[None])[0]
        roles.append({"role": findings.WORST, "arm": arm})
        sets.append(whole)
        for k, name in enumerate(names):
            one = asked.inputs[name].input
            about = {
                "input": name,
                "called": one.title,
                "measured_in": one.unit,
                "low": one.low,
                "high": one.high,
                "as_used": one.used,
                "worst": asked.inputs[name].value(float(shares[k])),
                "share": float(shares[k]),
                "share_used": findings.share_of(one, one.used),
            }
            roles.append({"role": findings.BUT_ONE, "arm": arm, **about})
            sets.append({key: value for key, value in whole.items() if key not in asked.inputs[name].ends})
    for mechanism, choice in asked.alternatives:
        disputed = structural_alternatives.mechanisms()[mechanism]
        roles.append(
            {
                "role": findings.STRUCTURE,
                "mechanism": mechanism,
                "choice": choice,
                "question": disputed.title,
                **disputed.choices[choice].model_dump(),
            }
        )
        sets.append({f"{structural_alternatives.KEY}.{mechanism}": choice})
    tell(f"reporting {counted(len(sets), 'point')} with fresh luck")
    fresh = [{**values, SEED: asked.reported_luck} for values in sets]
    found = _run(asked, out, "reported", fresh, asked.own.report_replicates)
    if found.empty or 0 not in found.index.get_level_values("point"):
        raise Stopped(
            f"the numbers as used could not be run with fresh luck: {out / 'reported' / 'kept.parquet'} says why"
        )
    return pd.DataFrame(roles).rename_axis("point").reset_index(), found
