"""The teacher's page of a class: opens it, lets it go on from step to step, and ends it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from experiments.analysis.statistics.paired import FEWEST_FOR_INTERVAL
from experiments.errors import ConfigurationError
from experiments.lab.classroom.join_address import OPEN_TO_ALL, SCREEN
from experiments.lab.classroom.pages import board, running
from experiments.lab.classroom.pages.running import rooms, warn
from experiments.lab.classroom.phases import Phase, Question, Sight
from experiments.lab.classroom.session import HOURS, MOST_PUPILS, ClassSession
from experiments.lab.session import Visit
from experiments.lab.state import State
from experiments.lab.views import compare_page, predict_page

ABOUT = (
    "Pupils join on their phones with a code. They predict, you show how the class predicted, then you show what came "
    "out. After that they bargain: NHS, council, police and households, over one pooled budget. Nobody is asked for a "
    "name. Nothing that pupils do is written down, and all of it is forgotten when the class ends."
)
STEPS = {
    Phase.CLOSED: "Close predictions",
    Phase.REVEALED: "Reveal what came out",
    Phase.BARGAIN: "Bargain over one budget",
    Phase.OFFERED: "Close offers",
    Phase.AGREED: "Run this bargain",
}
AGAIN = "Another round of offers"


def show(of: Visit) -> None:
    """A class of this teacher, or what it takes to open one."""
    room = rooms().hosted(of.host) if of.host else None
    if room is None:
        _open(of)
    else:
        _lead(of, room)


def _open(of: Visit) -> None:
    """Lets the teacher choose the first question and open a class."""
    if of.host:
        st.info("Your class has ended. Nothing of it was kept.")
        of.host = ""
    st.write(ABOUT)
    _reach()
    question = _chosen(of)
    if st.button("Open a class", type="primary", key="class.open"):
        _do(lambda: _opened(of, question))


def _reach() -> None:
    """Who can join, and how to let others in."""
    where = running.where_to_join()
    if where.is_here_only:
        st.warning(
            "Only this computer can join: the lab is served to nobody else. To let in pupils on the same network, end the "
            "lab in its terminal and start it so:"
        )
        st.code(OPEN_TO_ALL, language=None)
        return
    st.info(
        "Whoever is on this computer's network can join with the code. What goes over the network is not encrypted. Pupils "
        "need the code alone; the key in your own address is not for them."
    )
    if not where.base:
        st.warning("This computer's address is not known. Look it up in its network settings.")


def _chosen(of: Visit) -> Question:
    """What is to be predicted."""
    compare_page.ready_made(of)
    name, _ = predict_page.asked(of)
    runs = max(of.state.replicates, FEWEST_FOR_INTERVAL)  # with fewer nothing can be said of luck
    question = Question(replace(of.state, replicates=runs), name)
    st.write(running.asked(question).replace("$", "\\$"))
    return question


def _opened(of: Visit, question: Question) -> None:
    """Opens a class, and lets the model begin with what it will need."""
    running.start(question.state)
    room = rooms().open(question)
    of.host = room.key_for_the_teacher()
    running.start(board.full_pool(room.sight()))


def _do(what: Callable[[], None]) -> None:
    """Does something and shows what comes of it, or says why it cannot be."""
    try:
        what()
    except ConfigurationError as refusal:
        warn(refusal)
    else:
        st.rerun()


def _lead(of: Visit, room: ClassSession) -> None:
    """The steps of a class, and what stands on the projector."""
    seen = room.sight()
    address = urlencode({SCREEN: room.code})
    st.html(
        f'<p><a href="?{address}" target="_blank">Open the page for the projector</a>. Show that one: the address of '
        "this page holds your key, by which others could lead your class.</p>"
    )
    where = running.where_to_join()
    if where.is_here_only:
        st.warning(
            f"Only this computer can join. To let in pupils on the same network, start the lab with {OPEN_TO_ALL}"
        )
    with st.container(horizontal=True):
        _steps(of, room, seen)
    _state_of_the_model(seen.question.state, "what came out")
    if seen.phase in (Phase.BARGAIN, Phase.OFFERED):
        _state_of_the_model(board.full_pool(seen), "what a whole pool would do")
    if where.base:
        st.caption("A link for pupils, with the code in it:")
        st.code(where.link(room.code), language=None, wrap_lines=True)
    more = st.toggle("Let more pupils join", room.doors_open, key=f"class.doors.{room.code}")
    if more != room.doors_open:
        _do(lambda: room.let_in(of.host, more))
    st.caption(
        f"At most {MOST_PUPILS} pupils. The class ends by itself {HOURS:g} hours after it was opened: {room.minutes_left} "
        "minutes are left. Whoever joins twice counts twice: compare the number with the heads in the room."
    )
    if Phase.PREDICT in board.comes_next(seen):
        with st.expander("Ask another question"):
            question = _chosen(of)
            if st.button("Ask this", key="class.ask"):
                _do(lambda: _asked(of, room, question))
    with st.popover("End the class"):
        st.write("All that pupils predicted and offered is forgotten.")
        if st.button("End it now", key="class.end"):
            _do(lambda: room.end(of.host))
    st.divider()
    board.show(room)


def _asked(of: Visit, room: ClassSession, question: Question) -> None:
    """Asks the class another question."""
    running.start(question.state)
    room.ask(of.host, question)


def _steps(of: Visit, room: ClassSession, seen: Sight) -> None:
    """A button for each step that may come next."""
    for phase in board.comes_next(seen):
        if phase is Phase.PREDICT:
            continue
        label = AGAIN if phase is Phase.BARGAIN and seen.phase in (Phase.OFFERED, Phase.AGREED) else STEPS[phase]
        early = phase is Phase.REVEALED and running.finished(seen.question.state) is None
        if st.button(
            label, type="secondary" if phase is Phase.BARGAIN else "primary", disabled=early, key=f"class.go.{phase}"
        ):
            _do(partial(_gone, of, room, phase))


def _gone(of: Visit, room: ClassSession, phase: Phase) -> None:
    """Goes on; a bargain that was agreed is run."""
    room.go(of.host, phase)
    if phase is Phase.BARGAIN:
        running.start(board.full_pool(room.sight()))
    state = board.agreed_state(room.sight())
    if state is not None:
        running.start(state)


@st.fragment(run_every=running.EVERY)
def _state_of_the_model(state: State, what: str) -> None:
    """How far the model is with what it was asked, and a way to ask again where it failed."""
    st.caption(f"{what[0].upper()}{what[1:]}: {running.progress(state)}")
    found = running.kept(state)
    if (found is None or found.run.what in running.WENT_WRONG) and st.button("Ask again", key=f"again.{what}"):
        try:
            running.start(state)
        except ConfigurationError as refusal:
            warn(refusal)
