"""A finished results folder of a made-up world, to be damaged, and the command that made it."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))

import stand_in

from experiments.configuration.compose import Composed, compose
from experiments.errors import ConfigurationError, Stopped
from experiments.questions.compare import question as compare
from experiments.running import session

SETTINGS = {"replicates": 3, "years": 2, "workers": 1}


def draw(self, out, artists=None):
    """A figure and a page that follow from the tables."""
    (out / "figures").mkdir(exist_ok=True)
    rows = (out / "summary.csv").read_text(encoding="utf-8").count("\n")
    (out / "figures" / "rows.svg").write_text(f"<svg><title>{rows}</title></svg>", encoding="utf-8")
    (out / "report.html").write_text(f"a page about {rows} rows", encoding="utf-8")


@pytest.fixture
def put_no_file(tmp_path):
    """Puts what is no ordinary file where one is looked for: a link to one, a link to nothing, a pipe or a folder."""

    def put(path, what, target):
        if what == "pipe":
            os.mkfifo(path)
        elif what == "folder":
            path.mkdir()
        else:
            path.symlink_to(target if what == "link" else tmp_path / "nowhere")

    return put


@pytest.fixture(scope="session")
def plain():
    """The smallest comparison as plain data."""
    composed = compose("compare", ["place=teaching_town"], [])
    return Composed({**composed.data, **SETTINGS}, composed.choices)


@pytest.fixture
def made_up(plain, monkeypatch):
    """That comparison in a world that costs nothing to run."""
    monkeypatch.setattr(session, "ENGINE", "stand_in")
    monkeypatch.setattr(compare.Compare, "figures", draw)
    return plain


@pytest.fixture(scope="session")
def kept(plain, tmp_path_factory):
    """A finished folder that nobody changes."""
    out = tmp_path_factory.mktemp("made") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "ENGINE", "stand_in")
        patch.setattr(compare.Compare, "figures", draw)
        compare.QUESTION.answer(compare.QUESTION.plans(replace(plain, data={**plain.data, "out": str(out)})))
    return out


@pytest.fixture
def finished(kept, tmp_path, made_up):
    """A finished folder to be damaged."""
    return shutil.copytree(kept, tmp_path / "out")


@pytest.fixture
def ask(made_up, tmp_path, monkeypatch, capsys):
    """Gives the command for a folder (again); returns what it said and how many replications were run."""
    trouble = tmp_path / "trouble"
    trouble.mkdir()
    monkeypatch.setenv(stand_in.TROUBLE, str(trouble))

    def run(out, **changes):
        before = len(list(trouble.glob("ran-*")))
        data = replace(made_up, data={**made_up.data, "out": str(out), **changes})
        try:
            compare.QUESTION.answer(compare.QUESTION.plans(data))
            why = ""
        except (Stopped, ConfigurationError) as error:
            why = error.message() if isinstance(error, ConfigurationError) else str(error)
        said = capsys.readouterr()
        return said.out + said.err + why, len(list(trouble.glob("ran-*"))) - before

    return run
