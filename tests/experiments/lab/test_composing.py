"""The lab composes a visitor's choice at once; what comes out is what Hydra makes of the same files."""

import json

import pytest
from how_often import tried

from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.lab import configuration
from experiments.lab.benches.composing import composed
from experiments.lab.lay_words import pages
from experiments.lab.state import Choice, State, read_state
from experiments.questions.watch import question as watch

CHANGED = State(
    place="croydon",
    challenge="climate",
    years=1,
    replicates=3,
    seed=7,
    a=Choice("radical", {"pooling": "off", "envelope.others.police": 0.15}),
    b=Choice("radical_without_pooling", {"support.per_head": 9.0, "pooling": "on", "portfolio.start": 24.0}),
)
ADDED = State(
    a=Choice("status_quo", {"portfolio": "on", "portfolio.only": "patient_hotel", "envelope.cut": 0.1}),
    b=Choice("status_quo"),
    management="none",
)
PRESETS = {
    name: read_state({key: str(value) for key, value in preset["address"].items()})
    for name, preset in pages()["presets"].items()
}


def the_same(state, folder):
    configuration.write(state, folder)
    by_hydra = compose("compare", [f"experiment={configuration.EXPERIMENT}"], [folder])
    found = composed(folder)
    assert found == by_hydra
    assert json.dumps([found.data, found.choices]) == json.dumps([by_hydra.data, by_hydra.choices])  # in the same order


@pytest.mark.unhurried
@pytest.mark.parametrize(
    "state", tried([CHANGED, ADDED, State(), State(a=Choice("null"), b=Choice("null"))], always=1, changes=3)
)
def test_a_choice_is_composed_as_hydra_composes_it(state, tmp_path):
    the_same(state, tmp_path)


@pytest.mark.unhurried
def test_one_visitor_s_changes_do_not_stay_in_the_next_one_s_policy(tmp_path):
    configuration.write(CHANGED, tmp_path / "first")
    composed(tmp_path / "first")
    the_same(State(place="croydon", b=Choice("radical", {"envelope.cut": 0.2})), tmp_path / "second")


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_composed_as_hydra_composes_it(name, tmp_path):
    the_same(PRESETS[name], tmp_path)


@pytest.mark.unhurried
def test_what_was_chosen_in_the_lab_can_be_watched(tmp_path):
    """The command that the lab gives makes two towns of the very same policies."""
    configuration.write(State(b=Choice("radical", {"support.per_head": 9.0})), tmp_path)
    words = configuration.command(str(tmp_path), "watch").split()
    assert words[:4] == ["redesign", "watch", "--config-dir", str(tmp_path)]
    asked = watch.check(compose("watch", words[4:], [tmp_path]))
    assert asked.plan.settings.contrast == ("radical_changed", "rationing")
    compared = check(compose("compare", words[4:], [tmp_path]))
    assert asked.plan.policies == compared.policies
