"""One visitor: what is chosen now, which comparisons were run, and the address that says it."""

import hmac
import json
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from experiments.configuration import options
from experiments.configuration.compose import compose
from experiments.errors import ConfigurationError
from experiments.lab import configuration
from experiments.lab.benches.comparison_run import Run
from experiments.lab.benches.scheduler import Workshop
from experiments.lab.own_places import kept as own_places
from experiments.lab.state import AS_JUDGED, State, read_state
from experiments.questions.lab.question import SETTINGS, TOKEN
from experiments.text.numerals import counted

PAGES = {
    "play": "Play",
    "predict": "Predict first",
    "inside": "Look inside",
    "england": "England",
    "place": "Your own place",
    "class": "Classroom",
}
HOST = "host"
"""What the address of the page Classroom calls the key of the class that its teacher leads."""


@dataclass
class Kept:
    """A comparison that this visitor ran, and where its results are."""

    state: State
    run: Run

    @property
    def label(self) -> str:
        """What it is called in a list."""
        return self.called(self.state)

    @staticmethod
    def called(state: State) -> str:
        """What a comparison is called in a list."""
        first, second = configuration.titles(state).values()
        off = ", management changes nothing" if state.management != AS_JUDGED else ""
        years = counted(state.years, "year")
        return f"{second} against {first}, {place_title(state.place)}, {years}, luck {state.seed}{off}"


@dataclass
class Visit:
    """What is remembered of a visitor as long as the page is open.

    Attributes:
        state: what is chosen.
        page: which page is shown.
        epoch: grows when choices are set from outside the controls, which are then made anew.
        kept: comparisons run, the last one last.
        trouble: what was wrong with the address that was opened.
        name: a number of the visitor's own, made up here.
        notes: what a page remembers.
        said: the address as it was written last.
        host: the key of the class that this visitor leads.
    """

    state: State = field(default_factory=State)
    page: str = "play"
    epoch: int = 0
    kept: list[Kept] = field(default_factory=list)
    trouble: str = ""
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    notes: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    host: str = ""

    def go(self, address: dict[str, str]) -> None:
        """Takes over what an address says, or keeps the usual choices and what is wrong with it."""
        page, self.trouble = address.pop("page", self.page), ""
        self.page = page if page in PAGES else self.page
        self.host = address.pop(HOST, self.host)
        try:
            self.set(read_state(address))
        except ConfigurationError as refusal:
            self.trouble = "\n".join(str(fault) for fault in refusal.faults)

    def set(self, state: State) -> None:
        """Chooses something from outside the controls."""
        self.state, self.epoch = state, self.epoch + 1

    def of(self, state: State) -> Kept | None:
        """The last comparison of this choice that did not go wrong; one that somebody else has run is opened."""
        fits = [k for k in self.kept if k.state == state and k.run.what not in ("refused", "failed")]
        if not fits and (run := workshop().kept(state, self.name)):
            fits = [Kept(state, run)]
            self.kept += fits
        return fits[-1] if fits else None

    def shown_before(self, state: State) -> Kept | None:
        """The last finished comparison that was opened before the one of a choice."""
        done = [kept for kept in self.kept if kept.run.what == "finished" or kept.state == state]
        place = next((k for k, kept in enumerate(done) if kept.state == state), len(done))
        return done[place - 1] if place else None

    def start(self) -> None:
        """Asks for the comparison that is chosen; the visitor's last one, if it is still going on, is given up."""
        for kept in self.kept:
            if not kept.run.is_over:
                workshop().cancel(kept.run, self.name)
        self.kept = [kept for kept in self.kept if kept.state != self.state]
        self.kept.append(Kept(self.state, workshop().ask(self.state, self.name)))


def is_let_in() -> bool:
    """Whether the address that was opened holds this lab's token, or the lab has none."""
    return "visit" in st.session_state or opens(st.query_params.get(TOKEN, ""))


def opens(given: str) -> bool:
    """Whether a word is this lab's token; how nearly it is takes no other time to find out."""
    return not token() or hmac.compare_digest(given.encode(errors="replace"), token().encode())


def token() -> str:
    """The word without which nothing is shown; empty where everybody is let in."""
    return str(json.loads(os.environ[SETTINGS])[TOKEN])


def visit() -> Visit:
    """The visitor of this page; reads the address when it is opened, and when somebody goes back or forward to another one."""
    address = {key: text for key, text in st.query_params.items() if key != TOKEN}
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit()
        st.session_state["visit"].go(address)
    found: Visit = st.session_state["visit"]
    if found.said and address and address != found.said:
        found.go(address)
    return found


def say_address(of: Visit) -> None:
    """Writes what is chosen into the address, so that it can be sent to somebody."""
    wanted = shared(of.page, of.state) | ({HOST: of.host} if of.host and of.page == "class" else {})
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
    of.said = {key: text for key, text in wanted.items() if key != TOKEN}


def shared(page: str, state: State) -> dict[str, str]:
    """What an address says by which somebody else sees the same."""
    return {**({TOKEN: token()} if token() else {}), "page": page, **state.address()}


@st.cache_resource(show_spinner="Getting the simulation ready")
def workshop() -> Workshop:
    """The benches, shared by all visitors."""
    told = json.loads(os.environ[SETTINGS])
    return Workshop(Path(told["folder"]), told["benches"], told["waiting"], told["minutes"], told["kept"])


@st.cache_resource(show_spinner="Reading what policies there are")
def policies() -> dict[str, dict[str, Any]]:
    """Every policy that ships, with all its levers, as it is composed."""
    data: dict[str, dict[str, Any]] = compose("compare", ["place=teaching_town"], []).data["policy"]
    return data


@st.cache_data
def title_of(group: str, name: str) -> str:
    """What people call an option."""
    return str(options.find(group)[name].read().get("title", name))


def place_title(name: str) -> str:
    """What people call a place."""
    return title_of("place", name) if name in options.find("place") else own_places.title_of(name)
