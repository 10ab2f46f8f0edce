"""The lab's page England: which countries it finds, and what it tells of them."""

import json
import os

import pandas as pd
import pytest

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

from experiments import storage
from experiments.errors import ConfigurationError
from experiments.lab.views import england_page
from experiments.questions.lab.question import SETTINGS
from experiments.results import signed, store

ROW = {
    "outcome": "crises", "title": "Crises begun", "unit": "per 1,000 people a year", "better": "lower", "horizon": 2,
    "contrast": "radical minus rationing", "rationing": 50.0, "radical": 48.0, "diff": -2.0, "ci_lo": -3.0, "ci_hi": -1.0,
    "says": "better",
}  # fmt: skip
FIGURE = {
    ".svg": "<svg><title>Fewer</title></svg>",
    ".narrow.svg": "<svg/>",
    ".alt.txt": "Two authorities\n",
    ".caption.txt": "Each.\n",
}
GROUPS = (("country", "England", 3), ("region", "London", 2), ("region", "North East", 1))


def country(folder, question="nation", title="England", finished=True):
    """A finished country as far as the page looks at it."""
    (folder / "figures").mkdir(parents=True)
    rows = [ROW | {"by": by, "group": group, "authorities": n} for by, group, n in GROUPS]
    storage.write_csv(folder / "together.csv", pd.DataFrame([*rows, rows[1] | {"horizon": 1, "diff": 9.0}]))
    storage.write_csv(folder / "authorities.csv", pd.DataFrame([ROW | {"place": "york"}]))
    for ending, text in FIGURE.items():
        (folder / "figures" / f"map_crises{ending}").write_text(text)
    said = {"question": question, "place_title": title, "authorities": 3, "years": 2, "replicates": 8}
    outputs = {"outputs": store.outputs(folder, ())} if finished else {}
    signed.write(folder / "manifest.json", said | outputs)
    return folder


def test_countries_are_found_in_the_lab_s_folder_and_beside_it_the_newest_first(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTINGS, json.dumps({"folder": str(tmp_path / "lab")}))
    old, new = country(tmp_path / "nation-england"), country(tmp_path / "lab" / "mine", title="York and Leeds")
    country(tmp_path / "compare", question="compare")
    country(tmp_path / "begun", finished=False)
    (tmp_path / "link").symlink_to(old)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "manifest.json").write_text("[1]")
    os.utime(old / "manifest.json", (1, 1))
    assert england_page.countries(england_page.results_of_lab()) == {
        str(new): "York and Leeds: 3 authorities, 2 years, 8 runs (mine)",
        str(old): "England: 3 authorities, 2 years, 8 runs (nation-england)",
    }


def test_the_figure_and_its_words_are_the_report_s(tmp_path):
    found = england_page.read(str(country(tmp_path / "out")), 0)
    assert found["titles"] == {"crises": "Crises begun"}
    assert found["drawn"]["crises"] == {
        "wide": FIGURE[".svg"], "narrow": FIGURE[".narrow.svg"], "alt": "Two authorities", "caption": "Each.",
    }  # fmt: skip


def test_regions_are_told_in_words_and_numbers_of_the_last_year(tmp_path):
    found = england_page.read(str(country(tmp_path / "out")), 0)
    table = england_page.regions(found["together"], "crises")
    assert list(table.index) == ["London", "North East"]
    assert list(table["In words"]) == ["better"] * 2
    assert list(table["Difference (95%)"]) == ["-2.0 ±1.0"] * 2


def test_a_damaged_country_is_not_shown(tmp_path):
    out = country(tmp_path / "out")
    (out / "figures" / "map_crises.svg").write_text("<svg>other</svg>")
    with pytest.raises(ConfigurationError, match="is damaged"):
        england_page.read(str(out), 0)
