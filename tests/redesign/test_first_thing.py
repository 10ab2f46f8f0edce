"""Whatever of `redesign` is used first in a fresh process works: nothing has to have been loaded before it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import redesign

ROOT = Path(redesign.__file__).parents[1]
FIRST = (
    "import redesign; print(redesign.open(folder).question)",
    pytest.param("from redesign import open; print(open(folder).facts['question'])", marks=pytest.mark.slow),
    pytest.param("from redesign import Result; print(Result(folder).question)", marks=pytest.mark.slow),
    pytest.param("import redesign; dir(redesign); print(redesign.compare.__name__)", marks=pytest.mark.slow),
    pytest.param("import redesign.result as r; print(r.open(folder).question)", marks=pytest.mark.slow),
)


@pytest.mark.unhurried
@pytest.mark.parametrize("first", FIRST)
def test_it_works_as_the_first_thing(first, cheap):
    folder = cheap / "small"
    redesign.compare(place="teaching_town", years=1, replicates=2, workers=1, progress=False, out=str(folder))
    code = f"import pathlib; folder = pathlib.Path({str(folder)!r})\n{first}"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cheap,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "compare\n"
