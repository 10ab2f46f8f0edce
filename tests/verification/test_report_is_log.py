"""Every reported number can be had again from the log by a script that shares nothing with the analysis."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from recompute import differing

from experiments import cli

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "recompute.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small comparison, written by the command."""
    out = tmp_path_factory.mktemp("run") / "result"
    words = ["compare", "place=teaching_town", "years=1", "replicates=3", "workers=1", f"out={out}"]
    assert cli.main(words) == 0
    return out


def test_every_number_of_the_summary_comes_from_the_log(folder):
    wrong, looked_at = differing(folder)
    assert wrong == []
    assert looked_at > 500


def test_the_script_works_by_itself_and_reads_no_code_of_the_project(folder):
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 differ" in done.stdout
    source = SCRIPT.read_text(encoding="utf-8")
    assert not any(f"import {name}" in source or f"from {name}" in source for name in ("experiments", "simulation"))


def test_a_number_that_the_log_does_not_give_is_noticed(folder, tmp_path):
    """One crisis more in one month of one arm, or one penny more in one cell of the summary."""
    for name in ("runs.parquet", "summary.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    summary = pd.read_csv(tmp_path / "summary.csv")
    at = summary.index[summary["outcome"] == "public_spend"][0]
    changed = summary.copy()
    changed.loc[at, "diff"] += 0.01
    changed.to_csv(tmp_path / "summary.csv", index=False)
    assert len(differing(tmp_path)[0]) == 1
    summary.to_csv(tmp_path / "summary.csv", index=False)
    log = pd.read_parquet(tmp_path / "runs.parquet")
    log.loc[0, "crises"] += 1
    log.to_parquet(tmp_path / "runs.parquet")
    assert any(fault.startswith("crises, year 1") for fault in differing(tmp_path)[0])
