"""What stands on the projector: the code, how many have answered, how the class predicted, and what came out."""

import streamlit as st

from experiments.analysis.verdicts.sentence import signed, verdict
from experiments.lab import configuration, results
from experiments.lab.classroom import bargaining, figures, gains
from experiments.lab.classroom.codes import shown
from experiments.lab.classroom.pages import running
from experiments.lab.classroom.pages.running import large, say
from experiments.lab.classroom.phases import NEXT, Phase, Question, Sight
from experiments.lab.classroom.predictions import NO_DIFFERENCE, Revealed, how_near, in_words, per_cent
from experiments.lab.classroom.roles import DEMANDS, ROLES, budgets
from experiments.lab.classroom.session import ClassSession
from experiments.lab.number_format import rounded
from experiments.lab.session import Kept
from experiments.lab.state import State
from experiments.text.numerals import counted, two
from experiments.text.purpose import CHANCE_ONLY

Mark = tuple[object, ...]


def mark(room: ClassSession) -> Mark:
    """Changes whenever everybody's page has something else to show."""
    seen = room.sight()
    state = agreed_state(seen)
    ready = running.finished(seen.question.state) is not None
    return seen.phase, seen.round, room.is_over, ready, state is not None and running.finished(state) is not None


def agreed_state(seen: Sight) -> State | None:
    """The comparison of what was agreed; none before that, and where no pool was agreed."""
    return bargaining.comparison(seen.question.state, seen.agreed) if seen.agreed else None


def full_pool(seen: Sight) -> State:
    """The comparison that shows what a whole pool would do: roles know it before they bargain."""
    return bargaining.comparison(seen.question.state, 1.0)


def comes_next(seen: Sight) -> tuple[Phase, ...]:
    """What the teacher may go on to."""
    return NEXT[seen.phase]


@st.fragment(run_every=running.EVERY)
def follow(room: ClassSession, before: Mark) -> None:
    """Says how many have answered, and shows the whole page anew when the class goes on."""
    if mark(room) != before:
        st.rerun()
    seen = room.sight()
    if seen.phase is Phase.PREDICT:
        large(f"{seen.joined} joined · {seen.predicted} predicted")
    elif seen.phase is Phase.BARGAIN:
        large(" · ".join(f"{ROLES[role].title}: {seen.offered[role]} of {seen.seats[role]}" for role in ROLES))


def show(room: ClassSession) -> None:
    """The whole of it."""
    seen = room.sight()
    {
        Phase.PREDICT: _open,
        Phase.CLOSED: _closed,
        Phase.REVEALED: _closed,
        Phase.BARGAIN: _bargain,
        Phase.OFFERED: _offered,
        Phase.AGREED: _agreed,
    }[seen.phase](room, seen)
    follow(room, mark(room))


def door(room: ClassSession) -> None:
    """Where to go, and the code."""
    where = running.where_to_join()
    st.write("Open this address, and type the code:")
    large(where.typed or "the address of this computer", "class-address")
    large(shown(room.code), "class-code")


def _open(room: ClassSession, seen: Sight) -> None:
    door(room)
    large(running.asked(seen.question), "class-question")


def _closed(room: ClassSession, seen: Sight) -> None:
    """How the class predicted; once it is revealed, what came out in the same picture."""
    truth = running.truth_of(seen.question) if seen.phase is Phase.REVEALED else None
    large(running.asked(seen.question), "class-question")
    outcome = running.outcome_of(seen.question)
    label = f"{outcome.title}: per cent lower (−) or higher"
    st.altair_chart(figures.predicted(seen.predictions, truth, label), theme=None)
    large(in_words(seen.predictions))
    if seen.phase is Phase.CLOSED:
        say("Predictions are closed. The answer comes next.")
    elif truth is None:
        say("The model does not count this in per cent here. Ask another question.")
    else:
        say(came_out(seen.question, truth))
        large(how_near(seen.predictions, truth))
        st.caption(
            f"Line: what came out on average. Band: 95 in 100 by chance alone, {per_cent(truth.low)} to "
            f"{per_cent(truth.high)}, in whole per cents. {CHANCE_ONLY}"
        )


