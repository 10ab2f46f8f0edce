"""A finished country that is opened again: without the plans of its authorities, with the same screen and the same refusals."""

import json

import pytest

from experiments.questions.nation import question as nation
from experiments.results import signed
from experiments.running.finished import recalled
from experiments.running.finished.recalled import INPUTS, Later

SMALL = {"arms": ["rationing", "radical"], "replicates": 2, "scale": 0.1, "years": 1, "workers": 1, "out": "out"}


@pytest.fixture
def asked(put, monkeypatch):
    """Asks the stand-in about two authorities; returns what was said, and why it stopped."""
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: None)
    return lambda **own: put(nation.QUESTION, "stand_in", {**SMALL, "authorities": ["york", "rutland"], **own})


@pytest.fixture
def planned(monkeypatch):
    """How often the plans of all authorities were made."""
    made, plan = [], nation.planned
    monkeypatch.setattr(nation, "planned", lambda base, chosen: made.append(len(chosen)) or plan(base, chosen))
    return made


def test_a_finished_country_is_shown_again_without_its_plans(asked, planned):
    first, _ = asked()
    assert planned == [2]
    again, complaint = asked()
    assert planned == [2]
    assert first in again
    assert "holds this already, finished" in complaint + again
    assert asked(workers=2)[0].count("2 authorities"), "what changes no result does not matter"
    assert planned == [2]


def test_a_country_asked_otherwise_is_planned_and_refused_as_before(asked, planned):
    asked()
    _, complaint = asked(replicates=3)
    assert planned == [2, 2]
    assert "holds results of another configuration: replicates is 2 there, 3 here" in " ".join(complaint.split())


@pytest.mark.parametrize("change", ["unsigned", "other", "missing"])
def test_a_manifest_that_does_not_prove_itself_or_was_made_of_something_else_is_no_shortcut(
    asked, planned, tmp_path, change
):
    asked()
    file = tmp_path / "out" / "manifest.json"
    said = signed.read(file)
    key = said["results_key"]
    if change == "unsigned":
        file.write_text(json.dumps(said))
    else:
        outputs = said.pop("outputs")
        said = {**said, INPUTS: "0" * 64} if change == "other" else {k: v for k, v in said.items() if k != INPUTS}
        signed.write(file, {**said, "outputs": outputs})
    asked()
    assert planned == [2, 2]
    assert json.loads(file.read_text())["results_key"] == key


def test_damage_is_found_and_healed_all_the_same(asked, planned, tmp_path):
    first, _ = asked()
    table = tmp_path / "out" / "authorities.csv"
    whole = table.read_bytes()
    table.write_bytes(whole + b"\n")
    again, complaint = asked()
    assert "damaged or missing" in complaint + again
    assert table.read_bytes() == whole
    assert first in again


def test_other_files_or_sources_are_other_inputs(asked, planned, monkeypatch):
    asked()
    monkeypatch.setattr(recalled, "_sources", lambda: "other")
    asked()
    assert planned == [2, 2]


def test_the_key_is_the_one_that_the_plans_give(asked, monkeypatch):
    seen, plans = [], nation.Nation.plans
    monkeypatch.setattr(nation.Nation, "plans", lambda self, composed: seen.append(plans(self, composed)) or seen[-1])
    asked()
    asked()
    first, second = seen
    assert first.recalled is None
    assert second.recalled == second.worked_out_key == first.results_key


def test_a_folder_without_a_name_is_found_by_what_it_is_made_of(tmp_path):
    for key in ("a" * 64, "b" * 64):
        folder = tmp_path / f"nation-two-{key[:8]}"
        folder.mkdir()
        signed.write(folder / "manifest.json", {"results_key": key, INPUTS: f"of {key[0]}"})
    usual = tmp_path / "nation-two"
    assert recalled.recalled(usual, None, "of b") == "b" * 64
    assert recalled.recalled(usual, None, "of c") is None
    assert recalled.recalled(usual, str(tmp_path / "nation-two-aaaaaaaa"), "of b") is None


def test_what_is_made_later_is_made_once():
    made = []
    later = Later(lambda: made.append(1) or ["a", "b"])
    assert made == []
    assert [*later, later[1], *later[:1], len(later)] == ["a", "b", "b", "a", 2]
    assert made == [1]
