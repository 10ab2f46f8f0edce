"""The page on which a result is predicted first, then seen and explained; then the favourite is made to lose."""

from typing import Any

import pandas as pd
import streamlit as st

from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.verdicts.sentence import side_of, signed
from experiments.lab import configuration, controls, results
from experiments.lab.charts import charts
from experiments.lab.lay_words import pages
from experiments.lab.number_format import rounded
from experiments.lab.session import Kept, Visit, policies
from experiments.lab.state import State
from experiments.lab.views import compare_page, prediction, results_view
from experiments.lab.views.prediction import SIDES, Prediction

KEPT_WORDS = "What you write stays in this browser window and is kept nowhere."


def show(of: Visit) -> None:
    """Four steps, each of which opens the next."""
    st.subheader("1. Pick a question", anchor=False)
    compare_page.ready_made(of)
    name, outcome = asked()
    st.subheader("2. Predict", anchor=False)
    given = prediction.ask(of, outcome, name)
    st.subheader("3. Run and see", anchor=False)
    results_view.announce("Make your prediction first. Then Run unlocks." if given is None else "Run is unlocked.")
    if compare_page.run_button(of, ready=given is not None):
        st.rerun()
    kept = of.of(of.state)
    if kept is None:
        compare_page.tell_trouble(of)
    else:
        compare_page.going(of, kept)
        if given is not None and kept.run.pictured:
            _laid_over(kept, name, outcome, given)
            if kept.run.what == "finished":
                _explain(kept, outcome)
    if any(each.run.what == "finished" for each in of.kept):
        _make_it_lose(of, kept, outcome)


def asked() -> tuple[str, Outcome]:
    """The outcome that is predicted."""
    names = pages()["predict"]
    name = st.selectbox("Outcome", names, format_func=lambda n: results.catalogue()[n].title, key="predict.outcome")
    return name, results.catalogue()[name]


def _laid_over(kept: Kept, name: str, outcome: Outcome, given: Prediction) -> None:
    """The result over the prediction."""
    found = results.values(kept)
    if name not in found:
        st.write("This outcome is not recorded for the challenge that was chosen; pick another.")
        return
    arms = configuration.arms_of(kept.state)
    first, second = results.named(kept).values()
    row = _row(kept, outcome)
    st.markdown(f"**{outcome.title}: {second} compared with {first}**")
    if given.line:
        runs = prediction.per_cent(found[name], arms)
        st.altair_chart(charts.over_a_line(runs, given.line, outcome), theme=None)
        st.caption("Broken line: what you drew. Thin lines: single runs. Thick line: their average.")
        if row:
            results_view.announce(_told(given, runs, outcome, row))
        return
    runs = charts.difference_runs(found[name], arms, same_luck=True)
    st.altair_chart(charts.predicted(runs, outcome, given.side, outcome.matters or 0.0), theme=None)
    st.caption("Shaded: where you predicted it. Thin lines: single runs. Thick line: their average.")
    if row:
        truth, size = side_of(outcome, row), signed(rounded(float(row["diff"])), outcome.unit)
        right = "That is what you predicted." if truth == given.side else f"You predicted {SIDES[given.side]}."
        results_view.announce(f"It came out {SIDES[truth]} ({size} in the last year).{_within_luck(truth)} {right}")


def _within_luck(truth: str) -> str:
    """What is to be said of a difference that is none."""
    return " That is within what luck alone does, or too small to matter." if truth == "same" else ""


def _told(given: Prediction, runs: pd.DataFrame, outcome: Outcome, row: dict[str, Any]) -> str:
    """How far a drawn line is from what came out."""
    averages = runs.groupby("year")["average"].first()
    off = sum(abs(given.at(float(year)) - value) for year, value in averages.items()) / len(averages)
    truth, (_, end) = side_of(outcome, row), given.line[-1]
    return (
        f"It came out {SIDES[truth]}: {prediction.signed(float(averages.iloc[-1]))} in the last year, "
        f"{signed(rounded(float(row['diff'])), outcome.unit)}.{_within_luck(truth)} You drew {prediction.signed(end)}. "
        f"Over the years your line is {off:.0f} percentage points off on average."
    )


def _row(kept: Kept, outcome: Outcome) -> dict[str, Any]:
    """The paired difference of one outcome in the last year; empty before a run has finished."""
    found = results.answer(kept)
    return {} if found is None else found.last.get(outcome.name, {})


def _explain(kept: Kept, outcome: Outcome) -> None:
    """A place to say why, before anything else is looked at."""
    st.subheader("4. Explain", anchor=False)
    st.text_area(
        f"Why did {outcome.title.lower()} come out like that? Write it in your own words.",
        key=f"explain.{configuration.name_of(kept.state)}",
        help=KEPT_WORDS,
    )
    with st.expander("What else happened"):
        results_view.table(kept)


def _make_it_lose(of: Visit, kept: Kept | None, outcome: Outcome) -> None:
    """The last task: settings under which the policy one likes best does worse."""
    st.subheader("5. Make your favourite lose", anchor=False)
    st.write(
        f"A good test of what you believe: find settings under which the policy you like does worse on {outcome.title.lower()}. "
        "Change them here, then predict and run again."
    )
    titles = [str(policies()[choice.base]["title"]) for choice in (of.state.a, of.state.b)]
    if titles[0] == titles[1]:
        titles = [f"{titles[0]} (first)", f"{titles[1]} (second)"]
    favourite = st.radio(
        "Your favourite",
        ["a", "b"],
        index=None,
        horizontal=True,
        key="favourite",
        format_func=lambda arm: titles[0] if arm == "a" else titles[1],
    )
    if favourite is None:
        return
    if kept is not None:
        _judge(kept, outcome, favourite, titles)
    changed: State = controls.policy(of, of.state, favourite, "Start from")
    if changed != of.state:
        of.state = changed
        st.rerun()


def _judge(kept: Kept, outcome: Outcome, favourite: str, titles: list[str]) -> None:
    """Whether the favourite loses now."""
    row = _row(kept, outcome)
    if not row:
        return
    words, mine = side_of(outcome, row), titles[0] if favourite == "a" else titles[1]
    if outcome.better == "neither" or outcome.family == "money":
        lower_wins = True  # of money, less is called winning here; whether it is better is for the visitor to say
    else:
        lower_wins = outcome.better == "lower"
    if words == "same":
        results_view.announce(f"{mine} neither wins nor loses by more than luck. Go on.")
        return
    second_wins = (words == "lower") == lower_wins
    if second_wins == (favourite == "b"):
        results_view.announce(f"{mine} still wins. Go on.")
    else:
        results_view.announce(f"{mine} loses here. What does it need in order not to?")
