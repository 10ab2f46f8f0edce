"""The settled place beside real figures: the same unit on both sides, and what is not there is said."""

import numpy as np
import pytest
from pydantic import ValidationError
from worlds import world_of

from simulation.parameters import ChallengeConfig
from simulation.parameters.observed import Observed
from simulation.settling import baseline

FIGURE = {"value": 0.25, "low": 0.2, "high": 0.3, "unit": "share of contacts", "source": "ONS 2010", "grade": "A"}


def test_a_real_figure_stands_beside_what_it_names_in_its_own_unit():
    figure = Observed(**FIGURE, label="turned away", model={"of": ["refused"], "per": ["asked"]})
    months = {"refused": np.full(24, 2), "asked": np.full(24, 10)}
    (row,) = baseline._compared("Here", "place", {"refusals": figure}, months)
    assert (row.label, row.unit) == ("turned away", "% of contacts")
    assert (row.model, row.observed, row.low, row.high) == pytest.approx((20.0, 25.0, 20.0, 30.0))


def test_without_a_divisor_it_is_the_average_month():
    figure = Observed(**{**FIGURE, "unit": "months"}, model={"of": ["wait"]})
    (row,) = baseline._compared("Here", "place", {"wait": figure}, {"wait": np.arange(12.0)})
    assert row.model == pytest.approx(5.5)


def test_a_figure_that_names_what_is_not_recorded_is_refused():
    figure = Observed(**FIGURE, model={"of": ["refusd"]})
    with pytest.raises(ValueError, match=r"place\.observed\.refusals\.model names refusd, which is not recorded"):
        baseline._compared("Here", "place", {"refusals": figure}, {"refused": np.ones(12)})


def test_a_row_of_numbers_has_no_counterpart():
    with pytest.raises(ValidationError, match="no single counterpart"):
        Observed(**{**FIGURE, "value": [0.25], "low": [0.2], "high": [0.3]}, model={"of": ["refused"]})


def test_an_inherited_figure_set_to_null_is_dropped():
    challenge = world_of().challenges["obesity"]
    data = challenge.model_dump(mode="json")
    data["observed"]["obese_share"] = None
    read = ChallengeConfig.model_validate(data)
    assert set(challenge.observed) - set(read.observed) == {"obese_share"}
