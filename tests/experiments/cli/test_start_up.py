"""What a command loads before it answers: help and refusals need none of the libraries that simulate, analyse and draw."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import experiments
from experiments import questions

ROOT = Path(experiments.__file__).parents[1]
LATER = ("pandas", "pyarrow", "scipy", "numba", "llvmlite", "matplotlib", "altair", "mesa", "networkx", "sklearn", "SALib",
         "jinja2", "streamlit", "distributed", "xarray")  # fmt: skip
"""For work, of which there is none here."""
REFUSED = {
    "calibrate": ("scale=abc",),
    "lab": ("port=abc",),
    "lesson": ("obesity", "years=abc"),
    "patterns": ("replicates=abc",),
    "pilot": ("zones=abc",),
}
"""What settings refuse, of questions that are not asked for how many years."""
COMMANDS = """
from redesign.__main__ import main
found = [main(words) for words in {given!r}]
"""
MODULES = """
from experiments import questions
found = [questions.question(name).name for name in {given!r}]
"""
LOADED = """
import json, sys
print(json.dumps([found, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded_by(code, given):
    """What a process of its own found, and the packages that it loaded."""
    line = [sys.executable, "-P", "-c", code.format(given=given) + LOADED]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    found, names = json.loads(ran.stdout.splitlines()[-1])
    return found, set(names)


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("compare", "--help"), 0),
        (("compare", "years=abc"), 2),
        (("compare", "place=crodon"), 2),
        (("compare", "years=1", "years=2"), 2),
        (("comparee",), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_needs_no_work_loads_nothing_for_it(words, status):
    found, names = loaded_by(COMMANDS, [words])
    assert found == [status]
    assert names.intersection(LATER) == set()


def test_no_question_loads_what_is_for_work_before_it_is_asked():
    every = list(questions.declared())
    found, names = loaded_by(MODULES, every)
    assert found == every
    assert names.intersection((*LATER, "rich", "filelock")) == set()


@pytest.mark.unhurried
@pytest.mark.parametrize("name", questions.declared())
def test_help_and_refusals_of_every_question_load_nothing_for_work(name):
    lines = [(name, "--help"), (name, *REFUSED.get(name, ("years=abc",))), (name, "no_such_key=1")]
    found, names = loaded_by(COMMANDS, lines)
    assert found == [0, 2, 2]
    assert names.intersection(LATER) == set()


def test_what_is_only_about_the_command_loads_no_configuration():
    _, names = loaded_by(COMMANDS, [("--help",)])
    assert names.intersection(("hydra", "omegaconf", "pydantic", "numpy", "yaml", "rich")) == set()
