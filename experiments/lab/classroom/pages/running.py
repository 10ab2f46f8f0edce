"""The lab's classes, and the comparisons that they need: asked for once, shared by everybody who looks."""

import json
import os
from collections.abc import Callable
from html import escape
from pathlib import Path

import streamlit as st

from experiments.analysis.statistics.catalogue import Outcome
from experiments.errors import ConfigurationError
from experiments.lab import configuration, results
from experiments.lab.benches.comparison_run import Run
from experiments.lab.classroom import gains
from experiments.lab.classroom.join_address import JoinAddress, join_address
from experiments.lab.classroom.phases import Question
from experiments.lab.classroom.predictions import Revealed, revealed
from experiments.lab.classroom.rooms import Rooms
from experiments.lab.faults import shown
from experiments.lab.session import Kept, workshop
from experiments.lab.state import State
from experiments.questions.lab.question import SETTINGS
from experiments.text.numerals import counted

CLASS_VISITOR = "a class"
"""Who asks for the comparisons of classes: no pupil's leaving ends them."""
EVERY = 2.0
"""Seconds between looks at what a class is doing."""
STILL = '<style>[data-stale="true"] { opacity: 1 !important; transition: none !important; }</style>'
"""A page that is drawn every few seconds does not fade while that happens."""
WENT_WRONG = ("refused", "failed", "cancelled", "too long")


@st.cache_resource(show_spinner=False)
def rooms() -> Rooms:
    """The classes of this lab, shared by all visitors; they end with it."""
    return Rooms()


@st.cache_resource(show_spinner=False)
def _runs() -> dict[str, Run]:
    """The comparisons that classes asked for."""
    return {}


def _known_by(state: State) -> str:
    """What tells a comparison from every other."""
    return json.dumps(state.address(), sort_keys=True)


def start(state: State) -> None:
    """Asks for a comparison, unless it is there or on its way.

    Raises:
        ConfigurationError: too many wait already.
    """
    name = _known_by(state)
    there = _runs().get(name)
    if there is None or there.what in WENT_WRONG:
        _runs()[name] = workshop().kept(state, CLASS_VISITOR) or workshop().ask(state, CLASS_VISITOR)


def kept(state: State) -> Kept | None:
    """A comparison that some class asked for."""
    run = _runs().get(_known_by(state))
    return None if run is None else Kept(state, run)


def finished(state: State) -> Kept | None:
    """The same, once it has finished."""
    found = kept(state)
    return found if found is not None and found.run.what == "finished" else None


def progress(state: State) -> str:
    """How far a comparison is, in words."""
    found = kept(state)
    if found is None:
        return "Not started"
    run = found.run
    if run.what == "finished":
        return "The answer is ready."
    if run.what in WENT_WRONG:
        return f"The model could not answer: {run.words or run.what}."
    if run.what == "waiting":
        return f"Waiting: {counted(workshop().before(run), 'comparison')} before this one"
    return f"The model is at work: {run.done} of {run.replicates} towns lived"


def outcome_of(question: Question) -> Outcome:
    """What is predicted."""
    return results.catalogue()[question.outcome]


def truth_of(question: Question) -> Revealed | None:
    """What came out; none while it is not known, or where it is not counted or cannot be told in per cent."""
    found = finished(question.state)
    answer = None if found is None else results.answer(found)
    if answer is None:
        return None
    first, _ = configuration.arms_of(question.state)
    return revealed(outcome_of(question), answer.last.get(question.outcome, {}), first)


@st.cache_data(max_entries=24, show_spinner=False)
def _books(out: str) -> dict[str, gains.Books]:
    return gains.read(Path(out))


def books_of(state: State) -> dict[str, gains.Books]:
    """What every role paid and gained; empty while it is not known."""
    found = finished(state)
    return {} if found is None else _books(str(found.run.out))


@st.fragment(run_every=EVERY)
def live(page: Callable[[], None]) -> None:
    """Shows a page anew every few seconds: all of it, so that nothing but this part is ever drawn again by itself.

    A page that is drawn as a whole because a part of it asks for that can lose its clock (as Streamlit 1.67 is).
    """
    st.html(STILL)
    shown(page)


def where_to_join() -> JoinAddress:
    """Where pupils open this lab."""
    return join_address(json.loads(os.environ[SETTINGS]))


def asked(question: Question) -> str:
    """The question as the class reads it."""
    first, second = configuration.titles(question.state).values()
    outcome, years = outcome_of(question), counted(question.state.years, "year")
    return (
        f"{outcome.title} ({outcome.unit}): after {years}, how much lower or higher under {second} than under {first}?"
    )


def warn(refusal: ConfigurationError) -> None:
    """Says why something cannot be."""
    st.warning("; ".join(fault.wrong for fault in refusal.faults))


def large(words: str, name: str = "class-large", first: str = "") -> None:
    """Words that can be read from the last row, the first of them strong."""
    strong = f"<strong>{escape(first)}</strong> " if first else ""
    st.html(f'<p class="{name}">{strong}{escape(words)}</p>')


def say(words: str) -> None:
    """Large words that a screen reader reads out when they change."""
    st.html(f'<p class="class-large" role="status" aria-live="polite">{escape(words)}</p>')
