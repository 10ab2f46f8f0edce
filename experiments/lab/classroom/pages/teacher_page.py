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
from experiments.lab.classroom.pages.running import live, rooms, warn
from experiments.lab.classroom.phases import NEXT, Phase, Question, Sight
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
ENDED = "Your class has ended. Nothing of it was kept."
REFUSED = "class.refused"
"""Where a visit remembers why the last thing that was asked for cannot be."""


def show(of: Visit) -> None:
    """A class of this teacher, or what it takes to open one."""
    room = rooms().hosted(of.host) if of.host else None
    if room is None:
        _open(of)
    else:
        live(partial(_lead, of, room))


def _open(of: Visit) -> None:
    """Lets the teacher choose the first question and open a class."""
    if of.host:
        st.info(ENDED)
        of.host = ""
    st.write(ABOUT)
    _reach()
    question = _chosen(of)
    st.button("Open a class", type="primary", key="class.open", on_click=_do, args=(of, partial(_opened, of, question)))
    _refusal(of)


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
    name, _ = predict_page.asked()
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


def _do(of: Visit, what: Callable[[], None]) -> None:
    """Does something that a button is for, or remembers why it cannot be."""
    of.notes.pop(REFUSED, None)
    try:
        what()
    except ConfigurationError as refusal:
        of.notes[REFUSED] = refusal


def _refusal(of: Visit) -> None:
    """Says why the last thing that was asked for cannot be."""
    if REFUSED in of.notes:
        warn(of.notes[REFUSED])


def _lead(of: Visit, room: ClassSession) -> None:
    """The steps of a class, and what stands on the projector."""
    if room.is_over:
        st.info(ENDED)
        if st.button("Open another class", key="class.another"):
            st.rerun()
        return
    seen, where = room.sight(), running.where_to_join()
    with st.container(horizontal=True):
        _steps(of, room, seen)
    _refusal(of)
    _model(of, seen.question.state, "What came out")
    if seen.phase in (Phase.BARGAIN, Phase.OFFERED):
        _model(of, board.full_pool(seen), "What a whole pool would do")
    state = board.agreed_state(seen)
    if state is not None:
        _model(of, state, "What this bargain does")
    st.html(
        f'<p><a href="?{urlencode({SCREEN: room.code})}" target="_blank">Open the page for the projector</a>. Show that one: '
        "the address of this page holds your key, by which others could lead your class.</p>"
    )
    if where.is_here_only:
        st.warning(
            f"Only this computer can join. To let in pupils on the same network, start the lab with {OPEN_TO_ALL}"
        )
    elif where.base:
        st.caption("A link for pupils, with the code in it:")
        st.code(where.link(room.code), language=None, wrap_lines=True)
    _rules(of, room, seen)
    st.divider()
    board.show(room)


def _rules(of: Visit, room: ClassSession, seen: Sight) -> None:
    """Who may still join, another question, and the end."""
    door = f"class.doors.{room.code}"
    st.session_state.setdefault(door, room.doors_open)
    turn = partial(_do, of, lambda: room.let_in(of.host, bool(st.session_state[door])))
    st.toggle("Let more pupils join", key=door, on_change=turn)
    st.caption(
        f"At most {MOST_PUPILS} pupils. The class ends by itself {HOURS:g} hours after it was opened: {room.minutes_left} "
        "minutes are left. Whoever joins twice counts twice: compare the number with the heads in the room."
    )
    if Phase.PREDICT in NEXT[seen.phase]:
        with st.expander("Ask another question"):
            ask = partial(_asked, of, room, _chosen(of))
            st.button("Ask this", key="class.ask", on_click=_do, args=(of, ask))
    with st.popover("End the class"):
        st.write("All that pupils predicted and offered is forgotten.")
        st.button("End it now", key="class.end", on_click=_do, args=(of, lambda: room.end(of.host)))


def _asked(of: Visit, room: ClassSession, question: Question) -> None:
    """Asks the class another question."""
    running.start(question.state)
    room.ask(of.host, question)


def _steps(of: Visit, room: ClassSession, seen: Sight) -> None:
    """A button for each step that may come next."""
    for phase in NEXT[seen.phase]:
        if phase is Phase.PREDICT:
            continue
        label = AGAIN if phase is Phase.BARGAIN and seen.phase in (Phase.OFFERED, Phase.AGREED) else STEPS[phase]
        early = phase is Phase.REVEALED and running.finished(seen.question.state) is None
        st.button(
            label,
            type="secondary" if phase is Phase.BARGAIN else "primary",
            disabled=early,
            key=f"class.go.{phase}.{seen.round}",
            on_click=_do,
            args=(of, partial(_gone, of, room, phase)),
        )


def _gone(of: Visit, room: ClassSession, phase: Phase) -> None:
    """Goes on; a bargain that was agreed is run."""
    room.go(of.host, phase)
    if phase is Phase.BARGAIN:
        running.start(board.full_pool(room.sight()))
    state = board.agreed_state(room.sight())
    if state is not None:
        running.start(state)


def _model(of: Visit, state: State, what: str) -> None:
    """How far the model is with what it was asked, and a way to ask again where it failed."""
    st.caption(f"{what}: {running.progress(state)}")
    found = running.kept(state)
    if found is None or found.run.what in running.WENT_WRONG:
        st.button("Ask again", key=f"class.again.{what}", on_click=_do, args=(of, partial(running.start, state)))
