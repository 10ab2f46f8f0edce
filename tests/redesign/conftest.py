"""An empty folder to ask in, with a world that costs nothing to run."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "experiments"))

from experiments.questions.compare import report
from experiments.running import job, session

STAND_IN = "stand_in"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder, and a process that has settled no place yet."""
    monkeypatch.chdir(tmp_path)
    job._read_settled.cache_clear()
    return tmp_path


@pytest.fixture
def cheap(elsewhere, monkeypatch):
    """A made-up world, and a page that nobody draws."""
    monkeypatch.setattr(session, "ENGINE", STAND_IN)
    monkeypatch.setattr(report, "write_report", lambda out, artists: (out / "report.html").write_text("a page"))
    return elsewhere
