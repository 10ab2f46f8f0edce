"""The scripts that write the pages."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from reading import DOCS

sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))


@pytest.fixture(scope="session")
def scripts():
    """Imports a script of docs/ by its name."""
    sys.path.insert(0, str(DOCS))
    yield import_module
    sys.path.remove(str(DOCS))
