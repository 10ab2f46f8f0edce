"""The command line: exit statuses, what Hydra refuses, results folders, lists."""

import json

import pandas as pd
import pytest
import stand_in
from hydra.errors import HydraException

from experiments import cli, questions
from experiments.configuration import hydra_errors, options, validate
from experiments.configuration.compose import Composed
from experiments.errors import ConfigurationError, Fault

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
        (["show", "policy=foo"], 2, "fix: redesign list policies"),
        (["show", "lever=foo"], 2, "fix: redesign list levers"),
        (["show", "place=foo"], 2, "fix: redesign list places WORD"),
        (["show", "place=milton"], 2, "did you mean place=milton_keynes?"),
        (["compare", "--place", "leeds"], 2, "fix: place=leeds (settings have no dashes)"),
        (["compare", "--years=5"], 2, "fix: years=5 (settings have no dashes)"),
        (["compare", "--zzz", "years=5"], 2, "fix: leave it out; a setting has no dashes, as zzz=...\n"),
        (["compare", "--packages"], 2, "did you mean --package?"),
        (["compare", "place=milton"], 2, "did you mean place=milton_keynes?"),
        (["compare", "place="], 2, "fix: give a place, as place=leeds"),
        (["lesson", "foo"], 2, "there is no lesson 'foo'; there are: child_poverty, climate"),
        (["lesson", "obese"], 2, "fix: redesign lesson obesity"),
        (["sweep", "table=nosuch.csv"], 2, "fix: give the path of a file that is there"),
        (["lab", "foo=1"], 2, "fix: leave foo=1 out"),
        (["list", "places"], 0, "teaching_town"),
        (["list", "policies"], 0, "zones_pilot"),
        (["list", "levers"], 0, "protection"),
        (["list", "designs"], 0, "patient_hotel"),
        (["list", "outcomes"], 0, "life_satisfaction"),
        (["show", "lever=pooling"], 0, "policy.<name>.levers.pooling"),
        (["show", "lever=support"], 0, "pounds per resident"),
        (["show", "lever=support"], 0, "2 to 26"),
        (["show", "lever=support"], 0, "[J]"),
        (["list", "levers"], 0, "NAO 2018"),
        (["compare", "--config-dir", "nowhere"], 2, "there is no such folder"),
    ],
)
def test_every_command_ends_with_its_status(redesign, words, status, expected):
    found, said, complained = redesign(*words)
    assert found == status
    assert expected in said + complained
    assert "Traceback" not in said + complained


@pytest.mark.parametrize("command", ["list", "show", "evidence", "replay"])
def test_a_command_that_is_not_hydras_has_a_help_with_examples_and_refuses_other_options(redesign, command):
    for option in ("--help", "-h"):
        status, said, complained = redesign(command, option)
        assert (status, complained) == (0, "")
        assert said.startswith(f"usage: redesign {command} ")
        assert f"Try:\n  redesign {command}" in said
    status, said, complained = redesign(command, "--quick")
    assert (status, said) == (2, "")
    assert complained.startswith("redesign: one thing to put right")
    assert "--quick" in complained
    assert f"fix: redesign {command} " in complained


