"""The page itself: Streamlit runs this file anew whenever a visitor touches anything."""

from pathlib import Path

import streamlit as st

from experiments.lab.classroom.pages import entrance, teacher_page
from experiments.lab.faults import shown
from experiments.lab.session import PAGES, is_let_in, say_address, visit, workshop
from experiments.lab.site import beside
from experiments.lab.views import compare_page, england_page, inspect_page, own_place_page, predict_page
from experiments.text.purpose import PURPOSE

SHOWN = {
    "play": compare_page,
    "predict": predict_page,
    "inside": inspect_page,
    "england": england_page,
    "place": own_place_page,
    "class": teacher_page,
}
"""What shows a page, by its word in the address."""
ABOUT = (
    "A simulated place, its people and its public services. You choose two policies; both get the same people, the same "
    "budget cut and the same luck."
)


def main() -> None:
    """Draws the page for one visitor."""
    st.set_page_config(page_title="Redesign lab", layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{Path(__file__).with_name('page.css').read_text(encoding='utf-8')}</style>")
    if entrance.is_for_guests(is_let_in()):
        st.title("Redesign lab", anchor=False)
        shown(entrance.show)
        _end()
        return
    if not is_let_in():
        st.title("Redesign lab", anchor=False)
        st.warning("This page opens only with its whole address. The terminal in which the lab was started shows it.")
        return
    of = visit()
    workshop()
    st.title("Redesign lab", anchor=False)
    st.caption(ABOUT)
    if of.trouble:
        st.warning("Part of this page's address cannot be read, so the usual choices are shown instead.")
        st.code(of.trouble, language=None)
    names = list(PAGES)
    of.page = st.radio("Page", names, names.index(of.page), PAGES.get, horizontal=True, key="page") or of.page
    shown(lambda: SHOWN[of.page].show(of))
    _end(beside.address())
    say_address(of)


def _end(site: str = "") -> None:
    """The last lines of every page: where the site is, if one is served, and what the model is for."""
    st.divider()
    if site:
        st.markdown(f"[Lessons, sliders and reports]({site})")
    st.caption(PURPOSE)


main()
