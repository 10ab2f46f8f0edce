"""The page on adding a question is followed to the letter, and its question is then asked, found, shown and reported."""

import sys

import pytest
import yaml
from hydra.core.config_store import ConfigStore
from reading import DOCS, blocks

from experiments import cli, questions

PAGE = DOCS / "how-to" / "add-a-question.md"


@pytest.fixture
def followed(tmp_path, monkeypatch):
    """Writes the files that the page shows where it says, in a folder that stands beside the package's own."""
    for language in ("python", "yaml"):
        for name, text in blocks(PAGE, language):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(questions, "__path__", [*questions.__path__, str(tmp_path / "experiments" / "questions")])
    monkeypatch.chdir(tmp_path)
    questions.question.cache_clear()
    file = (tmp_path / "configs" / "spending.yaml").read_text(encoding="utf-8")
    ConfigStore.instance().store("spending", yaml.safe_load(file))  # as if it lay among the package's own files
    yield tmp_path
    questions.question.cache_clear()
    for name in [name for name in sys.modules if name.startswith("experiments.questions.spending")]:
        del sys.modules[name]


@pytest.mark.slow
def test_the_question_of_the_page_can_be_asked(followed, capsys):
    words = [
        "place=teaching_town",
        "scale=0.1",
        "years=2",
        "replicates=2",
        "workers=1",
        "from_year=2",
        "out=results/spending",
    ]
    assert cli.main(["spending", *words]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "pounds_a_head" in said
    assert "a head in the last year" in said
    assert "rationing" in (followed / "results" / "spending" / "spending.csv").read_text()
    assert cli.main(["report", "results/spending"]) == 0
    assert "spends" in (followed / "results" / "spending" / "report.html").read_text()
    capsys.readouterr()
    assert cli.main(["replay", "results/spending"]) == 0
    assert "the same bytes" in capsys.readouterr().out


def test_the_command_and_its_help_find_it(followed, capsys):
    assert cli.main(["--help"]) == 0
    assert "what each policy spends a head, year by year" in capsys.readouterr().out


@pytest.mark.slow
def test_what_is_wrong_with_its_settings_is_said(followed, capsys):
    assert cli.main(["spending", "place=teaching_town", "from_year=0"]) == 2
    assert "from_year" in capsys.readouterr().err