def test_folders_may_stand_between_the_words_of_a_command(redesign, tmp_path):
    (tmp_path / "mine" / "place").mkdir(parents=True)
    (tmp_path / "mine" / "place" / "nowhere.yaml").write_text("title: Nowhere\nsummary: A place of no kind\n")
    for words in (
        ["places", "--config-dir", "mine", "levers"],
        ["places", "--config-dir=mine"],
        ["-cd", "mine", "places"],
    ):
        status, said, complained = redesign("list", *words)
        assert (status, complained) == (0, "")
        assert "A place of no kind" in said


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (
            ["place=croydn", "yers=5", "years=0"],
            ["did you mean place=croydon?", "yers=5", "did you mean years?", "years=0"],
        ),
        (
            ["policy=radical", "~policy.radical.levers.poolin", "+years=3", "seed=${nothing}"],
            [
                "choose with arms=",
                "no key 'poolin' in policy.radical.levers",
                "+years=3",
                "is there already",
                "years=3 without the +",
                "'nothing' not found",
            ],
        ),
        (
            ["behaviour.redesign.residual_cost.value=0.1"],
            [
                "there is no such key",
                "use behaviour.redesign.months_double",
                "policy.*.levers.transition.double_running",
            ],
        ),
        pytest.param(
            ["arms=[a", "+foo=1"],
            ["cannot be read as key=value", "in quotes", "+foo=1", "there is no key 'foo'"],
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_hydra_refuses_is_said_plainly_with_everything_else_that_is_wrong(redesign, overrides, expected):
    status, said, complained = redesign("compare", *overrides)
    assert status == 2
    assert [part for part in expected if part not in complained] == [], complained
    assert said == ""
    assert "Error executing job" not in complained


@pytest.mark.parametrize(
    ("error", "words", "expected"),
    [
        (
            HydraException("Config group override must be a string or a list. Got NoneType"),
            ["seed=1", "place=null"],
            ["place=null", "must name one: average_england, croydon", "for example place=average_england"],
        ),
        (
            HydraException("Config group override must be a string or a list. Got int"),
            ["=5"],
            ["=5", "cannot be read as key=value", "years=5"],
        ),
        (
            HydraException("Ambiguous value for argument 'years=1,2'\n1. To use it as a list"),
            ["years=1,2"],
            ["years=1,2", "several values", "--multirun", "years=[1,2]"],
        ),
    ],
    ids=["no option", "no key", "several values"],
)
def test_what_hydra_says_unclearly_is_said_clearly(tmp_path, error, words, expected):
    fault = str(hydra_errors.in_words(error, dict, [tmp_path], words))
    assert [part for part in expected if part not in fault] == [], fault


@pytest.mark.unhurried
def test_a_comparison_writes_its_files_and_shows_one_screen(redesign, tmp_path):
    status, said, _ = redesign(*SMALL)
    assert status == 0
    (out,) = (tmp_path / "results").iterdir()
    assert out.name.startswith("compare-teaching_town-")
    written = {path.name for path in out.iterdir()}
    assert written == {
        "runs.parquet",
        "burn_in.parquet",
        "services.parquet",
        "network.json",
        "summary.csv",
        "against_references.csv",
        "paired.parquet",
        "manifest.json",
        "report.html",
        "economics",
        "design.json",
        "kept.parquet",
    }
    manifest = json.loads((out / "manifest.json").read_text())
    assert {name.split("/")[0] for name in manifest["outputs"]} == written - {"manifest.json"}
    assert manifest["seed"] == 1
    assert manifest["configuration"]["policy"]["radical"]["levers"]
    assert set(pd.read_csv(out / "summary.csv")["horizon"]) == {1, 2}
    assert "Not a forecast" in " ".join(said.split())
    assert "too few runs for intervals" in said
    assert max(len(line) for line in said.splitlines() if not line.startswith("Results:")) <= 100
    # The answer in words is a dozen lines, and intervals of two replications are so wide that the table is split.
    assert len(said.splitlines()) <= 92


@pytest.mark.unhurried
def test_a_finished_run_is_shown_again_and_not_repeated(answered, trouble):
    first, _ = answered(out="here")
    again, note = answered(out="here", workers=2)
    assert again == first
    assert "already" in note
    assert len(list(trouble.glob("ran-*"))) == 3


@pytest.mark.unhurried
def test_an_unfinished_run_goes_on_where_it_stopped(answered, trouble):
    (trouble / "full-2").touch()
    assert "2 of 3 replications are kept in here" in answered(out="here")[1]
    (trouble / "full-2").unlink()
    assert "2 of 3 replications are kept from before; 1 to go." in answered(out="here")[1]
    assert len(list(trouble.glob("ran-0-*"))) == 1
    assert len(list(trouble.glob("settled-*"))) == 1


@pytest.mark.unhurried
def test_a_folder_of_another_configuration_is_refused(answered):
    answered(out="here")
    assert "seed is 1 there, 2 here" in answered(out="here", seed=2)[1]
    fewer = answered(out="here", arms=["status_quo", "radical"])[1]
    assert "arms is [status_quo,rationing,radical] there, [status_quo,radical] here" in fewer
    assert "policy" not in fewer


def test_an_unfinished_run_of_another_configuration_is_refused_and_left_alone(answered, trouble, tmp_path):
    (trouble / "full-2").touch()
    answered(out="here")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "here").rglob("*")}
    assert "holds results of another configuration: seed is 1 there, 2 here" in answered(out="here", seed=2)[1]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "here").rglob("*")} == before


