"""Several runs of one line, as Hydra makes them: each has a folder of its own, and the last says how it went."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import experiments

ROOT = Path(experiments.__file__).parents[1]
SMALL = ("place=teaching_town", "scale=0.05", "years=1", "replicates=2", "workers=1")
pytestmark = pytest.mark.slow


def multirun(folder, *words):
    """A sweep of Hydra's, asked in a folder of one's own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "redesign", "compare", "--multirun", *SMALL, *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip


def test_each_of_two_runs_has_its_own_folder(tmp_path):
    ran = multirun(tmp_path, "seed=1,2")
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    said = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "results").glob("*/manifest.json")]
    assert [each["question"] for each in said] == ["compare", "compare"]
    assert len({each["results_key"] for each in said}) == 2
    assert ran.stdout.count("Results: results/compare-teaching_town-") == 2
    assert not list((tmp_path / "results").glob("*/parts"))


@pytest.mark.nightly
def test_one_that_cannot_be_run_leaves_the_other_be(tmp_path):
    ran = multirun(tmp_path, "seed=1,-2")
    assert ran.returncode == 2
    assert "seed=-2" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout.count("Results: results/compare-teaching_town-") == 1
    assert len(list((tmp_path / "results").glob("*/manifest.json"))) == 1
