"""Kill -9 at random moments: a rerun completes, repeats nothing that had finished, and writes the same bytes."""

import random
from itertools import count

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
    words, chance = (*WORDS, "replicates=4"), random.Random(2010)
    expected, killed = undisturbed(tmp_path / "undisturbed", *words, code=UNDRAWN), 0
    for number in count():
        if killed == 50:
            break
        code = REAL if number % 3 == 0 else UNDRAWN
        life = Life(tmp_path / f"killed-{number}", words, code, chance)
        killed += life.go(min(17, 50 - killed))
        assert life.complete() == expected, life.log
        print(*life.log, sep="\n")
