"""Settled places, made once a session: settling is the dear part, living a decade costs a fraction of a second."""

import os

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import mesa
import pytest
from worlds import hours_watched, shipped, start_of, toy, world_of

from simulation.run import run
from simulation.settling.settle import settle


@pytest.fixture(autouse=True)
def _models_are_forgotten():
    """Mesa keeps a count of agents for every model there ever was, and with it the model: here, hundreds of places."""
    counts = getattr(mesa.Agent, "_ids", {})
    before = set(counts)
    yield
    for model in set(counts) - before:
        del counts[model]


@pytest.fixture(scope="session")
def town():
    """The teaching town, settled: 5,000 people."""
    return settle(world_of())


@pytest.fixture(scope="session")
def lived(town):
    """Ten years of the teaching town under every shipped policy, in one luck; and what did not fit into whose hours."""
    with hours_watched() as misfits:
        return run(town, shipped(), replication=0, years=10), misfits


@pytest.fixture(scope="session")
def decade(lived):
    """Ten years of the teaching town under every shipped policy, in one luck."""
    return lived[0]


@pytest.fixture(scope="session")
def hours_of_decade(lived):
    """Of each month of that decade, arm after arm, what took more hours than there were."""
    return lived[1]


@pytest.fixture(scope="session")
def hamlet():
    """The toy place of 800 people, settled."""
    return settle(toy())


@pytest.fixture(scope="session")
def hamlet_2011(hamlet):
    """The toy place at the policy date. Copy it with `under` before living on."""
    return start_of(hamlet)


@pytest.fixture(scope="session")
def town_2011(town):
    """The teaching town at the policy date. Copy it with `under` before living on."""
    return start_of(town)
