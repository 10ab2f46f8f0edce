"""Kill -9 at random moments: a rerun completes, repeats nothing that had finished, and writes the same bytes."""

import random
from itertools import count

import pytest
from lives import STAGES, WRITING, Life
from sessions import FOUR, NEEDS_PROC, READY, REAL, UNDRAWN

pytestmark = NEEDS_PROC


@pytest.mark.slow
def test_killed_four_times_runs_complete_with_the_same_bytes(tmp_path, expected):
    """A run may be done before it has died four times; then the rest of the kills fall on another."""
    chance, killed = random.Random(1), 0
    for number in range(4):
        life = Life(tmp_path / f"killed-{number}", FOUR, READY, chance)
        killed += life.go(4 - killed)
        assert life.complete() == expected, life.log
        if killed >= 4:
            break
    assert killed >= 2, "nothing was killed before it was done"


@pytest.mark.slow
@pytest.mark.nightly
def test_killed_fifty_times_every_run_completes_with_the_same_bytes(tmp_path, expected):
    chance, killed = random.Random(2010), 0
    for number in count():
        if killed == 50:
            break
        code = REAL if number % 3 == 0 else UNDRAWN
        life = Life(tmp_path / f"killed-{number}", FOUR, code, chance, STAGES | WRITING)
        killed += life.go(min(17, 50 - killed))
        assert life.complete() == expected, life.log
        print(*life.log, sep="\n")
