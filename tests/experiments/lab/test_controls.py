"""Where a slider stands before anybody moves it."""

import pytest

from experiments.lab.controls import CUT, usual
from experiments.lab.state import Choice


@pytest.mark.parametrize(
    ("policy", "place", "cut"),
    [("radical", "croydon", 0.149), ("radical", "westminster", 0.31), ("status_quo", "croydon", 0.286)],
)
def test_the_cut_stands_where_the_place_went_and_at_england_s_in_a_policy_without_one(policy, place, cut):
    assert usual(Choice(policy), CUT, place) == cut


def test_any_other_number_stands_where_the_policy_sets_it():
    assert usual(Choice("radical"), "support.per_head", "croydon") == 5.0
