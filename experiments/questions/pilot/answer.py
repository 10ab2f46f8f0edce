"""What `redesign pilot` does: every pilot is drawn and evaluated, and it is said what evaluations are worth."""

from typing import Any

import pandas as pd

from experiments import storage
from experiments.analysis.evaluation.pilots import judged
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.configuration.words.paths import path_of
from experiments.questions.pilot.plan import Pilots
from experiments.questions.pilot.words import CAUTION, RUN, sentences
from experiments.questions.pilot.work import ABOUT
from experiments.results import manifest
from experiments.running.session import Resources, Session
from experiments.text.telling import tell

QUESTION = "pilot"
ANSWER, EVERY = "answer.csv", "pilots.parquet"
SAME = "same_pilots"
"""Whether a row is over the pilots that every method evaluated, or over all that its own did."""


def session_of(asked: Pilots) -> Session:
    """The folder of the pilots."""
    own, key = asked.settings, asked.key()
    out = path_of(own.out or f"results/pilot-{key[:8]}", "out=")
    with_what = Resources(own.workers, large=own.large)
    return Session(QUESTION, out, key, asked.asked(), with_what, "pilots", model=str(asked.lived["model_version"]))


def analysed(asked: Pilots, session: Session) -> dict[str, Any]:
    """Draws every pilot, runs it where its zones are seen by others, evaluates it, and says what evaluations are worth."""
    if asked.to_run is not None:
        asked.to_run.live(session)
    return evaluated(asked, session)


def evaluated(asked: Pilots, session: Session) -> dict[str, Any]:
    """Evaluates every pilot, and says what evaluations are worth."""
    for note in asked.left_out:
        tell(f"note: {note}")
    session.parts.mkdir(parents=True, exist_ok=True)
    work = asked.work(session.parts, session.key)
    session.run([(work, number) for number in range(len(asked.tasks))])
    every = work.found()
    table = worth(every, asked.to_run is not None)
    storage.write_csv(session.out / ANSWER, table)
    storage.write_frame(session.out / EVERY, every)
    outcomes = load_outcomes()
    names = dict.fromkeys(table["outcome"])
    said, *more = [sentence for name in names for sentence in sentences(table, outcomes[name], name)]
    return {
        **manifest.made_with(session.model),
        "question": QUESTION,
        "configuration": session.asked,
        "outside": asked.outside,
        "inside": list(asked.inside),
        "starts": list(asked.starts),
        "left_out": list(asked.left_out),
        "seed": asked.settings.seed,
        "sentence": said,
        "told": more,
        "uncertainty": CAUTION,
        QUESTION: asked.settings.model_dump(mode="json", exclude={"out", "workers", "large", "seed"}),
    }


def worth(every: pd.DataFrame, run: bool) -> pd.DataFrame:
    """What evaluations are worth, design by design and method by method: over all pilots, and over those that all evaluated.

    Args:
        every: pilots and what each method found.
        run: whether each pilot was run, so that what its zones had in use was seen by others.
    """
    outcomes, tables = load_outcomes(), []
    for about, own in every.groupby(list(ABOUT), sort=False):
        named = dict(zip(ABOUT, about, strict=True))
        better = 1 if outcomes[str(named["outcome"])].better == "higher" else -1
        for same, rows in ((False, own), (True, own[_evaluated_by_all(own)])):
            table = judged(rows, better)
            for place, (name, value) in enumerate((named | {SAME: same}).items()):
                table.insert(place, name, value)
            tables.append(table.assign(**{RUN: run}))
    return pd.concat(tables, ignore_index=True)


def _evaluated_by_all(own: pd.DataFrame) -> pd.Series:
    """Which rows are of a pilot that every method evaluated; only over these can methods be compared."""
    return own.groupby("pilot")["estimator"].transform("nunique") == own["estimator"].nunique()
