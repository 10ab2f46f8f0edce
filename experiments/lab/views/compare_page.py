"""The page on which two policies are tried on a place."""

import streamlit as st

from experiments.errors import ConfigurationError
from experiments.lab import configuration, controls
from experiments.lab.benches.comparison_run import Run
from experiments.lab.charts import charts
from experiments.lab.lay_words import pages
from experiments.lab.session import Kept, Visit, workshop
from experiments.lab.state import read_state
from experiments.lab.views import results_view, shelf_view
from experiments.text.numerals import counted

EVERY = 0.25
"""Seconds between looks at how far a comparison is."""
PHASES = {"begun": "Putting the place together", "settling": "Letting the place settle under the rules of 2010"}


def show(of: Visit) -> None:
    """Controls on the left, what comes of them on the right; on a phone results come first once there are any."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        buttons = st.container()
        ready_made(of)
        choose(of)
        with buttons:
            if run_button(of):
                st.rerun()
    with right:
        outcome_of(of)
    shelf_view.show(of)


def ready_made(of: Visit) -> None:
    """Lets a visitor start from a ready-made comparison."""
    presets = pages()["presets"]

    def take() -> None:
        key = st.session_state[box]
        if key is not None:
            of.set(states[key])

    states = {key: read_state({k: str(v) for k, v in each["address"].items()}) for key, each in presets.items()}
    now = next((key for key, state in states.items() if state == of.state), None)
    names = [*states, None]
    box = f"{of.epoch}.ready.{of.page}.{now}"
    st.selectbox(
        "Comparison",
        names,
        names.index(now),
        key=box,
        on_change=take,
        format_func=lambda key: "One of your own" if key is None else str(presets[key]["title"]),
    )
    if now is not None:
        st.caption(presets[now]["about"])


def choose(of: Visit) -> None:
    """All that decides a comparison."""
    of.state = controls.world(of)
    of.state = controls.policy(of, of.state, "a", "First policy")
    of.state = controls.policy(of, of.state, "b", "Second policy")


def run_button(of: Visit, ready: bool = True) -> bool:
    """Starts the comparison; tells whether it was started now."""
    with st.container(horizontal=True):
        pressed = st.button("Run", type="primary", disabled=not ready, key=f"run.{of.page}")
        if st.button("Re-roll luck", key=f"reroll.{of.page}"):
            controls.reroll(of)
            st.rerun()
    st.caption(f"Luck number {of.state.seed}. Another number is another town of the same kind, with other luck.")
    if not pressed:
        return False
    try:
        of.start()
    except ConfigurationError as refusal:
        st.warning("; ".join(fault.wrong for fault in refusal.faults))
        return False
    return True


def outcome_of(of: Visit) -> None:
    """What is known about the comparison that is chosen now; until it is run, the one before stays in sight."""
    kept, before = of.of(of.state), of.shown_before(of.state)
    if before is not None and st.button(f"← Back to: {before.label}", key="back"):
        of.set(before.state)
        st.rerun()
    if kept is not None:
        going(of, kept)
        if kept.run.pictured:
            results_view.pictures(kept, before)
        if kept.run.what == "finished":
            results_view.table(kept)
        if kept.run.pictured or before is None:
            results_view.share(of, kept)
            shelf_view.offer(kept)
            return
    if before is not None:
        st.caption(f"Nothing is known yet of what you chose. Until it is, this is the one before: {before.label}.")
        results_view.pictures(before)
        return
    st.subheader("Nothing has been run with these choices yet", anchor=False)
    st.write("Choose two policies and press **Run**. The first picture comes after one run; more follow.")
    st.altair_chart(charts.to_come(configuration.titles(of.state), of.state.years), theme=None)
    tell_trouble(of)


def tell_trouble(of: Visit) -> None:
    """Why the last comparison did not come about, if it did not."""
    last = of.kept[-1] if of.kept else None
    if last and last.state == of.state and last.run.what in ("refused", "failed"):
        st.warning("This cannot be run.")
        st.code(last.run.words, language=None)


def going(of: Visit, kept: Kept) -> None:
    """How far a comparison is, for as long as it goes on, with a way to stop it."""
    if not kept.run.is_over:
        _progress(of, kept, kept.run.pictured)
    elif kept.run.what == "cancelled":
        results_view.announce(
            "Stopped. What had been run is shown." if kept.run.pictured else "Stopped before the first picture."
        )
    elif kept.run.what == "too long":
        results_view.announce("Stopped because it took longer than this lab allows.")


def _phase(run: Run) -> str:
    """What is going on before anything has been lived."""
    if run.what != "waiting":
        return PHASES.get(run.what, "")
    return f"Waiting: {counted(workshop().before(run), 'comparison')} before yours; small ones go first"


@st.fragment(run_every=EVERY)
def _progress(of: Visit, kept: Kept, pictured: int) -> None:
    run = kept.run
    if run.is_over or run.pictured != pictured:
        st.rerun()
    share_done = (run.settled if run.done == 0 else run.done) / (1 if run.done == 0 else run.replicates)
    words = _phase(run) if run.done == 0 else f"{run.done} of {run.replicates} runs lived"
    st.progress(min(1.0, share_done), words or "Living the first run")
    if st.button("Cancel", key="cancel"):
        workshop().cancel(run, of.name)
        st.rerun()