def came_out(question: Question, truth: Revealed) -> str:
    """The answer in a sentence."""
    first, second = configuration.titles(question.state).values()
    words = per_cent(truth.value)
    told = f"between {second} and {first}" if words == NO_DIFFERENCE else f"under {second} than under {first}"
    luck = " That is too small to matter, or luck alone could do it." if truth.side == "same" else ""
    return f"It came out: {words} {told}.{luck}"


def _bargain(room: ClassSession, seen: Sight) -> None:
    """What is bargained over, and whose budgets these are."""
    door(room)
    large("How much of your budget would you put into one pool?", "class-question")
    own = budgets(seen.question.state.place)
    large(" · ".join(f"{ROLES[role].title}: £{two(pounds / 1e6)} million a year" for role, pounds in own.items()))


def _offered(room: ClassSession, seen: Sight) -> None:
    """What each role offers, and what all of it would come to."""
    del room
    if not bargaining.spreads(seen.offers):
        large("Nobody with a budget has made an offer.")
        return
    large("What each role would put into the pool", "class-question")
    st.altair_chart(figures.offered(seen.offers), theme=None)
    st.write("Each dot is an offer. The bar holds the middle half. The line is the middle offer.")
    own = budgets(seen.question.state.place)
    pool = bargaining.pooled(seen.offers, own)
    share = bargaining.agreed_share(seen.offers) or 0.0
    sums = ", ".join(f"{ROLES[role].title} £{two(pounds / 1e6)} million" for role, pounds in pool.items())
    large(f"The middle offers come to £{two(sum(pool.values()) / 1e6)} million a year ({sums}).")
    large(f"All agree to: {100 * share:g}%.")
    _demands(seen)
    st.caption(bargaining.MAPPING)


def _demands(seen: Sight) -> None:
    told = [f"{DEMANDS[key]}: {count}" for key, count in seen.offers.demands.items() if count]
    if told:
        large(f"Households ask for: {'; '.join(told)}.")


def _agreed(room: ClassSession, seen: Sight) -> None:
    """Who paid and who gained under the bargain, against no pool."""
    del room
    share = 100 * (seen.agreed or 0.0)
    large(f"The bargain: {share:g}% of what is saved for others counts." if share else "No deal.", "class-question")
    state = agreed_state(seen)
    if state is None:
        large("Somebody puts in nothing, so there is no pool. All stays as it is without one.")
        return
    found = running.finished(state)
    if found is None:
        large(running.progress(state))
        st.caption(bargaining.MAPPING)
        return
    years = counted(state.years, "year")
    st.write(f"With this pool against no pool, over {years}, for the whole place:")
    for role, books in running.books_of(state).items():
        large(f"{ROLES[role].title}. {' '.join(gains.told(role, books))}")
    for line in answered(seen, found):
        large(line)
    st.caption(
        f"Averages of {found.run.replicates} towns, each with other luck; a small sum can be luck. Money that goes into "
        f"the pool is not there for anything else. {bargaining.MAPPING} {CHANCE_ONLY}"
    )


def answered(seen: Sight, found: Kept) -> list[str]:
    """Whether households got what they asked for, each thing that anybody asked for; all four where nobody did."""
    answer = results.answer(found)
    rows = {} if answer is None else answer.last
    asked = {key: count for key, count in seen.offers.demands.items() if count} or dict.fromkeys(DEMANDS, 0)
    told = []
    for key, count in asked.items():
        row, outcome = rows.get(key), results.catalogue()[key]
        if row is None:
            continue
        words = results.VERDICTS[verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"])]
        size = signed(rounded(float(row["diff"])), outcome.unit)
        who = f"{counted(count, 'household')} asked for: " if count else ""
        told.append(f"{who}{DEMANDS[key].lower()}. It came out {words} ({size}).")
    return [each[0].upper() + each[1:] for each in told]
