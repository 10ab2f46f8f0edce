"""The page on which a result is predicted first, then seen and explained; then the favourite is made to lose."""

from __future__ import annotations

from typing import Any

import streamlit as st

from experiments.analysis.catalogue import Outcome
from experiments.analysis.sentence import signed, verdict
from experiments.lab import charts, configuration, controls, play, results, shown
from experiments.lab.state import State, read_state
from experiments.lab.visit import Kept, Visit, pages, policies

SIDES = {"lower": "lower", "same": "about the same", "higher": "higher"}
KEPT_WORDS = "What you write stays in this browser window and is kept nowhere."


def show(of: Visit) -> None:
    """Four steps, each of which opens the next."""
    st.subheader("1. Pick a question", anchor=False)
    _pick(of)
    name, outcome = _asked(of)
    st.subheader("2. Predict", anchor=False)
    prediction = _predict(of, outcome, name)
    st.subheader("3. Run and see", anchor=False)
    if prediction is None:
        st.write("Choose your prediction first. Then Run unlocks.")
    if play.run_button(of, ready=prediction is not None):
        st.rerun()
    kept = of.of(of.state)
    if kept is None:
        play.tell_trouble(of)
    else:
        play.going(of, kept)
        if prediction is not None and kept.run.pictured:
            _laid_over(kept, name, outcome, prediction)
            if kept.run.what == "finished":
                _explain(of, kept, outcome)
    if any(each.run.what == "finished" for each in of.kept):
        _make_it_lose(of, kept, outcome)


def _pick(of: Visit) -> None:
    """Which ready-made comparison is asked about, unless one was made on the other page."""
    presets = pages()["presets"]

    def take() -> None:
        key = st.session_state[box]
        if key is not None:
            of.set(states[key])

    states = {
        key: read_state({k: str(v) for k, v in each["address"].items()}) for key, each in presets.items()
    }
    now = next((key for key, state in states.items() if state == of.state), None)
    names = [*states, None]
    box = f"{of.epoch}.lesson.{now}"
    st.selectbox(
        "Comparison", names, names.index(now), key=box, on_change=take,
        format_func=lambda key: "One of your own" if key is None else str(presets[key]["title"]),
    )  # fmt: skip
    if now is not None:
        st.write(presets[now]["about"])


def _asked(of: Visit) -> tuple[str, Outcome]:
    """The outcome that is predicted."""
    names = pages()["predict"]
    name = st.selectbox(
        "Outcome", names, format_func=lambda n: results.catalogue()[n].title, key="predict.outcome"
    )
    return name, results.catalogue()[name]


def _predict(of: Visit, outcome: Outcome, name: str) -> str | None:
    """The prediction, which nobody makes for the visitor; once results are there it stays as it was."""
    first, second = configuration.titles(of.state).values()
    key = f"predict.{configuration.name_of(of.state)}.{name}"
    made = of.notes.get(key)
    kept = of.of(of.state)
    if made and kept and kept.run.pictured:
        st.write(f"You predicted: **{SIDES[made]}** under {second}.")
        return str(made)
    sides = list(SIDES)
    found = st.radio(
        f"After {of.state.years} years, compared with {first}, under {second} this will be: {outcome.title} ({outcome.unit})",
        sides, sides.index(made) if made else None, lambda side: SIDES[side], key=key,
    )  # fmt: skip
    of.notes[key] = found
    return found


def side_of(outcome: Outcome, row: dict[str, Any]) -> str:
    """Which prediction came true: lower, higher, or neither so that it could be told from luck or matter."""
    words = verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"])
    if words in ("unclear", "small", "same", "unknown"):
        return "same"
    return "higher" if row["diff"] > 0 else "lower"


def _laid_over(kept: Kept, name: str, outcome: Outcome, prediction: str) -> None:
    """The result over the prediction."""
    found = results.values(kept)
    if name not in found:
        st.write("This outcome is not recorded for the challenge that was chosen; pick another.")
        return
    titles, arms = results.named(kept), configuration.arms_of(kept.state)
    runs = charts.difference_runs(found[name], arms, same_luck=True)
    first, second = titles.values()
    st.markdown(f"**{outcome.title}: {second} minus {first}**")
    st.altair_chart(charts.predicted(runs, outcome, prediction, outcome.matters or 0.0), theme=None)
    st.caption("Shaded: where you predicted it. Thin lines: single runs. Thick line: their average.")
    row = dict(_row(kept, outcome))
    if not row:
        return
    truth, size = side_of(outcome, row), signed(float(row["diff"]), outcome.unit)
    right = "That is what you predicted." if truth == prediction else f"You predicted {SIDES[prediction]}."
    sure = "" if truth != "same" else " That is within what luck alone does, or too small to matter."
    shown.announce(f"It came out {SIDES[truth]} ({size} in the last year).{sure} {right}")


def _row(kept: Kept, outcome: Outcome) -> dict[str, Any]:
    """The paired difference of one outcome in the last year; empty before a run has finished."""
    table = results.summary(kept)
    if table is None:
        return {}
    last = table[(table["horizon"] == table["horizon"].max()) & (table["outcome"] == outcome.name)]
    return {} if last.empty else {str(key): value for key, value in last.iloc[0].to_dict().items()}


def _explain(of: Visit, kept: Kept, outcome: Outcome) -> None:
    """A place to say why, before anything else is looked at."""
    st.subheader("4. Explain", anchor=False)
    st.text_area(
        f"Why did {outcome.title.lower()} come out like that? Write it in your own words.",
        key=f"explain.{configuration.name_of(kept.state)}", help=KEPT_WORDS,
    )  # fmt: skip
    with st.expander("What else happened"):
        shown.table(kept)


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
    favourite = st.radio("Your favourite", ["a", "b"], index=None, horizontal=True, key="favourite",
                         format_func=lambda arm: titles[0] if arm == "a" else titles[1])  # fmt: skip
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
        lower_wins = (
            True  # of money, less is called winning here; whether it is better is for the visitor to say
        )
    else:
        lower_wins = outcome.better == "lower"
    if words == "same":
        shown.announce(f"{mine} neither wins nor loses by more than luck. Go on.")
        return
    second_wins = (words == "lower") == lower_wins
    if second_wins == (favourite == "b"):
        shown.announce(f"{mine} still wins. Go on.")
    else:
        shown.announce(f"{mine} loses here. What does it need in order not to?")
