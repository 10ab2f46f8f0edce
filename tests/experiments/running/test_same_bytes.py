"""The real command writes the same bytes whoever does the work: one or two threads or workers, either engine."""

import pytest
from how_often import tried
from lives import undisturbed
from sessions import FOUR, NEEDS_PROC, READY, UNDRAWN

pytestmark = [NEEDS_PROC, pytest.mark.slow]
PEOPLED = ("compare", "place=westminster", "scale=0.1", "years=2", "replicates=2", "out=out")
"""Enough people that threads share their work: a smaller place is left to one of them."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The tables of a run by one thread."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    return undisturbed(folder, *PEOPLED, "workers=1", "threads=1", code=UNDRAWN)


@pytest.mark.parametrize("both", tried([(2, 2), (1, 2), (2, 1)], changes=1), ids=str)
def test_threads_and_workers_change_no_byte(tmp_path, alone, both):
    workers, threads = both
    how = f"workers={workers}", f"threads={threads}"
    assert undisturbed(tmp_path / "run", *PEOPLED, *how, code=UNDRAWN) == alone
    assert all(len(content) > 1000 for content in alone.values())


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [1, 2])
def test_the_plain_engine_writes_the_same_bytes(tmp_path, expected, workers):
    how = f"workers={workers}", "engine=agents"
    assert undisturbed(tmp_path / "run", *FOUR, *how, code=READY) == expected
