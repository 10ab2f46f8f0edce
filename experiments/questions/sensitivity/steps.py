"""The steps of `redesign sensitivity`: all inputs are screened, the variance is shared out, and the tornado is worked out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.statistics.point_differences import paired_responses
from experiments.analysis.uncertainty import screening
from experiments.analysis.verdicts import valued
from experiments.analysis.verdicts.responses import words_of
from experiments.configuration.points import Point
from experiments.configuration.question_settings import kept_with
from experiments.errors import Fault, Stopped, first_few
from experiments.evidence.inputs import SEED, plan_at
from experiments.questions.sensitivity import tables as sensitivity_tables
from experiments.questions.sensitivity.question import Asked
from experiments.questions.sensitivity.screen import CAUTION
from experiments.questions.sensitivity.settings import SensitivitySettings
from experiments.running.design_run import DesignRun
from experiments.running.session import Session
from experiments.text.numerals import counted
from experiments.text.telling import tell

SEEDS = 1_000_000
TORNADO = "tornado"
"""The step, and the folder, whose first point is the numbers as used."""
ENDS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of an input's distribution at which the tornado looks."""

OWN = tuple(SensitivitySettings.model_fields)


def session_of(asked: Asked) -> Session:
    """The folder of all three steps."""
    return _design(asked, "sensitivity", [], [])[1].session


def found_out(asked: Asked, out: Path) -> dict[str, Any]:
    """Runs the three steps and writes what they say; returns what the manifest is to say."""
    own, base, names = asked.own, asked.base, [*asked.inputs, screening.LUCK]
    tell(f"screening {len(asked.inputs)} inputs: {own.trajectories * (len(names) + 1):,} points")
    walked = screening.morris_shares(names, own.trajectories, own.design_seed)
    effects = _effects(asked, names, walked, responses(asked, out, "screening", names, walked))
    kept = [*sensitivity_tables.survivors(effects, own.survivors), screening.LUCK]
    tables: dict[str, pd.DataFrame] = {"screening": effects}
    said: dict[str, str] = {}
    if len(kept) > 1:
        tell(
            f"sharing out the variance among {counted(len(kept) - 1, 'input')}: {own.base_points * (len(kept) + 2):,} points"
        )
        spread = screening.sobol_shares(kept, own.base_points, own.design_seed)
        found = responses(asked, out, "variance", kept, spread)
        words = words_of(base.settings.outcomes, base.valuation)
        tables["indices"] = sensitivity_tables.indices(kept, found, words, own.design_seed)
        tables["ranks"] = sensitivity_tables.ranks(kept, found, words, own.design_seed)
        tables["noise"] = sensitivity_tables.noise(found, words)
        tables["worth_knowing"] = sensitivity_tables.worth_knowing_of(found, dict(zip(kept, spread.T, strict=True)))
        tables["tornado"] = _tornado(asked, out, kept[:-1])
        said["judged"] = valued.as_used(out / TORNADO, base.valuation, base.settings.years, base.settings.contrast)
    storage.write_csvs(out, tables)
    return {
        "question": "sensitivity",
        "uncertainty": CAUTION,
        "inputs": len(asked.inputs),
        "survivors": kept[:-1],
        "sentence": sensitivity_tables.sentence(tables, base.settings.contrast),
        "sensitivity": kept_with(asked.own, asked.base),
        **said,
        "valued_by": valued_by(base.valuation),
    }


def _design(asked: Asked, step: str, names: Sequence[str], shares: Any) -> tuple[list[Point], DesignRun]:
    """The points of one step, each input at a share of its distribution, and how they are run."""
    points, plans, faults = [], [], []
    for number, row in enumerate(shares):
        values = _values_at(asked, names, row)
        point = Point(number, f"{step} point {number}", values)
        try:
            plans.append(plan_at(asked.base, values))
        except ValueError as error:
            faults.append(
                Fault(point.where, str(error), "narrow the ranges of these numbers, or leave one out of inputs")
            )
        points.append(point)
    if faults:
        raise first_few(faults)
    own = {"step": step, "inputs": list(names), **kept_with(asked.own, asked.base)}
    return points, DesignRun("sensitivity", asked.base, points, plans, own, own_names=OWN)


def responses(asked: Asked, out: Path, step: str, names: Sequence[str], shares: np.ndarray) -> pd.DataFrame:
    """Runs one step; a column of paired differences per response, a row per point and replication.

    Raises:
        Stopped: runs failed, so that the design has holes.
    """
    settings = asked.base.settings
    points, asks = _design(asked, step, names, shares)
    where = asks.in_folder(out / step).carried_out()
    found = paired_responses(where, settings.years, asked.base.valuation, settings.outcomes, settings.contrast)
    lacking = len(points) * settings.replicates - len(found)
    if lacking:
        raise Stopped(
            f"{lacking} runs of {where} failed, and shares of variance need every point: kept.parquet there says "
            "which and why; narrow those ranges, or leave an input out."
        )
    return found


def _effects(asked: Asked, names: Sequence[str], walked: np.ndarray, found: pd.DataFrame) -> pd.DataFrame:
    """The elementary effects of every input on every response."""
    words = words_of(asked.base.settings.outcomes, asked.base.valuation)
    means = found.groupby(level="point").mean()
    parts = [
        screening.morris_effects(names, walked, means[name].to_numpy(), asked.own.design_seed).assign(
            response=name, **about
        )
        for name, about in words.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _tornado(asked: Asked, out: Path, names: Sequence[str]) -> pd.DataFrame:
    """Moves each surviving input alone through its distribution, the others as used."""
    words = words_of(asked.base.settings.outcomes, asked.base.valuation)
    shares = [(name, share) for name in names for share in ENDS]
    plans = [plan_at(asked.base, {e.key: float(e.at(u)) for e in asked.inputs[name]}) for name, u in shares]
    points = [Point(0, "numbers as used", {})]
    points += [
        Point(k + 1, f"{name} at {u:g}", {e.key: float(e.at(u)) for e in asked.inputs[name]})
        for k, (name, u) in enumerate(shares)
    ]
    settings = asked.base.settings
    own = {
        "step": TORNADO,
        "inputs": list(names),
        "shares": ENDS,
        "valuation": kept_with(asked.own, asked.base)["valuation"],
    }
    asks = DesignRun("sensitivity", asked.base, points, [asked.base, *plans], own, own_names=OWN)
    where = asks.in_folder(out / TORNADO).carried_out()
    found = paired_responses(where, settings.years, asked.base.valuation, settings.outcomes, settings.contrast)
    first = {name: asked.inputs[name][0] for name in names}
    values = [float(first[name].at(u)) for name, u in shares]
    used = {name: entry.value for name, entry in first.items()}
    return sensitivity_tables.tornado(found, shares, values, used, words)


def _values_at(asked: Asked, names: Sequence[str], shares: Sequence[float]) -> dict[str, float]:
    """The numbers at given shares of the inputs' distributions; the input that is luck names a seed."""
    values: dict[str, float] = {}
    for name, share in zip(names, shares, strict=True):
        if name == screening.LUCK:
            values[SEED] = asked.base.world.seed + round(share * SEEDS)
        for entry in asked.inputs.get(name, ()):
            values[entry.key] = float(entry.at(share))
    return values
