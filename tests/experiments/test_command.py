"""The command line: exit statuses, what Hydra refuses, results folders, lists."""

import json

import pandas as pd
import pytest

from experiments import cli, compare

SMALL = ("compare", "place=teaching_town", "replicates=3", "years=2", "workers=1")


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["--help"], 0, "redesign compare"),
        (["--version"], 0, "redesign "),
        ([], 2, "redesign compare"),
        (["compere"], 2, "Did you mean: redesign compare"),
        (["list", "plices"], 2, "redesign list"),
        (["show", "policy"], 2, "say what to show"),
        (["show", "policy=radicle"], 2, "did you mean radical?"),
        (["list", "places"], 0, "teaching_town"),
        (["list", "policies"], 0, "zones_pilot"),
        (["list", "levers"], 0, "protection"),
        (["list", "designs"], 0, "patient_hotel"),
        (["list", "outcomes"], 0, "life_satisfaction"),
        (["show", "lever=pooling"], 0, "policy.<name>.levers.pooling"),
        (["compare", "--config-dir", "nowhere"], 2, "there is no such folder"),
    ],
)
def test_every_command_ends_with_its_status(redesign, words, status, expected):
    found, said, complained = redesign(*words)
    assert found == status
    assert expected in said + complained
    assert "Traceback" not in said + complained


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["place=croydn", "yers=5", "years=0"], ["did you mean place=croydon?", "did you mean years?", "years=0"]),
        (["policy=radical", "~policy.radical.levers.poolin"], ["choose with arms=", "no key 'poolin' in policy.radical.levers"]),
        (["arms=[a", "+foo=1"], ["cannot be read as key=value", "in quotes", "there is no key 'foo'"]),
    ],
)
def test_what_hydra_refuses_is_said_plainly_with_everything_else_that_is_wrong(redesign, overrides, expected):
    status, said, complained = redesign("compare", *overrides)
    assert status == 2
    assert [part for part in expected if part not in complained] == [], complained
    assert said == ""
    assert "Error executing job" not in complained


def test_a_comparison_writes_its_files_and_shows_one_screen(redesign, tmp_path):
    status, said, _ = redesign(*SMALL)
    assert status == 0
    (out,) = (tmp_path / "results").iterdir()
    assert out.name.startswith("compare-teaching_town-")
    written = {path.name for path in out.iterdir()}
    assert written == {"runs.parquet", "burn_in.parquet", "services.parquet", "network.json", "summary.csv",
                       "paired.parquet", "manifest.json", "report.html"}  # fmt: skip
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(manifest["outputs"]) == written - {"manifest.json"}
    assert manifest["seed"] == 1
    assert manifest["configuration"]["policy"]["radical"]["levers"]
    assert set(pd.read_csv(out / "summary.csv")["horizon"]) == {1, 2}
    assert "Not a forecast" in " ".join(said.split())
    assert "chance only" in said
    assert max(len(line) for line in said.splitlines() if not line.startswith("Results:")) <= 100
    assert len(said.splitlines()) <= 48


def test_a_finished_run_is_shown_again_and_not_repeated(redesign, trouble):
    _, first, _ = redesign(*SMALL, "out=here")
    _, again, note = redesign(*SMALL, "out=here", "workers=2")
    assert again == first
    assert "already" in note
    assert len(list(trouble.glob("ran-*"))) == 3


def test_an_unfinished_run_goes_on_where_it_stopped(redesign, trouble):
    (trouble / "full-2").touch()
    status, _, complained = redesign(*SMALL, "out=here")
    assert status == 1
    assert "2 of 3 replications are kept in here" in complained
    (trouble / "full-2").unlink()
    assert redesign(*SMALL, "out=here")[0] == 0
    assert len(list(trouble.glob("ran-0-*"))) == 1
    assert len(list(trouble.glob("settled-*"))) == 1


def test_a_folder_of_another_configuration_is_refused(redesign):
    assert redesign(*SMALL, "out=here")[0] == 0
    status, _, complained = redesign(*SMALL, "out=here", "seed=2")
    assert status == 2
    assert "seed is 1 there, 2 here" in complained


def test_a_folder_that_holds_something_else_is_refused(redesign, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    (tmp_path / "file").touch()
    assert "holds something else (thesis.doc)" in redesign(*SMALL, "out=mine")[2]
    assert "is a file" in redesign(*SMALL, "out=file")[2]
    assert "cannot be written" in redesign(*SMALL, "out=file/below")[2]
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


def test_several_jobs_each_get_their_own_folder(redesign, tmp_path):
    status, said, _ = redesign(*SMALL, "--multirun", "policy.radical.levers.pooling.strength=0.25,0.5")
    assert status == 0
    assert said.count("Teaching town:") == 2
    assert len(list((tmp_path / "results").glob("compare-*"))) == 2


def test_a_mistake_in_one_of_several_jobs_is_said_and_ends_in_its_status(redesign):
    status, _, complained = redesign(*SMALL, "--multirun", "years=0,1")
    assert status == 2
    assert "years=0" in complained


def test_the_resolved_configuration_can_be_printed(redesign):
    status, said, _ = redesign("compare", "--cfg", "job", "--package", "policy.radical", "policy.radical.title=Mine")
    assert status == 0
    assert "title: Mine" in said


def test_what_changes_nothing_is_noted(redesign):
    _, _, complained = redesign(*SMALL, "policy.zones_pilot.levers.zones.count=3")
    assert "changes nothing: policy zones_pilot takes no part" in complained


def test_an_error_of_ours_is_one_line_unless_asked_for_more(redesign, monkeypatch):
    def broken(plan):
        raise RuntimeError("a bug")

    monkeypatch.setattr(compare, "ask", type(compare.ask)(compare.check, broken))
    status, _, complained = redesign(*SMALL)
    assert (status, "a bug" in complained, "Traceback" in complained) == (1, True, False)
    monkeypatch.setenv("REDESIGN_DEBUG", "1")
    assert "Traceback" in redesign(*SMALL)[2]


def test_completion_offers_questions_and_options(redesign, monkeypatch):
    monkeypatch.setenv("COMP_LINE", "redesign com")
    assert redesign("-sc", "query=bash")[1].split() == ["compare"]
    monkeypatch.setenv("COMP_LINE", "redesign show policy=ra")
    assert "policy=radical" in redesign("-sc", "query=bash")[1].split()
    monkeypatch.setenv("COMP_LINE", "redesign compare place=tea")
    assert "place=teaching_town" in redesign("-sc", "query=bash")[1].split()


def test_every_command_in_the_help_is_known():
    assert set(cli.QUESTIONS) == {"compare"}
