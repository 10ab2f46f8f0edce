"""What `redesign stress` finds out: both worst cases, and what other mechanisms would make of the answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import storage
from experiments.analysis.economics.valued_runs import valued_by
from experiments.analysis.verdicts import valued
from experiments.configuration.question_settings import kept_with
from experiments.questions.stress import findings, steps
from experiments.questions.stress.screen import CAUTION
from experiments.questions.stress.settings import Asked
from experiments.running.session import Session
from experiments.text.numerals import counted


def session_of(asked: Asked) -> Session:
    """The folder of all steps."""
    return steps.asks(asked, "stress", [{}], asked.base).session


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
    said = findings.sentences(tables, asked.base.settings.contrast, asked.own.objective)
    settings = asked.base.settings
    return {
        "question": "stress",
        "uncertainty": CAUTION,
        "drawn_from": f"{counted(asked.own.report_replicates, 'replication')} with other people and luck than the search",
        "inputs": len(asked.inputs),
        "searched": searched,
        "objective": asked.own.objective,
        "picked_by": _picked_by(asked, tables),
        "parameter_source": asked.base.settings.parameter_source,
        "evaluations": len(tables["search"]) if "search" in tables else 0,
        "sentences": said,
        "sentence": " ".join(said),
        "report_seed": asked.reported_luck,
        "stress": kept_with(asked.own, asked.base),
        "judged": valued.as_used(out / "reported", asked.base.valuation, settings.years, settings.contrast),
        "valued_by": valued_by(asked.base.valuation),
    }


def _picked_by(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> str:
    """How the numbers that are searched were picked, in words."""
    if "screening" in tables:
        walks = asked.own.trajectories
        return f"those that move the objective most in a screening of {walks * (len(asked.inputs) + 1)} points (Morris)"
    return f"in the order of {asked.own.screened}" if asked.own.screened else "all that were named"
