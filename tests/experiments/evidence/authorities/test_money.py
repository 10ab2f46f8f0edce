"""What a council's path is, worked out by hand for a made one."""

import numpy as np
import pandas as pd
import pytest

from experiments.evidence.authorities.filled import times_the_nation
from experiments.evidence.authorities.money import _path
from experiments.evidence.authorities.sources import LINES, YEARS

NONE = dict.fromkeys(LINES, 0.0)


def council(**lines):
    """A council's return: each line one number for all years, or a row."""
    given = NONE | {
        "children_sc": 30.0, "adult_sc": 70.0, "ctax_requirement": 50.0, "res_earmarked_31mar": 20.0, "res_unalloc_31mar": 5.0,
        "absent": False,
    } | lines  # fmt: skip
    return pd.DataFrame(given, index=list(YEARS))


def path(deflator=1.0, grown=1.0, **lines):
    return _path(council(**lines), pd.Series(deflator, index=list(YEARS)), np.full(len(YEARS), grown))


def test_a_council_that_spends_the_same_lost_nothing():
    found = path(social_care=60.0, rest=40.0)
    assert len(found) == 7
    assert (found[["cut", "care", "adult_care", "childrens_care", "the_rest", "more_tax", "from_reserves"]] == 0).all(
        axis=None
    )
    assert (found["council_tax"] == 0.5).all()


def test_a_line_below_nothing_counts_as_none_in_the_cut_and_widens_its_range():
    parking = [0.0] * 4 + [-20.0] * 4
    found = path(social_care=60.0, rest=40.0, highways_transport=parking)
    assert (found["cut"] == 0).all()
    assert found["cut_high"].iloc[-1] == pytest.approx(0.2)
    assert (found["cut_low"] <= found["cut"]).all()


def test_reserves_that_fall_were_drawn():
    found = path(social_care=60.0, rest=40.0, res_earmarked_31mar=[20.0] + [10.0] * 7)
    assert found["from_reserves"].tolist() == pytest.approx([0.1, 0, 0, 0, 0, 0, 0])


def test_more_people_of_more_deprivation_and_age_get_more_of_the_nhs():
    zone = dict.fromkeys(("p0_4", "p5_15", "p16_17", "p18_24", "p25_44", "p45_64", "p65_74", "p75_84", "p85p"), 100)
    zones = pd.DataFrame(
        [
            zone | {"code": "rich", "income": 0.1, "crime": 0.1},
            zone | {"code": "poor", "income": 0.9, "crime": 0.9},
            zone | {"code": "old", "income": 0.1, "crime": 0.1, "p85p": 300},
        ]
    )
    found = times_the_nation(zones)
    assert found["nhs"]["rich"] < found["nhs"]["poor"]
    assert found["nhs"]["rich"] < found["nhs"]["old"]
    assert found["police"]["rich"] == found["police"]["old"] < 1 < found["police"]["poor"]
