"""The lines between agencies and services: what goes along them, and from when."""

import pandas as pd

from experiments.lab.charts import network

SERVICES = pd.DataFrame(
    {
        "service": ["safety.core.1", "safety.acute.1"],
        "agency": ["police", "nhs"],
        "design": ["standard", "housing_first"],
        "queue": [3, 0],
        "caseload": [5, 2],
    }
)
OWNERS = dict(zip(SERVICES["service"], SERVICES["agency"], strict=True))
FLOWS = pd.DataFrame(
    [
        (0, "pays", "police", "safety.core.1", 100.0),
        (0, "pays", "police", "safety.acute.1", 30.0),
        (0, "pays", "nhs", "safety.acute.1", 70.0),
        (0, "shares", "nhs", "shared money", 5.0),
        (0, "grant", "treasury", "police", 500.0),
        (0, "else", "police", "everything else", 300.0),
        (1, "into crisis", "safety.core.1", "safety.acute.1", 2.0),
        (12, "into crisis", "safety.core.1", "safety.acute.1", 3.0),
        (13, "into crisis", "safety.core.1", "safety.acute.1", 4.0),
    ],
    columns=["month", "kind", "origin", "end", "amount"],
).assign(arm="a")


def test_money_is_told_apart_by_who_pays_for_whom():
    totals = network.totals(network.lines_of(FLOWS, OWNERS, "money", 0), "money")
    assert totals == {"pays for its own service": 170, "pays for another's service": 30, "shares money": 5}
    assert network.lines_of(FLOWS, OWNERS, "money", 1).empty


def test_people_are_counted_over_the_last_twelve_months():
    def crises(month):
        return network.totals(network.lines_of(FLOWS, OWNERS, "people", month), "people")["into crisis"]

    assert [crises(month) for month in (0, 1, 12, 13)] == [0, 2, 5, 7]


def test_the_heaviest_line_bounds_the_scale_of_every_month():
    assert network.heaviest(FLOWS, "money") == 100
    assert network.heaviest(FLOWS, "people") == 7


def test_whoever_pays_or_shares_has_a_place_in_the_picture():
    spots = network.places(SERVICES, FLOWS)
    assert {"police", "nhs", "shared money", *SERVICES["service"]} == set(spots.index)
    assert not spots[["x", "y"]].duplicated().any()


def test_the_picture_says_what_it_shows_and_draws_every_line():
    lines = network.lines_of(FLOWS, OWNERS, "money", 0)
    spots = network.places(SERVICES, FLOWS)
    picture = network.drawn(
        SERVICES, lines, spots, ["standard", "housing_first"], "money", (3.0, 100.0), "Here"
    ).to_dict()
    assert "3 people waiting" in picture["description"]
    assert "pays for another's service 30" in picture["description"]
    rules = next(layer for layer in picture["layer"] if layer["mark"]["type"] == "rule")
    assert len(picture["datasets"][rules["data"]["name"]]) == len(lines)
