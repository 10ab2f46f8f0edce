"""What a run is valued by is chosen like everything else, is refused when wrong, and never reaches the simulation."""

import pytest

from experiments.configuration import validate
from experiments.configuration.compose import compose
from experiments.errors import ConfigurationError
from experiments.results import results_folder

TOWN = ["place=teaching_town", "replicates=2", "years=1"]


def plan_of(*words):
    return validate.check(compose("compare", [*TOWN, *words], []))


@pytest.mark.slow
def test_another_valuation_is_another_result_of_the_same_simulation():
    usual, other = plan_of(), plan_of("valuation.discount=reduced", "valuation.wellby.value=10000")
    assert usual.valuation.discount == "standard"
    assert (other.valuation.discount, other.valuation.wellby.value) == ("reduced", 10_000)
    assert results_folder.replication_key(usual, "m") == results_folder.replication_key(other, "m")
    assert results_folder.results_key(usual, "m") != results_folder.results_key(other, "m")
    assert results_folder.configuration(other)["valuation_settings"]["discount"] == "reduced"


def test_everything_wrong_with_a_valuation_is_told_at_once():
    with pytest.raises(ConfigurationError) as refused:
        plan_of("valuation.discount=fast", "valuation.wellby.value=-1", "valuation.effekt=qaly", "seed=-1")
    said = refused.value.message()
    for words in (
        "valuation.discount=fast",
        "standard, reduced, none",
        "valuation.wellby.value=-1",
        "did you mean effect?",
        "seed=-1",
    ):
        assert words in said


def test_a_valuation_that_does_not_exist_is_refused():
    with pytest.raises(ConfigurationError, match="hmt_2026"):
        plan_of("valuation=green")
