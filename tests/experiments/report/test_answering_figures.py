"""Figures that answer to the reader hold the numbers, colours and words of the pictures they stand for."""

import json
import re

import altair as alt
import pandas as pd
import pytest
from jsonschema import ValidationError

from experiments.questions.compare import interactive
from experiments.questions.compare.figures import ANSWERING
from experiments.report.folder_contents import read_results
from experiments.report.style import looks

SPEC = re.compile(r'<script type="application/json" id="spec_(\w+)">(.*?)</script>')


@pytest.fixture(scope="module")
def specs(reported):
    text = (reported / "report.html").read_text(encoding="utf-8")
    return {name: json.loads(content) for name, content in SPEC.findall(text)}


def test_figures_that_should_answer_do(specs):
    assert set(specs) == set(interactive.FIGURES) == set(ANSWERING)


def test_each_carries_the_words_of_its_picture(specs, reported):
    for name, spec in specs.items():
        assert spec["description"] == (reported / "figures" / f"{name}.alt.txt").read_text(encoding="utf-8").strip()


def test_numbers_are_those_of_the_picture(specs, reported):
    drawn = pd.read_csv(reported / "figures" / "outcomes_over_time.csv")
    shown = pd.DataFrame(specs["outcomes_over_time"]["data"]["values"])
    assert len(shown) == len(drawn)
    for column in ("mean", "low", "high"):
        assert shown[column].isna().equals(drawn[column].isna())
        away = (shown[column] - drawn[column]).fillna(0.0).abs()
        assert away.le(1e-3 * drawn[column].fillna(0.0).abs() + 1e-12).all()
    years = pd.read_csv(reported / "figures" / "agency_by_year.csv").set_index("agency")
    for row in specs["agency_by_year"]["data"]["values"]:
        assert row["saved"] == pytest.approx(years.loc[row["agency"], f"year {row['year']}"], rel=1e-3, abs=1e-9)


def test_every_arm_has_a_switch_and_its_own_look(specs):
    spec = specs["outcomes_over_time"]
    assert [each["bind"]["name"] for each in spec["params"]] == ["Show Status quo ", "Show Rationing ", "Show Radical "]
    scale = spec["concat"][0]["layer"][0]["encoding"]["color"]["scale"]
    arms = ("status_quo", "rationing", "radical")
    assert scale["range"] == [look.colour for look in looks(arms).values()]
    assert len({str(dash) for dash in spec["concat"][0]["layer"][0]["encoding"]["strokeDash"]["scale"]["range"]}) == 3


def test_the_slider_spans_the_years(specs):
    assert specs["agency_by_year"]["params"][0]["bind"] | {"name": ""} == {
        "input": "range",
        "min": 1,
        "max": 4,
        "step": 1,
        "name": "",
    }


def test_no_address_is_asked_for(specs):
    for spec in specs.values():
        assert '"url"' not in json.dumps(spec)


@pytest.mark.unhurried
def test_the_program_can_read_them(specs):
    """Against the schema of Vega-Lite, which is not checked when a page is written because that takes too long."""
    for spec in specs.values():
        assert alt.Chart.from_dict(spec, validate=True).to_dict(validate=False)["description"] == spec["description"]
    with pytest.raises(ValidationError):
        alt.Chart.from_dict(specs["gain_and_cost"] | {"layer": "none"}, validate=True)


def test_only_numbers_that_are_there_are_specified(reported):
    results = read_results(reported)
    nothing = pd.DataFrame({"agency": [], "year 1": []})
    assert interactive.specify("agency_by_year", nothing, "words", results) is None


def test_what_is_not_known_is_left_empty(reported):
    data = pd.read_csv(reported / "figures" / "agency_by_year.csv")
    data.loc[0, "year 1"] = float("nan")
    spec = interactive.specify("agency_by_year", data, "words", read_results(reported))
    first = next(row for row in spec["data"]["values"] if row["agency"] == data["agency"][0] and row["year"] == 1)
    assert first["saved"] is None
