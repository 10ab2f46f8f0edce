"""The page on which two policies are tried on a place."""

import pandas as pd
import streamlit as st

from experiments.analysis.verdicts.sentence import signed
from experiments.errors import ConfigurationError
from experiments.lab import configuration, controls, results
from experiments.lab.charts import charts
from experiments.lab.number_format import rounded
from experiments.lab.session import Kept, Visit, pages, workshop
from experiments.lab.state import read_state
from experiments.lab.views import results_view

EVERY = 0.25
"""Seconds between looks at how far a comparison is."""
PHASES = {
    "waiting": "Waiting for a free bench",
    "begun": "Putting the place together",
    "settling": "Letting the place settle under the rules of 2010",
}


def show(of: Visit) -> None:
    """Controls on the left, what comes of them on the right; one under the other on a phone."""
    presets(of)
    left, right = st.columns([2, 3], gap="large")
    with left:
        choose(of)
        if run_button(of):
            st.rerun()
    with right:
        outcome_of(of)
    earlier(of)


def presets(of: Visit) -> None:
    """One button for each ready-made comparison, group by group."""
    for group, words in pages()["groups"].items():
        st.caption(words)
        with st.container(horizontal=True):
            for name, preset in pages()["presets"].items():
                if preset["group"] == group and st.button(preset["title"], key=f"preset.{name}"):
                    of.set(read_state({key: str(value) for key, value in preset["address"].items()}))
                    of.notes["about"] = preset["about"]
    if of.notes.get("about"):
        st.info(of.notes["about"])


def choose(of: Visit) -> None:
    """All that decides a comparison."""
    of.state = controls.world(of)
    of.state = controls.policy(of, of.state, "a", "First policy")
    of.state = controls.policy(of, of.state, "b", "Second policy")


def run_button(of: Visit, ready: bool = True, label: str = "Run") -> bool:
    """Starts the comparison; tells whether it was started now."""
    with st.container(horizontal=True):
        pressed = st.button(label, type="primary", disabled=not ready, key=f"run.{of.page}")
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
    """What is known about the comparison that is chosen now."""
    kept = of.of(of.state)
    if kept is None:
        st.subheader("Nothing has been run with these choices yet", anchor=False)
        st.write("Choose two policies and press **Run**. The first picture comes after one run; more follow.")
        st.altair_chart(charts.to_come(configuration.titles(of.state), of.state.years), theme=None)
        tell_trouble(of)
        return
    going(of, kept)
    if kept.run.pictured:
        results_view.pictures(kept)
    if kept.run.what == "finished":
        results_view.table(kept)
    results_view.share(of, kept)


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


@st.fragment(run_every=EVERY)
def _progress(of: Visit, kept: Kept, pictured: int) -> None:
    run = kept.run
    if run.is_over or run.pictured != pictured:
        st.rerun()
    share_done = (run.settled if run.done == 0 else run.done) / (1 if run.done == 0 else run.replicates)
    words = PHASES.get(run.what, "") if run.done == 0 else f"{run.done} of {run.replicates} runs lived"
    st.progress(min(1.0, share_done), words or "Living the first run")
    if st.button("Cancel", key="cancel"):
        workshop().cancel(run, of.name)
        st.rerun()


def earlier(of: Visit) -> None:
    """Everything that this visitor has run, side by side."""
    finished = [kept for kept in of.kept if kept.run.what == "finished"]
    if len(finished) < 2:
        return
    st.subheader("Your comparisons so far", anchor=False)
    lines = {}
    for place, kept in enumerate(finished, start=1):
        found = {o.name: (o, row) for o, row in results_view.rows(kept)}
        lines[f"{place}. {kept.label}"] = {
            results.catalogue()[name].title: f"{signed(rounded(float(found[name][1]['diff'])), found[name][0].unit)}"
            for name in results.SHOWN
            if name in found
        }
    html = pd.DataFrame(lines).T.to_html(border=0, na_rep="")
    st.html(f'<div class="lab-wide" role="region" aria-label="Your comparisons" tabindex="0">{html}</div>')
    st.caption("Differences in the last year: second policy minus first.")
    again = st.selectbox(
        "Open one again",
        [None, *range(len(finished))],
        key=f"again.{len(finished)}.{of.epoch}",
        format_func=lambda k: "Choose" if k is None else f"{k + 1}. {finished[k].label}",
    )
    if again is not None:
        of.set(finished[again].state)
        st.rerun()
