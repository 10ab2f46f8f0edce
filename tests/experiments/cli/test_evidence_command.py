"""`redesign evidence`: every number with its range and source, filters, counts in words, a file."""

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.cli import list_evidence
from experiments.configuration.compose import compose
from experiments.evidence import register, thresholds

TOWN = "place=teaching_town"
UNDATED = {
    "CIPD and Oxford Economics",
    "DfE children in need census",
    "ELSA two-year transitions",
    "ELSA and Health Survey for England",
}
"""Sources that gave no year where they were seen, or whose year is not recalled."""


@lru_cache
def composed_once(overrides):
    """Putting a configuration together takes seconds; every test here asks about the same one or two."""
    return compose("compare", list(overrides), [])


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Types `redesign evidence` and returns status, what was said in one line, and complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(list_evidence, "compose", lambda question, words, folders: composed_once(tuple(words)))

    def run(*words):
        status = cli.main(["evidence", TOWN, *words])
        said = capsys.readouterr()
        return status, " ".join(said.out.split()), said.err

    return run


def test_every_number_is_listed_and_counted(told, tmp_path):
    status, said, _ = told("out=all.csv")
    assert status == 0
    listed = pd.read_csv(tmp_path / "all.csv")
    data = composed_once((TOWN,)).data
    known = register.entries({key: part for key, part in data.items() if key not in ("challenges", "designs")})
    judging = [yardstick.name for yardstick in thresholds.known()]
    assert list(listed["number"]) == [entry.key for entry in known] + judging
    assert f"{len(judging)} numbers besides judge results" in said
    listed = listed[: len(known)]
    counts = listed["grade"].value_counts()
    assert f"{len(listed)} numbers: {counts['A']} seen in the source (A)" in said
    assert f"{counts['J']} judgements of this project (J)" in said
    assert listed[["value", "low", "high", "unit", "source", "used_by"]].notna().all().all()
    judged = listed[listed["grade"] == "J"]
    assert judged["source"].str.startswith("assumption").all()
    row = listed.set_index("number").loc["lever.transition.decommission"]
    assert (row["value"], row["low"], row["high"], row["distribution"]) == ("0.37", "0.15", "0.6", "pert")
    assert "policy radical" in row["used_by"]


def test_sources_name_their_year(told, tmp_path):
    """Whatever was seen, worked out or recalled says of when; a judgement is of no year."""
    told("out=all.csv")
    listed = pd.read_csv(tmp_path / "all.csv", keep_default_na=False)
    model = listed[~listed["number"].str.startswith("judging.")]
    sourced, judged = model[model["grade"] != "J"], model[model["grade"] == "J"]
    undated = set(sourced.loc[sourced["year"] == list_evidence.UNDATED, "source"])
    assert {source.partition(",")[0].partition(":")[0] for source in undated} == UNDATED
    assert (sourced["year"] != "").all()
    assert set(judged["year"]) == {""}
    years = listed.set_index("number")["year"]
    assert years["demography.births_per_1000_women_15_44"] == "2010"
    assert years["judging.history_matching.CUT"] == "1994"
    assert years["judging.paired.CONFIDENCE"] == "", "a convention is of no year"


def test_what_has_no_year_says_so_on_the_screen(told):
    """A source without a year is called undated where it is read, and one with a year is not."""
    said = told("challenge=later_life")[1]
    assert "ELSA two-year transitions, Channon et al., undated" in said
    assert "CIPD and Oxford Economics, recalled, undated" in told("grade=C")[1]
    assert "2010-11: 18 months from design to prototype;" in told("grade=B")[1]
    assert "convention of 95% intervals, undated" not in told("grade=J")[1]


def test_what_judges_results_is_listed_with_the_value_in_use(told):
    said = told("grade=A")[1]
    assert "judging.paired.LOOK_AHEAD" in said
    assert "5 (one value, not drawn) pairs Hoad, Robinson and Davies 2010" in said
    assert "judging.paired.CONFIDENCE" not in said, "a convention is no grade A"
    assert "judging." not in told("lever=pooling")[1]


def test_a_module_that_judges_has_all_its_yardsticks_told():
    """Every number in capitals of a module listed is told, or is a seed, a unit or a matter of drawing."""
    untold = {"RESAMPLING_SEED", "SHUFFLING_SEED", "POUNDS_PER_PENNY"}
    told_of = {yardstick.key for yardstick in thresholds.known()}
    for name in {key.partition(".")[0] for key in told_of}:
        module = thresholds.module_of_analysis(name)
        own = set(re.findall(r"^([A-Z][A-Z_0-9]+)(?:, [A-Z_]+)* = [-\d(]", Path(module.__file__).read_text(), re.M))
        numbers = {each for each in own if np.isreal(np.asarray(getattr(module, each)).flat[0])}
        numbers = {each for each in numbers if np.asarray(getattr(module, each)).dtype.kind in "if"}
        assert {f"{name}.{each}" for each in numbers - untold} <= told_of
    assert all(y.grade in "ABCJ" and y.decides and y.unit and y.source for y in thresholds.known())


def test_filters_narrow_the_list(told, tmp_path):
    told("grade=[A,B]", "challenge=obesity", "out=some.csv")
    some = pd.read_csv(tmp_path / "some.csv")
    assert set(some["grade"]) <= {"A", "B"}
    assert some["used_by"].str.contains("challenge obesity").all()
    _, said, _ = told("lever=indicators")
    assert "lever.indicators.clarity" in said
    assert "decided, not drawn" not in said
    assert "lever.transition" not in said
    assert "decided, not drawn" in told("lever=protection")[1]
    assert "No number answers to that" in told("grade=A", "lever=support")[1]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("grade=Q", "there is no grade 'Q'"),
        ("challenge=obese", "did you mean obesity?"),
        ("lever=pool", "did you mean pooling?"),
        ("obesity", "is no filter"),
        ("out=no/such/folder/e.csv", "cannot be written"),
    ],
)
def test_what_is_not_there_is_refused(told, word, said):
    status, _, complained = told(word)
    assert status == 2
    assert said in complained


def test_a_changed_number_is_listed_as_changed(told):
    assert "0.5 (0.15 to 0.6; drawn as pert)" not in told("lever=transition")[1]
    changed = told("design=reablement", "design.reablement.set_up.value=0.123")[1]
    assert "0.123" in changed
