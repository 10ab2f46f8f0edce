"""A place is an ordinary Mesa model, and collecting its months changes none of them."""

import mesa
import numpy as np
import pytest

import redesign

SMALL = {"scale": 0.1, "progress": False}


@pytest.fixture(scope="module")
def stepped():
    """A place, a year after the policy date."""
    model = redesign.model("teaching_town", policy="radical", seed=3, replication=1, **SMALL)
    for _ in range(12):
        model.step()
    return model


@pytest.mark.slow
def test_collecting_changes_no_month(stepped, tmp_path):
    found = redesign.compare(
        place="teaching_town", seed=3, years=1, replicates=2, workers=1, out=str(tmp_path / "out"), **SMALL
    )
    runs = found.runs.query("arm == 'radical' and replication == 1")
    collected = stepped.datacollector.get_model_vars_dataframe()
    measures = [name for name in collected.columns if name != "month"]
    assert {"crises", "waiting", "citizens", "morale"} <= set(measures)
    np.testing.assert_array_equal(collected["month"], range(12))
    for name in measures:
        np.testing.assert_array_equal(collected[name], runs[name], err_msg=name)


def test_it_is_a_model_of_mesa(stepped):
    assert isinstance(stepped, mesa.Model)
    assert stepped.steps == stepped.month == 12
    assert len(stepped.agents) > 100


@pytest.mark.slow
def test_models_begin_anew_and_apart(stepped):
    first = redesign.model("teaching_town", policy="rationing", seed=3, replication=1, **SMALL)
    second = redesign.model("teaching_town", policy="rationing", seed=3, replication=1, **SMALL)
    first.step()
    assert (first.month, second.month, stepped.month) == (1, 0, 12)
    assert second.datacollector.get_model_vars_dataframe().empty


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(redesign.ConfigurationError, match="did you mean place=croydon"):
        redesign.model("croydn")
