"""The question `redesign stress`: how badly can each policy plausibly do, and does the answer survive other mechanisms?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.economics.valued_runs import FORMERLY, SOCIAL_VALUE, valued_by
from experiments.analysis.statistics.point_differences import words_of
from experiments.analysis.verdicts import valued
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point
from experiments.configuration.question_settings import own_and_base
from experiments.configuration.validate import Plan, check
from experiments.errors import ConfigurationError, Fault, listed, nearest, unknown
from experiments.evidence import inputs as varied
from experiments.evidence import structural_alternatives
from experiments.evidence.inputs import Varied
from experiments.questions.base import Question
from experiments.questions.stress import findings, steps
from experiments.questions.stress.inputs import inputs_of
from experiments.questions.stress.settings import Asked, StressSettings
from experiments.results import manifest
from experiments.running.session import Session


def asked_of(own: StressSettings, base: Plan) -> Asked:
    """Finds the inputs and the alternatives; refuses what is wrong before anything runs."""
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
        close = SOCIAL_VALUE if own.objective == FORMERLY else nearest(own.objective, known)
        faults.append(
            Fault(
                f"objective={own.objective}",
                f"must be {SOCIAL_VALUE} or one of the outcomes of this run that are better high or low: {listed(known)}",
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


class Stress(Question[Asked]):
    """The worst that can plausibly happen to each policy, and what other mechanisms would make of the answer."""

    name = "stress"
    settings = StressSettings

    def plans(self, composed: Composed) -> Asked:
        """Makes the plan, finds the inputs and the alternatives."""
        own, base, _ = own_and_base(composed, StressSettings)
        return asked_of(own, base)

    def session(self, asked: Asked) -> Session:
        """The folder of all steps."""
        return steps.asks(asked, "stress", [{}], asked.base).session

    def analyse(self, asked: Asked, session: Session) -> dict[str, Any]:
        """Looks for both worst cases, and runs them and the alternatives with fresh luck."""
        return manifest.describe(asked.base, session.model, found_out(asked, session.out))

    def plans_at(self, composed: Composed, points: Sequence[Point]) -> list[Plan]:
        """The plans of kept points: other numbers, other luck, other mechanisms."""
        base = varied.with_arms_compared(check(composed))
        return [steps.plan_at(base, point.values) for point in points]


QUESTION = Stress()


def found_out(asked: Asked, out: Path) -> dict[str, Any]:
    """Screens, searches, reports, and writes what that says; returns what the manifest is to say."""
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
    storage.write_csvs(out, tables)
    said = findings.sentences(tables, asked.words, asked.base.settings.contrast, asked.own.objective)
    settings = asked.base.settings
    return {
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
        "judged": valued.as_used(out / "reported", asked.base.valuation, settings.years, settings.contrast),
        "valued_by": valued_by(asked.base.valuation),
    }


def _picked_by(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> str:
    """How the numbers that are searched were picked, in words."""
    if "screening" in tables:
        walks = asked.own.trajectories
        return f"those that move the objective most in a screening of {walks * (len(asked.inputs) + 1)} points (Morris)"
    return f"in the order of {asked.own.screened}" if asked.own.screened else "all that were named"
