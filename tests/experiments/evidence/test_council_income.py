"""Council tax, reserves and grant told apart, and the places that hold what was found."""

import pytest

from experiments.configuration import options
from experiments.evidence.council_income import BREAK, income, table

OF_PLACES = {
    "croydon": "croydon",
    "westminster": "westminster",
    "average_england": "england",
    "teaching_town": "england",
}


@pytest.mark.parametrize(("place", "council"), OF_PLACES.items())
def test_places_hold_what_the_returns_say(place, council):
    held, found = options.find("place")[place].read()["income"], income(council)
    assert held["council_tax"]["value"] == pytest.approx(found.council_tax, abs=0.0006)
    assert held["more_tax"]["value"] == pytest.approx(list(found.more_tax), abs=0.0006)
    assert held["from_reserves"]["value"] == pytest.approx(list(found.from_reserves), abs=0.0006)


@pytest.mark.parametrize("council", ["croydon", "westminster"])
def test_a_place_s_cut_is_that_of_the_same_returns(council):
    held = options.find("place")[council].read()["cut"]["value"]
    assert held == pytest.approx([max(0.0, share) for share in income(council).cut], abs=0.0006)


def test_croydon_s_last_year_by_hand():
    """2010-11: 286.44m of services, 145.52m of tax; 2017-18: 272.71m and 155.06m, reserves 32.84m to 17.03m, prices +11.85%."""
    found, prices = income("croydon"), 95.676 / 85.538
    assert found.council_tax == pytest.approx(145.52 / 286.44)
    until, since = 148.53 / 145.52 * 85.538 / 88.644, 155.06 / 126.06 * 90.348 / 95.676
    assert found.more_tax.iloc[-1] == pytest.approx(145.52 / 286.44 * (until * since - 1))
    assert found.from_reserves.iloc[-1] == pytest.approx((32.84 - 17.03) / prices / 286.44)
    assert found.cut.iloc[-1] == pytest.approx(1 - 272.71 / prices / 286.44)


@pytest.mark.parametrize("council", table().index.unique("council"))
def test_what_fell_on_grant_is_the_cut_and_what_made_it_good(council):
    found = income(council)
    assert list(found.less_grant) == pytest.approx(list(found.cut + found.more_tax + found.from_reserves))
    assert found.more_tax[BREAK] == found.more_tax["2012-13"], "the year in which the return changes tells nothing"
