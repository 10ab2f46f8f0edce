"""Where the tests of theory find the worlds of the other tests, and the settled places they share."""

import os
import sys
from pathlib import Path

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "simulation"))

import mesa
import pytest
from worlds import start_of, toy, world_of

from simulation.settling.settle import settle


@pytest.fixture(autouse=True)
def _models_are_forgotten():
    """Mesa keeps a count of agents for every model there ever was, and with it the model."""
    counts = getattr(mesa.Agent, "_ids", {})
    before = set(counts)
    yield
    for model in set(counts) - before:
        del counts[model]


@pytest.fixture(scope="session")
def hamlet():
    """The toy place of 800 people, settled."""
    return settle(toy())


@pytest.fixture(scope="session")
def hamlet_2011(hamlet):
    """The toy place at the policy date. Copy it with `under` before living on."""
    return start_of(hamlet)


@pytest.fixture(scope="session")
def town():
    """The teaching town, settled: 5,000 people."""
    return settle(world_of())
