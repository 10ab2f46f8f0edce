"""The steps of `redesign discover`: boxes are looked for among many futures, and a map of two inputs is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.statistics.point_differences import paired_responses
from experiments.analysis.uncertainty.discovery import boxes, scenario_discovery
from experiments.analysis.uncertainty.discovery.input import Input
from experiments.analysis.uncertainty.discovery.prim_settings import How
from experiments.analysis.verdicts import valued
from experiments.analysis.verdicts.responses import words_of
from experiments.configuration.points import Point
from experiments.configuration.question_settings import kept_with
from experiments.configuration.validate import Plan
from experiments.evidence import inputs as varied
from experiments.evidence.inputs import Varied
from experiments.questions.discover.screen import CAUTION
from experiments.questions.discover.settings import INFLUENTIAL, OWN, RANGES, DiscoverSettings
from experiments.running.design_run import DesignRun
from experiments.running.session import Session
from experiments.text.telling import tell


@dataclass(frozen=True)
class Asked:
    """What is to be found out.

    Attributes:
        base: the plan with the numbers as used.
        own: settings of this question.
        inputs: all that are varied, by name.
    """

    base: Plan
    own: DiscoverSettings
    inputs: Mapping[str, Varied]

    def with_map(self, names: Sequence[str]) -> Asked:
        """The same with these two inputs for the map."""
        return replace(self, own=self.own.model_copy(update={"map": tuple(names)}))

    @cached_property
    def steps(self) -> dict[str, tuple[list[Point], list[Plan], list[list[float]]]]:
        """The points of both steps, their plans, and the value of each input there."""
        return {step: _points(self, step) for step in ("map", "boxes")}

    @property
    def how(self) -> How:
        """How patiently boxes are looked for."""
        return How(self.own.peel_alpha, most_inputs=self.own.most_inputs)


def asked_of(own: DiscoverSettings, base: Plan, inputs: Mapping[str, Varied]) -> Asked:
    """Makes the points of both steps; refuses those that cannot be run before anything runs."""
    asked = Asked(base, own, inputs)
    _ = asked.steps  # refuses points that cannot be run
    if own.map == INFLUENTIAL:
        _ = varied.plans_at(base, _at_the_ends(asked), OWN)
    return asked


def session_of(asked: Asked) -> Session:
    """The folder of both steps."""
    return _asks(asked, "discover", [Point(0, "numbers as used", {})], [asked.base]).session


def found_out(asked: Asked, out: Path) -> dict[str, Any]:
    """Runs both steps and writes what they say; returns what the manifest is to say."""
    own, base, kept = asked.own, asked.base, kept_with(asked.own, asked.base)
    tables: dict[str, pd.DataFrame] = {}
    said: dict[str, str] = {}
    if own.points:
        tables["futures"] = _run(asked, "boxes", out)
        inputs = [each.input for each in asked.inputs.values()]
        tables["influence"] = scenario_discovery.influence(tables["futures"], inputs, own.design_seed)
        tables["boxes"], tables["box_sides"] = boxes.boxes(
            tables["futures"], inputs, base.settings.contrast, asked.how, own.design_seed
        )
    if own.map == INFLUENTIAL:
        asked = asked.with_map(scenario_discovery.most_influential(tables["influence"]))
    if asked.own.on_map:
        tables["win_map"] = _run(asked, "map", out)
        said["judged"] = valued.as_used(out / "map", base.valuation, base.settings.years, base.settings.contrast)
    storage.write_csvs(out, tables)
    on_map = [asked.inputs[name].input for name in asked.own.on_map]
    sentences = _sentences(tables, on_map, base.settings.contrast, own.map == INFLUENTIAL)
    return {
        "question": "discover",
        "uncertainty": CAUTION,
        "inputs": list(asked.inputs),
        RANGES: [asdict(each.input) for each in asked.inputs.values()],
        "futures": own.points,
        "map": list(asked.own.on_map),
        "map_inputs": [asdict(each) for each in on_map],
        "sentence": " ".join(sentences),
        "sentences": sentences,
        "discover": kept,
        **said,
        "valued_by": valued_by(base.valuation),
    }


def _sentences(
    tables: Mapping[str, pd.DataFrame], on_map: Sequence[Input], arms: Sequence[str], wanted: bool
) -> list[str]:
    """The answer for the social value: what the map says, why it is of these inputs or of none, and both boxes."""
    told = []
    if "win_map" in tables:
        told.append(scenario_discovery.of_the_map(tables["win_map"], on_map, arms))
    if "influence" in tables:
        told.append(scenario_discovery.why_these(tables["influence"], on_map, wanted))
    if "boxes" in tables:
        told += boxes.of_social_value(tables["boxes"])
    return [*filter(None, told), boxes.PROMISE]


def shares_of(asked: Asked, step: str) -> tuple[list[Varied], np.ndarray]:
    """The inputs of a step, and the share of its range that each has at every point."""
    if step == "map":
        middles = (np.arange(asked.own.steps) + 0.5) / asked.own.steps
        cells = np.stack(np.meshgrid(middles, middles, indexing="ij"), axis=-1).reshape(-1, 2)
        return [asked.inputs[name] for name in asked.own.on_map], cells if asked.own.on_map else cells[:0]
    every = list(asked.inputs.values())
    cube = qmc.LatinHypercube(max(1, len(every)), rng=np.random.default_rng(asked.own.design_seed))
    return every, cube.random(asked.own.points)


def _points(asked: Asked, step: str) -> tuple[list[Point], list[Plan], list[list[float]]]:
    """The points of a step, their plans, and the value of each input there; the map begins with the numbers as used."""
    inputs, shares = shares_of(asked, step)
    points, values = [], []
    if step == "map":
        points.append(Point(0, "numbers as used", {}))
        values.append([each.input.used for each in inputs])
    for row in shares:
        set_to: dict[str, float] = {}
        for each, share in zip(inputs, row, strict=True):
            set_to |= each.at(float(share))
        points.append(Point(len(points), f"{step} point {len(points)}", set_to))
        values.append([each.value(float(share)) for each, share in zip(inputs, row, strict=True)])
    return points, varied.plans_at(asked.base, points, OWN), values


def _at_the_ends(asked: Asked) -> list[Point]:
    """The outermost cells of every map that may come to be drawn, one input at a time."""
    ends = (0.5 / asked.own.steps, 1 - 0.5 / asked.own.steps)
    rows = [each.at(share) for each in asked.inputs.values() for share in ends]
    return [Point(number, f"map point {number}", row) for number, row in enumerate(rows)]


def _asks(asked: Asked, step: str, points: Sequence[Point], plans: Sequence[Plan]) -> DesignRun:
    """How the points of a step are run."""
    own = {"step": step, **kept_with(asked.own, asked.base)}
    return DesignRun("discover", asked.base, points, plans, own, own_names=OWN)


def _run(asked: Asked, step: str, out: Path) -> pd.DataFrame:
    """Runs one step; who does better at each point. Points whose runs failed are left out, and said to be."""
    points, plans, values = asked.steps[step]
    tell(f"{step}: {len(points):,} points")
    where = _asks(asked, step, points, plans).in_folder(out / step).carried_out()
    settings, worth = asked.base.settings, asked.base.valuation
    named = settings.outcomes
    found = paired_responses(where, settings.years, worth, named, settings.contrast)
    inputs = [each.input for each in shares_of(asked, step)[0]]
    return scenario_discovery.winners(found, inputs, values, words_of(named, worth), settings.contrast)
