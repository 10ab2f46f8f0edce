"""The door for those who have no key to the lab: pupils, who join with a code, and the page for the projector."""

import uuid
from functools import partial

import streamlit as st

from experiments.errors import ConfigurationError
from experiments.lab.classroom.codes import LONGEST, shown
from experiments.lab.classroom.join_address import CLASS, FOR_GUESTS, SCREEN, SEAT
from experiments.lab.classroom.pages import board, pupil_page
from experiments.lab.classroom.pages.running import live, rooms, warn
from experiments.lab.classroom.phases import Phase
from experiments.lab.classroom.session import ClassSession

ENDED = "This class has ended. Nothing of it was kept."
VISITOR, SEEN = "class.visitor", "class.seen"
"""What a visitor is remembered by while the page is open, and the code of the class that the projector shows."""


def is_for_guests(let_in: bool) -> bool:
    """Whether this page is one of a class: by its address, or because nothing else is open to this visitor."""
    return any(word in st.query_params for word in FOR_GUESTS) or (not let_in and rooms().any)


def show() -> None:
    """The projector's page, a pupil's seat, or the door."""
    if SCREEN in st.query_params:
        _screen(st.query_params[SCREEN])
        return
    token = st.query_params.get(SEAT, "")
    room = rooms().seated(token) if token else None
    if room is not None:
        live(partial(_seat, room, token))
        return
    if token:
        st.info(ENDED)
    _door()


def _seat(room: ClassSession, token: str) -> None:
    """A pupil's seat, as long as the class lasts."""
    if room.is_over:
        st.info(ENDED)
    else:
        pupil_page.show(room, token)


def _visitor() -> str:
    """A number of this visitor's own, made up here."""
    return str(st.session_state.setdefault(VISITOR, uuid.uuid4().hex))


def _door() -> None:
    """Asks for the code."""
    st.subheader("Join your class", anchor=False)
    with st.form("class.join", border=False):
        typed = st.text_input("Code on the screen", st.query_params.get(CLASS, "")[:LONGEST], max_chars=LONGEST)
        pressed = st.form_submit_button("Join", type="primary")
    st.caption("You are not asked for your name. What you send is forgotten when the class ends.")
    if not pressed:
        return
    try:
        room = rooms().find(typed, _visitor())
        token = room.join()
    except ConfigurationError as refusal:
        warn(refusal)
        return
    st.query_params.from_dict({CLASS: room.code, SEAT: token})
    st.rerun()


def _screen(code: str) -> None:
    """What stands on the projector, for whoever knows the code: it is on the screen anyway."""
    room: ClassSession | None = st.session_state.get(SEEN)
    try:
        room = room or rooms().find(code, _visitor())
    except ConfigurationError as refusal:
        warn(refusal)
        return
    st.session_state[SEEN] = room
    live(partial(_board, room))


def _board(room: ClassSession) -> None:
    """What the projector shows, as long as the class lasts."""
    if room.is_over:
        st.info(ENDED)
        return
    board.show(room)
    if room.sight().phase not in (Phase.PREDICT, Phase.BARGAIN):
        st.caption(f"The code of this class: {shown(room.code)}")
