"""The shelf on the page: what was kept under a name, opened by a link, and put side by side."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from experiments.errors import ConfigurationError
from experiments.lab import side_by_side
from experiments.lab.session import Kept, Visit, shared, workshop
from experiments.lab.shelf import LONGEST, Pinned
from experiments.lab.views import results_view


def offer(kept: Kept) -> None:
    """Lets a visitor put a finished comparison on the shelf."""
    if kept.run.what != "finished":
        return
    with st.form(f"pin.{kept.label}", border=False):
        name = st.text_input("Name on the shelf", max_chars=LONGEST, placeholder="For example: our own plan")
        if not st.form_submit_button("Put on the shelf"):
            return
    try:
        workshop().shelf.pin(name, kept.state)
    except ConfigurationError as refusal:
        st.warning("; ".join(fault.wrong for fault in refusal.faults))
    else:
        st.rerun()


def show(of: Visit) -> None:
    """What stands on the shelf, and what this visitor has run, each opened by a link; several of them side by side."""
    try:
        pinned = workshop().shelf.all()
    except ConfigurationError as refusal:
        st.warning("; ".join(f"{fault.where} {fault.wrong}" for fault in refusal.faults))
        pinned = []
    if pinned:
        st.subheader("Shelf", anchor=False)
        st.caption("For everybody who opens this lab; it is still there when the lab is started again.")
        _links(pinned)
        _take_off(pinned)
    known = {each.name: each.state for each in pinned if each.state}
    own = {kept.label: kept.state for kept in of.kept if kept.run.what == "finished"}
    choices = known | {label: state for label, state in own.items() if state not in known.values()}
    if len(choices) < 2:
        return
    st.subheader("Side by side", anchor=False)
    wanted = st.multiselect(
        "Comparisons", list(choices), list(choices)[-2:], max_selections=side_by_side.MOST - 1, key="side.by.side"
    )
    found = [(name, of.of(choices[name])) for name in wanted]
    ready = [kept for _, kept in found if kept is not None and kept.run.what == "finished"]
    if gone := [name for name, kept in found if kept is None]:
        st.html(f"<p>To be run again with this version of the model: {escape(', '.join(gone))}.</p>")
    if ready:
        results_view.tabled(side_by_side.policies(ready), "Policies side by side")
        st.caption(
            "Levels in the last year. In words: beside the first policy that met the same people and the same luck. "
            f"At most {side_by_side.MOST} policies are shown."
        )


def _links(pinned: list[Pinned]) -> None:
    """A link for each comparison on the shelf."""
    items = []
    for each in pinned:
        if each.state is None:
            items.append(f"<li>{escape(each.name)}: this version no longer knows its policies or its place</li>")
        else:
            address = escape(urlencode(shared("play", each.state)))
            items.append(
                f'<li><a href="?{address}" target="_self">{escape(each.name)}</a>: {escape(Kept.called(each.state))}</li>'
            )
    st.html(f'<ul class="lab-shelf">{"".join(items)}</ul>')


def _take_off(pinned: list[Pinned]) -> None:
    """Lets a visitor take something off the shelf."""
    with st.popover("Take off the shelf"):
        name = st.selectbox("Which", [each.name for each in pinned], key=f"take.off.{len(pinned)}")
        if st.button("Take it off", key="take.off.now"):
            workshop().shelf.unpin(str(name))
            st.rerun()