def test_a_folder_that_holds_something_else_is_refused(answered, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    (tmp_path / "file").touch()
    assert "holds something else (thesis.doc)" in answered(out="mine")[1]
    assert "is a file" in answered(out="file")[1]
    assert "cannot be written" in answered(out="file/below")[1]
    (tmp_path / "link").symlink_to("nowhere")
    assert "out=link\n      is a link to nowhere, which is not there" in answered(out="link")[1]
    assert "cannot be used: File name too long" in answered(out="x" * 300)[1]
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


@pytest.mark.unhurried
def test_a_run_killed_at_birth_leaves_a_folder_that_can_be_used(answered, tmp_path):
    parts = tmp_path / "here" / "parts"
    parts.mkdir(parents=True)
    (parts / ".configuration.json.1.tmp").touch()
    assert "Teaching town" in answered(out="here")[0]
    (tmp_path / "mine" / "parts").mkdir(parents=True)
    (tmp_path / "mine" / "parts" / "gearbox").touch()
    assert "holds something else (parts)" in answered(out="mine")[1]


@pytest.mark.unhurried
def test_what_killed_runs_left_half_written_is_no_result(answered, trouble, tmp_path):
    (trouble / "full-2").touch()
    answered(out="here")
    (trouble / "full-2").unlink()
    (tmp_path / "here" / ".runs.parquet.1.tmp").touch()
    (tmp_path / "here" / "figures").mkdir()
    (tmp_path / "here" / "figures" / ".a.png.1.part").touch()
    answered(out="here")
    assert [path.name for path in (tmp_path / "here").rglob(".*")] == []
    assert not any(
        "/." in f"/{name}" for name in json.loads((tmp_path / "here" / "manifest.json").read_text())["outputs"]
    )


@pytest.mark.unhurried
def test_a_run_killed_while_it_tidied_up_is_tidied_up(answered, tmp_path):
    first, _ = answered(out="here")
    (tmp_path / "here" / "parts").mkdir()
    (tmp_path / "here" / "parts" / "configuration.json").touch()
    assert answered(out="here")[0] == first
    assert not (tmp_path / "here" / "parts").exists()


def test_a_run_that_leaves_nothing_leaves_no_folder(answered, tmp_path, monkeypatch):
    def poor(world, progress=None, threads=1):
        raise ValueError("the modelled services cost more than the budget")

    monkeypatch.setattr(stand_in, "settle", poor)
    assert "cost more than the budget" in answered(out="here")[1]
    assert not (tmp_path / "here").exists()


def test_a_place_too_large_for_the_machine_is_one_clear_message(answered, tmp_path, monkeypatch):
    def vast(world, progress=None, threads=1):
        raise MemoryError("Unable to allocate 4.99 EiB")

    monkeypatch.setattr(stand_in, "settle", vast)
    said = answered(out="here", scale=1.0)[1]
    assert "scale=1\n      makes more people than this machine has memory for\n      fix: for example scale=0.1" in said
    assert not (tmp_path / "here").exists()


@pytest.mark.slow
def test_several_jobs_start_from_an_empty_folder(redesign, tmp_path):
    status, said, complained = redesign(*SMALL, "--multirun", "seed=1,2")
    assert status == 0, complained
    assert said.count("Teaching town:") == 2
    folders = (tmp_path / "results").glob("compare-*")
    assert {json.loads((f / "manifest.json").read_text())["seed"] for f in folders} == {1, 2}


@pytest.mark.slow
def test_each_of_several_jobs_gets_its_own_folder_and_its_own_message(redesign, tmp_path):
    status, said, complained = redesign(*SMALL, "--multirun", "seed=1,-1")
    assert status == 2
    assert said.count("Teaching town:") == 1
    assert "seed=-1" in complained
    assert len(list((tmp_path / "results").glob("compare-*"))) == 1


def test_the_resolved_configuration_can_be_printed(redesign):
    status, said, _ = redesign("compare", "--cfg", "job", "--package", "policy.radical", "policy.radical.title=Mine")
    assert status == 0
    assert "title: Mine" in said


def test_what_changes_nothing_is_noted(composed):
    typed = Composed(composed.data, composed.choices, (), ("policy.zones_pilot.levers.zones.count=3",))
    assert "changes nothing: policy zones_pilot takes no part" in validate.check(typed).notes[0]


def test_an_error_of_ours_is_one_line_unless_asked_for_more(redesign, monkeypatch):
    def broken(*words):
        raise RuntimeError("a bug")

    monkeypatch.setattr("experiments.configuration.compose.answer_to", broken)
    status, _, complained = redesign("compare")
    assert (status, "a bug" in complained, "Traceback" in complained) == (1, True, False)
    monkeypatch.setenv("REDESIGN_DEBUG", "1")
    assert "Traceback" in redesign("compare")[2]


def test_completion_offers_questions_and_options(redesign, monkeypatch):
    monkeypatch.setenv("COMP_LINE", "redesign com")
    assert redesign("-sc", "query=bash")[1].split() == ["compare"]
    monkeypatch.setenv("COMP_LINE", "redesign show policy=ra")
    assert "policy=radical" in redesign("-sc", "query=bash")[1].split()
    monkeypatch.setenv("COMP_LINE", "redesign compare place=tea")
    assert "place=teaching_town" in redesign("-sc", "query=bash")[1].split()


def test_every_question_in_the_help_can_be_asked():
    """Each is a module with something to ask, and has a configuration of its own name."""
    assert {"compare", "patterns"} <= set(questions.declared())
    for name in questions.declared():
        assert questions.question(name).name == name
        assert options.shipped_root().joinpath(f"{name}.yaml").is_file()


def test_ctrl_c_that_a_library_turns_into_an_error_is_still_ctrl_c(redesign, monkeypatch):
    """OmegaConf tidies up while it is being interrupted, and then fails with an error of its own."""

    def interrupted(words):
        try:
            raise KeyboardInterrupt
        finally:
            raise HydraException("'NoneType' object has no attribute '_invalidate_flags_cache'")

    def refusing(words):
        try:
            interrupted(words)
        except HydraException as error:
            raise ConfigurationError(Fault("", str(error))) from error

    monkeypatch.setattr(cli, "_answer_to", refusing)
    assert redesign("compare") == (130, "", "redesign: stopped\n")
