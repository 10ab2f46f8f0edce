"""The commands and the Python examples that the documentation shows do run."""

import re
import subprocess
from pathlib import Path

import pytest
from reading import DOCS, ELSEWHERE, PAGES, ROOT, SMALL_CALIBRATION, blocks, commands, name_of, small, write_files

from experiments import cli
from experiments.configuration import validate
from experiments.configuration.command_line import folders_in, options_first
from experiments.configuration.compose import compose

WITH_COMMANDS = [page for page in PAGES if blocks(page, "bash")]
WITH_PYTHON = [page for page in PAGES if any(not name for name, _ in blocks(page, "python"))]


SLOW = ("README.md", "use-from-python.md", "plain-mesa.md", "two-uncertainties.md")
"""Pages whose Python simulates for a while; what it uses is tested in tests/redesign."""
QUICK = ("README.md", "docs/how-to/change-a-lever.md")
"""Pages whose commands are looked at every time; those of all pages are run for real by the slow test."""


@pytest.mark.unhurried
@pytest.mark.parametrize("name", QUICK)
def test_every_command_is_understood(name, tmp_path, monkeypatch, capsys):
    """Short commands run; comparisons are composed and checked down to the last key, and not simulated."""
    page = ROOT / name
    monkeypatch.chdir(tmp_path)
    write_files(page, tmp_path)
    for words in commands(page):
        if words[0] == "make":
            subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, check=True, capture_output=True)
        elif words[:2] == ["redesign", "compare"] and "--cfg" not in words:
            given = [w for w in options_first(words[2:]) if "=" in w or w.startswith("~")]
            first = [re.sub(r"=([^,\[{]+),.*", r"=\1", w) for w in given] if "--multirun" in words else given
            assert validate.check(compose("compare", first, folders_in(words))).policies
        elif words[0] == "redesign" and not is_place(words):
            assert cli.main(words[1:]) == 0, f"{' '.join(words)}: {capsys.readouterr().err}"
        else:
            assert words[0] in ("redesign", *ELSEWHERE), f"{name_of(page)}: what is '{words[0]}'?"


def is_place(words):
    """Whether a command lets a place settle, which takes a while."""
    return words[1] == "show" and words[2].startswith("place=")


@pytest.mark.slow
def test_a_comparison_from_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    first = next(w for w in commands(ROOT / "README.md") if "policy.radical.levers.pooling.strength=0" in w)
    everything = (
        "base=status_quo",
        "population_luck=nested",
        "components=2",
    )  # what is written only where it is asked for
    assert cli.main([*small(first[1:]), *everything, "out=result"]) == 0, capsys.readouterr().err
    assert "Not a forecast" in " ".join(capsys.readouterr().out.split())
    listed = re.findall(
        r"^\| `([\w./]+)` \|", (DOCS / "reference" / "output-files.head.md").read_text(), flags=re.MULTILINE
    )
    assert listed
    for name in listed:
        assert (tmp_path / "result" / name).exists(), f"output-files.md promises {name}"


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_every_command_runs(page, tmp_path, monkeypatch, capsys):
    """Everything is done for real, in the order of the page, small."""
    monkeypatch.chdir(tmp_path)
    write_files(page, tmp_path)
    for words in commands(page):
        if words[0] == "cmp":
            assert Path(words[1]).read_bytes() == Path(words[2]).read_bytes()
        if words[0] != "redesign":
            continue
        if words[1] == "compare" and "--cfg" not in words:
            words = small(words)
        elif words[1] == "calibrate":
            words = [*words, *SMALL_CALIBRATION]
        elif words[1] == "lesson" and len(words) > 2:
            words = [*[w for w in words if not w.startswith(("years=", "replicates="))], "years=1", "replicates=2"]
        elif is_place(words) and "place=croydon" in words:
            words = ["redesign", "show", "place=teaching_town"]
        assert cli.main(words[1:]) == 0, f"{' '.join(words)}: {capsys.readouterr().err}"


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] * (page.name in SLOW)) for page in WITH_PYTHON], ids=name_of
)
def test_python_examples_run(page, tmp_path, monkeypatch, capsys):
    """The blocks of a page run one after another, as in one notebook."""
    monkeypatch.chdir(tmp_path)
    if page.name == "sweep.md":
        for run in ("one", "two"):
            (tmp_path / "results" / run).mkdir(parents=True)
            lines = ["outcome,horizon,diff", "crises,1,-1", "public_spend,1,2"]
            (tmp_path / "results" / run / "summary.csv").write_text("\n".join(lines))
    namespace = {}
    for number, text in enumerate(text for name, text in blocks(page, "python") if not name):
        exec(compile(text, f"{name_of(page)}, block {number + 1}", "exec"), namespace)
    assert capsys.readouterr().out
