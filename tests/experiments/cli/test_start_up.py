"""What a command loads before it answers: help and refusals need none of the libraries that simulate, analyse and draw."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import experiments

ROOT = Path(experiments.__file__).parents[1]
LATER = ("pandas", "pyarrow", "scipy", "numba", "llvmlite", "matplotlib", "altair", "mesa", "networkx", "sklearn", "SALib",
         "jinja2", "streamlit", "distributed", "xarray")  # fmt: skip
"""For work, of which there is none here."""
CODE = """
import json, sys
from redesign.__main__ import main
status = main({words!r})
print(json.dumps([status, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def loaded_by(*words):
    """The exit status of a command, and the packages that it loaded."""
    line = [sys.executable, "-P", "-c", CODE.format(words=words)]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    status, names = json.loads(ran.stdout.splitlines()[-1])
    return status, set(names)


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
    found, names = loaded_by(*words)
    assert found == status
    assert names.intersection(LATER) == set()


def test_what_is_only_about_the_command_loads_no_configuration():
    _, names = loaded_by("--help")
    assert names.intersection(("hydra", "omegaconf", "pydantic", "numpy", "yaml", "rich")) == set()
