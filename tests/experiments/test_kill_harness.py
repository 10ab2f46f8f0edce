"""Kill -9 at random moments: a rerun completes, repeats nothing that had finished, and writes the same bytes."""

import random

import pytest
from lives import Life, undisturbed
from sessions import NEEDS_PROC, REAL, UNDRAWN, WORDS

pytestmark = NEEDS_PROC


def test_killed_four_times_a_run_completes_with_the_same_bytes(tmp_path):
    words = (*WORDS, "replicates=4")
    life = Life(tmp_path / "killed", words, UNDRAWN, random.Random(1))
    assert life.go(4) == 4, life.log
    assert life.complete() == undisturbed(tmp_path / "undisturbed", *words, "workers=1", code=UNDRAWN)


@pytest.mark.slow
def test_killed_fifty_times_every_run_completes_with_the_same_bytes(tmp_path):
    words, chance = (*WORDS, "replicates=6"), random.Random(2010)
    expected, killed = undisturbed(tmp_path / "undisturbed", *words, code=REAL), 0
    while killed < 50:
        life = Life(tmp_path / f"killed-{killed}", words, REAL, chance)
        killed += life.go(min(14, 50 - killed))
        assert life.complete() == expected, life.log
        print(*life.log, sep="\n")
    assert killed == 50
