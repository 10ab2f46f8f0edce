"""The question `redesign stress`: how badly can each policy plausibly do, and does the answer survive other mechanisms?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.economics.net_benefit import NET, valued_by
from experiments.analysis.statistics.point_differences import words_of
from experiments.configuration.compose import Composed, Question
from experiments.configuration.validate import Plan
from experiments.errors import ConfigurationError, Fault, listed, nearest, unknown
from experiments.evidence import inputs as varied
from experiments.evidence import structural_alternatives
from experiments.evidence.inputs import Varied
from experiments.questions.compare import question as compare
from experiments.questions.stress import findings, steps
from experiments.questions.stress.inputs import inputs_of
from experiments.questions.stress.settings import OWN, Asked, StressSettings
from experiments.questions.sweep.question import own_and_base
from experiments.running import design_run


def check(composed: Composed) -> Asked:
    """Makes the plan, finds the inputs and the alternatives; refuses what is wrong before anything runs."""
    own, base, _ = own_and_base(composed, OWN, StressSettings)
    faults: list[Fault] = []
    base = varied.with_arms_compared(base)
    faults += _wrong(own, base)
    inputs: dict[str, Varied] = {}
    if own.evaluations and not faults:
        inputs = inputs_of(base, own.inputs, own.screened, own.survivors, own.titles)
    if faults:
        raise ConfigurationError(*faults)
    named = structural_alternatives.mechanisms() if own.structures is None else own.structures
    alternatives = [
        (name, choice) for name, choice in structural_alternatives.alternatives(base.world) if name in named
    ]
    if not own.evaluations and not alternatives:
        raise ConfigurationError(
            Fault(
                "evaluations, structures",
                "with no search and no alternatives there is nothing to find out",
                "structures=all",
            )
        )
    return Asked(base, own, inputs, alternatives)


def _wrong(own: StressSettings, base: Plan) -> list[Fault]:
    """What is right by itself but fits neither the run nor the rest of the question."""
    faults = []
    responses = words_of(base.settings.outcomes, base.valuation)
    known = [name for name, about in responses.items() if about["better"] != "neither"]
    if own.objective not in known:
        close = nearest(own.objective, known)
        faults.append(
            Fault(
                f"objective={own.objective}",
                f"must be {NET} or one of the outcomes of this run that are better high or low: {listed(known)}",
                f"did you mean {close}?" if close else f"outcomes=[{own.objective}]",
            )
        )
    faults += [
        unknown(f"structures=[{name}]", "disputed mechanism", name, structural_alternatives.mechanisms())
        for name in own.structures or ()
        if name not in structural_alternatives.mechanisms()
    ]
    if 0 < own.evaluations < own.members:
        faults.append(
            Fault(
                f"evaluations={own.evaluations}",
                f"is less than one generation (members={own.members})",
                f"evaluations={own.members} or more; 0 for no search",
            )
        )
    if base.settings.uncertainty != "chance":
        faults.append(
            Fault(
                "uncertainty=evidence",
                "is a way to compare; stress sets numbers itself",
                "redesign compare uncertainty=evidence",
            )
        )
    if own.report_seed == base.world.seed:
        faults.append(
            Fault(
                f"report_seed={own.report_seed}",
                "is the luck of the search: its winner would be flattered",
                "another seed, or null",
            )
        )
    return faults


def answer(asked: Asked) -> int:
    """Looks for both worst cases, runs them and the alternatives with fresh luck, and shows it all."""
    from experiments.questions.stress import screen

    whole = steps.asks(asked, "stress", [{}], asked.base)
    return design_run.in_steps(whole, asked.kept, partial(_find_out, asked), screen.show)


ask = Question(check, answer, StressSettings)


def _find_out(asked: Asked, out: Path, key: str) -> None:
    """Screens, searches, reports, and writes what that says."""
    from experiments.questions.stress import screen
    from experiments.results import manifest

    tables: dict[str, pd.DataFrame] = {}
    worst: dict[str, np.ndarray] = {}
    searched: list[str] = []
    if asked.own.evaluations:
        searched, slopes, tables = steps.screened(asked, out)
        tried = {arm: steps.searched(asked, out, arm, searched, slopes) for arm in asked.base.settings.contrast}
        tables["search"] = pd.concat(
            [steps.as_table(asked, arm, searched, t) for arm, t in tried.items()], ignore_index=True
        )
        worst = {arm: t.shares[t.best] for arm, t in tried.items()}
    roles, found = steps.reported(asked, out, searched, worst)
    tables |= findings.tables(
        roles, found, tables.get("search"), asked.words, asked.base.settings.contrast, asked.own.objective
    )
    for name, table in tables.items():
        _write(out / f"{name}.csv", table)
    screen.draw(out, tables, asked.base.settings.contrast, asked.own.objective)
    said = findings.sentences(tables, asked.words, asked.base.settings.contrast, asked.own.objective)
    content = manifest.describe(
        asked.base,
        str(compare.engine().model_version()),
        {
            "question": "stress",
            "inputs": len(asked.inputs),
            "searched": searched,
            "objective": asked.own.objective,
            "picked_by": _picked_by(asked, tables),
            "parameter_source": asked.base.settings.parameter_source,
            "evaluations": len(tables["search"]) if "search" in tables else 0,
            "sentences": said,
            "sentence": " ".join(said),
            "report_seed": asked.reported_luck,
            "stress": asked.kept,
            "valued_by": valued_by(asked.base.valuation),
        },
    )
    manifest.write(out, content | {"results_key": key}, finished=True)


def _picked_by(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> str:
    """How the numbers that are searched were picked, in words."""
    if "screening" in tables:
        walks = asked.own.trajectories
        return f"those that move the objective most in a screening of {walks * (len(asked.inputs) + 1)} points (Morris)"
    return f"in the order of {asked.own.screened}" if asked.own.screened else "all that were named"


def _write(path: Path, table: pd.DataFrame) -> None:
    """Writes a table as CSV that appears whole."""
    from experiments.results import store

    store.write_atomically(path, partial(table.to_csv, index=False))
