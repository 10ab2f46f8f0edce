"""What comes from runs can be remade in one command, step after step, and gone on with."""

import subprocess

import pytest

from experiments import questions


@pytest.fixture(scope="module")
def remake(scripts):
    return scripts("remake")


@pytest.fixture(scope="module")
def steps(remake, tmp_path_factory):
    return remake.steps(tmp_path_factory.mktemp("results"))


def test_every_step_is_commands_that_exist(remake, steps):
    for step in steps:
        for python, *words in step.commands:
            assert python == remake.PYTHON[0]
            if words[:2] == ["-m", "redesign"]:
                assert words[2] in questions.declared()
            else:
                assert (remake.ROOT / words[0]).is_file()


def test_what_is_copied_is_kept_in_the_repository(steps):
    kept = [to for step in steps for to in step.copies.values()]
    assert len(kept) == len(set(kept)) >= 3
    assert all(path.is_file() for path in kept)


def test_figures_that_are_copied_are_drawn_by_the_question(steps):
    import inspect

    from experiments.questions.calibrate import figures as of_calibration
    from experiments.questions.nation import figures as of_country

    drawn = {made.stem for step in steps for made in step.copies if made.suffix == ".png"}
    assert drawn == {"agreement", "prior_and_posterior", "map_crises"}
    assert all(f'"{name}")' in inspect.getsource(of_calibration.write_figures) for name in drawn - {"map_crises"})
    assert 'f"map_{name}")' in inspect.getsource(of_country.write_figures)


@pytest.mark.parametrize(("word", "status"), [("--help", 0), ("--lsit", 2)])
def test_what_is_no_wish_to_remake_makes_nothing(remake, monkeypatch, capsys, word, status):
    monkeypatch.setattr(remake, "make", lambda step: pytest.fail("something was made"))
    assert remake.main([word]) == status
    assert "docs/remake.py --list" in capsys.readouterr().out


def test_a_step_runs_its_commands_and_keeps_what_they_made(remake, tmp_path):
    made, kept, ran = tmp_path / "made", tmp_path / "kept", []

    def run(command, cwd, check):
        assert (cwd, check) == (remake.ROOT, True)
        ran.append(command)
        made.write_text("anew")

    remake.make(remake.Step("a", 1, (("x",), ("y",)), {made: kept}), run)
    assert (ran, kept.read_text()) == ([("x",), ("y",)], "anew")


def test_a_step_that_fails_keeps_nothing(remake, tmp_path):
    made, kept = tmp_path / "made", tmp_path / "kept"
    made.write_text("half")

    def run(command, cwd, check):
        raise subprocess.CalledProcessError(1, command)

    with pytest.raises(subprocess.CalledProcessError):
        remake.make(remake.Step("a", 1, (("x",),), {made: kept}), run)
    assert not kept.exists()


def test_a_list_makes_nothing(remake, capsys, monkeypatch):
    monkeypatch.setattr(remake, "make", lambda step: pytest.fail("made"))
    assert remake.main(["--list"]) == 0
    assert "minutes" in capsys.readouterr().out
