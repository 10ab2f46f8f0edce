"""The sums above and below the line of an outcome: what a year of them says is what its months say, and places add up."""

import numpy as np
import pandas as pd
import pytest
import stand_in

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.outcomes import outcome_values
from experiments.analysis.statistics.point_differences import chosen
from experiments.analysis.statistics.sides import ABOVE, BELOW, Sides, by_year
from simulation.policy.policy import Policy

YEARS = 3
NOTHING = Policy(title="Nothing", summary="Nothing changes", source="a test")


def life(seed):
    """Three years of every measure of the stand-in, with people who come and go."""
    chance = np.random.default_rng(seed)
    months = stand_in.run(stand_in.Place(seed, ("obesity",), ""), {"a": NOTHING}, 0, YEARS).months["a"]
    return months | {
        "citizens": chance.integers(900, 1100, 12 * YEARS),
        "deficit.nhs": chance.integers(0, 9, 12 * YEARS),
    }


def rows(point, arm, replication, found):
    """A life's years as the record of a country holds them."""
    return pd.DataFrame({"point": point, "arm": arm, "replication": replication, **found})


def test_a_year_says_of_every_headline_outcome_what_its_months_say():
    months, outcomes = life(1), chosen(None)
    record = pd.DataFrame({"arm": "a", "replication": 0, "month": np.arange(12 * YEARS), **months})
    known = outcome_values(record, outcomes, range(1, YEARS + 1)).set_index(["outcome", "horizon"])["value"]
    together = Sides.of(rows(0, "a", 0, by_year(None, months)), [0]).together([0])
    assert together.names == list(outcomes)
    for place, name in enumerate(together.names):
        for year in range(YEARS):
            assert together.arms["a"][place, year, 0] == known[name, year + 1], name


def test_a_month_in_which_nobody_can_be_asked_counts_on_neither_side():
    months = life(2)
    months["satisfaction_total"] = np.where(np.arange(12 * YEARS) % 2, np.nan, months["satisfaction_total"])
    found = by_year(("satisfaction",), months)
    assert found["satisfaction" + BELOW][0] == months["satisfaction_users"][:12:2].sum()


def test_a_row_is_known_by_the_last_month_of_its_year():
    assert by_year(None, life(1))["month"].tolist() == [11, 23, 35]


def test_places_count_by_their_people():
    """A hundred people of whom ten are in crisis and three hundred of whom sixty are: 175 of a thousand, not 150."""
    about = {"month": [11], "crises" + ABOVE: [10.0], "crises" + BELOW: [100.0]}
    other = {"month": [11], "crises" + ABOVE: [60.0], "crises" + BELOW: [300.0]}
    sides = Sides.of(pd.concat([rows(0, "a", 0, about), rows(1, "a", 0, other)]), [0, 1])
    factor = load_outcomes()["crises"].factor
    assert sides.together([0, 1]).arms["a"][0, 0, 0] == pytest.approx(0.175 * factor)
    assert sides.together([0]).arms["a"][0, 0, 0] == pytest.approx(0.1 * factor)
    assert sides.together([1]).arms["a"][0, 0, 0] == pytest.approx(0.2 * factor)


def test_a_replication_that_one_place_lacks_is_none_of_all():
    about = {"month": [11], "crises" + ABOVE: [10.0], "crises" + BELOW: [100.0]}
    there = [(0, 0), (0, 1), (1, 0)]
    sides = Sides.of(pd.concat([rows(point, "a", replication, about) for point, replication in there]), [0, 1, 2])
    values = sides.together([0, 1]).arms["a"][0, 0]
    assert values[0] == pytest.approx(0.1 * load_outcomes()["crises"].factor)
    assert np.isnan(values[1])
    assert sides.lived.tolist() == [True, True, False], "nobody lived in the third"
