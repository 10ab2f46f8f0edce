"""What a pupil sees on a phone: the question, a slider and a button; later a role and what it has to give."""

import streamlit as st

from experiments.errors import ConfigurationError
from experiments.lab.classroom import gains
from experiments.lab.classroom.pages import board, running
from experiments.lab.classroom.pages.running import say, warn
from experiments.lab.classroom.phases import LIMIT, WHOLE_BUDGET, Phase, Seat, Sight
from experiments.lab.classroom.predictions import per_cent
from experiments.lab.classroom.roles import DEMANDS, HOUSEHOLD, ROLES, budgets
from experiments.lab.classroom.session import ClassSession
from experiments.text.numerals import counted, two
from experiments.text.terms import TERMS

LOOK = "Look at the screen in your class."


def show(room: ClassSession, token: str) -> None:
    """What a pupil can do now."""
    try:
        seen, own = room.sight(), room.seat(token)
        {
            Phase.PREDICT: _predict,
            Phase.CLOSED: _predicted,
            Phase.REVEALED: _predicted,
            Phase.BARGAIN: _bargain,
            Phase.OFFERED: _offered,
            Phase.AGREED: _agreed,
        }[seen.phase](room, token, seen, own)
    except ConfigurationError as refusal:
        warn(refusal)


def _predict(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """The question, and a slider from much lower to much higher."""
    st.subheader(running.asked(seen.question).replace("$", "\\$"), anchor=False)
    key = _before(f"class.predict.{seen.round}", own.prediction or 0)
    with st.form(f"{key}.form", border=False):
        words = "Your prediction in per cent. Left of 0 is lower, right of 0 is higher."
        value = st.slider(words, -LIMIT, LIMIT, key=key, format="%d%%")
        if st.form_submit_button("Send", type="primary"):
            room.predict(token, value)
            own = room.seat(token)
    if own.prediction is not None:
        say(f"You sent: {per_cent(own.prediction)}. You can change it until your teacher closes.")
    with st.expander("What the words mean"):
        for term in ("Crisis", "Established need", "Chance, or luck"):
            st.write(f"**{term}.** {TERMS[term]}")


def _predicted(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """What the pupil predicted; what came out once it is revealed."""
    del room, token
    mine = "You sent no prediction." if own.prediction is None else f"You predicted: {per_cent(own.prediction)}."
    truth = running.truth_of(seen.question) if seen.phase is Phase.REVEALED else None
    if truth is None:
        say(f"Predictions are closed. {mine} {LOOK}")
        return
    say(f"{board.came_out(seen.question, truth)} {mine} {LOOK}")


def _bargain(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """The role, what a whole pool would do to it, and what it says."""
    role = ROLES[own.role]
    st.subheader(f"You are: {role.title}", anchor=False)
    st.write(role.about)
    _whole_pool(seen, own)
    if own.role == HOUSEHOLD:
        _demand(room, token, seen, own)
    else:
        _offer(room, token, seen, own)


def _demand(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """What a household asks for in return."""
    key = _before(f"class.demand.{seen.round}", own.demand)
    with st.form(f"{key}.form", border=False):
        wanted = st.radio("What do you want in return?", list(DEMANDS), None, lambda name: DEMANDS[name], key=key)
        if st.form_submit_button("Send", type="primary"):
            room.demand(token, str(wanted))
            own = room.seat(token)
    if own.demand:
        say(f"You sent: {DEMANDS[own.demand]}. You can change it until your teacher closes.")


def _offer(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """How much of its budget a role would put in."""
    budget = budgets(seen.question.state.place)[own.role]
    key = _before(f"class.offer.{seen.round}", own.offer or 0)
    with st.form(f"{key}.form", border=False):
        words = f"How much of your £{two(budget / 1e6)} million a year would you put into the pool?"
        value = st.slider(words, 0, WHOLE_BUDGET, key=key, format="%d%%")
        if st.form_submit_button("Send", type="primary"):
            room.offer(token, value)
            own = room.seat(token)
    if own.offer is not None:
        pounds = f"£{two(budget * own.offer / WHOLE_BUDGET / 1e6)} million a year"
        say(f"You sent: {own.offer}%, that is {pounds}. You can change it until your teacher closes.")


def _whole_pool(seen: Sight, own: Seat) -> None:
    """What all of it in one pool would do to a role, once the model has said so."""
    state = board.full_pool(seen)
    books = running.books_of(state).get(ROLES[own.role].title)
    if books is None:
        st.caption("What a whole pool would do to you comes here when the model has worked it out.")
        return
    years = counted(state.years, "year")
    with st.container(border=True):
        st.write(f"If all budgets were in one pool, this would happen to yours over {years}, against no pool:")
        for line in gains.told(ROLES[own.role].title, books):
            st.write(f"- {line}".replace("$", "\\$"))
        st.caption(gains.SERVICES)


def _offered(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """What the pupil said."""
    del room, token, seen
    told = DEMANDS[own.demand] if own.demand else f"{own.offer}% of your budget" if own.offer is not None else "nothing"
    say(f"Offers are closed. You are: {ROLES[own.role].title}. You sent: {told}. {LOOK}")


def _agreed(room: ClassSession, token: str, seen: Sight, own: Seat) -> None:
    """What the bargain did to the pupil's role."""
    del room, token
    state = board.agreed_state(seen)
    books = None if state is None else running.books_of(state).get(ROLES[own.role].title)
    if state is None:
        say(f"There was no deal. {LOOK}")
    elif books is None:
        say(f"The model is working out what your bargain does. {LOOK}")
    else:
        st.subheader(f"{ROLES[own.role].title}: what the bargain did", anchor=False)
        for line in gains.told(ROLES[own.role].title, books):
            st.write(f"- {line}".replace("$", "\\$"))
        say(LOOK)


def _before(key: str, sent: int | str | None) -> str:
    """Lets a control begin with what was sent before the page was opened anew; returns the control's key."""
    if sent is not None:
        st.session_state.setdefault(key, sent)
    return key
