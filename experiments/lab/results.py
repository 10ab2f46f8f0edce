"""Reads what a comparison has shown so far."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

from experiments.analysis.statistics.catalogue import Outcome, load_outcomes, resolve
from experiments.analysis.statistics.outcomes import Panel, series
from experiments.analysis.verdicts.answer import Answer
from experiments.analysis.verdicts.brief import Brief
from experiments.lab import configuration
from experiments.lab.lay_words import pages
from experiments.lab.session import Kept

SHOWN = ("crises", "need_share", "life_satisfaction_in_need", "refused", "wait_mean", "public_spend")
"""What the page shows over time: four about people, one about waiting and one about money."""
VERDICTS = {
    "better": "better",
    "worse": "worse",
    "higher": "higher",
    "lower": "lower",
    "small": "too small to matter",
    "unclear": "cannot be told apart",
    "same": "exactly the same",
    "unknown": "too few runs to say",
}
"""What is said of a difference."""


@st.cache_data(max_entries=64)
def catalogue() -> dict[str, Outcome]:
    """The outcomes there are."""
    return load_outcomes()


@st.cache_data(max_entries=24, show_spinner="Reading the results")
def _values(out: str, pictured: int) -> dict[str, pd.DataFrame]:
    """Outcomes by year, run by run, of the replications that can be shown."""
    path = Path(out) / "runs.parquet"
    everybody = [name for name in pq.read_schema(path).names if "@" not in name]  # nothing here is shown by group
    runs = pd.read_parquet(path, columns=everybody).astype({"arm": str})
    measures = list(Panel.of(runs).measures())
    found = {}
    for name in dict.fromkeys([*SHOWN, *pages()["predict"]]):
        outcome = catalogue()[name]
        try:
            resolve(outcome, "numerator", measures)
            found[name] = series(runs, outcome, every="year")
        except KeyError:
            continue  # one challenge alone does not record everything
    return found


def values(kept: Kept) -> dict[str, pd.DataFrame]:
    """Outcomes by year, run by run, of what a comparison has shown so far."""
    return _values(str(kept.run.out), kept.run.pictured)


@st.cache_data(max_entries=24)
def _answer(out: str) -> Answer:
    return Answer.read(Path(out))


def answer(kept: Kept) -> Answer | None:
    """What a comparison found, once its run has finished."""
    return _answer(str(kept.run.out)) if kept.run.what == "finished" else None


def brief(kept: Kept) -> Brief | None:
    """The finding and its four lines, once a run has finished."""
    found = answer(kept)
    return None if found is None else found.briefly(named(kept))


def named(kept: Kept) -> dict[str, str]:
    """What people call the two policies of a comparison, by arm."""
    return configuration.titles(kept.state)
