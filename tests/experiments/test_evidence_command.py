"""`redesign evidence`: every number with its range and source, filters, counts in words, a file."""

from functools import lru_cache

import pandas as pd
import pytest

from experiments import cli, listing_evidence, register
from experiments.compose import compose

TOWN = "place=teaching_town"


@lru_cache
def composed_once(overrides):
    """Putting a configuration together takes seconds; every test here asks about the same one or two."""
    return compose("compare", list(overrides), [])


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Types `redesign evidence` and returns status, what was said in one line, and complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        listing_evidence, "compose", lambda question, words, folders: composed_once(tuple(words))
    )

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
    known = register.entries(
        {key: part for key, part in data.items() if key not in ("challenges", "designs")}
    )
    assert list(listed["number"]) == [entry.key for entry in known]
    counts = listed["grade"].value_counts()
    assert f"{len(listed)} numbers: {counts['A']} seen in the source (A)" in said
    assert f"{counts['J']} judgements of this project (J)" in said
    assert listed[["value", "low", "high", "unit", "source", "used_by"]].notna().all().all()
    judged = listed[listed["grade"] == "J"]
    assert judged["source"].str.startswith("assumption").all()
    row = listed.set_index("number").loc["lever.transition.decommission"]
    assert (row["value"], row["low"], row["high"], row["distribution"]) == ("0.37", "0.15", "0.6", "pert")
    assert "policy radical" in row["used_by"]


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
    assert "No number answers to that" in told("grade=A", "lever=protection")[1]


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
