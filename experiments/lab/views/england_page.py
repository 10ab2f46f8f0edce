"""The page with England's map: a finished country of `redesign nation`, its figure and words as in its report."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from experiments import storage
from experiments.analysis.verdicts.sentence import IN_WORDS
from experiments.errors import ConfigurationError
from experiments.lab.session import Visit
from experiments.lab.views import results_view
from experiments.questions.lab.question import SETTINGS
from experiments.questions.nation.tables import AUTHORITIES, TOGETHER, last_year
from experiments.results import open_results, signed
from experiments.results.open_results import FIGURES, MANIFEST
from experiments.text.numerals import difference
from experiments.text.purpose import CHANCE_ONLY

COMMAND = "redesign nation"
REGION, QUESTION = "region", "nation"
MAP = re.compile(rf"{FIGURES}map_([a-z][a-z0-9_]*)\.svg")
MOST = 20
"""So many countries are offered, the newest first."""
Country = dict[str, Any]


def show(of: Visit) -> None:
    """The map of an outcome, its words, and the regions as a table."""
    found = countries(results_of_lab())
    if not found:
        st.subheader("No country has been lived here yet", anchor=False)
        st.write(
            "The map shows a finished folder of the command below: every authority of England under its own money. It takes "
            "half an hour to an hour; with `scale=0.01 replicates=8` some minutes. This page then finds it."
        )
        st.code(f"{COMMAND} scale=0.01 replicates=8", language=None)
        return
    folder = str(st.selectbox("Country", list(found), format_func=lambda key: found[key], key="england.folder"))
    try:
        country = read(folder, (Path(folder) / MANIFEST).stat().st_mtime_ns)
    except (ConfigurationError, OSError, ValueError, KeyError) as error:
        st.warning("This folder cannot be shown; the others can.")
        st.code(error.message() if isinstance(error, ConfigurationError) else "its files cannot be read", language=None)
        return
    titles = country["titles"]
    name = str(
        st.selectbox("Outcome", list(titles), format_func=lambda key: titles[key], key=f"england.outcome.{folder}")
    )
    drawn = country["drawn"][name]
    for width in ("wide", "narrow"):  # the page's style shows one of them
        with st.container(key=f"lab-map-{width}"):
            st.image(drawn[width], alt=drawn["alt"], width="stretch")
    st.text(drawn["caption"])
    st.subheader(f"Regions: {titles[name].lower()}", anchor=False)
    results_view.tabled(regions(country["together"], name), f"Regions: {titles[name]}")
    st.caption(CHANCE_ONLY)


def results_of_lab() -> list[Path]:
    """The folders that a lab looks for countries in: its own, and the one beside which results lie usually."""
    folder = Path(json.loads(os.environ[SETTINGS])["folder"])
    return [folder, folder.parent]


def countries(within: list[Path]) -> dict[str, str]:
    """Finished countries by their folders, in a few words, the newest first."""
    manifests = [path for folder in within for path in folder.glob(f"*/{MANIFEST}") if not path.parent.is_symlink()]
    found: dict[str, str] = {}
    for path in sorted(manifests, key=lambda each: -each.stat().st_mtime):
        said = _said(str(path), path.stat().st_mtime_ns)
        if said is not None and len(found) < MOST:
            found[str(path.parent)] = said
    return found


@st.cache_data(max_entries=200)
def _said(manifest: str, changed: int) -> str | None:
    """What a country is called in a list; nothing for all other results and what is not finished."""
    try:
        said = signed.read(Path(manifest))
        if said["question"] != QUESTION or not said.get(open_results.OUTPUTS):
            return None
        counts = f"{said['authorities']} authorities, {said['years']} years, {said['replicates']} runs"
        return f"{said['place_title']}: {counts} ({Path(manifest).parent.name})"
    except (OSError, ValueError, LookupError, TypeError):
        return None


@st.cache_data(max_entries=8, show_spinner="Reading the country")
def read(folder: str, changed: int) -> Country:
    """A country's figures with their words and its tables, once every byte is known to be as it was written.

    Raises:
        ConfigurationError: the folder is damaged.
    """
    opened = open_results.open_results(Path(folder))
    names = [found[1] for each in opened.names if (found := MAP.fullmatch(each))]
    every, together = (storage.read_csv(Path(folder) / each) for each in (AUTHORITIES, TOGETHER))
    titles = {name: str(last_year(every, name)["title"].iloc[0]) for name in names if name in set(every["outcome"])}
    return {"titles": titles, "together": together, "drawn": {name: _drawn(Path(folder), name) for name in titles}}


def _drawn(folder: Path, name: str) -> dict[str, str]:
    """A map as it was drawn for the report: for a wide and a narrow screen, with its words."""

    def told(ending: str) -> str:
        return (folder / FIGURES / f"map_{name}{ending}").read_text(encoding="utf-8")

    return {
        "wide": told(".svg"),
        "narrow": told(".narrow.svg"),
        "alt": told(".alt.txt").strip(),
        "caption": told(".caption.txt").strip(),
    }


def regions(together: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Each region's difference in an outcome at the end, in words and numbers."""
    rows = last_year(together[together["by"] == REGION], outcome)
    head = "Region"
    table = pd.DataFrame(
        {
            head: rows["group"],
            "Authorities": rows["authorities"].astype(str),
            "In words": rows["says"].map(IN_WORDS),
            "Difference (95%)": [difference(row, brief=True) for row in rows.to_dict("records")],
        }
    )
    return table.set_index(head).rename_axis(columns=head)
