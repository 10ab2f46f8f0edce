"""A question asked from Python gives what the command gives, says the same and leaves nothing else behind."""

import hashlib
import inspect
import pydoc
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import redesign
from experiments import cli, questions

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"place": "teaching_town", "years": 2, "replicates": 3, "workers": 1}
WORDS = ["place=teaching_town", "years=2", "replicates=3", "workers=1"]


def files(folder):
    """The bytes of every file but the manifest, which says when it was made."""
    names = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def test_every_question_there_is_can_be_asked():
    assert set(questions.declared()) <= set(dir(redesign))
    for name, said in questions.declared().items():
        asked = getattr(redesign, name)
        assert said.title in inspect.getdoc(asked)
        assert name in pydoc.plain(pydoc.render_doc(redesign))
    with pytest.raises(AttributeError, match="no question 'campare'"):
        _ = redesign.campare


@pytest.mark.slow
def test_the_same_bytes_in_the_same_folder_as_the_commands(cheap, capsys):
    assert cli.main(["compare", *WORDS]) == 0
    (first,) = (cheap / "results").iterdir()
    before = files(first)
    first.rename(cheap / "by_command")
    capsys.readouterr()
    found = redesign.compare(**SMALL)
    assert found.folder == Path("results") / first.name
    assert files(cheap / found.folder) == before
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_what_is_finished_is_not_run_again_and_silence_is_silence(cheap, capsys):
    first = redesign.compare(**SMALL, progress=False)
    manifest = (cheap / first.folder / "manifest.json").read_bytes()
    assert redesign.compare(**SMALL, progress=False).folder == first.folder
    assert (cheap / first.folder / "manifest.json").read_bytes() == manifest
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
    assert [path.name for path in cheap.iterdir()] == ["results"]


@pytest.mark.slow
def test_a_bar_is_shown_unless_it_is_unwanted(cheap, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    redesign.compare(**SMALL)
    assert "Teaching town" in capsys.readouterr().err


@pytest.mark.slow
def test_faults_are_those_of_the_command(cheap, capsys):
    assert cli.main(["compare", "place=croydn", "yeers=3"]) == 2
    said = capsys.readouterr().err.strip()
    with pytest.raises(redesign.ConfigurationError) as refusal:
        redesign.compare(place="croydn", yeers=3)
    assert str(refusal.value) == said
    assert list(cheap.iterdir()) == []


@pytest.mark.unhurried
def test_a_setting_that_changes_nothing_is_a_warning(cheap):
    with pytest.warns(UserWarning, match="takes no part in this run"):
        redesign.compare(**SMALL, **{"policy.wigan_deal.levers.pooling.strength": 0.5})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my configs", "o'clock, [1]"])
def test_folders_of_the_users_own(cheap, name):
    folder = cheap / name / "policy"
    folder.mkdir(parents=True)
    (folder / "half.yaml").write_text("defaults: [radical, _self_]\ntitle: Half\nlevers: {pooling: {strength: 0.5}}\n")
    found = redesign.compare(**SMALL, arms=["rationing", "half"], config_dir=folder.parent)
    assert found.facts["arms"] == ["rationing", "half"]
    with pytest.raises(redesign.ConfigurationError, match="no such folder"):
        redesign.compare(config_dir=cheap / "nowhere")


def test_what_gives_no_results_is_refused(cheap):
    with pytest.raises(redesign.ConfigurationError, match="profile"):
        redesign.compare(**SMALL, profile=True)


@pytest.mark.slow
def test_a_sweep_is_asked_with_python_objects(cheap):
    found = redesign.sweep(**SMALL, grid={"policy.radical.levers.pooling.strength": [0.25, 0.5]})
    assert found.table("points")["policy.radical.levers.pooling.strength"].tolist() == [0.25, 0.5]
    assert set(found.summary["point"]) == {0, 1}


def script(folder, text, *flags, **how):
    """Starts a script of the user's."""
    file = folder / "script.py"
    file.write_text(text)
    return subprocess.Popen(
        [sys.executable, *flags, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    )


ASKS = """
import redesign
print(redesign.compare(place="teaching_town", years=1, replicates=2, scale=0.1, workers=2, out="here"))
"""


@pytest.mark.slow
def test_a_script_needs_no_guard_and_a_folder_may_hold_anything(tmp_path):
    """With several workers, from a folder with modules of the user's own, and a script without `if __name__`."""
    stands = tmp_path / "stands"
    (stands / "experiments").mkdir(parents=True)
    (stands / "experiments" / "__init__.py").write_text("raise SystemExit('the package of the user was read')")
    (stands / "random.py").write_text("raise SystemExit('random.py of the user was read')")
    ended = script(tmp_path, ASKS, cwd=stands)
    out, err = ended.communicate()
    assert ended.returncode == 0, err
    assert out.startswith("<redesign compare: Teaching town")
    assert (stands / "here" / "runs.parquet").is_file()


WAITS = """
import sys
sys.path.insert(0, {stand_in!r})
from experiments.running import session
session.ENGINE = "stand_in"
import redesign
try:
    redesign.compare(place="teaching_town", years=1, replicates=3, workers=1, out="here")
except KeyboardInterrupt as stopped:
    print("stopped:", stopped)
"""


@pytest.mark.slow
def test_ctrl_c_is_a_keyboard_interrupt_and_keeps_what_finished(tmp_path, monkeypatch):
    trouble = tmp_path / "trouble"
    trouble.mkdir()
    (trouble / "slow-1").touch()
    monkeypatch.setenv("STAND_IN_TROUBLE", str(trouble))
    text = WAITS.format(stand_in=str(ROOT / "tests" / "experiments"))
    begun = script(tmp_path, text, cwd=tmp_path)
    while not list(trouble.glob("ran-1*")) and begun.poll() is None:
        time.sleep(0.05)
    begun.send_signal(signal.SIGINT)
    out, err = begun.communicate()
    assert out.startswith("stopped: stopped. 1 of 3 replications are kept in here"), err
    assert len(list((tmp_path / "here" / "parts").glob("replication-00000-*"))) == 1
