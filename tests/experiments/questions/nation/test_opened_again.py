"""A finished country that is opened again: without the plans of its authorities, with the same screen and the same refusals."""

import json

import pytest

from experiments.configuration import compose
from experiments.questions.nation import country
from experiments.questions.nation import question as nation
from experiments.results import signed
from experiments.running.finished import recalled
from experiments.running.finished.plain_lines import may_have_finished
from experiments.running.finished.recalled import INPUTS, Later

pytestmark = pytest.mark.unhurried

SMALL = {
    "arms": ["rationing", "radical"],
    "replicates": 2,
    "scale": 0.1,
    "years": 1,
    "workers": 1,
    "out": "out",
    "spread": "within",
}


@pytest.fixture
def asked(put, monkeypatch):
    """Asks the stand-in about two authorities; returns what was said, and why it stopped."""
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: None)
    return lambda **own: put(nation.QUESTION, "stand_in", {**SMALL, "authorities": ["york", "rutland"], **own})


@pytest.fixture
def planned(monkeypatch):
    """How often the plans of all authorities were made."""
    made, plan = [], country.planned
    monkeypatch.setattr(country, "planned", lambda base, chosen: made.append(len(chosen)) or plan(base, chosen))
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


def test_a_folder_without_a_name_is_found_by_what_it_is_made_of(tmp_path, monkeypatch):
    for key in ("a" * 64, "b" * 64):
        folder = tmp_path / "results" / f"nation-two-{key[:8]}"
        folder.mkdir(parents=True)
        signed.write(folder / "manifest.json", {"results_key": key, INPUTS: f"of {key[0]}"})
    monkeypatch.chdir(tmp_path)
    assert recalled.recalled("results/nation-two", None, {INPUTS: "of b"}) == (folder.relative_to(tmp_path), "b" * 64)
    assert recalled.recalled("results/nation-two", None, {INPUTS: "of c"}) is None
    assert recalled.recalled("results/nation-two", "results/nation-two-aaaaaaaa", {INPUTS: "of b"}) is None


def test_what_is_made_later_is_made_once():
    made = []
    later = Later(lambda: made.append(1) or ["a", "b"])
    assert made == []
    assert [*later, later[1], *later[:1], len(later)] == ["a", "b", "b", "a", 2]
    assert made == [1]


LINE = ["authorities=[york,rutland]", "arms=[rationing,radical]", "replicates=2", "scale=0.1", "years=1", "workers=1"]


@pytest.fixture
def typed(redesign, monkeypatch):
    """Types `redesign nation` about two authorities in the stand-in; says how often a configuration was composed."""
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: None)
    composed, put_together = [], compose._put_together
    monkeypatch.setattr(compose, "_put_together", lambda *about: composed.append(1) or put_together(*about))

    def line(*words):
        status, said, complaint = redesign("nation", *words)
        return status, said, complaint, len(composed)

    return line


@pytest.mark.parametrize("named", [["out=two"], []])
def test_the_very_same_line_is_answered_at_once_and_any_other_as_ever(typed, tmp_path, named):
    status, first, _, before = typed(*LINE, *named)
    assert status == 0
    status, again, complaint, after = typed(*LINE, *named)
    assert (status, again, after) == (0, first, before), "nothing was composed"
    assert "holds this already, finished" in complaint
    assert typed(*LINE[:-1], "workers=2", *named)[1:2] == (first,)
    status, _, complaint, composed = typed(*LINE[:-2], "years=2", "out=two")
    if named:
        assert (status, "years is 1 there, 2 here" in complaint, composed > after) == (2, True, True)
    (table,) = tmp_path.rglob("together.csv") if named else [next(tmp_path.rglob("results/*/together.csv"))]
    whole = table.read_bytes()
    table.write_bytes(whole + b"x")
    status, healed, complaint, _ = typed(*LINE, *named)
    assert (status, healed, table.read_bytes()) == (0, first, whole)
    assert complaint.count("damaged or missing") == 1


@pytest.mark.parametrize(
    "word",
    [
        "place.areas_file=my.csv",
        "policy.radical.levers.pooling.strength=0",
        "--config-dir=my",
        "arms=[${a}]",
        "+years=1",
    ],
)
def test_a_line_that_may_mean_something_else_is_put_together(word):
    assert recalled.words_of("nation", ["years=1"])
    assert recalled.words_of("nation", ["years=1", word]) is None


@pytest.mark.parametrize(
    ("words", "may"),
    [
        (["years=2", "out=there"], True),
        (["years=2", "seed=3"], True),
        (["years=abc"], False),
        (["policy=mine"], False),
        (["--help"], False),
        (["years=2", "out=elsewhere"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_only_a_line_that_may_have_made_a_folder_is_looked_for(tmp_path, monkeypatch, words, may):
    monkeypatch.chdir(tmp_path)
    for folder in ("there", "results/nation-england-0123abcd"):
        (tmp_path / folder).mkdir(parents=True)
    assert may_have_finished("nation", words) == may
