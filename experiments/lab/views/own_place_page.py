"""The page on which a place of one's own is made of a table of its areas, looked at, kept and taken home."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from experiments.analysis.verdicts.lever_words import named
from experiments.configuration import options
from experiments.configuration.own_place.making import OwnPlace
from experiments.errors import ConfigurationError
from experiments.lab import configuration
from experiments.lab.own_places import kept
from experiments.lab.session import Visit, place_title, policies
from experiments.lab.views import results_view
from experiments.text.numerals import counted
from simulation.parameters.quantity import BUDGET_HOLDERS

MADE = "own.place"
LIKE = "average_england"
PASTED = "what was pasted"
PREVIEWED = 20
"""Areas of the table that are shown."""
LETTERS = 200_000
"""Of a table that is pasted."""
EXAMPLE = "Ward,People,IMD decile\nNorth,1200,1\nSouth,2300,6"


@dataclass(frozen=True)
class Made:
    """A place as a visitor made it.

    Attributes:
        asked: what it was made of.
        place: it.
        notes: what is odd about it.
    """

    asked: tuple[object, ...]
    place: OwnPlace
    notes: list[str]


def show(of: Visit) -> None:
    """A form on the left, what came of it on the right."""
    st.write(
        "A table with a line for each small area of your town becomes a place: people, in ages or not, and deprivation in any "
        "form. What it lacks is filled from a place that is like it, and every column, filled figure and check is told."
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        asked = _asked()
        pressed = st.button("Make the place", type="primary", key="own.make", disabled=asked is None)
    with right:
        if pressed and asked:
            _make(of, asked)
        made: Made | None = of.notes.get(MADE)
        if made is not None and made.asked == asked:
            _told(made)
            _take(of, made)
        elif not pressed:
            st.subheader("Nothing has been made of these choices yet", anchor=False)
            st.write("A table can be as simple as this:")
            st.code(EXAMPLE, language=None)
    _there()


def _asked() -> tuple[object, ...] | None:
    """What a visitor wants a place to be made of; nothing before there is a table."""
    limit = kept.MOST_MEGABYTES
    given = st.file_uploader(
        "A table of areas (CSV)",
        ["csv", "tsv", "txt"],
        max_upload_size=limit,
        key="own.table",
        help="As a spreadsheet saves it.",
    )
    pasted = st.text_area("Or paste it", max_chars=LETTERS, key="own.pasted", placeholder=EXAMPLE)
    places = list(options.find("place"))
    like = st.selectbox(
        "Like which place? It fills what the table lacks", places, places.index(LIKE), place_title, key="own.like"
    )
    title = st.text_input("What is it called?", max_chars=60, key="own.title", placeholder="For example: New Town")
    with st.expander("What else is known"):
        people = st.text_input("People, to check the table by", max_chars=20, key="own.people", placeholder="48200")
        budgets = st.text_input(
            "Yearly budgets in pounds", max_chars=200, key="own.budgets", placeholder="housing=2100000, police=4000000"
        )
        names = "; ".join(
            f"`{name}`" + (f" ({word})" if (word := named(name)) != name else "") for name in BUDGET_HOLDERS
        )
        st.caption(f"Of any of: {names}. All others are as in the like place, a head.")
    content, called = (given.getvalue(), given.name) if given else (pasted.encode(), PASTED)
    return (content, called, str(like), title, (people, budgets)) if content.strip() else None


def _make(of: Visit, asked: tuple[object, ...]) -> None:
    """Makes and checks a place, or says in the command's own words why it cannot be."""
    of.notes.pop(MADE, None)
    try:
        policies()  # composed beforehand, so that two do not compose at the same time
        with st.spinner("Checking it as a comparison would"):
            place, notes = kept.made(*asked)  # type: ignore[arg-type]
    except ConfigurationError as refusal:
        results_view.announce("This cannot be used.")
        st.code(refusal.message(), language=None, wrap_lines=True)
    else:
        of.notes[MADE] = Made(asked, place, notes)


def _told(made: Made) -> None:
    """What each column was taken for, what was filled, what was checked, and the areas themselves."""
    place = made.place
    st.subheader(
        f"{place.data['title']}: {place.people:,} people in {counted(len(place.areas.rows), 'area')}", anchor=False
    )
    results_view.tabled(_two("Heading", "Taken for", place.areas.taken), "What each column was taken for")
    for note in place.areas.notes:
        st.text(note)
    st.subheader(f"Filled, from {place.like}", anchor=False)
    results_view.tabled(_two("What", "With", place.filled(named)), "What was filled, and with what")
    st.subheader("Checked", anchor=False)
    for line in place.checked(made.notes):
        st.text(line.strip())
    st.subheader("The areas", anchor=False)
    rows = [
        {"area": area.area, "people": f"{sum(area.people):,}", "income deprivation": f"{area.deprivation[0]:.2f}"}
        for area in place.areas.rows[:PREVIEWED]
    ]
    results_view.tabled(pd.DataFrame(rows).astype(str).set_index("area"), "The areas")
    if (more := len(place.areas.rows) - PREVIEWED) > 0:
        st.caption(f"And {more:,} more. 1 is the most deprived.")
    else:
        st.caption("Of deprivation 1 is the most deprived.")


def _two(first: str, second: str, rows: list[tuple[str, str]]) -> pd.DataFrame:
    """Rows of two texts as a table."""
    return pd.DataFrame(rows, columns=[first, second]).set_index(first).rename_axis(columns=first)


def _take(of: Visit, made: Made) -> None:
    """Keeps a place in this lab, or gives it to the visitor as files."""
    name = made.place.name
    with st.container(horizontal=True):
        if st.button("Keep it in this lab", key="own.keep", disabled=name in kept.own()):
            try:
                kept.keep(made.place)
            except ConfigurationError as refusal:
                st.code(refusal.message(), language=None, wrap_lines=True)
            else:
                of.set(replace(of.state, place=name))
                st.rerun()
        st.download_button(
            "Download it", configuration.archive_of(made.place), f"{name}.zip", "application/zip", on_click="ignore"
        )
    if name in kept.own():
        results_view.announce("Kept. The page Play offers it among its places, and has it chosen now.")
    st.caption(f"On a command line: redesign compare --config-dir my place={name}")


def _there() -> None:
    """The places that this lab keeps."""
    if there := kept.own():
        st.subheader("Places of this lab", anchor=False)
        st.text(", ".join(kept.title_of(name) for name in there))
        st.caption("For everybody who opens this lab, at the end of the list of places; their files are in its folder.")
