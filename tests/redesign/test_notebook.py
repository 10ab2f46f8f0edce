"""The notebook of the docs runs, shows what it says, and knows nothing of the machine it was made on."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "first-comparison.ipynb"
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


def texts(cell):
    """What a cell printed or returned, as text; numbers do not count, because machines differ in their last bits."""
    shown = [each.get("data", {}).get("text/plain", each.get("text", "")) for each in cell.get("outputs", ())]
    return [" ".join(NUMBER.sub("0", text).split()) for text in shown]


def test_it_was_run_and_holds_no_path():
    book = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert sum("image/png" in output.get("data", {}) for cell in code for output in cell.outputs) == 1
    assert not re.search(r"/(home|root|tmp|work|usr|Users)/", NOTEBOOK.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_it_runs_and_shows_the_same(tmp_path):
    kept, again = (nbformat.read(NOTEBOOK, as_version=4) for _ in range(2))
    NotebookClient(
        again, timeout=1200, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert [texts(cell) for cell in again.cells] == [texts(cell) for cell in kept.cells]
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
