"""What stands on the projector: the code, how many have answered, how the class predicted, and what came out."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.verdicts.sentence import roughly, verdict
from experiments.lab import configuration, results
from experiments.lab.classroom import bargaining, figures, gains
from experiments.lab.classroom.codes import shown
from experiments.lab.classroom.pages import running
from experiments.lab.classroom.pages.running import large, say
from experiments.lab.classroom.phases import Phase, Question, Sight
from experiments.lab.classroom.predictions import NO_DIFFERENCE, Revealed, how_near, in_words, per_cent
from experiments.lab.classroom.roles import DEMANDS, ROLES, budgets
from experiments.lab.classroom.session import ClassSession
from experiments.lab.session import Kept
from experiments.lab.state import State
from experiments.text.numerals import counted, two
from experiments.text.purpose import CHANCE_ONLY

GOT = {
    "better": "Yes.",
    "worse": "No, it got worse.",
    "small": "Hardly: too little changed to matter.",
    "unclear": "Nobody can tell: luck alone could do it.",
    "same": "No, nothing changed.",
    "unknown": "Nobody can tell: too few runs.",
}
"""Whether households got what they asked for, by what can be said of the difference."""


def agreed_state(seen: Sight) -> State | None:
    """The comparison of what was agreed; none before that, and where no pool was agreed."""
    return bargaining.comparison(seen.question.state, seen.agreed) if seen.agreed else None


def full_pool(seen: Sight) -> State:
    """The comparison that shows what a whole pool would do: roles know it before they bargain."""
    return bargaining.comparison(seen.question.state, 1.0)


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


def door(room: ClassSession) -> None:
    """Where to go, and the code."""
    where = running.where_to_join()
    large("Open this address, and type the code:")
    large(where.typed or "the address of this computer", "class-address")
    large(shown(room.code), "class-code")


def _open(room: ClassSession, seen: Sight) -> None:
    door(room)
    large(running.asked(seen.question), "class-question")
    large(f"{seen.joined} joined · {seen.predicted} predicted")


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
    luck = truth.side == "same" and words != NO_DIFFERENCE
    return f"It came out: {words} {told}.{' Luck alone could do it, or it is too small to matter.' if luck else ''}"


def _bargain(room: ClassSession, seen: Sight) -> None:
    """What is bargained over, and whose budgets these are."""
    door(room)
    large("How much of your budget would you put into one pool?", "class-question")
    own = budgets(seen.question.state.place)
    large(" · ".join(f"{ROLES[role].title}: £{two(pounds / 1e6)} million a year" for role, pounds in own.items()))
    large(
        " · ".join(f"{ROLES[role].title}: {seen.offered[role]} of {seen.seats[role]}" for role in ROLES), first="Sent."
    )


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
    large(
        f"all join with {100 * share:g}%. Nobody can be made to give more than they offer.",
        first="What all can agree to:",
    )
    _demands(seen)
    st.caption(bargaining.MAPPING)


def _demands(seen: Sight) -> None:
    told = [f"{DEMANDS[key].lower()} ({count})" for key, count in seen.offers.demands.items() if count]
    if told:
        large(f"{'; '.join(told)}.", first="Households ask for:")


def _agreed(room: ClassSession, seen: Sight) -> None:
    """Who paid and who gained under the bargain, against no pool."""
    del room
    share = 100 * (seen.agreed or 0.0)
    large(f"The bargain: all join with {share:g}%" if share else "No deal", "class-question")
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
    large(f"With this pool against no pool, over {years}, for the whole place:")
    for title, books in running.books_of(state).items():
        large(" ".join(gains.told(title, books)), first=f"{title}.")
    for asked, got in answered(seen, found):
        large(got, first=asked)
    st.caption(
        f"Averages of {found.run.replicates} towns, each with other luck; a small sum can be luck. Money that goes into "
        f"the pool is not there for anything else. {gains.SERVICES} {bargaining.MAPPING} {CHANCE_ONLY}"
    )


def answered(seen: Sight, found: Kept) -> list[tuple[str, str]]:
    """What households asked for, and whether they got it; all four things where nobody asked."""
    answer = results.answer(found)
    rows = {} if answer is None else answer.last
    asked = {key: count for key, count in seen.offers.demands.items() if count} or dict.fromkeys(DEMANDS, 0)
    told = []
    for key, count in asked.items():
        if (row := rows.get(key)) is not None:
            who = f" (asked for by {counted(count, 'household')})" if count else ""
            told.append((f"{DEMANDS[key]}{who}?", what_came(results.catalogue()[key], row)))
    return told


def what_came(outcome: Outcome, row: Mapping[str, Any]) -> str:
    """Whether people got what they asked for, and how much of it; no number where it is too little to matter."""
    found = verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"])
    if found in ("small", "same"):
        return GOT[found]
    return f"{GOT[found]} {outcome.title}: {roughly(float(row['diff']), outcome.unit).replace('-', '−')}."
