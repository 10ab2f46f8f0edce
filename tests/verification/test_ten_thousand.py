"""Ten thousand configurations drawn at random, and every book checked in every month of each. Many minutes: `make test-nightly`.

A configuration here is a place with a whole set of numbers of its own, drawn from the register of evidence and settled; a
policy of any levers at any settings and times, in zones or not; and people with needs and feelings of any kind. There are
100 sets of numbers with 100 policies and peoples each, and half a year is lived under every one. No chance is left: set k
and its hundred are the same whenever they are run, so a failure comes back.
"""

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from strategies import MONTHS, peoples, policies
from test_books_of_activity import check_books
from test_levers_in_zones import check_range
from worlds import shipped, start_of, toy, under

from experiments.evidence import register
from simulation.settling.settle import settle

SETS, EACH = 100, 100
LIVED = 6  # months, the first of them an April with its plan
SEED = 20_110_401
OUTSIDE_THE_PLACE = ("lever.", "judging.")


@cache
def drawn():
    """A hundred sets of plausible numbers of the toy place, by Latin hypercube."""
    found = register.entries(toy(), shipped("radical"))
    found = [entry for entry in found if not entry.key.startswith(OUTSIDE_THE_PLACE)]
    return register.draw(found, SETS, SEED)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("number", range(SETS))
def test_the_books_balance_in_ten_thousand_configurations(number):
    """People, cases, cash and lives add up month by month, and what a policy puts in force stays in range for eleven years."""
    start = start_of(settle(register.with_values(toy(), drawn().iloc[number].to_dict())))
    lived = 0

    @seed(SEED + number)
    @given(policy=policies(), change=peoples())
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def half_a_year(policy, change):
        nonlocal lived
        for month in range(-24, MONTHS, 7):
            for inside in (False, True):
                check_range(policy.regime_at(month, in_zone=inside))
        model = under(start, policy)
        change(model)
        check_books(model, LIVED)
        lived += 1

    half_a_year()
    assert lived == EACH
