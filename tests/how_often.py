"""Which members of a family are tried with every run of the tests, which with each change, and which by night."""

import pytest


def tried(members, always=0, changes=2):
    """A family's members for `parametrize`: the first ones always, then some with each change, all others by night.

    Args:
        members: of the family, the most telling first.
        always: how many are tried with every run.
        changes: how many more are tried with each change (`make test-slow`).
    """
    marks = [(), (pytest.mark.slow,), (pytest.mark.slow, pytest.mark.nightly)]
    turn = [0] * always + [1] * changes
    return [pytest.param(each, marks=marks[turn[k] if k < len(turn) else 2]) for k, each in enumerate(members)]
